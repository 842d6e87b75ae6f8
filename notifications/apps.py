from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Reminders"

    def ready(self) -> None:
        from members.backends import read_along
        from notifications import receivers  # noqa: F401  it listens from now on
        from notifications.inbox import unread_count

        read_along(unread_notices=unread_count())
