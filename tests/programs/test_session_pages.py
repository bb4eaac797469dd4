"""The session's page: rows come and go, what was typed stays, and each shut gate shows its way forward."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from programs.addresses import Care
from programs.models import Session
from programs.services.sessions import save_session, sign
from programs.session_draft import Draft
from tests.conftest import signed_in_client
from tests.factories import NINE, Cast, appointment_at
from tests.programs.needles import RECORD, RECORD_TYPED, asked
from tests.programs.pages import rows, tags_with, words
from tests.programs.test_episodes import opened
from tests.programs.test_sessions import GLUTEUS, put_back, screened

SITE = {
    "muscle": "gluteus_medius", "level": "", "side": "right", "diameter_mm": "0.30", "length_mm": "60",
    "technique": "pistoning", "needles_in": "2", "needles_out": "2", "lot": "DEMO-LOT-01", "expires_on": "2030-01-31",
    "response": "",
}  # fmt: skip
MOBILISED = {
    "technique": "lumbar_pa_central", "region": "low_back", "level": "L4", "side": "none", "grade": "II",
    "minutes": "8",
}  # fmt: skip


pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def visit(north: Cast) -> Appointment:
    """Under way, with an episode and a clear screen."""
    with clinic_scope(north.clinic.pk):
        screened(opened(north), north)
        visit = appointment_at(north, status=Status.IN_SESSION)
        asked(visit, north.therapist)
        return visit


def page(visit: Appointment, name: str = "session") -> str:
    return reverse(name, args=[visit.pk])


def note(*sites: dict[str, Any], treatments: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    typed = {"note": "Hinge retraining.", "pain_before": "5", "pain_after": "3", **RECORD_TYPED, **fields}
    return {**typed, **rows("sites", *sites), **rows("treatments", *(treatments or []))}


def test_a_draft_is_saved_and_shown_again(therapist: Client, visit: Appointment) -> None:
    answer = therapist.post(page(visit), note(SITE, treatments=[MOBILISED]))
    assert (answer.status_code, answer["Location"]) == (302, page(visit))
    forms = therapist.get(page(visit)).context["forms"]
    assert [form["muscle"].value() for form in forms.sites] == ["gluteus_medius"]
    assert [form["grade"].value() for form in forms.treatments] == ["II"]


def test_a_site_is_added_like_the_one_before_without_judging(therapist: Client, visit: Appointment) -> None:
    answer = therapist.post(page(visit), {**note({**SITE, "needles_in": "x"}), "change": "add-site"})
    forms = answer.context["forms"]
    assert answer.status_code == 200
    assert [(form["needles_in"].value(), form["length_mm"].value()) for form in forms.sites] == [("x", "60"), (1, "60")]
    assert forms.note["note"].value() == "Hinge retraining."


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("drop-site-0", ["soleus"]),
        ("drop-site-9", ["gluteus_medius", "soleus"]),
        ("nonsense", ["gluteus_medius", "soleus"]),
    ],
)
def test_a_row_is_dropped_by_its_number(therapist: Client, visit: Appointment, change: str, left: list[str]) -> None:
    answer = therapist.post(page(visit), {**note(SITE, {**SITE, "muscle": "soleus"}), "change": change})
    assert [form["muscle"].value() for form in answer.context["forms"].sites] == left


@pytest.mark.parametrize(
    ("change", "start"),
    [
        ("add-site", 'name="sites-2-muscle"'),
        ("add-treatment", 'name="treatments-1-technique"'),
        ("drop-site-1", 'name="sites-0-muscle"'),
        ("out-site-0", 'name="sites-0-needles_out"'),
        ("drop-treatment-0", 'value="add-treatment"'),
    ],
)
def test_the_keyboard_goes_on_where_a_row_changed(
    therapist: Client, visit: Appointment, change: str, start: str
) -> None:
    answer = therapist.post(page(visit), {**note(SITE, SITE, treatments=[MOBILISED]), "change": change})
    assert [start in tag for tag in tags_with("autofocus", answer)] == [True]


def test_a_refused_note_starts_at_the_first_field_that_needs_a_look(therapist: Client, visit: Appointment) -> None:
    answer = therapist.post(page(visit), note(SITE, {**SITE, "needles_in": "x", "length_mm": "1"}, pain_before="11"))
    first, *_others = tags_with("autofocus", answer)
    assert (answer.status_code, 'name="pain_before"' in first) == (422, True)


def test_what_is_typed_and_not_saved_is_marked_so(therapist: Client, visit: Appointment) -> None:
    answers = [therapist.get(page(visit)), therapist.post(page(visit), {**note(SITE), "change": "add-site"})]
    assert ["data-unsaved" in answer.content.decode() for answer in answers] == [False, True]


@pytest.mark.parametrize("change", ["drop-site-" + "9" * 5000, "out-site-" + "9" * 5000, "out-site-", "drop-x-0"])
def test_a_row_that_cannot_be_meant_changes_nothing(therapist: Client, visit: Appointment, change: str) -> None:
    answer = therapist.post(page(visit), {**note({**SITE, "needles_in": "9" * 5000}), "change": change})
    assert (answer.status_code, len(answer.context["forms"].sites)) == (200, 1)


def test_techniques_come_and_go_too(therapist: Client, visit: Appointment) -> None:
    more = therapist.post(page(visit), {**note(treatments=[MOBILISED]), "change": "add-treatment"})
    fewer = therapist.post(page(visit), {**note(treatments=[MOBILISED]), "change": "drop-treatment-0"})
    assert [len(answer.context["forms"].treatments.forms) for answer in (more, fewer)] == [2, 0]


def test_needles_are_counted_before_anything_is_saved(therapist: Client, visit: Appointment) -> None:
    two_in = {**note({**SITE, "needles_out": "0"}), "change": "count"}
    answer = therapist.post(page(visit), two_in)
    assert (answer.context["left"], answer.context["pips"]) == (2, [False, False])
    answer = therapist.post(page(visit), {**two_in, "change": "out-site-0"})
    assert (answer.context["left"], answer.context["pips"]) == (0, [True, True])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"muscle": ""}, "muscle"),
        ({"muscle": "heart"}, "muscle"),
        ({"muscle": "lumbar_multifidus"}, "level"),
        ({"muscle": "lumbar_multifidus", "level": "C3"}, "level"),
        ({"needles_in": "400"}, "needles_in"),
        ({"needles_in": "0"}, "needles_in"),
        ({"needles_out": "-1"}, "needles_out"),
        ({"needles_out": "3"}, "needles_out"),
        ({"diameter_mm": "0.9"}, "diameter_mm"),
        ({"side": "both"}, "side"),
    ],
)
def test_a_wrong_site_comes_back_as_it_was_typed(
    therapist: Client, visit: Appointment, changes: dict[str, str], field: str
) -> None:
    answer = therapist.post(page(visit), note({**SITE, **changes}))
    forms = answer.context["forms"]
    assert (answer.status_code, list(forms.sites.forms[0].errors)) == (422, [field])
    assert forms.note["note"].value() == "Hinge retraining."
    assert "1 field needs a look." in words(answer)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"grade": ""}, "grade"),
        ({"level": ""}, "level"),
        ({"minutes": "0"}, "minutes"),
        ({"technique": "lumbar_hammer"}, "technique"),
    ],
)
def test_a_wrong_technique_names_its_field(
    therapist: Client, visit: Appointment, changes: dict[str, str], field: str
) -> None:
    answer = therapist.post(page(visit), note(treatments=[{**MOBILISED, **changes}]))
    assert (answer.status_code, list(answer.context["forms"].treatments.forms[0].errors)) == (422, [field])


def test_a_blank_row_is_no_row(therapist: Client, visit: Appointment, north: Cast) -> None:
    blank = {
        "muscle": "",
        "needles_in": "1",
        "needles_out": "0",
        "diameter_mm": "0.30",
        "length_mm": "50",
        "technique": "static",
    }
    assert therapist.post(page(visit), note(blank)).status_code == 302
    with clinic_scope(north.clinic.pk):
        assert Session.objects.get().needling_sites.count() == 0


@pytest.mark.parametrize("total", ["", "x", "9999999", "9" * 5000])
def test_a_broken_form_breaks_nothing(therapist: Client, visit: Appointment, total: str) -> None:
    broken = {**note(), "sites-TOTAL_FORMS": total}
    assert therapist.post(page(visit), broken).status_code == 422
    assert therapist.post(page(visit), {**broken, "change": "add-site"}).status_code == 200


def test_signing_locks_the_page(therapist: Client, visit: Appointment) -> None:
    answer = therapist.post(page(visit, "session-sign"), note(SITE))
    assert (answer.status_code, answer["Location"]) == (302, page(visit))
    shown = therapist.get(page(visit))
    assert "Signed by Theo North, 1 Mar 2021, 09:00. It can be read and no longer changed." in words(shown)
    assert "Save draft" not in words(shown)


def test_a_refused_signature_says_why_and_loses_nothing(therapist: Client, visit: Appointment, north: Cast) -> None:
    answer = therapist.post(page(visit, "session-sign"), note({**SITE, "needles_out": "1"}))
    assert answer.status_code == 409
    assert "Not signed yet: 1 needle still in. Your note is saved." in words(answer)
    with clinic_scope(north.clinic.pk):
        assert Session.objects.values_list("note", "signed_at").get() == ("Hinge retraining.", None)


def test_a_wrong_note_is_not_signed(therapist: Client, visit: Appointment) -> None:
    answer = therapist.post(page(visit, "session-sign"), note(pain_after="11"))
    assert (answer.status_code, list(answer.context["forms"].note.errors)) == (422, ["pain_after"])


def test_a_row_without_a_muscle_is_nothing_written(therapist: Client, visit: Appointment) -> None:
    answer = therapist.post(page(visit), {**note(note=""), "change": "add-site"})
    assert [gate.key for gate in answer.context["gates"] if not gate.open] == ["needles", "complete", "documented"]


def test_a_refused_page_can_be_loaded_again(therapist: Client, visit: Appointment) -> None:
    assert therapist.get(page(visit, "session-sign"))["Location"] == page(visit)


def test_a_shut_gate_shows_its_way_forward(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        care = Care(north.patient.pk, opened(north).pk)
        visit = appointment_at(north, status=Status.IN_SESSION)
    gates = therapist.get(page(visit)).context["gates"]
    screen = f"{reverse('red-flags', args=[care])}?appointment={visit.pk}"
    assert [(gate.key, gate.action, gate.url) for gate in gates if not gate.open] == [
        ("red_flags", "Screen now", screen),
        ("documented", "Write a note", "#note"),
    ]


def test_a_signed_session_takes_no_second_writing(therapist: Client, visit: Appointment) -> None:
    therapist.post(page(visit, "session-sign"), note(SITE))
    answers = [therapist.post(page(visit, name), note(SITE)) for name in ("session", "session-sign")]
    assert [answer.status_code for answer in answers] == [409, 409]


def test_a_colleague_reads_and_does_not_write(visit: Appointment, north: Cast, therapist: Client) -> None:
    therapist.post(page(visit), note(SITE))
    tara = signed_in_client(north.colleague)
    assert "Draft, not signed. Theo North is writing it." in words(tara.get(page(visit)))
    assert tara.post(page(visit), note()).status_code == 409


def test_without_an_episode_the_page_says_where_to_begin(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        visit = appointment_at(north)
    assert "No complaint is open yet" in words(therapist.get(page(visit)))
    assert therapist.post(page(visit), note()).status_code == 409


def test_a_cancelled_visit_has_nothing_to_write(therapist: Client, visit: Appointment, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        put_back(Status.CANCELLED)
    assert "This visit did not take place" in words(therapist.get(page(visit)))
    assert therapist.post(page(visit), note()).status_code == 409


@pytest.mark.parametrize("name", ["session", "session-sign"])
def test_another_clinics_visit_is_not_found(therapist: Client, south: Cast, name: str) -> None:
    with clinic_scope(south.clinic.pk):
        opened(south)
        foreign = appointment_at(south)
    assert [
        therapist.get(page(foreign, name)).status_code,
        therapist.post(page(foreign, name), note()).status_code,
    ] == [404, 404]


@pytest.mark.parametrize("name", ["session", "session-sign"])
def test_the_front_desk_writes_no_notes(desk: Client, visit: Appointment, name: str) -> None:
    assert [desk.get(page(visit, name)).status_code, desk.post(page(visit, name), note()).status_code] == [403, 403]


def signed_at_hour(cast: Cast, hour: int) -> None:
    visit = appointment_at(cast, NINE.replace(hour=hour), status=Status.IN_SESSION)
    asked(visit, cast.therapist)
    draft = Draft(note="x", sites=[GLUTEUS, GLUTEUS], early_why="As agreed.", **RECORD)
    sign(
        session=save_session(appointment=visit, episode=episode_of(cast), draft=draft, by=cast.therapist),
        by=cast.therapist,
    )


def episode_of(cast: Cast) -> Any:
    return cast.patient.episodes.get()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    therapist: Client, north: Cast, django_assert_num_queries: Any, count: int
) -> None:
    with clinic_scope(north.clinic.pk):
        screened(opened(north), north)
        for hour in (9, 11, 13)[:count]:
            signed_at_hour(north, hour)
    with django_assert_num_queries(16):
        answer = therapist.get(reverse("sessions", args=[north.patient.pk]))
    assert words(answer).count("Signed by Theo North") == count


def test_a_page_that_did_not_hear_of_its_own_save_is_no_other_window(therapist: Client, visit: Appointment) -> None:
    """As where a tap on a button came before the answer of what was kept while one typed."""
    own = therapist.get(page(visit)).context["forms"].note["page"].value()
    therapist.post(page(visit, "session-autosave"), note(SITE, note="Half.", version="0", page=str(own)))
    answer = therapist.post(page(visit), note(SITE, note="Whole.", version="0", page=str(own)))
    assert answer.status_code == 302
    late = therapist.post(page(visit, "session-autosave"), note(SITE, note="Late.", version="0", page=str(own)))
    assert "Not saved: changed elsewhere" in words(late)
    assert therapist.post(page(visit), note(SITE, note="Other.", version="0")).status_code == 409
    assert therapist.get(page(visit)).context["forms"].note["note"].value() == "Whole."


def test_what_is_kept_while_one_types_says_so(therapist: Client, visit: Appointment) -> None:
    kept = therapist.post(page(visit, "session-autosave"), note(SITE, version="0"))
    assert ("Draft saved" in words(kept), 'value="1"' in kept.content.decode()) == (True, True)
    wrong = therapist.post(page(visit, "session-autosave"), note({**SITE, "needles_in": "x"}, version="1"))
    assert "Not saved yet: 1 field" in words(wrong)
    behind = therapist.post(page(visit, "session-autosave"), note(SITE, version="0"))
    assert "Not saved: changed elsewhere" in words(behind)


def test_a_refused_signature_keeps_every_tick(therapist: Client, visit: Appointment) -> None:
    ticks = ["dry_needling", "exercise"]
    answer = therapist.post(page(visit, "session-sign"), note({**SITE, "needles_out": "1"}, aftercare=ticks))
    forms = answer.context["forms"]
    assert (forms.note["aftercare"].value(), answer.context["shut"]) == (ticks, {"needles"})


def test_nobody_counts_twice_for_a_second_person(therapist: Client, north: Cast, visit: Appointment) -> None:
    answer = therapist.post(page(visit), note(SITE, second_count_by_id=str(north.therapist.pk)))
    assert (answer.status_code, list(answer.context["forms"].note.errors)) == (422, ["second_count_by_id"])
    assert therapist.post(page(visit), note(SITE, second_count_by_id=str(north.colleague.pk))).status_code == 302


def test_last_times_needles_stand_ready_and_none_is_out(therapist: Client, north: Cast, visit: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        earlier = appointment_at(north, NINE.replace(hour=7), status=Status.IN_SESSION)
        draft = Draft(sites=[GLUTEUS], sign_name="Bending", next_time="Hinge first.", **RECORD)
        save_session(appointment=earlier, episode=episode_of(north), draft=draft, by=north.therapist)
    assert "Planned on 1 Mar: Hinge first." in words(therapist.get(page(visit)))
    forms = therapist.post(page(visit), {**note(note="Today."), "change": "carry"}).context["forms"]
    (site,) = forms.sites
    assert (site["muscle"].value(), site["lot"].value(), site["needles_out"].value()) == (
        "gluteus_medius", "DEMO-LOT-01", 0,
    )  # fmt: skip
    assert (forms.note["note"].value(), forms.note["sign_name"].value()) == ("Today.", "Bending")


def test_a_second_window_shows_both_notes_and_keeps_what_was_typed(therapist: Client, visit: Appointment) -> None:
    therapist.post(page(visit), note(SITE, note="First window."))
    answer = therapist.post(page(visit), note(note="Second window.", version="0"))
    assert answer.status_code == 409
    assert "Not saved: this note was changed in another window" in words(answer)
    assert "First window." in words(answer)
    note_form = answer.context["forms"].note
    assert (note_form["note"].value(), note_form["version"].value()) == ("Second window.", "1")
    assert therapist.post(page(visit), note(note="Second window.", version="1")).status_code == 302


def test_the_second_window_signs_nothing_over_the_first(therapist: Client, visit: Appointment, north: Cast) -> None:
    therapist.post(page(visit), note(note="First window."))
    assert therapist.post(page(visit, "session-sign"), note(note="Second window.", version="0")).status_code == 409
    with clinic_scope(north.clinic.pk):
        assert Session.objects.values_list("note", "signed_at").get() == ("First window.", None)


def test_a_row_more_does_not_make_an_old_page_a_new_one(therapist: Client, visit: Appointment) -> None:
    therapist.post(page(visit), note(note="First window."))
    answer = therapist.post(page(visit), {**note(SITE, version="0"), "change": "add-site"})
    assert answer.context["forms"].note["version"].value() == "0"


@pytest.mark.parametrize("extra", [{}, {"change": "add-site"}])
def test_what_was_typed_for_a_signed_session_can_still_be_read(
    therapist: Client, visit: Appointment, extra: dict[str, str]
) -> None:
    assert therapist.post(page(visit, "session-sign"), note(note="Signed words.")).status_code == 302
    answer = therapist.post(page(visit), {**note(SITE, note="Typed since.", version="1"), **extra})
    assert answer.status_code == 409
    assert [one.muscle for one in answer.context["typed"].sites] == ["gluteus_medius"]
    shown = words(answer)
    assert shown.index("Not saved: what you typed") < shown.index("Typed since.") < shown.index("Signed words.")
