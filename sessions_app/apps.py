from django.apps import AppConfig


class SessionsAppConfig(AppConfig):
    name = "sessions_app"
    verbose_name = "Meetings and goals"

    def ready(self) -> None:
        from sessions_app import gates
        from sessions_app.catch_up_sections import register_sections
        from sessions_app.live.own_entries import register_own_entries
        from sessions_app.reminders import register_kinds

        register_kinds()
        register_sections()
        gates.register_checks()
        register_own_entries()
