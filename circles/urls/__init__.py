from circles.urls import circles, discovery, formats, joining, programmes

app_name = "circles"
urlpatterns = [
    *circles.urlpatterns,
    *discovery.urlpatterns,
    *joining.urlpatterns,
    *programmes.urlpatterns,
    *formats.urlpatterns,
]
