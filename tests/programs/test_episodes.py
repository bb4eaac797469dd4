from datetime import date

import pytest
from django.db import transaction

from clinics import audit
from clinics.models import AuditEvent
from programs.models import Episode, PainMap, PainMark
from programs.pain.places import Mark
from programs.services.episodes import open_episode
from tests.factories import Cast

TODAY = date(2021, 3, 1)
BACK = Mark("back", "low_back", "right", "ache", 6, ("L4", "S1"))


def opened(cast: Cast, **changes: object) -> Episode:
    values: dict[str, object] = {
        "patient": cast.patient, "complaint": "Low back pain", "began_on": date(2020, 10, 1), "started_on": TODAY,
        "by": cast.therapist, "pain": BACK,
    }  # fmt: skip
    return open_episode(**{**values, **changes})  # type: ignore[arg-type]  # ours


def test_open_episode_notes_where_it_hurts(in_north: Cast) -> None:
    episode = opened(in_north)
    assert Episode.objects.open().get() == episode
    drawn = PainMap.objects.of(episode).get()
    assert (drawn.shown, drawn.drawn_on, drawn.source) == ([BACK], TODAY, "therapist")


def test_open_episode_is_audited_with_ids_only(in_north: Cast) -> None:
    episode = opened(in_north)
    events = AuditEvent.objects.order_by("pk").values_list("action", "by", "patient_id", "subject_ids", "detail")
    drawn = PainMap.objects.get()
    assert list(events) == [
        ("open", in_north.therapist.pk, in_north.patient.pk, [episode.pk], {}),
        ("mark_pain", in_north.therapist.pk, in_north.patient.pk, [drawn.pk], {}),
    ]


def test_an_episode_without_a_place_is_fine(in_north: Cast) -> None:
    opened(in_north, pain=None)
    assert not PainMark.objects.exists()


def test_nothing_is_opened_where_the_audit_fails(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "record", _broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        opened(in_north)
    assert not Episode.objects.exists()


def _broken(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError
