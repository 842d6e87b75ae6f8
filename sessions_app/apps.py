from django.apps import AppConfig


class SessionsAppConfig(AppConfig):
    name = "sessions_app"
    verbose_name = "Meetings and goals"

    def ready(self) -> None:
        from circles import needs
        from sessions_app import gates
        from sessions_app.catch_up_sections import register_sections
        from sessions_app.finding.needs import needs_of_searches
        from sessions_app.reminders import register_kinds

        register_kinds()
        register_sections()
        gates.register_checks()
        needs.register("finding", needs_of_searches)
