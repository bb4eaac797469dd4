"""What patients say of themselves in numbers, where a test asks for just that: fear of movement, a score's total.

The reasoning reads such scores as results of that test, each in a sitting of its own. They are stored once, as scores.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from programs import catalogue
from programs.models import Assessment, Episode, Result, Score, Test

ANSWERS = {one.measure: one.key for one in catalogue.tests() if one.measure}
ASKED = frozenset(ANSWERS.values())  # keys of tests that are asked, not examined
NEVER = date.min
MOST = 24  # the latest of them, beside the first of each: what a page shows however long the record


def latest_known(episode: Episode) -> list[Result]:
    """The newest value of each test and side, given at a sitting or asked. Of the same day the sitting's counts."""
    stored = list(Result.objects.latest_of(episode))
    return _newest(stored, _as_results(Score.objects.filter(episode=episode, measure__in=ANSWERS).latest()))


def latest_known_of_each(episodes: Collection[Episode]) -> dict[int, list[Result]]:
    """The same for several, by the episode's id; with `tried_on`. Four statements at most."""
    stored = Result.objects.latest_of_each(episodes)
    each = ["episode", "measure"]
    scores = Score.objects.filter(episode__in=episodes, measure__in=ANSWERS).order_by(*each, "-taken_on", "-pk")
    asked: dict[int, list[Result]] = defaultdict(list)
    for one in _as_results(scores.distinct(*each)):
        asked[one.assessment.episode_id].append(one)
    return {pk: _newest(stored.get(pk, []), asked[pk]) for pk in {*stored, *asked}}


def beside(stored: Sequence[Result], asked: Iterable[Result]) -> list[Result]:
    """Both together; what was also given at a sitting of the same day was not asked twice."""
    given = {(one.test.key, one.assessment.done_on) for one in stored}
    return [*stored, *(one for one in asked if (one.test.key, one.assessment.done_on) not in given)]


def _newest(stored: Sequence[Result], asked: Iterable[Result]) -> list[Result]:
    days = {one.test.key: one.assessment.done_on for one in stored}
    newer = {one.test.key: one for one in asked if one.assessment.done_on > days.get(one.test.key, NEVER)}
    return [*(one for one in stored if one.test.key not in newer), *newer.values()]


def asked_of(episode: Episode) -> list[Result]:
    """All of them, in the order of time. One statement, and one more where there are some."""
    return _as_results(Score.objects.filter(episode=episode, measure__in=ANSWERS).order_by("taken_on", "pk"))


def asked_lately(episode: Episode) -> list[Result]:
    """The first of each and the latest ones, in the order of time."""
    return _as_results(Score.objects.filter(episode=episode, measure__in=ANSWERS).ends(MOST).order_by("taken_on", "pk"))


def _as_results(scores: Iterable[Score]) -> list[Result]:
    """Of tests that the clinic has."""
    found = list(scores)
    keys = {ANSWERS[one.measure] for one in found}
    tests = {one.key: one for one in Test.objects.filter(key__in=keys)} if keys else {}
    known = [(one, tests[ANSWERS[one.measure]]) for one in found if ANSWERS[one.measure] in tests]
    return [_as_result(one, test) for one, test in known]


def _as_result(score: Score, test: Test) -> Result:
    result = Result(assessment=_sitting(score), test=test, value=score.value)
    result.tried_on = score.taken_on
    return result


def _sitting(score: Score) -> Assessment:
    """Numbered below zero, where no stored one is."""
    return Assessment(pk=-score.pk, episode_id=score.episode_id, done_on=score.taken_on)
