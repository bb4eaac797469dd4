"""What can be booked at all: services, therapists with their credentials, rooms with their features."""

from dataclasses import dataclass
from datetime import date

from clinics.models import Credential, Feature, Membership, Room, Service, User

NEEDLING = "needling"


@dataclass(frozen=True, slots=True)
class Supply:
    services: tuple[Service, ...]
    therapists: tuple[User, ...]
    rooms: tuple[Room, ...]
    credentials: tuple[Credential, ...]

    def service(self, key: str) -> Service | None:
        return next((one for one in self.services if str(one.pk) == key), None)

    def has_several_locations(self) -> bool:
        return len({room.location_id for room in self.rooms}) > 1

    def therapists_for(self, service: Service, day: date) -> list[User]:
        return [one for one in self.therapists if self.may_give(one, service, day)]

    def may_give(self, therapist: User, service: Service, day: date) -> bool:
        return not service.credential or any(
            one.therapist_id == therapist.pk
            and one.kind == service.credential
            and one.issued_on <= day <= one.expires_on
            for one in self.credentials
        )

    def rooms_for(self, service: Service) -> list[Room]:
        return [room for room in self.rooms if not missing_features(room, service)]

    @property
    def usual_service(self) -> Service | None:
        """What the booking form starts with."""
        single = [one for one in self.services if not one.is_class]
        needling = (one for one in single if one.key == NEEDLING)
        return next(needling, single[0] if single else None)

    @property
    def classes(self) -> list[Service]:
        return [one for one in self.services if one.is_class]


def supply() -> Supply:
    """Four statements, whatever the number of rows."""
    return Supply(
        services=tuple(Service.objects.filter(is_active=True)),
        therapists=tuple(member.user for member in Membership.objects.treating()),
        rooms=tuple(Room.objects.filter(is_active=True).select_related("location").order_by("location__name", "name")),
        credentials=tuple(Credential.objects.all()),
    )


def missing_features(room: Room, service: Service) -> list[str]:
    return [str(Feature(one).label) for one in service.room_features if one not in room.features]
