"""The role-permission matrix, printed (pytest -s) and pinned."""

import pytest

from clinics.permissions import GRANTS, Permission, Role, can

MATRIX = """
                 owner    manager  front_desk  therapist
see_day          yes      yes      yes         yes
book             yes      yes      yes         yes
override         yes      yes      yes         -
backdate         yes      yes      -           -
see_patients     yes      yes      yes         yes
edit_patients    yes      yes      yes         yes
read_chart       yes      -        -           yes
document         yes      -        -           yes
administer       yes      yes      -           -
"""


def printed() -> str:
    roles = list(Role)
    widths = [max(len(role), 7) for role in roles]
    rows = [" " * 15 + "".join(f"  {role:<{width}}" for role, width in zip(roles, widths, strict=True))]
    for permission in Permission:
        answers = ["yes" if can(role, permission) else "-" for role in roles]
        rows.append(f"{permission:<15}" + "".join(f"  {a:<{w}}" for a, w in zip(answers, widths, strict=True)))
    return "\n".join(row.rstrip() for row in rows)


def test_the_matrix() -> None:
    print(printed())  # noqa: T201  # for who looks it up with -s
    assert printed().splitlines() == MATRIX.strip("\n").splitlines()


def test_every_role_is_in_the_matrix_and_an_unknown_one_is_an_error() -> None:
    assert set(GRANTS) == set(Role)
    with pytest.raises(ValueError, match="janitor"):
        can("janitor", Permission.SEE_DAY)
