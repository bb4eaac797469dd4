from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"

    def ready(self) -> None:
        from clinics.services.messages import STILL_WANTED  # noqa: PLC0415  # models are not loaded before
        from programs.services.reminders import RULE, still_due  # noqa: PLC0415

        STILL_WANTED[RULE] = still_due
