from sessions_app.urls import commitments, finding, goals, meetings, minutes

app_name = "meetings"
urlpatterns = [
    *meetings.urlpatterns,
    *minutes.urlpatterns,
    *goals.urlpatterns,
    *commitments.urlpatterns,
    *finding.urlpatterns,
]
