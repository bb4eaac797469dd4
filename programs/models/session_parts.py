"""What every part of a session obeys: it is as final as the session itself, and waits while an emergency stands."""

from clinics.constraints import Trigger, refuse
from programs.models.emergency import standing_emergency, wait_for_screens


def sealed_with_session(table: str) -> Trigger:
    """The parts of a signed session are as final as the session itself.

    The session's row is locked first: otherwise a needle could be added while another transaction signs.
    """
    return Trigger(
        name=f"programs_{table}_sealed",
        when="BEFORE INSERT OR UPDATE OR DELETE",
        body=f"""
        PERFORM FROM programs_session AS session
        WHERE session.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.session_id END,
                             CASE WHEN TG_OP <> 'DELETE' THEN NEW.session_id END)
        FOR SHARE;
        IF EXISTS (SELECT FROM programs_session AS session
                   WHERE session.signed_at IS NOT NULL
                     AND session.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.session_id END,
                                        CASE WHEN TG_OP <> 'DELETE' THEN NEW.session_id END)) THEN
            {refuse("programs_session_signed", "a signed session is never changed")}
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
        """,
    )


_OF_PART = """
    SELECT session.patient_id, session.episode_id, session.appointment_id
    FROM programs_session AS session WHERE session.id = NEW.session_id
"""


def waits_in_an_emergency(table: str, *, but: str = "{}") -> Trigger:
    """While an emergency stands nothing more is given. `but`: the columns that may still change."""
    return Trigger(
        name=f"programs_{table}_waits",
        when="BEFORE INSERT OR UPDATE",
        body=f"""
        IF TG_OP = 'UPDATE' THEN
            IF to_jsonb(NEW) - '{but}'::text[] = to_jsonb(OLD) - '{but}'::text[] THEN RETURN NEW; END IF;
        END IF;
        {wait_for_screens(f"SELECT given.patient_id FROM ({_OF_PART}) AS given")}
        IF EXISTS ({standing_emergency(_OF_PART)}) THEN
            {refuse("programs_session_emergency", "an emergency stands")}
        END IF;
        RETURN NEW;
        """,
    )
