"""A clinic gets the catalogue as rows of its own, and keeps what it made of them."""

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs import catalogue, models
from programs.models import Exercise
from programs.services.catalogue import install_catalogue
from tests.factories import Cast


def test_a_clinic_gets_every_test_and_every_exercise(in_north: Cast) -> None:
    install_catalogue(by=in_north.owner)
    assert set(models.Test.objects.values_list("key", flat=True)) == {one.key for one in catalogue.tests()}
    assert set(Exercise.objects.values_list("key", flat=True)) == {one.key for one in catalogue.exercises()}


def test_the_lunge_arrives_with_its_line_and_what_the_line_rests_on(in_north: Cast) -> None:
    install_catalogue(by=in_north.owner)
    ours, theirs = models.Test.objects.get(key="M12"), catalogue.test("M12")
    assert (ours.name, ours.unit, ours.sided, ours.line) == (theirs.name, "cm", True, dict(theirs.line))
    assert (ours.reference, ours.status) == (theirs.reference, theirs.status)


def test_an_exercise_arrives_with_its_steps_dose_and_figure(in_north: Cast) -> None:
    install_catalogue(by=in_north.owner)
    ours, theirs = Exercise.objects.get(key="hip_hinge"), catalogue.exercise("hip_hinge")
    assert (ours.steps, ours.dose, ours.pose) == (list(theirs.steps), dict(theirs.dose), dict(theirs.pose))


def test_installing_again_adds_nothing_and_keeps_what_the_clinic_edited(in_north: Cast) -> None:
    install_catalogue(by=in_north.owner)
    models.Test.objects.filter(key="M12").update(line={"rule": "sides", "low": 8}, is_active=False)
    before = (models.Test.objects.count(), Exercise.objects.count())
    install_catalogue(by=in_north.owner)
    assert (models.Test.objects.count(), Exercise.objects.count()) == before
    assert models.Test.objects.values_list("line", "is_active").get(key="M12") == ({"rule": "sides", "low": 8}, False)


def test_what_a_clinic_lacks_is_added_beside_what_it_has(in_north: Cast) -> None:
    install_catalogue(by=in_north.owner)
    Exercise.objects.filter(key="hip_hinge").delete()
    install_catalogue(by=in_north.owner)
    assert Exercise.objects.filter(key="hip_hinge").count() == 1


def test_another_clinic_gets_nothing(in_north: Cast, south: Cast) -> None:
    install_catalogue(by=in_north.owner)
    with clinic_scope(south.clinic.pk):
        assert (models.Test.objects.count(), Exercise.objects.count()) == (0, 0)


def test_installing_is_recorded(in_north: Cast) -> None:
    install_catalogue(by=in_north.owner)
    event = AuditEvent.objects.get(action="install_catalogue")
    assert (event.subject, event.subject_ids, event.by) == ("clinics.clinic", [in_north.clinic.pk], in_north.owner)
