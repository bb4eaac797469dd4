"""Who may do what. The matrix is this dictionary; a test prints and pins it."""

from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    MANAGER = "manager"
    FRONT_DESK = "front_desk"
    THERAPIST = "therapist"


class Permission(StrEnum):
    SEE_DAY = "see_day"  # the day board: names, times, services
    BOOK = "book"  # book, move, cancel, check in
    OVERRIDE = "override"  # book over a conflict, with a reason
    BACKDATE = "backdate"  # book a time that is over
    SEE_PATIENTS = "see_patients"  # search, contact details
    EDIT_PATIENTS = "edit_patients"
    READ_CHART = "read_chart"  # everything clinical
    DOCUMENT = "document"  # assess, plan, write and sign; signing also asks for a membership that treats
    ADMINISTER = "administer"  # Django admin: services, rooms, staff, exercises, patients


_DESK = {Permission.SEE_DAY, Permission.BOOK, Permission.SEE_PATIENTS, Permission.EDIT_PATIENTS}
_CLINICAL = {Permission.READ_CHART, Permission.DOCUMENT}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.MANAGER: frozenset(_DESK | {Permission.OVERRIDE, Permission.BACKDATE, Permission.ADMINISTER}),
    Role.FRONT_DESK: frozenset(_DESK | {Permission.OVERRIDE}),
    Role.THERAPIST: frozenset(_DESK | _CLINICAL),
}


def can(role: str, permission: Permission) -> bool:
    return permission in GRANTS[Role(role)]
