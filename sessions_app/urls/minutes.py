from django.urls import path

from sessions_app.views import attendance, minutes

urlpatterns = [
    path("meetings/<int:pk>/decisions/", minutes.decision_add, name="decision_add"),
    path("meetings/<int:pk>/recap/", minutes.recap, name="recap"),
    path("meetings/<int:pk>/recap/share/", minutes.recap_share, name="recap_share"),
    path("decisions/<int:pk>/remove/", minutes.decision_remove, name="decision_remove"),
    path("decisions/<int:pk>/newcomers/", minutes.decision_tell, name="decision_tell"),
    path("meetings/<int:pk>/attendance/own/", attendance.attendance_own, name="attendance_own"),
    path("decisions/<int:pk>/edit/", minutes.decision_edit, name="decision_edit"),
]
