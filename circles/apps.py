from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class CirclesConfig(AppConfig):
    name = "circles"
    verbose_name = "Circles"

    def ready(self) -> None:
        # Models are not ready when this module loads.
        from circles import emergency_needs, gates, needs
        from circles.charters import needs as charter_needs
        from circles.follow_ups import needs as follow_up_needs
        from circles.joining import needs as joining_needs
        from circles.lifecycle import needs as lifecycle_needs
        from circles.reminders import register_kinds
        from circles.webhooks.channels import add_channels

        add_channels()
        register_kinds()
        gates.register_checks()
        needs.register("emergency", emergency_needs.requests_to_decide)
        needs.register("joining", joining_needs.needs_of_joining)
        needs.register("charter", charter_needs.needs)
        needs.register("lifecycle", lifecycle_needs.needs)
        needs.register("follow_ups", follow_up_needs.needs)
        post_migrate.connect(load_formats, sender=self, dispatch_uid="circles.load_formats")


def load_formats(*, apps: Apps = installed_apps, **_: Any) -> None:
    """A migrated or flushed database always has the formats that ship with Peerloom.

    `apps` tells how far the database was migrated: before the tables are as the code knows them,
    nothing can be loaded.
    """
    from circles.actions import publish_formats  # models are not ready when this module loads
    from circles.models import Format, FormatVersion

    for model in (Format, FormatVersion):
        try:
            migrated = apps.get_model("circles", model.__name__)
        except LookupError:
            return
        if _columns(migrated) != _columns(model):
            return
    publish_formats()


def _columns(model: Any) -> set[str]:
    return {field.column for field in model._meta.concrete_fields}
