from django.urls import path

from circles.views import themes as views

urlpatterns = [
    path("programmes/themes/", views.themes, name="themes"),
    path("programmes/themes/start/", views.themes_start, name="themes_start"),
    path("programmes/themes/<int:pk>/", views.theme_edit, name="theme_edit"),
    path("programmes/themes/<int:pk>/retire/", views.theme_retire, name="theme_retire"),
    path("programmes/themes/<int:pk>/bring-back/", views.theme_bring_back, name="theme_bring_back"),
    path("programmes/themes/<int:pk>/merge/", views.theme_merge, name="theme_merge"),
]
