from sessions_app.urls import (
    agenda,
    commitments,
    goals,
    meetings,
    minutes,
    series,
)

app_name = "meetings"
urlpatterns = [
    *meetings.urlpatterns,
    *minutes.urlpatterns,
    *goals.urlpatterns,
    *commitments.urlpatterns,
    *agenda.urlpatterns,
    *series.urlpatterns,
]
