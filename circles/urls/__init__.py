from circles.urls import circles, emergency, formats, joining, programmes

app_name = "circles"
urlpatterns = [
    *circles.urlpatterns,
    *joining.urlpatterns,
    *programmes.urlpatterns,
    *formats.urlpatterns,
    *emergency.urlpatterns,
]
