from django.urls import path

from circles.views import formats

urlpatterns = [
    path("formats/", formats.formats, name="formats"),
    path("formats/<slug:key>/", formats.format_detail, name="format"),
]
