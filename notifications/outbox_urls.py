from django.urls import path

from notifications.views import outbox as views

app_name = "outbox"
urlpatterns = [
    path("outbox/", views.outbox_list, name="list"),
    path("outbox/<str:name>/", views.outbox_mail, name="mail"),
    path("outbox/<str:name>/html/", views.outbox_html, name="html"),
]
