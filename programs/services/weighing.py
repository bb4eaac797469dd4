"""What the factors do not know yet, taken into them by the worker: numbers that patients said at home, since the portal
reads no factor and writes none, and lines and factors that the clinic has changed.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from clinics.models import Clinic
from clinics.tenancy import all_clinics
from clinics.timekeeping import local_day
from programs.models import Episode, Score
from programs.services.assessments import update_factors


def clinics_with_news() -> list[int]:
    with all_clinics("factors to weigh anew"):
        said = Score.objects.filter(is_news=True).values_list("clinic_id", flat=True).distinct()
        changed = Episode.objects.filter(to_weigh=True).values_list("clinic_id", flat=True).distinct()
        return sorted({*said, *changed})


def weigh_news(*, clinic_id: int, now: datetime) -> None:
    """In the clinic's scope. Each complaint by itself: what is cut off goes on with the next sweep."""
    today = local_day(now, Clinic.objects.get(pk=clinic_id).zone)
    found = Episode.objects.filter(Q(scores__is_news=True) | Q(to_weigh=True))
    for episode in found.select_related("patient").distinct().order_by("pk"):
        _weigh(episode, today)


def weigh_all_anew() -> None:
    """The clinic judges otherwise now: every complaint in care waits for it."""
    Episode.objects.filter(closed_on=None).update(to_weigh=True)


@transaction.atomic
def _weigh(episode: Episode, today: date) -> None:
    """Marked first: a score that is put right meanwhile, or a line that is moved, is news again."""
    Episode.objects.filter(pk=episode.pk, to_weigh=True).update(to_weigh=False)
    news = list(Score.objects.select_for_update().filter(episode=episode, is_news=True).values_list("pk", flat=True))
    update_factors(episode=episode, day=today)
    Score.objects.filter(pk__in=news).update(is_news=False)
