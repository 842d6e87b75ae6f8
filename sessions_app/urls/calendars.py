from django.urls import path

from sessions_app.views import answers, feeds

urlpatterns = [
    path("answer/<str:token>/", answers.answer_link, name="answer_link"),
    path("calendars/", feeds.calendars, name="calendars"),
    path("calendars/new/", feeds.feed_open, name="feed_open"),
    path("calendars/feed/<str:secret>.ics", feeds.feed, name="feed"),
    path("calendars/<int:pk>/replace/", feeds.feed_replace, name="feed_replace"),
    path("calendars/<int:pk>/revoke/", feeds.feed_revoke, name="feed_revoke"),
]
