"""Database functions, as migration operations. They stand before the tables that use them."""

from django.db.migrations import RunSQL

APPOINTMENT_BLOCKED = RunSQL(
    # make_interval(mins) has no days or months, so the result does not depend on the session's time zone:
    # IMMUTABLE is true here, although PostgreSQL cannot know it.
    """
    CREATE FUNCTION appointment_blocked(starts timestamptz, ends timestamptz, before integer, after integer)
    RETURNS tstzrange LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN tstzrange(starts - make_interval(mins => before), ends + make_interval(mins => after), '[)')
    """,
    "DROP FUNCTION appointment_blocked(timestamptz, timestamptz, integer, integer)",
)

SEARCH_PATIENTS = RunSQL(
    # SECURITY DEFINER, since under row-level security LIKE cannot use an index. It repeats the walls itself: only
    # the clinic in scope, never inside a patient's own scope, and it gives ids only, which the caller reads scoped.
    # The first pattern stands alone: LIKE ALL (array) cannot use an index either.
    """
    CREATE INDEX patients_patient_search ON patients_patient USING gin (clinic_id, search_name gin_trgm_ops);
    CREATE FUNCTION search_patients(patterns text[], most integer)
    RETURNS TABLE (id bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    BEGIN ATOMIC
        SELECT patient.id FROM patients_patient AS patient
        WHERE patient.clinic_id = (SELECT nullif(current_setting('app.clinic_id', true), '')::bigint)
          AND nullif(current_setting('app.patient_id', true), '') IS NULL
          AND patient.search_name LIKE patterns[1] AND patient.search_name LIKE ALL (patterns)
        ORDER BY patient.is_active DESC, patient.search_name, patient.id
        LIMIT most;
    END;
    REVOKE ALL ON FUNCTION search_patients(text[], integer) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION search_patients(text[], integer) TO plumbline_web, plumbline_worker;
    """,
    """
    DROP FUNCTION search_patients(text[], integer);
    DROP INDEX patients_patient_search;
    """,
)

BUSY_ELSEWHERE = RunSQL(
    # SECURITY DEFINER, since another clinic's rows are hidden: of a therapist who works here now it tells from when to
    # when they are busy, and nothing else. Without this a time could be offered that the constraint then refuses.
    # What was kept too long there counts until the sweep: nobody here may clear it away.
    # By starts_at first, which has the index; 13 hours is the longest appointment with its widest buffer.
    """
    CREATE FUNCTION therapists_busy_elsewhere(therapists bigint[], since timestamptz, until timestamptz)
    RETURNS TABLE (therapist_id bigint, starts timestamptz, ends timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    BEGIN ATOMIC
        SELECT appointment.therapist_id, lower(appointment.blocked), upper(appointment.blocked)
        FROM patients_appointment AS appointment
        WHERE appointment.therapist_id IN (
            SELECT membership.user_id FROM clinics_membership AS membership
            WHERE membership.clinic_id = (SELECT nullif(current_setting('app.clinic_id', true), '')::bigint)
              AND membership.is_active AND membership.user_id = ANY (therapists))
          AND nullif(current_setting('app.patient_id', true), '') IS NULL
          AND appointment.clinic_id <> (SELECT nullif(current_setting('app.clinic_id', true), '')::bigint)
          AND appointment.status IN ('booked', 'arrived', 'in_session', 'completed', 'held', 'offered')
          AND appointment.group_id IS NULL
          AND appointment.starts_at >= since - interval '13 hours'
          AND appointment.starts_at < until + interval '1 hour'
          AND lower(appointment.blocked) < until AND upper(appointment.blocked) > since;
    END;
    REVOKE ALL ON FUNCTION therapists_busy_elsewhere(bigint[], timestamptz, timestamptz) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION therapists_busy_elsewhere(bigint[], timestamptz, timestamptz)
        TO plumbline_web, plumbline_worker;
    """,
    "DROP FUNCTION therapists_busy_elsewhere(bigint[], timestamptz, timestamptz)",
)
