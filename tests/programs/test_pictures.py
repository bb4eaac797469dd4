import pytest
from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from programs.models import Exercise
from programs.pictures import version_of
from programs.services.catalogue import install_catalogue
from tests.factories.cast import Cast

HINGE = reverse("exercise-figure", args=["hip_hinge"])


def library(cast: Cast) -> None:
    with clinic_scope(cast.clinic.pk):
        install_catalogue(by=cast.owner)


def hinge(cast: Cast) -> Exercise:
    with clinic_scope(cast.clinic.pk):
        return Exercise.objects.get(key="hip_hinge")


def test_a_picture_is_named_in_words_and_kept_for_good(north: Cast, therapist: Client) -> None:
    library(north)
    answer = therapist.get(HINGE, {"v": version_of(hinge(north))})
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "<title id=" in answer.content.decode()
    assert "<animate" not in answer.content.decode()


def test_a_moving_picture_is_asked_for(north: Cast, therapist: Client) -> None:
    library(north)
    assert "<animate" in therapist.get(HINGE, {"animated": "1"}).content.decode()


def test_an_exercise_without_a_pose_has_no_picture(north: Cast, therapist: Client) -> None:
    library(north)
    with clinic_scope(north.clinic.pk):
        Exercise.objects.filter(key="hip_hinge").update(pose={})
    assert therapist.get(HINGE).status_code == 404


def test_another_clinics_exercise_is_not_found(south: Cast, therapist: Client) -> None:
    library(south)
    assert therapist.get(HINGE).status_code == 404


@pytest.mark.parametrize("version", ["", "another"])
def test_by_an_address_of_another_version_it_is_not_kept(version: str, north: Cast, therapist: Client) -> None:
    library(north)
    assert therapist.get(HINGE, {"v": version})["Cache-Control"] == "no-store"


def test_the_version_changes_with_what_is_seen_and_read(north: Cast, south: Cast) -> None:
    """Two clinics have versions of their own, or who works in both would read the one's title in the other."""
    library(north)
    library(south)
    one = hinge(north)
    pose = one.pose
    versions = {version_of(one), version_of(hinge(south))}
    for name, value in (("name", "Our hinge"), ("alt_text", "A person bends"), ("pose", {**pose, "mat": False})):
        setattr(one, name, value)
        versions.add(version_of(one))
    assert len(versions) == 5
    one = hinge(north)
    before = version_of(one)
    one.pose = dict(reversed(list(pose.items())))
    assert version_of(one) == before
