from django.urls import path

from sessions_app.views import catch_up, circle, home, meeting

urlpatterns = [
    path("", home.home, name="home"),
    path("circles/<int:pk>/", circle.circle, name="circle"),
    path("circles/<int:pk>/meetings/new/", meeting.meeting_new, name="meeting_new"),
    path("meetings/<int:pk>/", meeting.meeting, name="meeting"),
    path("meetings/<int:pk>/edit/", meeting.meeting_edit, name="meeting_edit"),
    path("meetings/<int:pk>/cancel/", meeting.meeting_cancel, name="meeting_cancel"),
    path("meetings/<int:pk>/restore/", meeting.meeting_restore, name="meeting_restore"),
    path("meetings/<int:pk>/rsvp/", meeting.rsvp, name="rsvp"),
    path("meetings/<int:pk>/attendance/", meeting.attendance, name="attendance"),
    path("circles/<int:pk>/catch-up/", catch_up.catch_up, name="catch_up"),
]
