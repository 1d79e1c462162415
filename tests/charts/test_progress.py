"""The course chart: what is drawn, where, and that it is drawn the same way each time."""

from __future__ import annotations

import math
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.charts.samples import (
    MEDICINES,
    SAFETY,
    SVG,
    any_course,
    course,
    day,
    groups,
    marks_in,
    parsed,
    words_in,
)
from tracker.charts.key import INFUSIONS, POINTS, THERAPIES
from tracker.charts.key import SAFETY as SAFETY_LOOKS
from tracker.charts.layout import LAYOUTS
from tracker.charts.palette import PAPER
from tracker.charts.progress import draw_progress
from tracker.charts.series import (
    Baseline,
    Direction,
    Form,
    Infusion,
    InfusionMark,
    Medicine,
    ProgressSeries,
    RatedBy,
    SafetyMark,
    ScorePoint,
)

quickly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
forms = pytest.mark.parametrize("form", list(Form))


def scored(*pairs: tuple[float, float]) -> tuple[ScorePoint, ...]:
    return tuple(ScorePoint(occurred_at=day(at), value=value) for at, value in pairs)


def test_no_words_are_smaller_than_eight_points_on_paper() -> None:
    for form, layout in LAYOUTS.items():
        shrunk = min(1.0, LAYOUTS[Form.PRINT].width / layout.width)
        assert layout.small * shrunk >= 8, form


@forms
def test_each_score_is_one_mark_when_a_course_is_drawn(form: Form) -> None:
    series = course()
    assert len(marks_in(draw_progress(series, form=form), "point-")) == len(series.points)


def test_uneven_gaps_give_uneven_lengths_when_scores_are_placed() -> None:
    xs = [
        x for x, _ in marks_in(draw_progress(course(points=scored((0, 9), (1, 9), (7, 9)))), "po")
    ]
    assert (xs[2] - xs[1]) / (xs[1] - xs[0]) == pytest.approx(6, rel=0.01)


def test_scores_of_one_day_stay_apart_when_hours_lie_between() -> None:
    svg = draw_progress(course(points=scored((0, 40), (0.25, 20)), infusions=()))
    assert len({x for x, _ in marks_in(svg, "point-")}) == 2


@forms
@pytest.mark.parametrize("points", [scored((0, 12)), scored((0, 12), (7, 13)), ()])
def test_whole_range_is_shown_when_scores_fill_little_of_it(
    form: Form, points: tuple[ScorePoint, ...]
) -> None:
    written = words_in(draw_progress(course(points=points, baseline=None), form=form))
    assert {"0", "20", "40", "60", "80"} <= set(written)


def test_heights_follow_the_scale_when_scores_differ() -> None:
    svg = draw_progress(course(points=scored((0, 0), (1, 40), (2, 80))))
    bottom, middle, top = (y for _, y in marks_in(svg, "point-"))
    assert middle == pytest.approx((bottom + top) / 2, abs=0.02)
    assert bottom > top


def test_line_is_left_open_when_more_than_fourteen_days_lie_between() -> None:
    (group,) = groups(draw_progress(course()), "score-line")
    (path,) = group.iter(f"{SVG}path")
    assert path.get("d", "").count("M") == 2


def test_line_stays_whole_when_exactly_fourteen_days_lie_between() -> None:
    (group,) = groups(draw_progress(course(points=scored((0, 9), (14, 8)))), "score-line")
    (path,) = group.iter(f"{SVG}path")
    assert path.get("d", "").count("M") == 1


def test_missed_check_ins_are_crosses_on_the_axis_when_they_were_due() -> None:
    svg = draw_progress(course(points=scored((0, 0))))
    crosses = marks_in(svg, "missed")
    assert len(crosses) == 2
    assert {y for _, y in crosses} == {marks_in(svg, "point-")[0][1]}


@forms
def test_changes_of_medicines_are_marked_with_their_words_when_there_are_some(form: Form) -> None:
    svg = draw_progress(course(medicines=MEDICINES), form=form)
    written = words_in(svg)
    assert {one.words for one in MEDICINES} <= set(written)
    assert "medicine changed" in written
    rows = [y for _, y in marks_in(svg, "medicine")]
    assert rows[1] != rows[2]
    assert ("medicines" in written) is (form is not Form.PHONE)


@forms
def test_safety_is_marked_in_a_lane_by_level_and_said_in_the_key(form: Form) -> None:
    svg = draw_progress(course(safety=SAFETY, medicines=MEDICINES), form=form)
    counts = {mark: len(marks_in(svg, f"safety-{mark}")) for mark in SafetyMark}
    assert counts == {"watch": 2, "soon": 1, "now": 1, "serious": 1}
    (height,) = {y for _, y in marks_in(svg, "safety-")}
    for other in ("infusion-", "therapy-", "medicine", "point-"):
        assert all(abs(y - height) > 6 for _, y in marks_in(svg, other)), other
    written = words_in(svg)
    for look in SAFETY_LOOKS.values():
        assert look.words in written
    assert ("safety" in written) is (form is not Form.PHONE)


def test_marks_of_safety_differ_in_outline_from_each_other_and_from_all_else() -> None:
    """In grey print colour says nothing."""
    looks = [*SAFETY_LOOKS.values(), *INFUSIONS.values(), *THERAPIES.values(), *POINTS.values()]
    shapes = {(look.shape.vertices.tobytes(), look.inside == PAPER) for look in looks}
    assert len(shapes) == len(looks) - 1  # a therapy session planned is a smaller bar


def test_nothing_of_safety_is_in_a_chart_without_any() -> None:
    svg = draw_progress(course())
    assert marks_in(svg, "safety-") == []
    assert not [words for words in words_in(svg) if "alert" in words or "serious" in words]


@forms
def test_plot_keeps_its_height_when_medicines_and_safety_take_rows(form: Form) -> None:
    def spans(svg: str) -> float:
        heights = [y for _, y in marks_in(svg, "point-")]
        return max(heights) - min(heights)

    plain = draw_progress(course(), form=form)
    for more in ({"medicines": MEDICINES}, {"safety": SAFETY}):
        assert spans(draw_progress(course(**more), form=form)) == pytest.approx(
            spans(plain), abs=0.05
        )


def test_words_of_medicines_do_not_touch_when_many_change_at_once() -> None:
    many = tuple(
        Medicine(on=date(2026, 9, 8 + number % 3), words=f"Medicine {number} 50 mg → 100 mg")
        for number in range(9)
    )
    svg = draw_progress(course(medicines=many))
    assert len(marks_in(svg, "medicine")) == 9
    assert len([words for words in words_in(svg) if words.startswith("Medicine ")]) == 4


def test_long_words_of_a_medicine_are_cut_when_they_do_not_fit() -> None:
    long = (Medicine(on=date(2026, 9, 20), words="Sertraline " * 20),)
    (words,) = [
        words
        for words in words_in(draw_progress(course(medicines=long), form=Form.PHONE))
        if words.startswith("Sertraline")
    ]
    assert words.endswith("…")


def test_infusions_are_drawn_by_kind_when_some_are_planned_or_partial() -> None:
    svg = draw_progress(course())
    assert len(marks_in(svg, "infusion-given")) == 5
    assert len(marks_in(svg, "infusion-partial")) == 1
    assert len(marks_in(svg, "infusion-planned")) == 1
    assert [word for word in words_in(svg) if word in set("123456")] == list("123456")


def test_shapes_differ_when_kinds_of_infusion_differ() -> None:
    infusions = tuple(Infusion(at=day(at), mark=mark) for at, mark in enumerate(InfusionMark))
    svg = draw_progress(course(infusions=infusions))
    drawn = set()
    for mark in InfusionMark:
        (group,) = groups(svg, f"infusion-{mark}")
        (path,) = group.iter(f"{SVG}path")
        (use,) = group.iter(f"{SVG}use")
        hollow = re.search("fill: (none|#ffffff)", use.get("style", "")) is not None
        drawn.add((path.get("d"), hollow))
    assert len(drawn) == len(InfusionMark)


def test_shapes_differ_when_raters_differ() -> None:
    points = tuple(
        ScorePoint(occurred_at=day(at), value=9, rated_by=rated_by)
        for at, rated_by in enumerate(RatedBy)
    )
    svg = draw_progress(course(points=points))
    outlines = {
        path.get("d") for group in groups(svg, "point-") for path in group.iter(f"{SVG}path")
    }
    assert len(outlines) == len(RatedBy)


def test_prorated_score_is_hollow_when_answers_were_missing() -> None:
    (group,) = groups(draw_progress(course()), "point-patient-prorated")
    (use,) = group.iter(f"{SVG}use")
    assert "fill: #ffffff" in use.get("style", "")


@forms
@pytest.mark.parametrize("direction", list(Direction))
def test_direction_is_said_in_words_when_a_scale_is_drawn(form: Form, direction: Direction) -> None:
    assert direction.words in words_in(draw_progress(course(direction=direction), form=form))


@pytest.mark.parametrize("form", [Form.SCREEN, Form.PRINT])
def test_start_line_says_its_value_when_there_is_a_baseline(form: Form) -> None:
    assert "start: 58" in words_in(draw_progress(course(), form=form))


@forms
def test_empty_axes_say_so_when_there_is_no_score(form: Form) -> None:
    bare = ProgressSeries(
        title="Weekly rating",
        scale_label="Weekly rating (0–80)",
        direction=Direction.LOWER_IS_BETTER,
        minimum=0,
        maximum=80,
        zone="UTC",
    )
    svg = draw_progress(bare, form=form)
    assert "No scores yet" in words_in(svg)
    assert marks_in(svg, "") == []


@forms
def test_chart_describes_itself_when_it_is_read_aloud(form: Form) -> None:
    root = parsed(draw_progress(course(), form=form))
    title, description = root[0], root[1]
    assert root.get("role") == "img"
    assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == (
        "Weekly rating fell from 58 to 34 in 9 weeks, with six infusions."
        " That is after a best of 29 on 30 Oct 2026. Lower is better."
    )
    assert "7 scores, lowest 29, highest 58." in (description.text or "")
    assert "2 check-ins missed." in (description.text or "")


@forms
def test_ids_are_unique_and_prefixed_when_charts_share_a_page(form: Form) -> None:
    first, second = draw_progress(course(), form=form), draw_progress(course(today=None), form=form)
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (first, second)]
    assert ids[0].isdisjoint(ids[1])
    prefixes = {one.split("-")[0] for one in ids[0]}
    assert len(prefixes) == 1
    assert all(ref in ids[0] for ref in re.findall(r'(?:href="#|url\(#)([^")]+)', first))


@forms
def test_text_stays_large_enough_when_printed(form: Form) -> None:
    sizes = [
        float(size)
        for size in re.findall(r"font-size: ([\d.]+)px", draw_progress(course(), form=form))
    ]
    assert min(sizes) >= (8 if form is Form.PRINT else 9)


@forms
def test_file_stays_small_when_a_whole_course_is_drawn(form: Form) -> None:
    svg = draw_progress(course(), form=form)
    assert len(svg.encode()) < 20_000
    assert svg.startswith("<svg ")
    assert "<metadata" not in svg
    assert "<style" not in svg


def test_markup_stays_text_when_labels_hold_it() -> None:
    label = "<script>alert(1)</script> & $x^2$ \x00\x1b\ud800"
    svg = draw_progress(course(scale_label=label, title=label))
    assert "<script>alert(1)</script> & $x^2$" in words_in(svg)
    assert parsed(svg).find(f".//{SVG}script") is None


def test_words_stay_as_written_when_they_look_like_references() -> None:
    label = 'a id="b" href="#c" url(#d) style="fill: none; stroke: red"'
    assert label in words_in(draw_progress(course(scale_label=label)))


def test_bytes_are_equal_when_threads_draw_at_once() -> None:
    jobs = [(course(points=course().points[:count]), form) for count in range(8) for form in Form]
    alone = [draw_progress(series, form=form) for series, form in jobs]
    with ThreadPoolExecutor(max_workers=8) as pool:
        together = list(pool.map(lambda job: draw_progress(job[0], form=job[1]), jobs * 4))
    assert together == alone * 4


def test_bytes_are_equal_when_only_the_writing_of_instants_differs() -> None:
    series = course()
    moved = timezone(timedelta(hours=9))
    points = tuple(
        replace(point, occurred_at=point.occurred_at.astimezone(moved)) for point in series.points
    )
    assert draw_progress(replace(series, points=points)) == draw_progress(series)


@quickly
@given(series=any_course, form=st.sampled_from(Form))
def test_picture_is_whole_when_the_series_is_arbitrary(series: ProgressSeries, form: Form) -> None:
    svg = draw_progress(series, form=form)
    assert svg == draw_progress(series, form=form)
    assert len(marks_in(svg, "point-")) == len(series.points)
    assert len(marks_in(svg, "infusion-")) == len(series.infusions)
    assert len(marks_in(svg, "missed")) == len(series.missed)
    assert len(marks_in(svg, "medicine")) == len(series.medicines)
    assert len(marks_in(svg, "safety-")) == len(series.safety)
    if form is not Form.PHONE:
        assert len(marks_in(svg, "therapy-")) == len(series.therapy)
    assert {"0", "20", "40", "60", "80"} <= set(words_in(svg))


@quickly
@given(series=any_course, form=st.sampled_from(Form))
def test_marks_stay_on_the_sheet_when_the_series_is_arbitrary(
    series: ProgressSeries, form: Form
) -> None:
    svg = draw_progress(series, form=form)
    width, height = map(float, parsed(svg).get("viewBox", "").split()[2:])
    assert all(0 <= x <= width and 0 <= y <= height for x, y in marks_in(svg, ""))


@pytest.mark.parametrize("value", [math.nan, math.inf, -1, 81])
def test_series_is_refused_when_a_score_is_impossible(value: float) -> None:
    with pytest.raises(ValueError, match="finite|outside"):
        course(points=scored((0, value)))


def test_series_is_refused_when_a_time_has_no_zone() -> None:
    naive = datetime(2026, 9, 8, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        ScorePoint(occurred_at=naive, value=3)


def test_series_is_refused_when_its_baseline_lies_outside() -> None:
    with pytest.raises(ValueError, match="outside"):
        course(baseline=Baseline(value=99))
