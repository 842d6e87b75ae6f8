from circles.urls import charter, circles, formats, joining, programmes

app_name = "circles"
urlpatterns = [
    *circles.urlpatterns,
    *joining.urlpatterns,
    *programmes.urlpatterns,
    *formats.urlpatterns,
    *charter.urlpatterns,
]
