"""The sheet on which an assessment is entered: its tests, what is typed, and the draft it belongs to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from programs.forms.assessments import AddTestForm, AssessmentForm, Previous
from programs.forms.entry_again import typed_again
from programs.forms.entry_fields import sides_of
from programs.forms.entry_lines import draw
from programs.models import Assessment, AssessmentDraft, Episode, Result, Test, TestKind
from programs.queries.asked import latest_known
from programs.queries.entry import live, nerve_words
from programs.queries.findings import abnormal_tests, person_of
from programs.queries.tests_at_hand import on_form, tests_at_hand, usual
from programs.services.drafts import Page
from programs.shapes import GRIDS, NORMAL, shape_of


@dataclass(frozen=True, slots=True)
class Sheet:
    """`raw` is what came in, `changed` that tests or values were only brought onto the page."""

    episode: Episode
    today: date
    known: Sequence[Test]
    form: AssessmentForm
    page: Page
    raw: Mapping[str, str]
    draft: AssessmentDraft | None = None
    changed: bool = False

    @property
    def tests(self) -> str:
        return ",".join(test.key for test in self.form.tests)

    @property
    def examined(self) -> int:
        return sum(test.kind != TestKind.ASKED for test in self.known)

    def data(self) -> dict[str, str]:
        return {**self.form.typed(), "tests": self.tests}

    def saved(self, draft: AssessmentDraft | None) -> "Sheet":
        return replace(self, draft=draft, page=replace(self.page, version=draft.version if draft else 0))

    def form_with(self, keys: Iterable[str]) -> AssessmentForm:
        """With somebody else's tests as well: only to name their fields."""
        tests = on_form(self.known, [*self.tests.split(","), *keys])
        return AssessmentForm({}, tests=tests, previous={}, person=self.form.person)

    def live(self) -> dict[str, Any]:
        """What the page draws, and what is renewed while one types."""
        self.form.full_clean()
        results = [entry.as_result() for entry in self.form.entries()]
        found = live(self.episode, self.form.person, results, self.form.previous)
        drawn = draw(self.form, found)
        rest = [test for test in self.known if test not in self.form.tests]
        kind, text = nerve_words(found.nerves, is_read=self._grids_are_read(results)) if found.nerves else ("", "")
        return {
            "sheet": self, "drawn": drawn, "form": self.form, "factors": found.factors, "nerves": text,
            "nerves_kind": kind, "alarms": found.nerves.alarms if found.nerves else (), "add": AddTestForm(tests=rest),
        }  # fmt: skip

    def _grids_are_read(self, results: Iterable[Result]) -> bool:
        """A tension test alone says nothing about power, reflexes and skin."""
        tested = {one.test.key for one in results if not one.not_tested}
        return any(key in tested for keys in GRIDS.values() for key in keys)


def fresh(episode: Episode, today: date, asked: str = "") -> Sheet:
    """The draft, if there is one; else what a re-test repeats, or what is usual at first.

    `asked`: exactly these tests, beside those of a draft that nobody has recorded yet.
    """
    known = tests_at_hand()
    draft = AssessmentDraft.objects.select_related("saved_by").filter(episode=episode).first()
    page = Page(editor=uuid4(), version=draft.version if draft else 0)
    wanted = _keys({"tests": asked}) if asked else []
    keys = [*_keys(draft.data), *wanted] if draft else wanted or abnormal_tests(episode, today) or usual(known)
    data = draft.data if draft else {}
    form = _form(episode, today, on_form(known, keys), data)
    return Sheet(episode, today, known, form, page, data, draft)


def posted(episode: Episode, today: date, data: Mapping[str, str]) -> Sheet:
    known, typed = tests_at_hand(), dict(data.items())
    change = typed.get("change", "")
    keys = [*_keys(typed), *_brought(change, typed, known)]
    tests = on_form(known, keys)
    typed |= _normal(change, tests, typed)
    page = Page(editor=_editor(typed), version=_version(typed))
    return Sheet(episode, today, known, _form(episode, today, tests, typed), page, typed, changed=bool(change))


def recorded(sitting: Assessment, today: date, data: Mapping[str, str] | None = None) -> Sheet:
    """A sitting that is put right: exactly its tests, with what was recorded or what is typed over it."""
    results = list(sitting.results.select_related("test").order_by("test__key"))
    tests = list({one.test.key: one.test for one in results}.values())
    typed = typed_again(results) if data is None else dict(data.items())
    change = typed.get("change", "")
    typed |= _normal(change, tests, typed)
    previous = _by_side(Result.objects.before(sitting))
    form = AssessmentForm(typed, tests=tests, previous=previous, person=person_of(sitting.episode, sitting.done_on))
    form.may_be_empty = True
    return Sheet(sitting.episode, today, tests, form, Page(editor=uuid4(), version=0), typed, changed=bool(change))


def _form(episode: Episode, today: date, tests: Sequence[Test], data: Mapping[str, str]) -> AssessmentForm:
    previous = _by_side(latest_known(episode))
    return AssessmentForm(data, tests=tests, previous=previous, person=person_of(episode, today))


def _by_side(results: Iterable[Result]) -> Previous:
    return {(one.test.key, one.side): one for one in results}


def _keys(data: Mapping[str, str]) -> list[str]:
    return data.get("tests", "").split(",")


def _brought(change: str, typed: Mapping[str, str], known: Sequence[Test]) -> Sequence[str]:
    match change:
        case "add":
            return [typed.get("add", "")]
        case "usual":
            return usual(known)
        case "all":
            return [test.key for test in known]
        case _:
            return []


def _normal(change: str, tests: Iterable[Test], typed: Mapping[str, str]) -> dict[str, str]:
    """Every field of the grid named by `normal-…` that is still empty: for browsers in which no script fills them."""
    grid, found = change.removeprefix("normal-") if change.startswith("normal-") else "", dict[str, str]()
    for test in tests:
        if test.key in GRIDS.get(grid, ()):
            parts = [f"-{part.key}" for part in shape_of(test.key, test.line, test.possible).parts] or [""]
            names = [f"{test.key}-{side}{part}" for side in sides_of(test) for part in parts]
            found |= {name: NORMAL[grid] for name in names if not typed.get(name)}
    return found


def _editor(typed: Mapping[str, str]) -> UUID:
    try:
        return UUID(typed.get("editor", ""))
    except ValueError:
        return uuid4()


def _version(typed: Mapping[str, str]) -> int:
    text = typed.get("version", "0")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
