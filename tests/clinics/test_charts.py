import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from clinics import charts

numbers = st.floats(-1e6, 1e6)
labels = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


def solid_dot(svg: str) -> tuple[float, str]:
    """Where the latest value is, and whether it holds its line."""
    (found,) = re.findall(r'class="now (\w+)" cx="([\d.]+)"', svg)
    return float(found[1]), found[0]


@given(numbers, numbers, st.floats(0.01, 1e6), st.booleans())
def test_right_of_the_line_is_always_the_good_side(now: float, line: float, reach: float, lower: bool) -> None:
    x, state = solid_dot(charts.gauge(charts.Measure(now, line, reach, lower_is_better=lower)))
    assert 4 <= x <= 156
    assert x >= 80 if state == "true" else x <= 80


def test_a_gauge_shows_where_it_began_only_if_it_moved() -> None:
    assert charts.gauge(charts.Measure(9.5, 9, 3, start=7)).count('class="then"') == 1
    assert charts.gauge(charts.Measure(9.5, 9, 3, start=9.5)).count('class="then"') == 0


@given(st.integers(0, 12), st.integers(0, 12))
def test_a_ring_has_one_arc_for_each_thing_to_do(done: int, total: int) -> None:
    svg = charts.ring(min(done, total), total)
    assert svg.count("<path") == max(1, total)
    assert svg.count('class="on"') == min(done, total)


def test_weeks_leave_a_gap_where_nothing_was_due_and_name_three_bands() -> None:
    assert re.findall(r'rect class="(\w+)"', charts.weeks([80, 79.9, 50, 49.9, None, 0])) == [
        "good", "partial", "partial", "low", "low",
    ]  # fmt: skip


@given(labels, st.lists(st.floats(0, 10), max_size=8))
def test_every_drawing_is_well_formed_and_named(label: str, values: list[float]) -> None:
    drawings = [
        charts.gauge(charts.Measure(1, 2, 3), label),
        charts.spark(values, 0, 10, label, line=4),
        charts.trend(values, label=label),
        charts.ring(1, 3, label),
        charts.bar(40, label, "true"),
        charts.weeks(values, label),
    ]
    assert [ET.fromstring(svg).get("aria-label") for svg in drawings] == [label] * 6


def test_a_drawing_without_a_label_is_hidden_from_screen_readers() -> None:
    assert ET.fromstring(charts.bar(40)).attrib["aria-hidden"] == "true"


def test_a_trend_puts_values_where_they_were_in_time_and_names_its_ends() -> None:
    svg = charts.trend([6, 5, 2], [0, 7, 42], ["12 Oct", "23 Nov"])
    assert [float(x) for x in re.findall(r'<circle class="\w+" cx="([\d.]+)"', svg)] == [26, 70, 290]
    assert re.findall(r'y="130">([^<]+)<', svg) == ["12 Oct", "23 Nov"]


@given(st.lists(st.tuples(st.floats(0, 10), st.integers(0, 400)), max_size=8))
def test_a_trend_stays_in_its_frame(told: list[tuple[float, int]]) -> None:
    days = sorted(day for _value, day in told)
    svg = charts.trend([value for value, _day in told], [day - days[0] for day in days])
    assert all(26 <= float(x) <= 290 for x in re.findall(r'cx="([\d.]+)"', svg))
