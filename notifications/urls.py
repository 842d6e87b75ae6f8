from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<int:pk>/", views.open_notice, name="open_notice"),
    path("messages/", views.wishes, name="wishes"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("metrics", views.metrics, name="metrics"),
]
