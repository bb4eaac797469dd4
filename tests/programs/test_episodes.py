from datetime import date

import pytest
from django.db import IntegrityError, transaction

from clinics import audit
from clinics.models import AuditEvent
from programs.models import Episode, PainArea
from programs.services.episodes import Pain, note_pain, open_episode
from tests.factories import Cast

TODAY = date(2021, 3, 1)
BACK = Pain(region="low_back", side="right", levels="L4-S1", quality="ache", intensity=6)


def opened(cast: Cast, **changes: object) -> Episode:
    values: dict[str, object] = {
        "patient": cast.patient, "complaint": "Low back pain", "began_on": date(2020, 10, 1), "started_on": TODAY,
        "by": cast.therapist, "pain": BACK,
    }  # fmt: skip
    return open_episode(**{**values, **changes})  # type: ignore[arg-type]  # ours


def test_open_episode_notes_where_it_hurts(in_north: Cast) -> None:
    episode = opened(in_north)
    assert Episode.objects.open().get() == episode
    assert PainArea.objects.values("region", "side", "levels", "quality", "intensity", "noted_on").get() == {
        "region": "low_back", "side": "right", "levels": "L4-S1", "quality": "ache", "intensity": 6, "noted_on": TODAY,
    }  # fmt: skip


def test_open_episode_is_audited_with_ids_only(in_north: Cast) -> None:
    episode = opened(in_north)
    events = AuditEvent.objects.order_by("pk").values_list("action", "by", "patient_id", "subject_ids", "detail")
    area = PainArea.objects.get()
    assert list(events) == [
        ("open", in_north.therapist.pk, in_north.patient.pk, [episode.pk], {}),
        ("note_pain", in_north.therapist.pk, in_north.patient.pk, [area.pk], {}),
    ]


def test_an_episode_without_a_place_is_fine(in_north: Cast) -> None:
    opened(in_north, pain=None)
    assert not PainArea.objects.exists()


def test_nothing_is_opened_where_the_audit_fails(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "record", _broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        opened(in_north)
    assert not Episode.objects.exists()


def test_the_database_refuses_eleven_of_ten(in_north: Cast) -> None:
    episode = opened(in_north, pain=None)
    with pytest.raises(IntegrityError, match="programs_painarea_intensity"), transaction.atomic():
        note_pain(episode=episode, pain=Pain(region="hip", intensity=11), noted_on=TODAY, by=in_north.therapist)


def _broken(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError
