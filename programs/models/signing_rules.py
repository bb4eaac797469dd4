"""What the database asks before a session is signed. NEW is the session; queries.gates says the same in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from clinics.constraints import refuse
from clinics.models import CredentialKind
from patients.models import Status
from programs import catalogue
from programs.models.emergency import standing_emergency
from programs.models.raised import HOLDS, WAITS
from programs.models.screen import KEEP_SHUT, SCREEN_DAYS, VISIT_DAY
from programs.models.signing import SIGNER


@dataclass(frozen=True, slots=True)
class SigningRule:
    """Refused under `name` where `when`, a condition in SQL, holds."""

    name: str
    text: str
    when: str


def refuse_each(rules: Iterable[SigningRule]) -> str:
    return "\n".join(f"IF {one.when} THEN {refuse(one.name, one.text)} END IF;" for one in rules)


# The one up to the visit's day, or the one of all days: see ScreenQuerySet.for_visit.
LATEST_SCREEN = """
    SELECT latest.id FROM programs_redflagscreen AS latest
    WHERE latest.episode_id = NEW.episode_id AND latest.screened_on <= ({until})
    ORDER BY latest.screened_on DESC, latest.id DESC LIMIT 1
"""

# With a high level of concern these wait for another look; what is gentle may go on.
HELD_FAMILIES = ("thrust", "traction")
HELD_TECHNIQUES = tuple(one.key for one in catalogue.techniques() if one.family in HELD_FAMILIES)
# Two clinicians' word for this visit, on this very screen.
IN_SPITE = """
    EXISTS (SELECT FROM programs_lockoverride AS word
            WHERE word.screen_id = screen.id AND word.appointment_id = NEW.appointment_id)
"""
COUNTING_SCREEN = f"""
    programs_redflagscreen AS screen
    WHERE screen.episode_id = NEW.episode_id
      AND (screen.concern NOT IN ({", ".join(repr(one) for one in KEEP_SHUT)}) OR {IN_SPITE})
      AND ({VISIT_DAY}) <= screen.screened_on + {SCREEN_DAYS}
      AND screen.id IN (({LATEST_SCREEN.format(until=VISIT_DAY)}),
                        ({LATEST_SCREEN.format(until="SELECT 'infinity'::date")}))
"""

NEEDLED = "EXISTS (SELECT FROM programs_needlingsite AS site WHERE site.session_id = NEW.id)"
TREATED = "EXISTS (SELECT FROM programs_manualtreatment AS one WHERE one.session_id = NEW.id)"
HELD_TREATED = f"""
    EXISTS (SELECT FROM programs_manualtreatment AS one WHERE one.session_id = NEW.id
            AND one.technique IN ({", ".join(repr(one) for one in HELD_TECHNIQUES)}))
"""

# In the order in which they are told: the first that holds refuses.
SIGNING_RULES = (
    SigningRule(
        "programs_session_emergency", "an emergency stands",
        f"EXISTS ({standing_emergency('SELECT NEW.patient_id, NEW.episode_id, NEW.appointment_id')})",
    ),
    SigningRule(
        "programs_session_needles", "needles in and out differ",
        """EXISTS (SELECT FROM programs_needlingsite AS site
                   WHERE site.session_id = NEW.id AND site.needles_in <> site.needles_out)""",
    ),
    SigningRule("programs_session_signer", "only a therapist of the clinic signs", f"NOT EXISTS ({SIGNER})"),
    SigningRule(
        "programs_session_credential", "no valid needling credential on that day",
        f"""{NEEDLED} AND NOT EXISTS (
            SELECT FROM clinics_credential AS credential
            WHERE credential.clinic_id = NEW.clinic_id AND credential.therapist_id = NEW.therapist_id
              AND credential.kind = '{CredentialKind.NEEDLING.value}'
              AND ({VISIT_DAY}) BETWEEN credential.issued_on AND credential.expires_on)""",
    ),
    SigningRule(
        "programs_session_red_flags", "no valid red-flag screen", f"NOT EXISTS (SELECT FROM {COUNTING_SCREEN})"
    ),
    SigningRule(
        "programs_session_reconfirm", "the screen was not confirmed at this visit",
        f"""NOT EXISTS (
            SELECT FROM {COUNTING_SCREEN}
              AND (screen.screened_on >= ({VISIT_DAY}) OR {IN_SPITE} OR EXISTS (
                    SELECT FROM programs_screenconfirmation AS said
                    WHERE said.screen_id = screen.id AND said.appointment_id = NEW.appointment_id)))""",
    ),
    SigningRule(
        "programs_session_held", "needling, thrust and traction wait",
        f"""EXISTS (SELECT FROM {COUNTING_SCREEN} AND screen.concern = 'concern_high')
            AND ({NEEDLED} OR {HELD_TREATED})""",
    ),
    SigningRule(
        "programs_session_raised", "a finding waits for a red-flag screen",
        f"""EXISTS (SELECT FROM programs_raisedflag AS raised
                    WHERE {HOLDS} AND raised.found_on <= ({VISIT_DAY}) AND {WAITS})""",
    ),
    SigningRule(
        "programs_session_answers", "the own answers wait for a screen",
        f"""EXISTS (SELECT FROM programs_patientcheck AS raised
                    WHERE {HOLDS} AND raised.level <> 'clear'
                      AND raised.found_on <= ({VISIT_DAY}) AND {WAITS})""",
    ),
    SigningRule(
        "programs_session_documented", "nothing is written yet",
        f"NEW.note !~ '\\S' AND NOT {NEEDLED} AND NOT {TREATED}",
    ),
    SigningRule(
        "programs_session_visit", "the visit did not take place",
        f"""EXISTS (SELECT FROM patients_appointment AS visit
                    WHERE visit.id = NEW.appointment_id AND visit.status <> '{Status.COMPLETED.value}')""",
    ),
)  # fmt: skip
