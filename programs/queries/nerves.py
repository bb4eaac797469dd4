"""What the neurological tests of an episode say: for the page, and for the red flags."""

from dataclasses import dataclass
from datetime import date

from programs.models import Assessment, Episode, RaisedFlag, Result
from programs.queries.chart import Chart
from programs.queries.findings import judged_by_test, person_of
from programs.reasoning import NERVE_TESTS, Alarm, nerve_findings
from programs.sentences import sentences


@dataclass(frozen=True, slots=True)
class Waiting:
    """A red-flag question that a finding answers with yes."""

    question: str
    day: date
    why: str


def alarms_of(assessment: Assessment) -> tuple[Alarm, ...]:
    """Of this sitting, against what was known before it. What was not tested today raises nothing today."""
    sitting = assessment.results.filter(test__key__in=NERVE_TESTS, not_tested="").select_related("test", "assessment")
    today = list(sitting)
    if not today:
        return ()
    person = person_of(assessment.episode, assessment.done_on)
    before = judged_by_test(Result.objects.before(assessment), person)
    return nerve_findings(judged_by_test(today, person), before).alarms


def waiting_flags(episode: Episode, on: date) -> list[Waiting]:
    found = RaisedFlag.objects.filter(episode=episode).waiting(on)
    return [Waiting(one.question, one.found_on, sentences(one.because)) for one in found]


def asked_by_findings(chart: Chart) -> list[Waiting]:
    """One statement where something waits, none elsewhere."""
    if chart.episode is None or not chart.asked_by_finding:
        return []
    return waiting_flags(chart.episode, chart.today)
