from sessions_app.urls import commitments, goals, live, meetings, minutes

app_name = "meetings"
urlpatterns = [
    *meetings.urlpatterns,
    *minutes.urlpatterns,
    *goals.urlpatterns,
    *commitments.urlpatterns,
    *live.urlpatterns,
]
