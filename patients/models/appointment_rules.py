"""Rules of appointments that look at other rows, or at the row before: triggers, named like the service's words."""

from clinics.constraints import Trigger, refuse
from patients.models.status import HERE, LIVE, OCCUPYING, STEPS, Status

TAKES_TIME = ", ".join(f"'{status}'" for status in OCCUPYING)
IS_LIVE = ", ".join(f"'{status}'" for status in LIVE)

FIT = Trigger(
    name="patients_appointment_fit",
    when="BEFORE INSERT OR UPDATE OF therapist_id, room_id, service_id, starts_at",
    body=f"""
    IF EXISTS (
        SELECT FROM clinics_service AS service
        WHERE service.id = NEW.service_id AND service.credential <> '' AND NOT EXISTS (
            SELECT FROM clinics_credential AS credential
            JOIN clinics_room AS room ON room.id = NEW.room_id
            JOIN clinics_location AS location ON location.id = room.location_id
            WHERE credential.clinic_id = NEW.clinic_id AND credential.therapist_id = NEW.therapist_id
              AND credential.kind = service.credential
              AND (NEW.starts_at AT TIME ZONE location.time_zone)::date
                  BETWEEN credential.issued_on AND credential.expires_on)
    ) THEN {refuse("patients_appointment_credential", "no valid credential on that day")} END IF;
    IF EXISTS (
        SELECT FROM clinics_service AS service JOIN clinics_room AS room ON room.id = NEW.room_id
        WHERE service.id = NEW.service_id AND NOT room.features @> service.room_features
    ) THEN {refuse("patients_appointment_room_fit", "the room lacks what the service needs")} END IF;
    RETURN NEW;
    """,
)

DAY = Trigger(
    name="patients_appointment_day",
    when="BEFORE INSERT OR UPDATE OF status, starts_at, room_id",
    body=f"""
    IF NEW.status = '{Status.NO_SHOW.value}' AND NEW.starts_at > now() THEN
        {refuse("patients_appointment_has_begun", "nobody has missed a visit that is still to come")}
    END IF;
    IF NEW.status IN ({", ".join(f"'{status.value}'" for status in HERE)}) AND EXISTS (
        SELECT FROM clinics_room AS room JOIN clinics_location AS location ON location.id = room.location_id
        WHERE room.id = NEW.room_id
          AND (NEW.starts_at AT TIME ZONE location.time_zone)::date
            > (now() AT TIME ZONE location.time_zone)::date
    ) THEN {refuse("patients_appointment_day_has_come", "the day of the visit is still to come")} END IF;
    RETURN NEW;
    """,
)

STEP_BY_STEP = Trigger(
    name="patients_appointment_steps",
    when="BEFORE UPDATE OF status",
    body=f"""
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN ({STEPS}) THEN
        {refuse("patients_appointment_step", "that status cannot follow")}
    END IF;
    RETURN NEW;
    """,
)

# Whoever leaves later, and a service that is changed later, leave what is booked as it is. Who is no member
# at all is the foreign key's to refuse, and a row out of scope the policies'.
BOOKED = Trigger(
    name="patients_appointment_booked",
    when="BEFORE INSERT OR UPDATE OF therapist_id, service_id, minutes_before, minutes_after, is_override",
    body=f"""
    IF (TG_OP = 'INSERT' OR NEW.therapist_id <> OLD.therapist_id) AND EXISTS (
        SELECT FROM clinics_membership AS member JOIN clinics_user AS person ON person.id = member.user_id
        WHERE member.clinic_id = NEW.clinic_id AND member.user_id = NEW.therapist_id
          AND NOT (member.is_active AND member.treats AND person.is_active)
    ) THEN {refuse("patients_appointment_treats", "the therapist does not treat here")} END IF;
    IF NOT NEW.is_override AND (
        TG_OP = 'INSERT' OR OLD.is_override
        OR (NEW.service_id, NEW.minutes_before, NEW.minutes_after)
            <> (OLD.service_id, OLD.minutes_before, OLD.minutes_after)
    ) AND EXISTS (
        SELECT FROM clinics_service AS service
        WHERE service.id = NEW.service_id
          AND (service.minutes_before, service.minutes_after) <> (NEW.minutes_before, NEW.minutes_after)
    ) THEN {refuse("patients_appointment_buffers", "the service asks for other buffers")} END IF;
    RETURN NEW;
    """,
)

SEALED = Trigger(
    name="patients_appointment_sealed",
    when="BEFORE UPDATE",
    body=f"""
    IF OLD.is_documented AND (
        NOT NEW.is_documented
        OR (NEW.status, NEW.patient_id, NEW.therapist_id, NEW.room_id, NEW.service_id, NEW.starts_at,
            NEW.ends_at)
        <> (OLD.status, OLD.patient_id, OLD.therapist_id, OLD.room_id, OLD.service_id, OLD.starts_at,
            OLD.ends_at)
    ) THEN {refuse("patients_appointment_documented", "a documented visit stays as it is")} END IF;
    RETURN NEW;
    """,
)

# Two people who change the same appointment: the second learns that it is not what they saw. A yes to a time is no
# yes to another one.
VERSION = Trigger(
    name="patients_appointment_version",
    when="BEFORE UPDATE",
    body="""
    IF (NEW.status, NEW.starts_at, NEW.ends_at, NEW.therapist_id, NEW.room_id, NEW.service_id)
        <> (OLD.status, OLD.starts_at, OLD.ends_at, OLD.therapist_id, OLD.room_id, OLD.service_id)
    THEN NEW.version := OLD.version + 1; END IF;
    IF NEW.starts_at <> OLD.starts_at THEN
        NEW.confirmed_at := NULL;
        IF NEW.agreed_at = OLD.agreed_at THEN NEW.agreed_at := now(); END IF;
    END IF;
    RETURN NEW;
    """,
)

# A participant takes a place of the class. The counter's CHECK refuses one more than there are, whoever counts.
PLACES = Trigger(
    name="patients_appointment_place",
    when="AFTER INSERT OR DELETE OR UPDATE OF status, group_id",
    body=f"""
    IF TG_OP <> 'INSERT' AND OLD.group_id IS NOT NULL AND OLD.status IN ({TAKES_TIME}) THEN
        UPDATE patients_appointment SET places_taken = places_taken - 1
        WHERE clinic_id = OLD.clinic_id AND id = OLD.group_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.group_id IS NOT NULL AND NEW.status IN ({TAKES_TIME}) THEN
        UPDATE patients_appointment SET places_taken = places_taken + 1
        WHERE clinic_id = NEW.clinic_id AND id = NEW.group_id;
    END IF;
    RETURN NULL;
    """,
)

# Whoever takes part is where the class is. As the class moves, its row goes first.
WITH_CLASS = Trigger(
    name="patients_appointment_with_class",
    when="BEFORE INSERT OR UPDATE OF status, group_id, starts_at, ends_at, therapist_id, room_id",
    body=f"""
    IF NEW.group_id IS NOT NULL AND NEW.status IN ({TAKES_TIME}) AND EXISTS (
        SELECT FROM patients_appointment AS whole
        WHERE whole.id = NEW.group_id AND (whole.starts_at, whole.ends_at, whole.therapist_id, whole.room_id)
            <> (NEW.starts_at, NEW.ends_at, NEW.therapist_id, NEW.room_id)
    ) THEN {refuse("patients_appointment_with_class", "a place in a class is where the class is")} END IF;
    RETURN NEW;
    """,
)

# At no moment are more devices of a kind in use than the location has. Locked, since two could count at once.
# Double bookings are not asked; they count for whoever comes after them, not for what stands already.
EQUIPMENT = Trigger(
    name="patients_appointment_equipment",
    when="AFTER INSERT OR UPDATE OF status, starts_at, ends_at, room_id, service_id, is_override",
    body=f"""
    DECLARE
        needed text;
        pool record;
        most integer;
        is_new boolean := TG_OP = 'INSERT' OR OLD.is_override
            OR (NEW.starts_at, NEW.ends_at, NEW.room_id, NEW.service_id)
            <> (OLD.starts_at, OLD.ends_at, OLD.room_id, OLD.service_id);
    BEGIN
        IF NEW.status NOT IN ({TAKES_TIME}) OR NEW.is_override OR NEW.group_id IS NOT NULL THEN RETURN NULL; END IF;
        FOR needed IN
            SELECT unnest(service.equipment) AS kind FROM clinics_service AS service
            WHERE service.id = NEW.service_id ORDER BY kind
        LOOP
            SELECT stock.id, stock.units, stock.location_id INTO pool
            FROM clinics_equipmentpool AS stock JOIN clinics_room AS room ON room.location_id = stock.location_id
            WHERE room.id = NEW.room_id AND stock.kind = needed;
            IF pool IS NULL THEN
                {refuse("patients_appointment_no_equipment", "the location has no such device")}
            END IF;
            PERFORM pg_advisory_xact_lock(hashtextextended('equipment:' || pool.id, 0));
            WITH in_use AS (
                SELECT other.blocked * NEW.blocked AS during
                FROM patients_appointment AS other
                JOIN clinics_service AS service ON service.id = other.service_id AND needed = ANY (service.equipment)
                JOIN clinics_room AS room ON room.id = other.room_id AND room.location_id = pool.location_id
                WHERE other.clinic_id = NEW.clinic_id AND other.status IN ({TAKES_TIME})
                  AND (other.id = NEW.id OR is_new OR NOT other.is_override) AND other.group_id IS NULL
                  AND other.starts_at > NEW.starts_at - interval '14 hours'
                  AND other.starts_at < NEW.ends_at + interval '2 hours'
                  AND other.blocked && NEW.blocked
            )
            SELECT max((SELECT count(*) FROM in_use AS also WHERE also.during @> lower(one.during))) INTO most
            FROM in_use AS one;
            IF most > pool.units THEN
                RAISE EXCEPTION 'all devices of that kind are in use'
                USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'patients_appointment_equipment_busy';
            END IF;
        END LOOP;
        RETURN NULL;
    END;
    """,
)

# Freed time is offered until it is taken, by whatever way: booked, moved to, accepted, or a cancellation taken back.
# All of it, also by two visits: what is left beside one visit may still do for somebody.
FREED = Trigger(
    name="patients_appointment_takes_freed_time",
    when="AFTER INSERT OR UPDATE OF status, starts_at, ends_at, therapist_id",
    body=f"""
    IF NEW.status NOT IN ({IS_LIVE}) OR NEW.group_id IS NOT NULL THEN RETURN NULL; END IF;
    UPDATE patients_freedtime AS freed SET closed_at = now()
    WHERE freed.clinic_id = NEW.clinic_id AND freed.therapist_id = NEW.therapist_id AND freed.closed_at IS NULL
      AND freed.ends_at > NEW.starts_at AND freed.starts_at < NEW.ends_at
      AND tstzrange(freed.starts_at, freed.ends_at) <@ (
        SELECT range_agg(taken.blocked) FROM patients_appointment AS taken
        WHERE taken.clinic_id = freed.clinic_id AND taken.therapist_id = freed.therapist_id
          AND taken.status IN ({IS_LIVE}) AND taken.group_id IS NULL
          AND taken.starts_at > freed.starts_at - interval '14 hours'
          AND taken.starts_at < freed.ends_at + interval '2 hours');
    RETURN NULL;
    """,
)

# The constraints leave a double booking out, so that it can be made; this holds it against whoever comes after it. What
# stood there before it goes on: it may arrive, and come back from a cancellation. Services lock the resources first.
DOUBLE_BOOKED = Trigger(
    name="patients_appointment_second",
    when="AFTER INSERT OR UPDATE OF starts_at, ends_at, minutes_before, minutes_after, therapist_id, room_id,"
    " patient_id, is_override",
    body=f"""
    IF NEW.is_override OR NEW.status NOT IN ({TAKES_TIME}) OR (
        TG_OP = 'UPDATE' AND NOT OLD.is_override
        AND (NEW.blocked, NEW.therapist_id, NEW.room_id, NEW.patient_id)
            IS NOT DISTINCT FROM (OLD.blocked, OLD.therapist_id, OLD.room_id, OLD.patient_id)
    ) THEN RETURN NULL; END IF;
    IF EXISTS (
        SELECT FROM patients_appointment AS other
        WHERE other.clinic_id = NEW.clinic_id AND other.is_override AND other.status IN ({TAKES_TIME})
          AND other.id <> NEW.id
          AND other.starts_at > NEW.starts_at - interval '14 hours'
          AND other.starts_at < NEW.ends_at + interval '2 hours'
          AND other.blocked && NEW.blocked
          AND (other.patient_id = NEW.patient_id OR (
              NEW.group_id IS NULL AND other.group_id IS NULL
              AND (other.therapist_id = NEW.therapist_id OR other.room_id = NEW.room_id)))
    ) OR (NEW.group_id IS NULL AND EXISTS (
        SELECT FROM therapists_busy_elsewhere(ARRAY[NEW.therapist_id], lower(NEW.blocked), upper(NEW.blocked))
    )) THEN
        RAISE EXCEPTION 'a double booking stands there'
        USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'patients_appointment_double_booked';
    END IF;
    RETURN NULL;
    """,
)
