from django.urls import path

from sessions_app.views import finding

urlpatterns = [
    path("circles/<int:pk>/find-a-time/", finding.time_search_new, name="time_search_new"),
    path("times/<int:pk>/", finding.time_search, name="time_search"),
    path("times/<int:pk>/answer/", finding.time_search_answer, name="time_search_answer"),
    path("times/<int:pk>/calendar/", finding.time_search_calendar, name="time_search_calendar"),
    path("times/<int:pk>/draw/", finding.time_search_draw, name="time_search_draw"),
    path("times/<int:pk>/vote/", finding.time_search_vote, name="time_search_vote"),
    path("times/<int:pk>/settle/", finding.time_search_settle, name="time_search_settle"),
    path("times/<int:pk>/withdraw/", finding.time_search_withdraw, name="time_search_withdraw"),
    path("times/<int:pk>/extend/", finding.time_search_extend, name="time_search_extend"),
    path("times/<int:pk>/remind/", finding.time_search_remind, name="time_search_remind"),
]
