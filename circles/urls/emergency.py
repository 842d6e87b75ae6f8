from django.urls import path

from circles.views import emergency

urlpatterns = [
    path("emergencies/", emergency.emergencies, name="emergencies"),
    path("emergencies/stop/", emergency.emergency_stop, name="emergency_stop"),
    path("emergencies/<int:pk>/approve/", emergency.emergency_approve, name="emergency_approve"),
    path("emergencies/<int:pk>/end/", emergency.emergency_end, name="emergency_end"),
    path("emergencies/<int:pk>/read/", emergency.emergency_read, name="emergency_read"),
    path("circles/<int:pk>/emergency/", emergency.emergency_request, name="emergency_request"),
    path("circles/<int:pk>/emergency/log/", emergency.emergency_log, name="emergency_log"),
]
