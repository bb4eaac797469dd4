"""Which questions of a questionnaire are asked, given the answers so far. Pure.

static/clinics/js/questionnaire.js does the same while one types; what is stored is decided here.
"""

from collections.abc import Mapping, Sequence

from programs.instruments.conditions import Answer, is_asked
from programs.instruments.fhir import Item


def asked(items: Sequence[Item], answers: Mapping[str, Answer]) -> list[Item]:
    """What stands in a group that is not asked is not asked either, and an answer to what is not asked counts for
    nothing: neither do the questions that waited for it."""
    found = list(items)
    for _round in items:  # a chain of conditions is no longer than the questions
        heard = {item.link_id for item in found}
        following = _asked(items, {link: answer for link, answer in answers.items() if link in heard})
        if following == found:
            break
        found = following
    return found


def _asked(items: Sequence[Item], answers: Mapping[str, Answer]) -> list[Item]:
    found: list[Item] = []
    hidden_below: int | None = None
    for item in items:
        if hidden_below is not None and item.depth > hidden_below:
            continue
        hidden_below = None
        if is_asked(item.shown_when, answers, all_of=item.all_of):
            found.append(item)
        else:
            hidden_below = item.depth
    return found
