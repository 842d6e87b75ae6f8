from circles.urls import (
    announcements,
    charter,
    circles,
    discovery,
    emergency,
    enrolments,
    follow_ups,
    formation,
    formats,
    joining,
    lifecycle,
    programmes,
    questions,
    themes,
)

app_name = "circles"
urlpatterns = [
    *circles.urlpatterns,
    *discovery.urlpatterns,
    *joining.urlpatterns,
    *programmes.urlpatterns,
    *formats.urlpatterns,
    *emergency.urlpatterns,
    *enrolments.urlpatterns,
    *questions.urlpatterns,
    *themes.urlpatterns,
    *charter.urlpatterns,
    *lifecycle.urlpatterns,
    *formation.urlpatterns,
    *follow_ups.urlpatterns,
    *announcements.urlpatterns,
]
