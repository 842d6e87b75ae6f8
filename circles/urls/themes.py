from django.urls import path

from circles.views import themes as views

urlpatterns = [
    path("themes/", views.themes, name="themes"),
    path("themes/start/", views.themes_start, name="themes_start"),
    path("themes/<int:pk>/", views.theme_edit, name="theme_edit"),
    path("themes/<int:pk>/retire/", views.theme_retire, name="theme_retire"),
    path("themes/<int:pk>/bring-back/", views.theme_bring_back, name="theme_bring_back"),
    path("themes/<int:pk>/merge/", views.theme_merge, name="theme_merge"),
]
