from django.urls import path

from circles.views import questions as views

urlpatterns = [
    path("programmes/<int:pk>/questions/", views.questions, name="questions"),
    path("programmes/<int:pk>/questions/new/", views.question_new, name="question_new"),
    path("programmes/<int:pk>/questions/<slug:key>/", views.question_edit, name="question_edit"),
    path(
        "programmes/<int:pk>/questions/<slug:key>/remove/",
        views.question_remove,
        name="question_remove",
    ),
    path(
        "programmes/<int:pk>/questions/<slug:key>/move/", views.question_move, name="question_move"
    ),
]
