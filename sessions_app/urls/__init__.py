from sessions_app.urls import (
    agenda,
    calendars,
    commitments,
    goals,
    live,
    meetings,
    minutes,
    notes,
    series,
)

app_name = "meetings"
urlpatterns = [
    *meetings.urlpatterns,
    *minutes.urlpatterns,
    *goals.urlpatterns,
    *commitments.urlpatterns,
    *agenda.urlpatterns,
    *calendars.urlpatterns,
    *live.urlpatterns,
    *notes.urlpatterns,
    *series.urlpatterns,
]
