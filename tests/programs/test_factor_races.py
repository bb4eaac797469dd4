"""Two who write at once, on real transactions: the factors know what both have brought."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from clinics.tenancy import clinic_scope
from programs.models import Episode, Factor
from programs.services.factors import NeedsReason, decide
from tests.factories import Cast, make_cast
from tests.programs.test_asked import asked, say
from tests.programs.test_assessments import assessed, both
from tests.programs.test_session_races import elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast("north", zone="Europe/Dublin")


@pytest.fixture
def episode(cast: Cast) -> Episode:
    with clinic_scope(cast.clinic.pk):
        return assessed(cast, [*both("M17", "18", "34"), *both("O08", "165", "205")], episode=asked(cast))


def evidence(episode: Episode) -> dict[str, list[str]]:
    rows = Factor.objects.filter(episode=episode).exclude(evidence=[])
    return {row.key: sorted(row.evidence) for row in rows}


def test_a_score_and_a_sitting_at_once_are_both_weighed(cast: Cast, episode: Episode) -> None:
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            assessed(cast, both("M12", "7.0", "10.5"), episode=episode)
            scoring = elsewhere(pool, cast, lambda: say(cast, episode, {"fear_movement": "8"}))
            with pytest.raises(TimeoutError):
                scoring.result(timeout=0.5)  # it waits for this transaction
        scoring.result(timeout=5)
    with clinic_scope(cast.clinic.pk):
        assert evidence(episode) == {"ankle_df": ["M12"], "fear_avoidance": ["FEAR"], "hip_weak": ["M17", "O08"]}


def test_a_decision_is_on_what_the_sitting_before_it_suggests(cast: Cast, episode: Episode) -> None:
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            weak = Factor.objects.get(episode=episode, key="hip_weak")
            assessed(cast, both("M17", "34", "34"), episode=episode)
            deciding = elsewhere(
                pool, cast, lambda: decide(factor=weak, decision="confirmed", reason="", by=cast.therapist)
            )
            with pytest.raises(TimeoutError):
                deciding.result(timeout=0.5)
        with pytest.raises(NeedsReason):
            deciding.result(timeout=5)
