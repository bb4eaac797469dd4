"""Whatever is edited, saved and signed in whatever order: what is signed has every needle out, and stays."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinics.tenancy import clinic_scope
from patients.models import Status
from programs.models import NeedlingSite, Session
from programs.services.sessions import Moved, Sealed, save_session, sign
from programs.session_draft import Draft
from tests.factories import Cast, appointment_at, make_cast
from tests.programs.needles import RECORD, asked
from tests.programs.test_episodes import opened
from tests.programs.test_sessions import GLUTEUS, screened

pytestmark = pytest.mark.usefixtures("monday_morning")
COUNTS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 4)).filter(lambda one: one[1] <= one[0]), max_size=3)
# Save counts from one of two windows, or sign from it. A window knows the version that it saved or loaded last.
STEPS = st.lists(st.tuples(st.sampled_from(["save", "load", "sign"]), st.integers(0, 1), COUNTS), max_size=12)


class Windows:
    """Two windows of one therapist at one note."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.seen = cast, [0, 0]
        self.episode = opened(cast)
        screened(self.episode, cast)
        self.visit = appointment_at(cast, status=Status.IN_SESSION)
        asked(self.visit, cast.therapist)

    def save(self, window: int, counts: list[tuple[int, int]]) -> None:
        sites = [replace(GLUTEUS, needles_in=went_in, needles_out=out) for went_in, out in counts]
        draft = Draft(version=self.seen[window], note="Treated.", sites=sites, **RECORD)
        try:
            saved = save_session(appointment=self.visit, episode=self.episode, draft=draft, by=self.cast.therapist)
        except (Moved, Sealed):
            return
        self.seen[window] = saved.version

    def load(self, window: int, _counts: Any) -> None:
        if note := Session.objects.first():
            self.seen[window] = note.version

    def sign(self, window: int, _counts: Any) -> None:
        if note := Session.objects.first():
            note.version = self.seen[window]
            sign(session=note, by=self.cast.therapist)


def signed_now() -> list[tuple[Any, ...]] | None:
    note = Session.objects.filter(signed_at__isnull=False).first()
    if note is None:
        return None
    sites = NeedlingSite.objects.filter(session=note).values_list("needles_in", "needles_out")
    return [(note.version, note.signed_at, note.sha256), *sites]


@given(steps=STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_signs_a_needle_that_is_in_or_changes_what_is_signed(db: None, steps: list[Any]) -> None:
    with transaction.atomic():
        cast = make_cast("north", zone="Europe/Dublin")
        with clinic_scope(cast.clinic.pk):
            play(Windows(cast), steps)
        transaction.set_rollback(True)


def play(windows: Windows, steps: list[Any]) -> None:
    before = None
    for step, window, counts in steps:
        getattr(windows, step)(window, counts)
        now = signed_now()
        assert before in (None, now)
        assert now is None or all(went_in == out for went_in, out in now[1:])
        before = now
