from sessions_app.urls import (
    agenda,
    calendars,
    commitments,
    finding,
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
    *finding.urlpatterns,
    *live.urlpatterns,
    *notes.urlpatterns,
    *series.urlpatterns,
]
