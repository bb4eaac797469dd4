"""Every sitting of an episode as the reasoning compares them: what was outside once, and what got better since."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from programs.models import Episode, Result, Test
from programs.queries.asked import asked_of, beside
from programs.queries.findings import judged_by_test, person_of
from programs.reasoning import Course, Taken, Verdict, course_of


@dataclass(frozen=True, slots=True)
class Sitting:
    """One test on one day, and how it was judged then."""

    day: date
    results: Sequence[Result]
    taken: Taken
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Tried:
    """One test, in the order of time."""

    test: Test
    sittings: Sequence[Sitting]


def tried_tests(episode: Episode) -> dict[str, Tried]:
    """By the test's key. Three statements at most. Each sitting is judged by the patient's age on its day."""
    standing = Result.objects.standing().filter(assessment__episode=episode, not_tested="")
    stored = standing.select_related("test", "assessment")
    results = beside(list(stored), asked_of(episode))
    together: dict[tuple[date, int], list[Result]] = defaultdict(list)
    for one in results:
        together[one.assessment.done_on, one.assessment.turn].append(one)
    sittings: dict[str, list[Sitting]] = defaultdict(list)
    for (day, _sitting), found in sorted(together.items()):
        for key, (taken, verdict) in judged_by_test(found, person_of(episode, day)).items():
            of_test = [one for one in found if one.test.key == key]
            sittings[key].append(Sitting(day, of_test, taken, verdict))
    tests = {one.test.key: one.test for one in results}
    return {key: Tried(test, sittings[key]) for key, test in sorted(tests.items())}


def course_of_care(episode: Episode) -> Course:
    return course_in(tried_tests(episode))


def course_in(tried: dict[str, Tried]) -> Course:
    sittings = {key: [(at.taken, at.verdict) for at in one.sittings] for key, one in tried.items()}
    return course_of(sittings, {key: one.test.line for key, one in tried.items()})
