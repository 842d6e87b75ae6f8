from django.urls import path

from sessions_app.views import goals

urlpatterns = [
    path("goals/", goals.goals, name="goals"),
    path("goals/new/", goals.goal_new, name="goal_new"),
    path("goals/<int:pk>/", goals.goal, name="goal"),
    path("goals/<int:pk>/edit/", goals.goal_edit, name="goal_edit"),
    path("goals/<int:pk>/check-in/", goals.check_in, name="check_in"),
    path("goals/<int:pk>/check-in/undo/", goals.check_in_undo, name="check_in_undo"),
    path("goals/<int:pk>/reach/", goals.goal_reach, name="goal_reach"),
    path("goals/<int:pk>/let-go/", goals.goal_let_go, name="goal_let_go"),
    path("goals/<int:pk>/reopen/", goals.goal_reopen, name="goal_reopen"),
]
