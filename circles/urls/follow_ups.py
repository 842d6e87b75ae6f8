from django.urls import path

from circles.views import follow_ups

urlpatterns = [
    path("follow-ups/", follow_ups.follow_ups, name="follow_ups"),
    path("follow-ups/<int:pk>/", follow_ups.follow_up, name="follow_up"),
    path("follow-ups/<int:pk>/thanks/", follow_ups.follow_up_thanks, name="follow_up_thanks"),
    path("follow-ups/<int:pk>/skip/", follow_ups.follow_up_skip, name="follow_up_skip"),
    path("follow-ups/<int:pk>/stop/", follow_ups.follow_up_stop, name="follow_up_stop"),
    path("follow-ups/<int:pk>/resume/", follow_ups.follow_up_resume, name="follow_up_resume"),
]
