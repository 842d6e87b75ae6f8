from django.urls import path

from members import views

app_name = "members"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/roles/<slug:role>/grant/", views.grant_role, name="grant_role"),
    path("people/<int:pk>/roles/<slug:role>/revoke/", views.revoke_role, name="revoke_role"),
    path("profile/", views.profile, name="profile"),
    path("profile/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("resume/", views.resume, name="resume"),
    path("resume/discard/", views.resume_discard, name="resume_discard"),
]
