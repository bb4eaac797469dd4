"""What the tests of the staff's clinical pages share."""

from typing import Any

from django.utils.html import strip_tags


def words(response: Any) -> str:
    """What a reader sees, white space folded."""
    return " ".join(strip_tags(response.content.decode()).split())


def rows(prefix: str, *given: dict[str, Any]) -> dict[str, Any]:
    """Posted formset data."""
    fields = {f"{prefix}-{n}-{name}": value for n, row in enumerate(given) for name, value in row.items()}
    return {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": 0, **fields}
