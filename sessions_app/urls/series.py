from django.urls import path

from sessions_app.views import series

urlpatterns = [
    path("circles/<int:pk>/series/new/", series.series_new, name="series_new"),
    path("circles/<int:pk>/series/dates/", series.series_dates, name="series_dates"),
    path("circles/<int:pk>/meetings/usual/", series.meeting_defaults, name="meeting_defaults"),
    path("series/<int:pk>/", series.series, name="series"),
    path("series/<int:pk>/edit/", series.series_edit, name="series_edit"),
    path("series/<int:pk>/end/", series.series_end, name="series_end"),
    path("series/<int:pk>/undo/", series.series_undo, name="series_undo"),
]
