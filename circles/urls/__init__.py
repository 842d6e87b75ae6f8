from circles.urls import (
    charter,
    circles,
    discovery,
    emergency,
    enrolments,
    formation,
    formats,
    joining,
    lifecycle,
    programmes,
    questions,
    themes,
    webhooks,
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
    *webhooks.urlpatterns,
]
