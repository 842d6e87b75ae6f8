from django.urls import path

from circles.views import browse, facilitators, manage

urlpatterns = [
    path("circles/", browse.circle_list, name="list"),
    path("circles/new/", manage.create, name="create"),
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
]
