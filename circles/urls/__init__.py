from circles.urls import (
    circles,
    enrolments,
    formats,
    joining,
    programmes,
    questions,
    themes,
)

app_name = "circles"
urlpatterns = [
    *circles.urlpatterns,
    *joining.urlpatterns,
    *programmes.urlpatterns,
    *formats.urlpatterns,
    *enrolments.urlpatterns,
    *questions.urlpatterns,
    *themes.urlpatterns,
]
