from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Reminders"

    def ready(self) -> None:
        from members.backends import read_along
        from notifications.inbox import unread_count

        read_along(unread_notices=unread_count())
