from django.urls import path

from sessions_app.views import live, live_entries

urlpatterns = [
    path("meetings/<int:pk>/live/", live.live, name="live"),
    path("meetings/<int:pk>/live/state/", live.live_state, name="live_state"),
    path("meetings/<int:pk>/live/begin/", live.live_begin, name="live_begin"),
    path("meetings/<int:pk>/live/move/", live.live_move, name="live_move"),
    path("meetings/<int:pk>/live/turns/", live.live_turns, name="live_turns"),
    path("meetings/<int:pk>/live/here/", live.live_here, name="live_here"),
    path("meetings/<int:pk>/live/airtime/", live.live_airtime, name="live_airtime"),
    path("meetings/<int:pk>/live/lead/", live.live_lead, name="live_lead"),
    path("meetings/<int:pk>/live/end/", live.live_end, name="live_end"),
    path("meetings/<int:pk>/live/reopen/", live.live_reopen, name="live_reopen"),
    path(
        "meetings/<int:pk>/live/capture/<slug:key>/",
        live_entries.live_capture,
        name="live_capture",
    ),
    path("meetings/<int:pk>/live/close/<slug:key>/", live_entries.live_close, name="live_close"),
]
