from django.apps import AppConfig


class SessionsAppConfig(AppConfig):
    name = "sessions_app"
    verbose_name = "Meetings and goals"

    def ready(self) -> None:
        from circles.needs import register
        from sessions_app import gates, needs
        from sessions_app.agenda.needs import needs_of_roles
        from sessions_app.catch_up_sections import register_sections
        from sessions_app.finding.needs import needs_of_searches
        from sessions_app.live.own_entries import register_own_entries
        from sessions_app.live_parts import register_live_parts
        from sessions_app.reminders import register_kinds

        register_kinds()
        register_sections()
        gates.register_checks()
        needs.register_needs()
        register("roles", needs_of_roles)
        register("finding", needs_of_searches)
        register_live_parts()
        register_own_entries()
