from sessions_app.urls import commitments, goals, meetings, minutes, series

app_name = "meetings"
urlpatterns = [
    *meetings.urlpatterns,
    *minutes.urlpatterns,
    *goals.urlpatterns,
    *commitments.urlpatterns,
    *series.urlpatterns,
]
