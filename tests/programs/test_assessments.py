from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinics import audit
from clinics.models import AuditEvent
from programs import catalogue
from programs.models import Assessment, Decision, Episode, Factor, Result, ResultSide
from programs.models import Test as ClinicTest
from programs.queries.findings import abnormal_tests, assessment_page, value_text
from programs.sentences import reasons
from programs.services.assessments import Entry, record_assessment
from programs.services.factors import decide
from tests.factories import Cast
from tests.factories.library import factor_kinds
from tests.programs.test_episodes import TODAY, opened

LATER = date(2021, 3, 22)


def a_test(key: str) -> ClinicTest:
    entry = catalogue.test(key)
    made, _created = ClinicTest.objects.get_or_create(
        key=key,
        defaults={
            "name": entry.name, "kind": entry.kind, "unit": entry.unit, "sided": entry.sided, "line": dict(entry.line),
        },
    )  # fmt: skip
    return made


def both(key: str, right: str, left: str, **more: Any) -> list[Entry]:
    sides = {ResultSide.RIGHT: right, ResultSide.LEFT: left}
    return [Entry(test=a_test(key), side=side, value=Decimal(value), **more) for side, value in sides.items()]


def assessed(cast: Cast, entries: list[Entry], *, episode: Episode | None = None, day: date = TODAY) -> Episode:
    factor_kinds()
    episode = episode or opened(cast)
    record_assessment(episode=episode, done_on=day, entries=entries, by=cast.therapist)
    return episode


def suggestions(episode: Episode) -> dict[str, str]:
    return dict(
        Factor.objects.filter(episode=episode).exclude(suggestion="not_assessed").values_list("key", "suggestion")
    )


def test_a_short_lunge_and_a_short_bridge_suggest_two_factors(in_north: Cast) -> None:
    episode = assessed(in_north, [*both("M12", "7.0", "10.5"), *both("M17", "18", "34")])
    assert suggestions(episode) == {"ankle_df": "possible", "hip_weak": "possible"}


def test_each_factor_says_because_of_what(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "7.0", "10.5"))
    factor = Factor.objects.get(episode=episode, key="ankle_df")
    assert factor.evidence == ["M12"]
    assert reasons(factor.because) == [
        "Weight-bearing lunge, knee to wall: Right 7 cm is under 9 cm. Sides differ by 3.5 cm, more than 1.5 cm."
    ]


def test_two_measured_tests_support_the_factor(in_north: Cast) -> None:
    episode = assessed(in_north, [*both("M17", "18", "34"), *both("O08", "165", "205")])
    assert suggestions(episode) == {"hip_weak": "supported"}


def test_an_angle_without_a_controlled_pelvis_does_not_count(in_north: Cast) -> None:
    episode = assessed(in_north, both("O01", "8", "0", conditions={"pelvis_controlled": False}))
    assert suggestions(episode) == {}


def test_no_reference_for_women_counts_by_judgement_only(in_north: Cast) -> None:
    episode = assessed(in_north, [Entry(test=a_test("M18"), value=Decimal(62))])
    assert suggestions(episode) == {}
    assessed(in_north, [Entry(test=a_test("M18"), value=Decimal(62), judged_abnormal=True)], episode=episode)
    assert suggestions(episode) == {"lumbar_weak": "possible"}


def test_a_re_test_moves_the_suggestion_and_keeps_the_decision(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "7.0", "10.5"))
    factor = Factor.objects.get(episode=episode, key="ankle_df")
    decide(factor=factor, decision=Decision.CONFIRMED, reason="Stiff for years", by=in_north.therapist)
    assessed(in_north, both("M12", "9.5", "11.0"), episode=episode, day=LATER)
    factor.refresh_from_db()
    assert (factor.suggestion, factor.decision) == ("resolved", "confirmed")
    assert reasons(factor.because) == ["Weight-bearing lunge, knee to wall: inside its line again."]


def test_what_was_left_out_keeps_its_earlier_value(in_north: Cast) -> None:
    episode = assessed(in_north, [*both("M12", "7.0", "10.5"), *both("M17", "18", "34")])
    skipped = [Entry(test=a_test("M12"), side=side, not_tested="declined") for side in ("right", "left")]
    assessed(in_north, [*skipped, *both("M17", "30", "34")], episode=episode, day=LATER)
    assert abnormal_tests(episode, LATER) == ["M12"]


def test_a_test_that_a_clinic_moved_its_line_for_is_judged_by_that_line(in_north: Cast) -> None:
    lunge = a_test("M12")
    lunge.line = {**lunge.line, "low": 5, "max_difference": 5}
    lunge.save()
    episode = assessed(in_north, both("M12", "7.0", "10.5"))
    assert suggestions(episode) == {}


def test_an_assessment_is_audited_with_ids_only(in_north: Cast) -> None:
    assessed(in_north, both("M12", "7.0", "10.5"))
    event = AuditEvent.objects.get(action="assess")
    assert (event.patient_id, event.detail) == (in_north.patient.pk, {"results": 2})


def test_nothing_is_stored_where_the_audit_fails(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    episode, entries = opened(in_north), both("M12", "7.0", "10.5")
    monkeypatch.setattr(audit, "record", _broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        record_assessment(episode=episode, done_on=TODAY, entries=entries, by=in_north.therapist)
    assert not Assessment.objects.exists()


def test_the_database_wants_a_value_or_a_reason(in_north: Cast) -> None:
    with pytest.raises(IntegrityError, match="programs_result_value_or_reason"), transaction.atomic():
        assessed(in_north, [Entry(test=a_test("M12"), side="right")])


def test_the_database_keeps_one_value_a_side(in_north: Cast) -> None:
    with pytest.raises(IntegrityError, match="programs_result_once"), transaction.atomic():
        assessed(in_north, [*both("M12", "7", "10"), *both("M12", "8", "10")])
    assert not Result.objects.exists()


def test_the_page_shows_before_beside_now(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "7.0", "10.5"))
    assessed(in_north, both("M12", "8.0", "10.5"), episode=episode, day=LATER)
    page = assessment_page(episode, LATER)
    assert [(row.key, [(one.day, one.text) for one in row.series]) for row in page.rows] == [
        ("M12", [(LATER, "R 8 cm · L 10.5 cm"), (TODAY, "R 7 cm · L 10.5 cm")])
    ]
    assert [finding.why for finding in page.findings] == [
        "Right 8 cm is under 9 cm. Sides differ by 2.5 cm, more than 1.5 cm."
    ]


def test_a_missing_line_is_a_finding_only_where_others_have_one(in_north: Cast) -> None:
    numbers = [Entry(test=a_test(key), value=Decimal(60)) for key in ("M18", "M20")]
    page = assessment_page(assessed(in_north, numbers), TODAY)
    assert [(finding.test, finding.why) for finding in page.findings] == [("M18", "No reference for this person.")]


def _broken(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError


@pytest.mark.parametrize(
    ("key", "given", "text"),
    [
        ("O08", {"value": 165, "word": "4-"}, "165 N, grade 4-"),
        ("N12", {"value": 72, "parts": {"symptom": "none"}}, "72°; What is felt: nothing"),
        ("O13", {"word": "normal", "parts": {"L4": "normal", "L4_pain": "+"}},
         "normal; L4: normal; L4, pain: + positive"),
        ("O14", {"value": 1, "parts": {"compression": "+", "gaenslen": "-"}}, "1; Compression"),
        ("N16", {"word": "flexor"}, "toe down (flexor)"),
        ("M12", {"not_tested": "unable_pain"}, "too painful"),
    ],
)  # fmt: skip
def test_a_result_is_told_with_names_and_units(in_north: Cast, key: str, given: dict[str, Any], text: str) -> None:
    assert value_text(Result(test=a_test(key), **given)) == text
