"""What the neurological tests of an episode say: for the page, and for the red flags."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from programs import catalogue
from programs.models import Assessment, Episode, PatientCheck, RaisedFlag, Result
from programs.queries.chart import Chart
from programs.queries.findings import judged_by_test, person_of
from programs.reasoning import NERVE_TESTS, Alarm, nerve_findings
from programs.sentences import sentences


@dataclass(frozen=True, slots=True)
class Waiting:
    """A red-flag question that a finding answers with yes, or the patient with yes or unsure."""

    question: str
    day: date
    why: str
    late: PatientCheck | None = None  # the answers, where the phone had kept them


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
    flags = [Waiting(one.question, one.found_on, sentences(one.because)) for one in found]
    return [*flags, *_own_answers(episode, on)]


def _own_answers(episode: Episode, on: date) -> list[Waiting]:
    """One for each question, with the day on which it was last answered so."""
    labels = {one["key"]: one["clinician_label"] for item in catalogue.red_flags() for one in item["questions"]}
    found: dict[str, Waiting] = {}
    for check in PatientCheck.objects.filter(episode=episode).waiting(on):
        for key in (*check.positive, *check.unsure):
            yes = key in check.positive
            said = _("%(sign)s: the patient says yes.") if yes else _("%(sign)s: the patient is unsure.")
            late = check if check.is_late else None
            found[key] = Waiting(key, check.found_on, said % {"sign": labels[key]}, late)
    return list(found.values())


def asked_by_findings(chart: Chart) -> list[Waiting]:
    """One statement where something waits, none elsewhere."""
    if chart.episode is None or not chart.asked_by_finding:
        return []
    return waiting_flags(chart.episode, chart.today)
