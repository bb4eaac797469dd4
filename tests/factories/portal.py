"""A second patient of the same clinic with a programme and a login: what the first must never reach."""

from django.test import Client

from clinics.models import User
from clinics.tenancy import clinic_scope
from portal.models import PatientLogin
from programs.models import Episode, HomeProgramme, Prescription
from tests.factories.cast import Cast


def neighbour_client(cast: Cast) -> Client:
    """The portal, signed in as pete (or petra in the south)."""
    user, _is_new = User.objects.get_or_create(email=f"neighbour@{cast.clinic.pk}.example", defaults={"name": "Pete"})
    with clinic_scope(cast.clinic.pk):
        PatientLogin.objects.get_or_create(user=user, patient=cast.neighbour)
    client = Client()
    client.force_login(user)
    return client


def copy_for_neighbour(cast: Cast) -> int:
    """Inside the clinic's scope: the neighbour gets the patient's programme; its hip hinge is returned."""
    programme = HomeProgramme.objects.get(patient=cast.patient)
    episode = Episode.objects.create(patient=cast.neighbour, complaint="Knee", started_on=programme.starts_on)
    copied = HomeProgramme.objects.create(
        patient=cast.neighbour, episode=episode, starts_on=programme.starts_on, ends_on=programme.ends_on
    )
    found = [
        Prescription.objects.create(
            patient=cast.neighbour, programme=copied, exercise=one.exercise, sets=2, reps=5, weekdays=one.weekdays
        )
        for one in programme.prescriptions.select_related("exercise")
    ]
    return next(one.pk for one in found if one.exercise.key == "hip_hinge")
