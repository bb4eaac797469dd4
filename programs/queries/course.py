"""Every sitting of an episode as the reasoning compares them: what was outside once, and what got better since."""

from collections import defaultdict
from datetime import date

from programs.models import Episode, Result
from programs.queries.findings import judged_by_test, person_of
from programs.reasoning import Course, Taken, Verdict, course_of

Sitting = tuple[date, int]  # sorts by time


def course_of_care(episode: Episode) -> Course:
    """One statement. Each sitting is judged by the patient's age on its day."""
    results = Result.objects.filter(assessment__episode=episode, not_tested="").select_related("test", "assessment")
    together: dict[Sitting, list[Result]] = defaultdict(list)
    for one in results:
        together[one.assessment.done_on, one.assessment_id].append(one)
    sittings: dict[str, list[tuple[Taken, Verdict]]] = defaultdict(list)
    for (day, _sitting), found in sorted(together.items()):
        for key, judged in judged_by_test(found, person_of(episode, day)).items():
            sittings[key].append(judged)
    return course_of(sittings, {one.test.key: one.test.line for one in results})
