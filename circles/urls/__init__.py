from circles.urls import circles, formation, formats, joining, programmes

app_name = "circles"
urlpatterns = [
    *circles.urlpatterns,
    *joining.urlpatterns,
    *programmes.urlpatterns,
    *formats.urlpatterns,
    *formation.urlpatterns,
]
