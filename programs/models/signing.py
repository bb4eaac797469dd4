"""Who may sign, as the triggers of what is signed ask it."""

from clinics.permissions import GRANTS, Permission

CLINICIANS = ", ".join(f"'{role}'" for role, granted in GRANTS.items() if Permission.DOCUMENT in granted)

# NEW is the row that is signed: its signer's membership in the clinic treats patients.
SIGNER = f"""
    SELECT FROM clinics_membership AS member
    WHERE member.clinic_id = NEW.clinic_id AND member.user_id = NEW.signed_by_id
      AND member.is_active AND member.treats AND member.role IN ({CLINICIANS})
"""
