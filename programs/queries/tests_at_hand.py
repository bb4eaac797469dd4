"""Which tests an assessment's form shows, and which can be added to it."""

from collections.abc import Iterable

from programs.models import Test

FIRST = ("M12", "M17")  # the lunge and the bridge: where an assessment of the low back starts here


def measured_tests() -> list[Test]:
    """Those of the clinic that give a number."""
    return list(Test.objects.filter(is_active=True, possible__isnull=False))


def on_form(tests: Iterable[Test], keys: Iterable[str]) -> list[Test]:
    """In the order asked for, each once. Unknown keys are left out."""
    by_key = {test.key: test for test in tests}
    return [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
