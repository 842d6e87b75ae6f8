from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config.views import styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("sessions_app.urls")),
    path("", include("circles.urls")),
    path("", include("members.urls")),
    path("", include("facilitation.urls")),
    path("", include("analytics.urls")),
    path("", include("notifications.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

if settings.DEVELOPMENT_PAGES:
    urlpatterns += [
        path("dev/", include("notifications.outbox_urls")),
        path("styleguide/", styleguide, name="styleguide"),
    ]
