from sessions_app.urls import commitments, goals, meetings, minutes, notes

app_name = "meetings"
urlpatterns = [
    *meetings.urlpatterns,
    *minutes.urlpatterns,
    *goals.urlpatterns,
    *commitments.urlpatterns,
    *notes.urlpatterns,
]
