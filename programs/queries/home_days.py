"""What is due at home on which day, and what became of it. Two statements, whatever the dates and the patients."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from programs.adherence import Occasion, due_days, part_done
from programs.models import Completion, ExerciseLog, Prescription


@dataclass(frozen=True, slots=True)
class Due:
    """One prescription due on one day, with its log where there is one."""

    day: date
    prescription: Prescription
    log: ExerciseLog | None

    @property
    def is_done(self) -> bool:
        return self.log is not None and self.log.completion != Completion.SKIPPED

    @property
    def occasion(self) -> Occasion:
        if self.log is None:
            return Occasion(self.day)
        if self.log.completion == Completion.PARTIAL:
            return Occasion(self.day, part_done(self.log.sets_done, self.prescription.sets), is_logged=True)
        return Occasion(self.day, float(self.log.completion == Completion.FULL), is_logged=True)


def due_between(patient_ids: Iterable[int], first: date, last: date) -> Mapping[int, list[Due]]:
    """By patient, in the order of days and of the programme."""
    ids = list(patient_ids)
    prescriptions = (
        Prescription.objects.filter(patient_id__in=ids, programme__starts_on__lte=last, programme__ends_on__gte=first)
        .select_related("programme", "exercise")
        .order_by("programme__starts_on", "position", "pk")
    )
    logs = ExerciseLog.objects.filter(patient_id__in=ids).between(first, last)
    by_occasion = {(log.prescription_id, log.due_on): log for log in logs}
    found: dict[int, list[Due]] = defaultdict(list)
    for one in prescriptions:
        for day in _days(one, first, last):
            found[one.patient_id].append(Due(day, one, by_occasion.get((one.pk, day))))
    for dues in found.values():
        dues.sort(key=lambda due: due.day)
    return found


def _days(prescription: Prescription, first: date, last: date) -> Iterator[date]:
    programme = prescription.programme
    yield from due_days(max(first, programme.starts_on), min(last, programme.ends_on), prescription.weekdays)
