from django.urls import path

from circles.views import applications, demand, joining_people, moving, offers, seats

urlpatterns = [
    path("circles/<int:pk>/join/", seats.join, name="join"),
    path("circles/<int:pk>/leave/", seats.leave, name="leave"),
    path("circles/<int:pk>/wait/", seats.waitlist_join, name="waitlist_join"),
    path("circles/<int:pk>/wait/stop/", seats.waitlist_leave, name="waitlist_leave"),
    path("circles/<int:pk>/apply/", applications.apply, name="apply"),
    path("circles/<int:pk>/people/", joining_people.people, name="people"),
    path("circles/<int:pk>/invite/", offers.invite, name="invite"),
    path("circles/<int:pk>/on-leave/", moving.leave_take, name="leave_take"),
    path("circles/<int:pk>/back/", moving.leave_end, name="leave_end"),
    path("circles/<int:pk>/move/", moving.move, name="move"),
    path("circles/<int:pk>/move/<int:to_pk>/", moving.move_to, name="move_to"),
    path("offers/<int:pk>/", offers.offer, name="offer"),
    path("offers/<int:pk>/accept/", offers.offer_accept, name="offer_accept"),
    path("offers/<int:pk>/decline/", offers.offer_decline, name="offer_decline"),
    path("offers/<int:pk>/withdraw/", offers.offer_withdraw, name="offer_withdraw"),
    path("applications/<int:pk>/", applications.application, name="application"),
    path("applications/<int:pk>/vote/", applications.application_vote, name="application_vote"),
    path(
        "applications/<int:pk>/decide/", applications.application_decide, name="application_decide"
    ),
    path(
        "applications/<int:pk>/withdraw/",
        applications.application_withdraw,
        name="application_withdraw",
    ),
    path("programmes/<int:pk>/waiting/<slug:key>/", demand.demand_meet, name="demand_meet"),
]
