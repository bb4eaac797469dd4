"""Which tests an assessment's form shows, and which can be added to it."""

from collections.abc import Iterable, Sequence

from programs.models import Test, TestKind
from programs.shapes import IMPRESSION


def tests_at_hand() -> list[Test]:
    """Those of the clinic that somebody examines; what the patient is asked comes from the measures."""
    active = Test.objects.filter(is_active=True)
    return [test for test in active if test.kind != TestKind.ASKED or test.key == IMPRESSION]


def on_form(tests: Iterable[Test], keys: Iterable[str]) -> list[Test]:
    """In the catalogue's order, each once. Unknown keys are left out."""
    wanted = set(keys)
    return [test for test in tests if test.key in wanted]


def usual(tests: Iterable[Test]) -> Sequence[str]:
    """What the clinic looks at first in everybody."""
    return [test.key for test in tests if test.usual]
