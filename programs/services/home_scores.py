"""What patients said at home in numbers, taken into the factors: the portal itself reads no factor and writes none."""

from datetime import date, datetime

from django.db import transaction

from clinics.models import Clinic
from clinics.tenancy import all_clinics
from clinics.timekeeping import local_day
from programs.models import Episode, Score
from programs.services.assessments import update_factors


def clinics_with_news() -> list[int]:
    with all_clinics("scores from home"):
        found = Score.objects.filter(is_news=True).order_by("clinic_id").values_list("clinic_id", flat=True)
        return list(found.distinct())


def weigh_news(*, clinic_id: int, now: datetime) -> None:
    """In the clinic's scope."""
    today = local_day(now, Clinic.objects.get(pk=clinic_id).zone)
    for episode in Episode.objects.filter(scores__is_news=True).select_related("patient").distinct().order_by("pk"):
        _weigh(episode, today)


@transaction.atomic
def _weigh(episode: Episode, today: date) -> None:
    """Locked first: a score that is put right meanwhile is news again."""
    news = list(Score.objects.select_for_update().filter(episode=episode, is_news=True).values_list("pk", flat=True))
    update_factors(episode=episode, day=today)
    Score.objects.filter(pk__in=news).update(is_news=False)
