from django.urls import path

from circles.views import browse, facilitators, formats, manage, programmes, seats

app_name = "circles"
urlpatterns = [
    path("circles/", browse.circle_list, name="list"),
    path("circles/new/", manage.create, name="create"),
    path("circles/<int:pk>/join/", seats.join, name="join"),
    path("circles/<int:pk>/leave/", seats.leave, name="leave"),
    path("circles/<int:pk>/edit/", manage.edit, name="edit"),
    path("circles/<int:pk>/stage/", manage.stage, name="stage"),
    path("circles/<int:pk>/close/", manage.close, name="close"),
    path("circles/<int:pk>/reopen/", manage.reopen, name="reopen"),
    path("circles/<int:pk>/facilitators/", facilitators.appoint, name="appoint"),
    path(
        "circles/<int:pk>/facilitators/<int:facilitation_pk>/end/",
        facilitators.end,
        name="end_facilitation",
    ),
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/new/", programmes.programme_create, name="programme_create"),
    path("programmes/<int:pk>/", programmes.programme, name="programme"),
    path("programmes/<int:pk>/edit/", programmes.programme_edit, name="programme_edit"),
    path("programmes/<int:pk>/archive/", programmes.programme_archive, name="programme_archive"),
    path("programmes/<int:pk>/restore/", programmes.programme_restore, name="programme_restore"),
    path("programmes/<int:programme_pk>/circles/new/", manage.create, name="create_in_programme"),
    path("formats/", formats.formats, name="formats"),
    path("formats/<slug:key>/", formats.format_detail, name="format"),
]
