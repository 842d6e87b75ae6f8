from django.urls import path

from sessions_app.views import answers

urlpatterns = [
    path("answer/<str:token>/", answers.answer_link, name="answer_link"),
]
