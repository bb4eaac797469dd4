"""What a search for a time looks at, read in four statements whatever the number of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db.models import BigIntegerField, F, Func, OuterRef, Value
from django.db.models.functions import JSONObject

from clinics.availability import Place, Pool, Span
from clinics.models import Credential, EquipmentPool, Location, Membership, Room, Service, User
from clinics.queries.rota import rota
from clinics.timekeeping import day_bounds, local_day
from patients.finding import Candidate, World
from patients.models import Patient
from patients.queries.busy import Busy, busy_here, need_of, reach
from patients.queries.supply import missing_features


@dataclass(frozen=True, slots=True)
class Reading:
    """The world as the search sees it, and the rows that its keys stand for."""

    service: Service
    world: World
    therapists: Mapping[int, User]
    rooms: Mapping[int, Room]  # also those that lack something or are out of use
    locations: Mapping[int, Location]


class _BusyElsewhere(Func):
    """therapists_busy_elsewhere(): bound by the scope, tells times only."""

    template = "ARRAY(SELECT tstzrange(starts, ends) FROM therapists_busy_elsewhere(%(expressions)s))"
    output_field = ArrayField(DateTimeRangeField())

    def __init__(self, therapist: str, since: datetime, until: datetime) -> None:
        one = Func(
            F(therapist), template="ARRAY[%(expressions)s]::bigint[]", output_field=ArrayField(BigIntegerField())
        )
        super().__init__(one, Value(since), Value(until))


def read_world(
    service: Service, patient: Patient | None, *, earliest: date | None, days: int, now: datetime
) -> Reading:
    """So many days: from the earliest on, or from today on where that is later."""
    rooms = _rooms()
    locations = {room.location_id: room.location for room in rooms}
    today = min((local_day(now, one.zone) for one in locations.values()), default=now.date())
    first = max(earliest or today, today)
    last = first + timedelta(days=days - 1)
    bounds = [day_bounds(day, one.zone) for one in locations.values() for day in (first, last)]
    since = max(now, min((start for start, _ in bounds), default=now))
    until = max((end for _, end in bounds), default=now)
    around = reach(Span(since, until))
    busy = busy_here(*around, patient)
    members = _members(service, around)
    world = World(
        need=need_of(service),
        now=now,
        first=first,
        last=last,
        zones={key: one.zone for key, one in locations.items()},
        candidates=[_candidate(one, service, busy) for one in members],
        places=[Place(one.pk, one.location_id, busy.rooms[one.pk]) for one in rooms if _fits(one, service)],
        pools=_pools(rooms, busy),
        rota=rota(first, last),
        patient=busy.patient,
    )
    return Reading(
        service, world, {one.user_id: one.user for one in members}, {one.pk: one for one in rooms}, locations
    )


def _rooms() -> list[Any]:
    pools = EquipmentPool.objects.filter(location=OuterRef("location"))
    found = Room.objects.select_related("location").annotate(
        pools=ArraySubquery(pools.values(json=JSONObject(kind="kind", units="units")))
    )
    return list(found.order_by("location__name", "location", "name", "pk"))


def _fits(room: Room, service: Service) -> bool:
    return room.is_active and not missing_features(room, service)


def _members(service: Service, around: Span) -> list[Any]:
    held = Credential.objects.filter(therapist=OuterRef("user"), kind=service.credential)
    found = Membership.objects.treating().annotate(
        held=ArraySubquery(held.values(json=JSONObject(first="issued_on", last="expires_on"))),
        elsewhere=_BusyElsewhere("user", *around),
    )
    return list(found)


def _candidate(member: Any, service: Service, busy: Busy) -> Candidate:
    held = [(date.fromisoformat(one["first"]), date.fromisoformat(one["last"])) for one in member.held]
    elsewhere = [Span(one.lower, one.upper) for one in member.elsewhere]
    return Candidate(
        member.user_id, [*busy.therapists[member.user_id], *elsewhere], held if service.credential else None
    )


def _pools(rooms: Sequence[Any], busy: Busy) -> list[Pool]:
    found = {(room.location_id, pool["kind"]): pool["units"] for room in rooms for pool in room.pools}
    return [Pool(kind, place, units, busy.equipment[place, kind]) for (place, kind), units in found.items()]
