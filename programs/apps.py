from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"

    def ready(self) -> None:
        from clinics.services.messages import STILL_WANTED  # noqa: PLC0415  # models are not loaded before
        from patients.visit_limits import LIMITS  # noqa: PLC0415
        from programs.queries.visit_limit import planned_visits  # noqa: PLC0415
        from programs.services.reminders import RULE, still_due  # noqa: PLC0415

        STILL_WANTED[RULE] = still_due
        LIMITS.append(planned_visits)
