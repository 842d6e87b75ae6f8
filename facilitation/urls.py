from django.urls import path

from facilitation import views

app_name = "facilitation"
urlpatterns = [
    path("hub/", views.hub, name="hub"),
]
