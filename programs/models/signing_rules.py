"""What the database asks before a session is signed. NEW is the session; queries.gates says the same in words."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from clinics.constraints import refuse
from clinics.models import CredentialKind
from patients.models import LIVE, Status
from programs import catalogue
from programs.consents import NEEDLING, THRUST
from programs.contraindications import ASKED_FIRST, NECK_THRUST
from programs.models.consent import SAID_AGAIN, consent_in_force
from programs.models.emergency import standing_emergency
from programs.models.raised import HOLDS, WAITS
from programs.models.screen import KEEP_SHUT, SCREEN_DAYS, VISIT_DAY
from programs.models.signing import SIGNER, SUPERVISED


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

THRUSTS = tuple(one.key for one in catalogue.techniques() if one.family == "thrust")
NECK_THRUSTS = tuple(one.key for one in catalogue.techniques() if one.gates["same_day_neck_check"])
# Where the way of the needle is told: what lies behind the muscle is not forgiving.
TOLD_HOW = ("thorax", "upper_lumbar", "abdomen_flank", "neck")
NOT_TAKEN = [one for one in Status if one not in LIVE]
SPACING_HOURS = 48  # the same muscle again, at the earliest; domain notes 4.7
NEEDLED = "EXISTS (SELECT FROM programs_needlingsite AS site WHERE site.session_id = NEW.id)"
TREATED = "EXISTS (SELECT FROM programs_manualtreatment AS one WHERE one.session_id = NEW.id)"


def _given(techniques: Iterable[str]) -> str:
    return f"""
        EXISTS (SELECT FROM programs_manualtreatment AS one WHERE one.session_id = NEW.id
                AND one.technique IN ({", ".join(repr(one) for one in techniques)}))
    """


def _site(condition: str) -> str:
    return f"""
        EXISTS (SELECT FROM programs_needlingsite AS site WHERE site.session_id = NEW.id AND {condition})
    """


def _held(kind: CredentialKind, more: str = "") -> str:
    return f"""
        EXISTS (SELECT FROM clinics_credential AS credential
                WHERE credential.clinic_id = NEW.clinic_id AND credential.therapist_id = NEW.therapist_id
                  AND credential.kind = '{kind.value}' {more}
                  AND ({VISIT_DAY}) BETWEEN credential.issued_on AND credential.expires_on)
    """


# Off unless the credential names the muscle itself.
NAMED = tuple(one.key for one in catalogue.muscles() if one.needling_default != "on")
_TRAINING = (
    "SELECT unnest(site.classes) AS place EXCEPT SELECT 'standard' "
    f"UNION SELECT site.muscle WHERE site.muscle IN ({', '.join(repr(one) for one in NAMED)})"
)
CURRENT = "EXISTS (SELECT FROM programs_stimulation AS current WHERE current.session_id = NEW.id)"
_MODALITY = json.dumps({one.key: list(one.modality) for one in catalogue.techniques()}, sort_keys=True)
# What the session brings, as the contraindication check names it.
_BROUGHT = f"""
    (SELECT 'needling' AS what WHERE {NEEDLED}
     UNION SELECT 'estim' WHERE {CURRENT}
     UNION SELECT jsonb_array_elements_text('{_MODALITY}'::jsonb -> one.technique)
           FROM programs_manualtreatment AS one WHERE one.session_id = NEW.id) AS brought
"""
_CHECK = """
    (SELECT made.* FROM programs_contraindicationcheck AS made
     WHERE made.appointment_id = NEW.appointment_id ORDER BY made.id DESC LIMIT 1) AS latest
"""
_SOON_AGAIN = f"""EXISTS (
    SELECT FROM programs_needlingsite AS other
    JOIN programs_session AS before ON before.id = other.session_id AND before.id <> NEW.id
    JOIN patients_appointment AS visit ON visit.id = before.appointment_id
    JOIN patients_appointment AS mine ON mine.id = NEW.appointment_id
    WHERE before.patient_id = NEW.patient_id AND (other.muscle, other.side) = (site.muscle, site.side)
      AND visit.status NOT IN ({", ".join(repr(one.value) for one in NOT_TAKEN)})
      AND visit.starts_at <= mine.starts_at
      AND visit.starts_at > mine.starts_at - interval '{SPACING_HOURS} hours')"""

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
        "programs_session_consent", "no consent to needling in force",
        f"{NEEDLED} AND NOT {consent_in_force(NEEDLING)}",
    ),
    SigningRule(
        "programs_session_consent_said", "the consent was not said again at this visit",
        f"{NEEDLED} AND NOT {consent_in_force(NEEDLING, SAID_AGAIN)}",
    ),
    SigningRule(
        "programs_session_consent_regions", "the consent does not name that region",
        _site(f"NOT {consent_in_force(NEEDLING, f'AND site.region = ANY(given.regions) {SAID_AGAIN}')}"),
    ),
    SigningRule(
        "programs_session_thrust_consent", "no consent to thrust in force, said again at this visit",
        f"{_given(THRUSTS)} AND NOT {consent_in_force(THRUST, SAID_AGAIN)}",
    ),
    SigningRule(
        "programs_session_neck_consent", "the consent to thrust does not name the neck",
        f"{_given(NECK_THRUSTS)} AND NOT {consent_in_force(THRUST, f'AND given.with_neck {SAID_AGAIN}')}",
    ),
    SigningRule(
        "programs_session_delegated", "no needles and no thrust under supervision",
        f"({NEEDLED} OR {_given(THRUSTS)}) AND EXISTS ({SUPERVISED})",
    ),
    SigningRule(
        "programs_session_credential", "no valid needling credential on that day",
        f"{NEEDLED} AND NOT {_held(CredentialKind.NEEDLING)}",
    ),
    SigningRule(
        "programs_session_training", "the needling credential does not cover that region",
        _site(f"EXISTS (SELECT FROM ({_TRAINING}) AS needed WHERE NOT "
              f"{_held(CredentialKind.NEEDLING, 'AND needed.place = ANY(credential.regions)')})"),
    ),
    SigningRule(
        "programs_session_thrust_credential", "no valid thrust credential on that day",
        f"{_given(THRUSTS)} AND NOT {_held(CredentialKind.THRUST)}",
    ),
    SigningRule(
        "programs_session_current", "current and the needles that carry it belong together",
        f"{CURRENT} <> {_site('site.with_current')}",
    ),
    SigningRule(
        "programs_session_safety", "say how the needle was kept safe there",
        _site(f"site.classes && ARRAY[{', '.join(repr(one) for one in TOLD_HOW)}]::varchar[] AND site.safety !~ '\\S'"),
    ),
    SigningRule(
        "programs_session_lots", "each needle has a lot that is in date",
        _site(f"(site.lot !~ '\\S' OR site.expires_on IS NULL OR site.expires_on < ({VISIT_DAY}))"),
    ),
    SigningRule(
        "programs_session_hygiene", "position, skin and sharps are told",
        f"{NEEDLED} AND (NEW.position = '' OR NEW.skin_prep = '' OR NOT NEW.hands_clean OR NOT NEW.sharps_disposed)",
    ),
    SigningRule(
        "programs_session_spacing", "the same muscle again within 48 hours",
        f"NEW.early_why !~ '\\S' AND {_site(_SOON_AGAIN)}",
    ),
    SigningRule(
        "programs_session_unasked", "what speaks against it was not asked at this visit",
        f"""EXISTS (SELECT FROM {_BROUGHT}
                    WHERE brought.what IN ({", ".join(repr(one) for one in ASKED_FIRST)})
                      AND NOT EXISTS (SELECT FROM {_CHECK} WHERE brought.what = ANY(latest.asked)))""",
    ),
    SigningRule(
        "programs_session_contraindicated", "an answer of this visit rules it out",
        f"EXISTS (SELECT FROM {_BROUGHT}, {_CHECK} WHERE brought.what = ANY(latest.stops))",
    ),
    SigningRule(
        "programs_session_spared", "that place was to stay free",
        _site(f"EXISTS (SELECT FROM {_CHECK} WHERE site.side || ':' || site.region = ANY(latest.spared))"),
    ),
    SigningRule(
        "programs_session_neck", "the neck is checked on the same day",
        f"""{_given(NECK_THRUSTS)} AND NOT EXISTS (
            SELECT FROM {_CHECK} JOIN patients_appointment AS visit ON visit.id = latest.appointment_id
            JOIN clinics_room AS room ON room.id = visit.room_id
            JOIN clinics_location AS place ON place.id = room.location_id
            WHERE '{NECK_THRUST}' = ANY(latest.asked)
              AND (latest.asked_at AT TIME ZONE place.time_zone)::date = ({VISIT_DAY}))""",
    ),
    SigningRule(
        "programs_session_thrust_flags", "thrust needs red flags that are clear",
        f"{_given(THRUSTS)} AND NOT EXISTS (SELECT FROM {COUNTING_SCREEN} AND screen.concern = 'clear')",
    ),
    SigningRule(
        "programs_session_aftercare", "what to expect afterwards was not explained",
        f"{NEEDLED} AND NOT 'dry_needling' = ANY(NEW.aftercare)",
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
            AND ({NEEDLED} OR {_given(HELD_TECHNIQUES)})""",
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
