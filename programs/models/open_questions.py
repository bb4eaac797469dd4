"""What only a clinician's screen settles, as triggers ask it about NEW.episode_id. See queries.red_flag_gap."""

from programs.models.raised import HOLDS, WAITS

# A finding, or the patient's own answers.
ASKED = f"""
    (EXISTS (SELECT FROM programs_raisedflag AS raised WHERE {HOLDS} AND {WAITS})
     OR EXISTS (SELECT FROM programs_patientcheck AS raised WHERE {HOLDS} AND raised.level <> 'clear' AND {WAITS}))
"""
LATEST = """
    SELECT screen.concern FROM programs_redflagscreen AS screen WHERE screen.episode_id = NEW.episode_id
    ORDER BY screen.screened_on DESC, screen.id DESC LIMIT 1
"""
# In any open complaint: it is the person who is ill.
EMERGENCY = """
    SELECT FROM programs_episode AS care
    JOIN LATERAL (SELECT screen.concern FROM programs_redflagscreen AS screen WHERE screen.episode_id = care.id
                  ORDER BY screen.screened_on DESC, screen.id DESC LIMIT 1) AS latest ON true
    WHERE care.closed_on IS NULL AND latest.concern = 'emergency'
      AND care.patient_id = (SELECT own.patient_id FROM programs_episode AS own WHERE own.id = NEW.episode_id)
"""
