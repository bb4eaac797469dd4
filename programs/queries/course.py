"""Every sitting of an episode as the reasoning compares them: what was outside once, and what got better since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from programs.models import Episode, Result
from programs.queries.findings import person_of, taken_of
from programs.reasoning import Course, Taken, Verdict, course_of, judge

Key = tuple[str, date, int]  # test, day and sitting: sorts by time


def course_of_care(episode: Episode) -> Course:
    """One statement. Each sitting is judged by the patient's age on its day."""
    results = Result.objects.filter(assessment__episode=episode, not_tested="").select_related("test", "assessment")
    together: dict[Key, list[Result]] = defaultdict(list)
    for one in results:
        together[one.test.key, one.assessment.done_on, one.assessment_id].append(one)
    sittings: dict[str, list[tuple[Taken, Verdict]]] = defaultdict(list)
    for key in sorted(together):
        sittings[key[0]].append(_judged(episode, together[key]))
    return course_of(sittings, _lines(together))


def _judged(episode: Episode, results: Sequence[Result]) -> tuple[Taken, Verdict]:
    first = results[0]
    taken = taken_of(first.test.key, results)
    return taken, judge(taken, first.test.line, first.test.unit, person_of(episode, first.assessment.done_on))


def _lines(together: Mapping[Key, Sequence[Result]]) -> dict[str, Mapping[str, object]]:
    return {key: results[0].test.line for (key, _day, _sitting), results in together.items()}
