"""What the tests of the staff's clinical pages share."""

import re
from typing import Any

from django.test import Client
from django.utils.html import strip_tags


def words(response: Any) -> str:
    """What a reader sees, white space folded."""
    return " ".join(strip_tags(response.content.decode()).split())


def tags_with(attribute: str, response: Any) -> list[str]:
    """Opening tags that carry the attribute, in the page's order."""
    return [tag for tag in re.findall(r"<[a-z][^>]*>", response.content.decode()) if attribute in tag]


def rows(prefix: str, *given: dict[str, Any]) -> dict[str, Any]:
    """Posted formset data."""
    fields = {f"{prefix}-{n}-{name}": value for n, row in enumerate(given) for name, value in row.items()}
    return {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": 0, **fields}


def begun(client: Client, form: str) -> dict[str, str]:
    """What the plan's form sends back of the version that it began from."""
    shown: Any = client.get(form)
    return {"seen": shown.context["forms"].seen}


def seen(client: Client, plan: str) -> dict[str, int]:
    """What the plan's page sends back when its draft is signed."""
    shown: Any = client.get(plan)
    return {"seen": shown.context["page"].draft.pk}
