from circles.urls import circles, formats, joining, lifecycle, programmes

app_name = "circles"
urlpatterns = [
    *circles.urlpatterns,
    *joining.urlpatterns,
    *programmes.urlpatterns,
    *formats.urlpatterns,
    *lifecycle.urlpatterns,
]
