"""Two windows at one pain map, on real transactions."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from clinics.tenancy import clinic_scope
from programs.models import PainMap
from programs.pain.places import Mark
from programs.services.pain import mark_pain, nothing_hurts, therapists
from tests.factories import make_cast
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_session_races import elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_a_mark_and_of_nothing_hurts_at_once_the_later_one_stands() -> None:
    cast = make_cast("north", zone="Europe/Dublin")
    with clinic_scope(cast.clinic.pk):
        episode = opened(cast)
    drawing = therapists(episode, TODAY, cast.therapist)
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            mark_pain(drawing, Mark("front", "knee", "right", "ache", 4, ()))
            saying = elsewhere(pool, cast, lambda: nothing_hurts(drawing))
            with pytest.raises(TimeoutError):
                saying.result(timeout=0.5)
        saying.result(timeout=5)
    with clinic_scope(cast.clinic.pk):
        drawn = PainMap.objects.get(drawn_on=TODAY)
        assert (drawn.pain_free, drawn.shown) == (True, [])
