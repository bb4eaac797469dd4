"""Who may sign, as the triggers of what is signed ask it."""

from clinics.permissions import GRANTS, Permission

CLINICIANS = ", ".join(f"'{role}'" for role, granted in GRANTS.items() if Permission.DOCUMENT in granted)


def clinician(column: str) -> str:
    """A condition: whom the column of NEW names is a clinician of the clinic."""
    return f"""
        EXISTS (SELECT FROM clinics_membership AS member
                WHERE member.clinic_id = NEW.clinic_id AND member.user_id = NEW.{column}
                  AND member.is_active AND member.role IN ({CLINICIANS}))
    """


# NEW is the row that is signed: its signer's membership in the clinic treats patients.
SIGNER = f"""
    SELECT FROM clinics_membership AS member
    WHERE member.clinic_id = NEW.clinic_id AND member.user_id = NEW.signed_by_id
      AND member.is_active AND member.treats AND member.role IN ({CLINICIANS})
"""

# The signer works under supervision: a colleague signs too, and no needle and no thrust is theirs to give.
SUPERVISED = """
    SELECT FROM clinics_membership AS member
    WHERE member.clinic_id = NEW.clinic_id AND member.user_id = NEW.therapist_id AND member.supervised
"""
# Who signs beside them: another one, who works on their own.
CO_SIGNER = f"""
    SELECT FROM clinics_membership AS member
    WHERE member.clinic_id = NEW.clinic_id AND member.user_id = NEW.cosigned_by_id
      AND member.user_id <> NEW.therapist_id AND NOT member.supervised
      AND member.is_active AND member.treats AND member.role IN ({CLINICIANS})
"""
