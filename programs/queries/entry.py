"""What an assessment says while it is typed: each test against its line and the time before, nerves, and factors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from programs.change import Change, Ruler, change, gain
from programs.models import Episode, FactorKind, Result, Suggestion, Test
from programs.queries.course import course_of_care
from programs.queries.findings import judged_by_test, verdicts
from programs.reasoning import OPEN, NerveFindings, Person, State, Suggested, Taken, Verdict, nerve_findings, suggest
from programs.reasoning.rules import difference, pair_of, values_of
from programs.sentences import amount, sentences
from programs.short_words import short

Previous = Mapping[tuple[str, str], Result]


@dataclass(frozen=True, slots=True)
class Says:
    """Beside one test. `kind` colours the chip; `off` are the sides that lie outside."""

    kind: str = ""
    text: str = ""
    full: str = ""
    notes: str = ""
    change: str = ""
    difference: str = ""
    off: Sequence[str] = ()
    done: bool = False


@dataclass(frozen=True, slots=True)
class Moving:
    """A factor as the values so far would have it. `glyph` is the state as bob draws it."""

    name: str
    glyph: str
    text: str


@dataclass(frozen=True, slots=True)
class Live:
    says: Mapping[str, Says]
    nerves: NerveFindings | None = None
    factors: Sequence[Moving] = field(default_factory=list)


def live(episode: Episode, person: Person, entered: Sequence[Result], previous: Previous) -> Live:
    """`entered` are results that are not stored yet, `previous` the latest stored ones."""
    tested = [one for one in entered if not one.not_tested]
    now, before = judged_by_test(tested, person), judged_by_test(previous.values(), person)
    says = {key: _says(now[key], before.get(key), _test_of(tested, key)) for key in now}
    says |= {one.test.key: _left_out(one) for one in entered if one.not_tested and one.test.key not in says}
    nerves = nerve_findings(now, before) if any(key.startswith("N") for key in now) else None
    return Live(says, nerves, _factors(episode, person, tested, previous) if tested else [])


def _test_of(results: Iterable[Result], key: str) -> Test:
    return next(one.test for one in results if one.test.key == key)


def _left_out(result: Result) -> Says:
    reason = result.get_not_tested_display()
    return Says(kind="skip", text=_("Not tested: %(why)s") % {"why": reason}, done=True)


def _says(now: tuple[Taken, Verdict], before: tuple[Taken, Verdict] | None, test: Test) -> Says:
    taken, verdict = now
    kind, text = _verdict(verdict, before[1] if before else None, test.line)
    return Says(
        kind=kind,
        text=text,
        full=sentences(one.stored() for one in verdict.because),
        notes=sentences(one.stored() for one in verdict.notes),
        change=_change(taken, before[0], test) if before else "",
        difference=_difference(taken, test),
        off=_off(verdict),
        done=True,
    )


def _off(verdict: Verdict) -> list[str]:
    if verdict.state != State.ABNORMAL:
        return []
    return sorted({one.facts["side"] for one in verdict.because if "side" in one.facts})


def _verdict(verdict: Verdict, before: Verdict | None, line: Mapping[str, Any]) -> tuple[str, str]:
    match verdict.state:
        case State.ABNORMAL:
            return "off", short(verdict.because)
        case State.NOT_COUNTED:
            return "wait", short(verdict.because)
        case State.NO_REFERENCE:
            return (
                ("wait", _("Your judgement")) if line.get("rule", "judgement") in OPEN else ("ask", _("No reference"))
            )
        case _:
            return "", _("Back in range") if before and before.state == State.ABNORMAL else _("In range")


def _difference(taken: Taken, test: Test) -> str:
    """Of the sides, in the way in which the line compares them."""
    pair = pair_of(taken)
    if pair is None:
        return ""
    rule = test.line.get("rule", "")
    if rule == "sum_at_least":
        return "+".join(amount(one, "") for one in pair)
    if rule == "ratio" or "min_ratio" in test.line:
        low, high = (pair[0], pair[1]) if rule == "ratio" else (min(pair), max(pair))
        return f"{low / high:.2f}" if high else ""
    return amount(difference(pair), "")


def _change(taken: Taken, before: Taken, test: Test) -> str:
    was, better = values_of(before), test.line.get("better")
    marks = {"right": _("R "), "left": _("L ")}
    found = [
        f"{marks.get(side, '')}{_signed(value - was[side])}{_weighed(was[side], value, test.line, better)}"
        for side, value in values_of(taken).items()
        if side in was and value != was[side]
    ]
    return " · ".join(found) or (_("as before") if was and was == values_of(taken) else "")


def _signed(delta: float) -> str:
    return f"{'+' if delta > 0 else '−'}{amount(abs(delta), '')}"


def _weighed(was: float, now: float, line: Mapping[str, Any], better: str | None) -> str:
    """Against the measure's own error, where that is known."""
    mdc = line.get("mdc")
    if not mdc or not better:
        return ""
    if abs(gain(was, now, better)) == mdc:
        return _(" = MDC")
    said = {"mdc": amount(float(mdc), "")}
    is_real = change(was, now, Ruler(better=better, mdc=mdc)) != Change.NONE
    return (_(", beyond MDC %(mdc)s") if is_real else _(", under MDC %(mdc)s")) % said


def _factors(episode: Episode, person: Person, tested: Sequence[Result], previous: Previous) -> list[Moving]:
    """As if this were recorded now; nothing is decided by it."""
    latest = {**previous, **{(one.test.key, one.side): one for one in tested}}
    kinds = list(FactorKind.objects.filter(is_active=True))
    found = suggest(verdicts(latest.values(), person), kinds, course_of_care(episode))
    names = {kind.key: kind.name for kind in kinds}
    return [_moving(one, names) for one in found if one.state != "not_assessed"]


def _moving(one: Suggested, names: Mapping[str, str]) -> Moving:
    tests = ", ".join(one.tests)
    text = _("%(state)s, improving") if one.improving else "%(state)s"
    said = text % {"state": Suggestion(one.state).label}
    return Moving(names[one.factor], "improving" if one.improving else one.state, f"{said}: {tests}" if tests else said)


def nerve_words(found: NerveFindings, *, is_read: bool) -> tuple[str, str]:
    """Kind of chip and text: what the nerve tests say together. `is_read`: power, reflexes or skin were tested."""
    if found.alarms:
        return "stop", _("Red flag: screen today")
    if found.radiculopathy_suspected:
        return "off", _("A root is suspected")
    if found.lost:
        roots = sorted({f"{root} {_('R') if side == 'right' else _('L')}" for root, side in found.lost})
        return "off", _("Loss: %(roots)s") % {"roots": ", ".join(roots)}
    return ("true", _("No deficit")) if is_read else ("", "")
