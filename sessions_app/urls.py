from django.urls import path

from sessions_app import views

app_name = "meetings"
urlpatterns = [
    path("", views.home, name="home"),
    path("circles/<int:pk>/", views.circle, name="circle"),
    path("circles/<int:pk>/meetings/new/", views.meeting_new, name="meeting_new"),
    path("meetings/<int:pk>/", views.meeting, name="meeting"),
    path("meetings/<int:pk>/edit/", views.meeting_edit, name="meeting_edit"),
    path("meetings/<int:pk>/cancel/", views.meeting_cancel, name="meeting_cancel"),
    path("meetings/<int:pk>/restore/", views.meeting_restore, name="meeting_restore"),
    path("meetings/<int:pk>/rsvp/", views.rsvp, name="rsvp"),
    path("meetings/<int:pk>/attendance/", views.attendance, name="attendance"),
    path("meetings/<int:pk>/decisions/", views.decision_add, name="decision_add"),
    path("meetings/<int:pk>/recap/", views.recap, name="recap"),
    path("meetings/<int:pk>/recap/share/", views.recap_share, name="recap_share"),
    path("decisions/<int:pk>/remove/", views.decision_remove, name="decision_remove"),
    path("decisions/<int:pk>/newcomers/", views.decision_tell, name="decision_tell"),
    path("circles/<int:pk>/catch-up/", views.catch_up, name="catch_up"),
    path("goals/", views.goals, name="goals"),
    path("goals/new/", views.goal_new, name="goal_new"),
    path("goals/<int:pk>/", views.goal, name="goal"),
    path("goals/<int:pk>/edit/", views.goal_edit, name="goal_edit"),
    path("goals/<int:pk>/check-in/", views.check_in, name="check_in"),
    path("goals/<int:pk>/reach/", views.goal_reach, name="goal_reach"),
    path("goals/<int:pk>/let-go/", views.goal_let_go, name="goal_let_go"),
    path("goals/<int:pk>/reopen/", views.goal_reopen, name="goal_reopen"),
    path("promises/", views.commitments, name="commitments"),
    path("promises/new/", views.promise_new, name="promise_new"),
    path("promises/<int:pk>/keep/", views.commitment_keep, name="commitment_keep"),
    path("promises/<int:pk>/partly/", views.commitment_partly, name="commitment_partly"),
    path("promises/<int:pk>/carry/", views.commitment_carry, name="commitment_carry"),
    path("promises/<int:pk>/drop/", views.commitment_drop, name="commitment_drop"),
    path("promises/<int:pk>/undo/", views.commitment_undo, name="commitment_undo"),
]
