from django.urls import path

from circles.views import announcement_circles, announcements, milestones

urlpatterns = [
    path("announcements/", announcements.announcements, name="announcements"),
    path(
        "announcements/new/", announcement_circles.announcement_choose, name="announcement_choose"
    ),
    path(
        "announcements/start/", announcement_circles.announcement_start, name="announcement_start"
    ),
    path("announcements/<int:pk>/", announcements.announcement, name="announcement"),
    path("announcements/<int:pk>/edit/", announcements.announcement_edit, name="announcement_edit"),
    path(
        "announcements/<int:pk>/preview/",
        announcements.announcement_preview,
        name="announcement_preview",
    ),
    path(
        "announcements/<int:pk>/take-back/",
        announcements.announcement_take_back,
        name="announcement_take_back",
    ),
    path(
        "announcements/<int:pk>/discard/",
        announcements.announcement_discard,
        name="announcement_discard",
    ),
    path(
        "programmes/<int:programme_pk>/milestones/new/",
        milestones.milestone_new,
        name="milestone_new",
    ),
    path("milestones/<int:pk>/", milestones.milestone_edit, name="milestone_edit"),
    path("milestones/<int:pk>/remove/", milestones.milestone_remove, name="milestone_remove"),
    path("milestones/<int:pk>/restore/", milestones.milestone_restore, name="milestone_restore"),
]
