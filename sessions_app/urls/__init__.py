from sessions_app.urls import calendars, commitments, goals, meetings, minutes

app_name = "meetings"
urlpatterns = [
    *meetings.urlpatterns,
    *minutes.urlpatterns,
    *goals.urlpatterns,
    *commitments.urlpatterns,
    *calendars.urlpatterns,
]
