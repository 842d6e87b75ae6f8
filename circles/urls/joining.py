from django.urls import path

from circles.views import seats

urlpatterns = [
    path("circles/<int:pk>/join/", seats.join, name="join"),
    path("circles/<int:pk>/leave/", seats.leave, name="leave"),
]
