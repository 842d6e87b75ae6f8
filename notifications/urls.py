from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<int:pk>/", views.open_notice, name="open_notice"),
    path("messages/", views.wishes, name="wishes"),
    path("messages/sending/", views.operations, name="operations"),
    path("messages/sending/retry/", views.retry, name="retry"),
    path("messages/sending/clear/", views.clear_bounce, name="clear_bounce"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("metrics", views.metrics, name="metrics"),
]
