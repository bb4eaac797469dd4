"""Database functions, as migration operations. They stand after the tables that they read."""

from django.db.migrations import RunSQL

EXERCISES_REST = RunSQL(
    # SECURITY DEFINER, since patients do not see what clinicians noted: it tells them one word, whether their
    # exercises rest and how urgent the cause is, and repeats the walls itself. For the first word it is the same as
    # queries.reminders; the second is the patient's own answers, until a clinician has screened.
    """
    CREATE FUNCTION exercises_rest(whose bigint)
    RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    BEGIN ATOMIC
        WITH care AS (
            SELECT episode.id FROM programs_episode AS episode
            WHERE episode.patient_id = whose AND episode.closed_on IS NULL
              AND episode.clinic_id = (SELECT nullif(current_setting('app.clinic_id', true), '')::bigint)
              AND coalesce(nullif(current_setting('app.patient_id', true), '')::bigint, whose) = whose
        ), told AS (
            SELECT sent.episode_id, sent.level, sent.raised_at, sent.found_on, true AS by_patient
            FROM programs_patientcheck AS sent JOIN care ON care.id = sent.episode_id
            UNION ALL
            SELECT raised.episode_id, raised.level, raised.raised_at, raised.found_on, false
            FROM programs_raisedflag AS raised JOIN care ON care.id = raised.episode_id
        ), open AS (
            SELECT told.level, told.by_patient,
                   NOT EXISTS (
                       SELECT FROM programs_redflagscreen AS answer
                       WHERE answer.episode_id = told.episode_id AND answer.recorded_at > told.raised_at
                         AND answer.screened_on >= told.found_on AND answer.concern = 'clear') AS uncleared,
                   NOT EXISTS (
                       SELECT FROM programs_redflagscreen AS answer
                       WHERE answer.episode_id = told.episode_id AND answer.recorded_at > told.raised_at
                         AND answer.screened_on >= told.found_on AND answer.concern <> 'in_progress') AS unanswered
            FROM told
        )
        SELECT CASE
            WHEN EXISTS (SELECT FROM open WHERE open.level = 'emergency' AND open.uncleared)
              OR EXISTS (
                SELECT FROM care JOIN LATERAL (
                    SELECT screen.concern FROM programs_redflagscreen AS screen
                    WHERE screen.episode_id = care.id AND screen.concern IN ('clear', 'emergency')
                    ORDER BY screen.screened_on DESC, screen.id DESC LIMIT 1
                ) AS decided ON decided.concern = 'emergency')
            THEN 'emergency'
            WHEN EXISTS (SELECT FROM open WHERE open.level = 'concern_high' AND open.by_patient AND open.unanswered)
            THEN 'concern_high'
            ELSE '' END;
    END;
    REVOKE ALL ON FUNCTION exercises_rest(bigint) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION exercises_rest(bigint) TO plumbline_web, plumbline_worker;
    """,
    "DROP FUNCTION exercises_rest(bigint)",
)

SESSION_DIGEST = RunSQL(
    # Of all that a signature covers: the note and its parts as the rows stand, in the order in which they were added.
    # Who signed beside it comes later, and is no part of it.
    """
    CREATE FUNCTION session_digest(note programs_session)
    RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, public
    BEGIN ATOMIC
        SELECT encode(sha256(convert_to(jsonb_build_object(
            'note', to_jsonb(note) - '{sha256,cosigned_at,cosigned_by_id}'::text[],
            'needles', (SELECT jsonb_agg(to_jsonb(site) ORDER BY site.id) FROM programs_needlingsite AS site
                        WHERE site.session_id = note.id),
            'current', (SELECT jsonb_agg(to_jsonb(one) ORDER BY one.id) FROM programs_stimulation AS one
                        WHERE one.session_id = note.id),
            'hands', (SELECT jsonb_agg(to_jsonb(one) ORDER BY one.id) FROM programs_manualtreatment AS one
                      WHERE one.session_id = note.id)
        )::text, 'UTF8')), 'hex');
    END;
    GRANT EXECUTE ON FUNCTION session_digest(programs_session) TO plumbline_web, plumbline_worker;
    """,
    "DROP FUNCTION session_digest(programs_session)",
)
