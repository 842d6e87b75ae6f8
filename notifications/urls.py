from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<int:pk>/", views.open_notice, name="open_notice"),
    path("messages/", views.wishes, name="wishes"),
    path("messages/devices/", views.device_on, name="device_on"),
    path("messages/devices/renew/", views.device_renew, name="device_renew"),
    path("messages/devices/<int:pk>/off/", views.device_off, name="device_off"),
    path("messages/devices/<int:pk>/test/", views.device_test, name="device_test"),
    path("messages/sending/", views.operations, name="operations"),
    path("messages/sending/retry/", views.retry, name="retry"),
    path("messages/sending/clear/", views.clear_bounce, name="clear_bounce"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("service-worker.js", views.service_worker, name="service_worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("metrics", views.metrics, name="metrics"),
]
