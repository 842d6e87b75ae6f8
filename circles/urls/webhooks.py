from django.urls import path

from circles.views import webhooks

A_SERVICE = "circles/<int:pk>/channels/<slug:service>/"

urlpatterns = [
    path("circles/<int:pk>/channels/", webhooks.webhooks, name="webhooks"),
    path(A_SERVICE, webhooks.webhook, name="webhook"),
    path(f"{A_SERVICE}test/", webhooks.webhook_test, name="webhook_test"),
    path(f"{A_SERVICE}take-over/", webhooks.webhook_take_over, name="webhook_take_over"),
    path(f"{A_SERVICE}disconnect/", webhooks.webhook_disconnect, name="webhook_disconnect"),
    path(f"{A_SERVICE}reconnect/", webhooks.webhook_reconnect, name="webhook_reconnect"),
]
