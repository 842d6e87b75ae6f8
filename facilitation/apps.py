from django.apps import AppConfig


class FacilitationConfig(AppConfig):
    name = "facilitation"
    verbose_name = "Facilitation"

    def ready(self) -> None:
        from facilitation.reminders import register_kinds  # models are not ready before

        register_kinds()
