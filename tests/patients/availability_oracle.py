"""Free starts in one SQL statement of multiranges: another way to the same answer than the merge in Python."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from clinics.models import Service
from patients.models import Patient


class Start(NamedTuple):
    starts_at: datetime
    therapist: int


class Elsewhere(NamedTuple):
    """Where a therapist is busy for another clinic, buffers included."""

    therapist: int
    blocked: Any  # psycopg's range


def first_pass(wall: str, zone: str) -> str:
    """Of a wall time that comes twice PostgreSQL takes the second; the product means the first."""
    usual = f"(({wall}) AT TIME ZONE {zone})"
    earlier = ", ".join(f"({usual} - interval '{minutes} minutes')" for minutes in (30, 60))
    return (
        f"(SELECT min(i) FROM (VALUES ({usual}), {earlier}) v(i) WHERE i = {usual} OR i AT TIME ZONE {zone} = ({wall}))"
    )


HERE = "p.time_zone"
FREE_STARTS = f"""
WITH svc AS (
    SELECT s.*, make_interval(mins => s.minutes) AS length, make_interval(mins => s.minutes_before) AS before,
           make_interval(mins => s.minutes_after) AS after
    FROM clinics_service s WHERE s.id = %(service)s),
place AS (SELECT id, time_zone FROM clinics_location),
days AS (SELECT d::date AS day FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') d),
worked AS (
    SELECT h.therapist_id, h.location_id, day, day + h.starts AS starts, day + h.ends AS ends
    FROM clinics_workinghours h JOIN days ON h.weekday = extract(isodow FROM day)
     AND day >= coalesce(h.valid_from, day) AND day <= coalesce(h.valid_until, day)
     AND (h.every_weeks = 1 OR (date_trunc('week', day)::date - date_trunc('week', h.valid_from)::date) / 7
          %% h.every_weeks = 0)
    UNION ALL
    SELECT e.therapist_id, e.location_id, day, day + e.starts, day + e.ends
    FROM clinics_hoursexception e JOIN days ON day BETWEEN e.first_day AND e.last_day WHERE e.kind = 'extra'),
allowed AS (
    SELECT w.* FROM worked w JOIN clinics_membership m ON m.user_id = w.therapist_id AND m.is_active AND m.treats
    CROSS JOIN svc
    WHERE NOT EXISTS (SELECT FROM clinics_holiday v WHERE v.day = w.day
                      AND coalesce(v.location_id, w.location_id) = w.location_id)
      AND (svc.credential = '' OR EXISTS (
           SELECT FROM clinics_credential c WHERE c.therapist_id = w.therapist_id AND c.kind = svc.credential
           AND w.day BETWEEN c.issued_on AND c.expires_on))),
open AS (
    SELECT therapist_id, location_id, range_agg(tstzrange(least(s, e), e)) AS m
    FROM (SELECT a.*, {first_pass("a.starts", HERE)} AS s, {first_pass("a.ends", HERE)} AS e
          FROM allowed a JOIN place p ON p.id = a.location_id) x GROUP BY 1, 2),
off AS (
    SELECT e.therapist_id, p.id AS location_id, range_agg(tstzrange(
        {first_pass("day + coalesce(e.starts, time '00:00')", HERE)},
        CASE WHEN e.ends IS NULL THEN {first_pass("(day + 1)::timestamp", HERE)}
             ELSE greatest({first_pass("day + e.starts", HERE)}, {first_pass("day + e.ends", HERE)}) END)) AS m
    FROM clinics_hoursexception e JOIN days ON day BETWEEN e.first_day AND e.last_day
    JOIN place p ON p.id = coalesce(e.location_id, p.id) WHERE e.kind = 'off' GROUP BY 1, 2),
taking AS (
    SELECT a.*, tstzrange(lower(a.blocked) - svc.after, upper(a.blocked) + svc.before) AS around
    FROM patients_appointment a CROSS JOIN svc
    WHERE a.status IN ('booked', 'arrived', 'in_session', 'completed', 'held', 'offered')
      AND (a.expires_at IS NULL OR a.expires_at > %(now)s)),
elsewhere AS (
    SELECT e.therapist_id, tstzrange(lower(e.blocked) - svc.after, upper(e.blocked) + svc.before) AS around
    FROM svc CROSS JOIN unnest(%(busy)s::bigint[], %(blocked)s::tstzrange[]) AS e (therapist_id, blocked)),
busy AS (
    SELECT therapist_id, range_agg(around) AS m FROM (
        SELECT m.user_id AS therapist_id, t.around FROM clinics_membership m
        JOIN taking t ON (t.group_id IS NULL AND t.therapist_id = m.user_id) OR t.patient_id = %(patient)s
        UNION ALL SELECT * FROM elsewhere) AS either GROUP BY 1),
free AS (
    SELECT o.therapist_id, o.location_id, o.m - coalesce(off.m, '{{}}') - coalesce(b.m, '{{}}') AS m
    FROM open o LEFT JOIN off USING (therapist_id, location_id) LEFT JOIN busy b USING (therapist_id)),
devices AS (
    SELECT r.location_id, kind, t.blocked FROM taking t JOIN clinics_service s ON s.id = t.service_id
    CROSS JOIN unnest(s.equipment) kind JOIN clinics_room r ON r.id = t.room_id WHERE t.group_id IS NULL),
used AS (SELECT t.room_id, range_agg(t.around) AS m FROM taking t WHERE t.group_id IS NULL GROUP BY 1),
starts AS (
    SELECT DISTINCT g AS starts_at, f.therapist_id FROM svc CROSS JOIN free f
    JOIN clinics_room r ON r.location_id = f.location_id AND r.is_active CROSS JOIN unnest(f.m) AS u(span)
    LEFT JOIN used ON used.room_id = r.id
    CROSS JOIN generate_series(
        date_bin('15 minutes', lower(span) + interval '15 minutes' - interval '1 microsecond', 'epoch'::timestamptz),
        upper(span) - svc.length, interval '15 minutes') g
    WHERE r.features @> svc.room_features AND g >= %(now)s
      AND (used.m IS NULL OR NOT used.m && tstzrange(g, g + svc.length))
      AND NOT EXISTS (
          SELECT FROM unnest(svc.equipment) needed
          LEFT JOIN clinics_equipmentpool q ON q.kind = needed AND q.location_id = f.location_id
          WHERE coalesce(q.units, 0) = 0 OR EXISTS (
              SELECT FROM devices one
              WHERE one.kind = needed AND one.location_id = f.location_id
                AND one.blocked && tstzrange(g - svc.before, g + svc.length + svc.after)
                AND q.units <= (
                    SELECT count(*) FROM devices also
                    WHERE also.kind = needed AND also.location_id = f.location_id
                      AND also.blocked @> greatest(lower(one.blocked), g - svc.before)))))
SELECT starts_at, therapist_id FROM starts ORDER BY 1, 2
"""


def free_starts(
    service: Service, patient: Patient, elsewhere: Sequence[Elsewhere], *, first: date, last: date, now: datetime
) -> list[Start]:
    """On the rows of the scope, as the login of the tests, and what was read in another one."""
    facts: dict[str, Any] = {"service": service.pk, "patient": patient.pk, "first": first, "last": last, "now": now}
    facts |= {"busy": [one.therapist for one in elsewhere], "blocked": [one.blocked for one in elsewhere]}
    with connection.cursor() as cursor:
        cursor.execute(FREE_STARTS, facts)
        return [Start(*row) for row in cursor.fetchall()]
