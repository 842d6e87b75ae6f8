from django.urls import path

from circles.views import enrolled, enrolments

urlpatterns = [
    path("circles/programmes/", enrolments.open_programmes, name="open_programmes"),
    path("circles/programmes/<int:pk>/", enrolments.enrol, name="enrol"),
    path("circles/programmes/<int:pk>/withdraw/", enrolments.withdraw, name="withdraw"),
    path("circles/programmes/<int:pk>/again/", enrolments.enrol_again, name="enrol_again"),
    path("programmes/<int:pk>/enrolled/", enrolled.enrolled, name="enrolled"),
    path("programmes/<int:pk>/enrolled/add/", enrolled.enrolled_add, name="enrolled_add"),
    path("programmes/<int:pk>/enrolled.csv", enrolled.enrolled_csv, name="enrolled_csv"),
    path(
        "programmes/<int:pk>/enrolled/<int:enrolment_pk>/remove/",
        enrolled.enrolment_remove,
        name="enrolment_remove",
    ),
]
