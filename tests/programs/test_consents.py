"""The exact words, their seal, how long they count; signing on the tablet and taking it back."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from programs import consents
from programs.addresses import Care
from programs.consents import KINDS, NEEDLING, UnknownHolder, digest, exact_text, expires, lacking, required, shipped
from programs.models import Alert, Consent, ConsentText, Episode
from programs.services.consents import Given, Lacking, NotInForce, TextMoved, give_consent, new_text, withdraw
from tests.factories import Cast, appointment_at
from tests.programs.needles import agreed
from tests.programs.pages import words
from tests.programs.test_episodes import opened

FACTS = {
    name: name.upper()
    for name in (
        "authority", "clinician_name", "clinician_training", "emergency_number", "neck_included", "privacy_contact",
        "regions", "retention_text",
    )
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_texts_have_every_required_element_and_fill_every_place(kind: str) -> None:
    text = exact_text(shipped(kind), FACTS)
    assert (lacking(shipped(kind)), "{" in text) == ([], False)


def test_a_place_that_nothing_fills_is_refused() -> None:
    with pytest.raises(UnknownHolder, match="emergency_number"):
        exact_text(shipped(NEEDLING), {})


@given(st.text(min_size=1), st.text())
def test_one_text_has_one_seal(text: str, more: str) -> None:
    whole = text + more
    assert (digest(whole) == digest(text)) is (more == "")
    assert len(digest(whole)) == 64


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 36))
def test_it_counts_whole_months_and_never_skips_one(day: date, months: int) -> None:
    last = expires(day, months)
    assert (last.year * 12 + last.month) - (day.year * 12 + day.month) == months
    assert last.day == day.day or (last.day < day.day and (last.day + 1 > 28))


@pytest.mark.parametrize(
    ("day", "last"), [(date(2024, 2, 29), date(2025, 2, 28)), (date(2023, 2, 28), date(2024, 2, 28))]
)
def test_a_leap_day_has_an_end_in_a_plain_year(day: date, last: date) -> None:
    assert expires(day, 12) == last


def care(cast: Cast) -> tuple[Episode, Care]:
    episode = opened(cast)
    return episode, Care(cast.patient.pk, episode.pk)


def posted(client: Client, where: str, **changes: Any) -> Any:
    """What the page sends back, all ticked."""
    page: Any = client.get(where)
    form = page.context["form"]
    typed = dict.fromkeys(form.names, "on") | {"seen": page.context["seal"], "given_by": "patient"}
    return client.post(where, {**typed, "signer": "Pia North", **changes})


def sign_page(at: Care, query: str = "?regions=hip&regions=low_back") -> str:
    return reverse("consent-sign", args=[at, NEEDLING]) + query


@pytest.mark.parametrize(
    ("drawn", "how"), [("", "typed"), (json.dumps([[[0, 0], [500, 400]], [[10, 20], [30, 40]]]), "drawn")]
)
def test_it_is_signed_on_the_tablet_word_for_word(therapist: Client, north: Cast, drawn: str, how: str) -> None:
    with clinic_scope(north.clinic.pk):
        episode, at = care(north)
    answer = posted(therapist, sign_page(at), strokes=drawn)
    assert answer["Location"] == reverse("consents", args=[at])
    with clinic_scope(north.clinic.pk):
        made = Consent.objects.get()
        assert (made.how, made.signer, made.place, made.taken_by) == (how, "Pia North", "tablet", north.therapist)
        assert (made.episode, made.regions, made.sha256) == (episode, ["hip", "low_back"], digest(made.exact_text))
        assert "Hip" in made.exact_text
        assert AuditEvent.objects.filter(action="consent", by=north.therapist).count() == 1
    page = therapist.get(reverse("consent", args=[made.pk]))
    assert (made.sha256 in words(page), "<polyline" in page.content.decode()) == (True, how == "drawn")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"signer": " "}, "signer"),
        ({"confirms_0": ""}, "confirms_0"),
        ({"strokes": "<svg onload=alert(1)>"}, "strokes"),
        ({"strokes": "[[[0, 0]]]"}, "strokes"),
        ({"strokes": "[[[0, 0], [1, 99999]]]"}, "strokes"),
        ({"strokes": '[[[0, 0], [1, "x"]]]'}, "strokes"),
        ({"given_by": "neighbour"}, "given_by"),
    ],
)
def test_what_is_not_whole_is_not_signed(therapist: Client, north: Cast, changes: dict[str, str], field: str) -> None:
    with clinic_scope(north.clinic.pk):
        _episode, at = care(north)
    answer = posted(therapist, sign_page(at), **changes)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    with clinic_scope(north.clinic.pk):
        assert Consent.objects.count() == 0


def test_the_patient_ticks_words_without_gaps(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        _episode, at = care(north)
    shown = words(therapist.get(reverse("consent-sign", args=[at, "thrust_manipulation"]) + "?regions=low_back"))
    assert ("I agree to thrust manipulation of: Low back." in shown, "{" in shown) == (True, False)


def test_a_text_that_is_chosen_from_line_by_line_is_not_signed_as_a_whole(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        _episode, at = care(north)
    assert therapist.get(reverse("consent-sign", args=[at, "data_and_reminders"])).status_code == 404


def test_another_text_than_the_one_that_was_read_is_not_signed(in_north: Cast) -> None:
    episode, _at = care(in_north)
    given_now = Given(kind=NEEDLING, seen=digest("an older text"), signer="Pia North")
    with pytest.raises(TextMoved):
        give_consent(episode=episode, given=given_now, by=in_north.therapist, clinician=in_north.therapist)


def test_it_is_taken_back_once_and_the_clinicians_are_told(in_north: Cast) -> None:
    episode, _at = care(in_north)
    visit = appointment_at(in_north, status=Status.IN_SESSION)
    consent = agreed(visit, in_north.therapist, episode=episode)
    taken = withdraw(consent=consent, why="Second thoughts", by=in_north.therapist)
    assert (taken.withdrawn_by, taken.withdrawn_why) == (in_north.therapist, "Second thoughts")
    assert [alert.kind for alert in Alert.objects.all()] == ["consent_withdrawn"]
    with pytest.raises(NotInForce):
        withdraw(consent=consent, why="", by=in_north.therapist)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE programs_consent SET exact_text = 'Another'",
        "UPDATE programs_consent SET withdrawn_at = NULL, withdrawn_by_id = NULL",
        "UPDATE programs_consent SET expires_on = '2199-01-01'",
        "DELETE FROM programs_consent",
        """INSERT INTO programs_consent SELECT (c).* FROM (SELECT jsonb_populate_record(c, jsonb_build_object(
           'id', c.id + 1, 'exact_text', 'Something else')) AS c FROM programs_consent AS c) AS changed""",
    ],
)
def test_the_database_keeps_it_word_for_word(in_north: Cast, change: str) -> None:
    agreed(appointment_at(in_north), in_north.therapist)
    with pytest.raises(DatabaseError), transaction.atomic():
        from_hand(change)


def from_hand(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_clinics_own_text_has_every_required_element(in_north: Cast) -> None:
    ours = shipped(NEEDLING)
    short = consents.Template(
        **{**{name: getattr(ours, name) for name in ours.__slots__}, "sections": ours.sections[1:]}
    )
    with pytest.raises(Lacking, match=required(NEEDLING)[0]):
        new_text(template=short, by=in_north.therapist)
    assert new_text(template=ours, by=in_north.therapist).version == 2
    assert ConsentText.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    therapist: Client, north: Cast, django_assert_num_queries: Any, count: int
) -> None:
    with clinic_scope(north.clinic.pk):
        _episode, at = care(north)
        visit: Appointment = appointment_at(north)
        for _n in range(count):
            agreed(visit, north.therapist)
    with django_assert_num_queries(15):
        answer = therapist.get(reverse("consents", args=[at]))
    assert words(answer).count("Dry needling") >= 1
    assert len(answer.context["found"]) == count
