from django.urls import path

from sessions_app.views import agenda, roles

urlpatterns = [
    path("meetings/<int:pk>/agenda/", agenda.agenda, name="agenda"),
    path("meetings/<int:pk>/agenda/reset/", agenda.agenda_reset, name="agenda_reset"),
    path("meetings/<int:pk>/roles/", roles.role_give, name="role_give"),
    path("roles/<int:pk>/prepare/", roles.role_prepare, name="role_prepare"),
    path("roles/<int:pk>/swap/", roles.role_swap_ask, name="role_swap_ask"),
    path("role-swaps/<int:pk>/answer/", roles.role_swap_answer, name="role_swap_answer"),
    path("role-swaps/<int:pk>/withdraw/", roles.role_swap_withdraw, name="role_swap_withdraw"),
]
