from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("outbox/", views.outbox_list, name="outbox"),
    path("outbox/<str:name>/", views.outbox_mail, name="outbox_mail"),
    path("outbox/<str:name>/html/", views.outbox_html, name="outbox_html"),
]
