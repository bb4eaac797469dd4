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
