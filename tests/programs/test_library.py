"""What a clinic changed in its tests and factors stays, is seen and is audited; the rest follows the library."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs import catalogue, models
from programs.forms.library import form_of_test
from programs.models import Factor, FactorKind
from programs.services import weighing
from programs.services.catalogue import change_copy, install_catalogue, update_copies
from programs.templatetags.program import code, codes
from tests.factories import NINE, Cast
from tests.factories.worker import as_worker
from tests.programs.pages import words
from tests.programs.test_assessments import assessed, both, suggestions


def lunge(cast: Cast) -> models.Test:
    install_catalogue(by=cast.owner)
    return models.Test.objects.get(key="M12")


def moved(test: models.Test, low: float) -> dict[str, Any]:
    return {**test.line, "low": low}


def next_library(**fields: Any) -> dict[str, dict[str, Any]]:
    return {"M12": {"name": "Lunge", "line": {"rule": "sides", "low": 10}, "population": "Everybody", **fields}}


def test_a_copy_knows_its_version_and_what_it_rests_on(in_north: Cast) -> None:
    test = lunge(in_north)
    assert (test.content_version, test.overridden) == (catalogue.content("tests")["content_version"], [])
    assert test.sources == list(catalogue.test("M12").sources)
    assert (test.population, test.region) == (catalogue.test("M12").population, "ankle")
    assert (test.possible, test.plausible) == ([Decimal(0), Decimal(30)], [Decimal(1), Decimal(20)])


def test_a_moved_line_is_remembered_and_audited_with_before_and_after(in_north: Cast) -> None:
    test = lunge(in_north)
    before = dict(test.line)
    changed = change_copy(row=test, to={"line": moved(test, 8)}, by=in_north.owner)
    assert (changed.overridden, changed.line["low"]) == (["line"], 8)
    event = AuditEvent.objects.get(action="change")
    assert (event.subject, event.by) == ("programs.test", in_north.owner)
    assert event.detail["changes"] == {"line": [before, moved(test, 8)]}


@pytest.mark.parametrize(("typed", "errors"), [("", ["A test that is measured needs its range."]), ("0; 25", [])])
def test_a_measured_test_keeps_a_range(in_north: Cast, typed: str, errors: list[str]) -> None:
    test = lunge(in_north)
    shown = form_of_test(test)(instance=test)
    form = form_of_test(test)(
        {**{name: shown[name].value() for name in shown.fields}, "possible": typed}, instance=test
    )
    assert form.errors.get("possible", []) == errors


def test_back_to_the_librarys_value_is_no_longer_an_override(in_north: Cast) -> None:
    test = lunge(in_north)
    change_copy(row=test, to={"line": moved(test, 8)}, by=in_north.owner)
    assert change_copy(row=test, to={"line": dict(catalogue.test("M12").line)}, by=in_north.owner).overridden == []


@pytest.mark.django_db(transaction=True)
def test_what_a_moved_line_says_reaches_every_complaint_in_care(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        test = lunge(north)
        episode = assessed(north, both("M12", "9.5", "10"))
        assert suggestions(episode) == {}
        change_copy(row=test, to={"line": moved(test, 9.8)}, by=north.owner)
    for left in ([north.clinic.pk], []):
        with as_worker():
            assert weighing.clinics_with_news() == left
            for clinic_id in left:
                with clinic_scope(clinic_id):
                    weighing.weigh_news(clinic_id=clinic_id, now=NINE)
    with clinic_scope(north.clinic.pk):
        assert suggestions(episode) == {"ankle_df": "possible"}


def test_nothing_changed_is_no_event(in_north: Cast) -> None:
    test = lunge(in_north)
    change_copy(row=test, to={"line": dict(test.line), "name": test.name}, by=in_north.owner)
    assert not AuditEvent.objects.filter(action="change").exists()


def test_a_new_version_of_the_library_leaves_an_override_alone(in_north: Cast) -> None:
    test = lunge(in_north)
    change_copy(row=test, to={"line": moved(test, 8)}, by=in_north.owner)
    assert update_copies(models.Test, next_library(), version="9", by=None) == 1
    test.refresh_from_db()
    assert (test.line["low"], test.name, test.population, test.content_version) == (8, "Lunge", "Everybody", "9")
    event = AuditEvent.objects.get(action="update")
    assert set(event.detail["changes"]) == {"name", "population"}
    assert event.detail["version"] == [catalogue.content("tests")["content_version"], "9"]


def test_a_new_version_moves_what_the_clinic_did_not_touch(in_north: Cast) -> None:
    test = lunge(in_north)
    update_copies(models.Test, next_library(), version="9", by=None)
    assert update_copies(models.Test, next_library(line={}), version="9", by=None) == 0  # of that version already
    test.refresh_from_db()
    assert test.line == {"rule": "sides", "low": 10}


def test_a_factor_of_the_clinics_own_is_never_updated(in_north: Cast) -> None:
    own = FactorKind.objects.create(key="ankle_df", name="Ankles", for_patient="Your ankles", core=["O03"])
    install_catalogue(by=in_north.owner)
    own.refresh_from_db()
    assert (own.name, own.core, own.content_version) == ("Ankles", ["O03"], "")


def test_a_clinics_own_factor_is_suggested_like_the_others(in_north: Cast) -> None:
    FactorKind.objects.create(key="stiff_ankle", name="Stiff ankle", for_patient="Your ankle", core=["M12"])
    episode = assessed(in_north, both("M12", "7.0", "10.5"))
    assert suggestions(episode) == {"ankle_df": "possible", "stiff_ankle": "possible"}


def test_a_factor_out_of_use_is_suggested_no_more(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "7.0", "10.5"))
    FactorKind.objects.filter(key="ankle_df").update(is_active=False)
    assessed(in_north, both("M12", "7.0", "10.5"), episode=episode)
    assert suggestions(episode) == {}
    assert Factor.objects.with_kind().get(episode=episode, key="ankle_df").name == "Limited ankle dorsiflexion"


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("programs_test_possible", {"possible": [5, 5], "plausible": None}),
        ("programs_test_possible", {"possible": [1], "plausible": None}),
        ("programs_test_plausible", {"plausible": [0, 31]}),
        ("programs_test_plausible", {"plausible": [20, 1]}),
    ],
)
def test_the_database_wants_ranges_that_make_sense(in_north: Cast, rule: str, values: dict[str, Any]) -> None:
    lunge(in_north)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        models.Test.objects.filter(key="M12").update(**values)


@pytest.mark.parametrize(
    ("rule", "values"),
    [("programs_factorkind_tests", {"core": []}), ("programs_factorkind_once", {"core": ["M12"], "extra": ["M12"]})],
)
def test_the_database_wants_each_test_once(in_north: Cast, rule: str, values: dict[str, Any]) -> None:
    lunge(in_north)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        FactorKind.objects.filter(key="ankle_df").update(**values)


def test_the_command_brings_every_clinic_up_to_date(north: Cast, south: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        lunge(north)
        models.Test.objects.filter(key="M12").update(content_version="0.0.1", population="", overridden=[])
    call_command("update_catalogue", verbosity=0)
    for cast in (north, south):
        with clinic_scope(cast.clinic.pk):
            assert models.Test.objects.get(key="M12").population == catalogue.test("M12").population


def admin_page(kind: str, pk: int) -> str:
    return reverse(f"admin:programs_{kind}_change", args=[pk])


def posted(client: Client, page: str, **changes: str) -> Any:
    """The form as it stands, with some fields typed over."""
    shown: Any = client.get(page)
    form = shown.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    filled = {name: form.fields[name].prepare_value(value) for name, value in values.items()}
    return client.post(page, {name: one for name, one in {**filled, **changes}.items() if one not in (None, False)})


def test_an_admin_moves_a_line_in_a_form_of_numbers(manager: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        test = lunge(north)
    assert posted(manager, admin_page("test", test.pk), line_low="8.5").status_code == 302
    with clinic_scope(north.clinic.pk):
        test.refresh_from_db()
        event = AuditEvent.objects.get(action="change")
    assert (test.line["low"], test.line["rule"], test.overridden) == (8.5, "sides", ["line"])
    assert event.detail["fields"] == ["line"]


def test_the_admins_history_says_what_the_line_was_and_what_it_is(manager: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        test = lunge(north)
        change_copy(row=test, to={"line": moved(test, 8)}, by=north.owner)
    history = manager.get(reverse("admin:programs_test_history", args=[test.pk]))
    assert f"line, low: {test.line['low']} → 8" in words(history)


def test_an_admin_changes_the_lines_by_age(manager: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        lunge(north)
        test = models.Test.objects.get(key="M15")
    page = admin_page("test", test.pk)
    assert posted(manager, page, line_table="60 64 14").status_code == 422
    assert posted(manager, page, line_table="60 64 15 13\n65 69 12 11").status_code == 302
    with clinic_scope(north.clinic.pk):
        test.refresh_from_db()
    assert test.line["table"] == [[60, 64, 15, 13], [65, 69, 12, 11]]


def test_an_admin_adds_a_factor_and_takes_one_out_of_use(manager: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        lunge(north)
    own = {"name": "Stiff calf", "key": "stiff_calf", "for_patient": "Your calf", "core": ["M12"], "is_active": "on"}
    add = reverse("admin:programs_factorkind_add")
    assert manager.post(add, {**own, "extra": ["M12"]}).status_code == 422
    assert manager.post(add, own).status_code == 302
    with clinic_scope(north.clinic.pk):
        made = FactorKind.objects.get(key="stiff_calf")
        assert AuditEvent.objects.get(action="create").subject_ids == [made.pk]
    assert posted(manager, admin_page("factorkind", made.pk), is_active="").status_code == 302
    with clinic_scope(north.clinic.pk):
        made.refresh_from_db()
    assert not made.is_active


def test_the_page_shows_line_population_sources_status_and_override(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        test = lunge(north)
        change_copy(row=test, to={"line": moved(test, 8)}, by=north.owner)
    shown = therapist.get(reverse("library")).content.decode()
    row = shown[shown.index('id="M12"') : shown.index('id="M13"')]
    for text in ("≥ 8 · diff ≤ 1.5", "Library: ≥ 9 · diff ≤ 1.5", "To be confirmed", "Changed here: line", "Hoch"):
        assert text in row
    assert catalogue.test("M12").population in row
    assert shown.count("<tr id=") == 65


def test_the_page_costs_the_same_however_many_tests(
    therapist: Client, north: Cast, django_assert_num_queries: Any
) -> None:
    with clinic_scope(north.clinic.pk):
        lunge(north)
    with django_assert_num_queries(9):
        therapist.get(reverse("library"))
    with clinic_scope(north.clinic.pk):
        models.Test.objects.exclude(key="M12").delete()
    with django_assert_num_queries(9):
        therapist.get(reverse("library"))


def test_what_is_asked_has_a_name_and_no_number() -> None:
    assert [code(key) for key in ("M12", "FABQ_PA", "CLINICIAN_FEAR")] == ["M12", "", ""]
    assert codes(["M12", "FEAR"]) == "M12, Own fear of movement, 0 to 10"
