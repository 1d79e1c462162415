"""Which values of a course each picture shows, and that it shows no others."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.charts.samples import marks_in
from tests.make.course_record import (
    FIRST_ON,
    given_infusion,
    infusion,
    local,
    medicine,
    progress,
    record,
    weekly,
)
from tests.make.world import known_id
from tracker.charts.course_captions import comparison_words, total_caption
from tracker.charts.course_series import (
    MOST_DAILY_DAYS,
    SERIES,
    daily_series,
    gains_series,
    insurer_series,
    own_series,
    symptoms_series,
)
from tracker.charts.drawing import draw
from tracker.charts.series import Direction, Form, InfusionMark, RatedBy
from tracker.charts.table_rows import RowKind, table_rows
from tracker.domain.course_progress import GAINS, SYMPTOMS
from tracker.domain.course_record import InfusionEvent, RaisedAlert, SentCheckIn, StoredScore
from tracker.domain.courses import CourseState, GivenState, PlannedState
from tracker.domain.languages import Language
from tracker.domain.safety import AlertLevel

RATINGS = [weekly(date(2026, 10, 23), 60), weekly(date(2026, 11, 9), 24, gains=12)]
INFUSIONS = [infusion(number, is_given=number < 4) for number in range(1, 7)]


def test_every_infusion_is_marked_as_what_became_of_it():
    part = infusion(
        2,
        given=given_infusion(2, local(FIRST_ON), state=GivenState.STOPPED_EARLY),
    )
    course = record(
        [
            infusion(1),
            part,
            infusion(3, is_given=False, state=PlannedState.MISSED),
            infusion(4, is_given=False, state=PlannedState.CANCELLED),
            infusion(5, is_given=False),
            infusion(7, is_booster=True),
        ]
    )
    marks = [one.mark for one in symptoms_series(progress(course)).infusions]
    assert marks == [
        InfusionMark.GIVEN,
        InfusionMark.PARTIAL,
        InfusionMark.MISSED,
        InfusionMark.CANCELLED,
        InfusionMark.PLANNED,
        InfusionMark.BOOSTER,
    ]


def test_an_infusion_stands_where_it_was_given_and_not_where_it_was_planned():
    moved = infusion(1, planned_on=FIRST_ON - timedelta(days=3))
    (one,) = symptoms_series(progress(record([moved]))).infusions
    assert one.at == local(FIRST_ON)


def test_missed_ratings_are_marked_and_too_few_answers_make_no_point():
    course = record(INFUSIONS, [*RATINGS, weekly(date(2026, 11, 16), None)])
    series = symptoms_series(progress(course))
    assert [point.value for point in series.points] == [60, 24]
    assert series.missed == (date(2026, 11, 2),)


def test_a_rating_from_paper_has_its_own_mark():
    course = record(INFUSIONS, [weekly(date(2026, 11, 9), 24, mode="paper")])
    (point,) = symptoms_series(progress(course)).points
    assert point.rated_by is RatedBy.PAPER


def test_the_lines_say_from_which_score_on_a_change_counts():
    labels = [band.label for band in symptoms_series(progress(record(INFUSIONS, RATINGS))).bands]
    assert labels == ["response ≤ 30", "worse ≥ 72"]


def test_gains_are_a_picture_of_their_own_in_which_higher_is_better():
    series = gains_series(progress(record(INFUSIONS, RATINGS)))
    assert series.direction is Direction.HIGHER_IS_BETTER
    assert [band.label for band in series.bands] == ["response ≥ 15", "worse ≤ 2.4"]


def test_a_rating_that_did_not_come_is_missing_among_the_gains_too():
    series = gains_series(progress(record(INFUSIONS, RATINGS)))
    assert series.missed == (date(2026, 11, 2), date(2026, 11, 16))


def test_a_patient_sees_scores_and_infusions_and_no_thresholds():
    series = own_series(progress(record(INFUSIONS, RATINGS)), Language.ENGLISH)
    assert (series.bands, series.therapy, series.phases) == ((), (), ())
    assert len(series.points) == 2
    assert len(series.infusions) == 6


def test_a_course_that_has_ended_has_no_line_for_today():
    ended = record(
        INFUSIONS, RATINGS, state=CourseState.STOPPED, ended_on=date(2026, 11, 12), end_reason="x"
    )
    assert symptoms_series(progress(ended)).today is None


def daily(on):
    check_in = SentCheckIn(
        id=known_id(f"daily {on}"),
        instrument_key="daily",
        instrument_version=1,
        due_key=f"daily:{on}",
        due_on=on,
        mode="self",
        occurred_at=local(on + timedelta(days=1), 1),
        recorded_at=local(on + timedelta(days=1), 1),
    )
    score = StoredScore(
        check_in_id=check_in.id,
        occurred_at=check_in.occurred_at,
        value=Decimal(7),
        answered=1,
        item_count=1,
        is_prorated=False,
    )
    return check_in, score


def test_a_daily_rating_of_the_small_hours_belongs_to_the_day_that_it_was_due_on():
    check_in, score = daily(FIRST_ON)
    course = record(INFUSIONS, check_ins=(check_in,), scores={"memories": (score,)})
    series = daily_series(progress(course))
    assert series.rows[0].values == ((FIRST_ON, 7.0),)


def test_days_without_a_check_in_are_in_the_daily_picture():
    series = daily_series(progress(record(INFUSIONS)))
    assert series.first_on == FIRST_ON - timedelta(days=7)
    assert series.last_on >= date(2026, 11, 21)
    assert all(row.values == () for row in series.rows)


def test_the_daily_picture_holds_twelve_weeks_at_the_most():
    course = record(INFUSIONS)
    later = progress(course, now=local(date(2027, 6, 1)))
    series = daily_series(later)
    assert (series.last_on - series.first_on).days == MOST_DAILY_DAYS - 1


def test_every_picture_can_be_drawn_of_an_empty_course():
    course = progress(record())
    for series in SERIES.values():
        assert draw(series(course), Form.SCREEN).rstrip().endswith("</svg>")


def test_the_caption_says_what_is_compared_and_whose_thresholds_they_are():
    course = progress(record(INFUSIONS, RATINGS))
    words = comparison_words(course, course.changes[SYMPTOMS])
    assert words.startswith("Compared with the baseline of 23 Oct 2026.")
    assert "site setting, needs clinical review" in words
    assert "2 of 4 weekly ratings answered." in words


def test_the_caption_of_the_gains_says_what_a_percent_is_of():
    course = progress(record(INFUSIONS, RATINGS))
    gains = comparison_words(course, course.changes[GAINS])
    assert "Percent is of the distance from the baseline to the best score, 24." in gains
    assert "Percent is" not in comparison_words(course, course.changes[SYMPTOMS])


MEDICINES = (
    medicine(date(2025, 3, 1), "50 mg"),
    medicine(date(2026, 11, 2), "100 mg"),
    medicine(date(2026, 11, 20), "150 mg"),
)


def test_changes_of_medicines_are_shown_when_they_fall_into_the_course():
    course = progress(record(INFUSIONS, RATINGS, medicines=MEDICINES))
    assert [(str(one.on), one.words) for one in symptoms_series(course).medicines] == [
        ("2026-11-02", "Sertraline 50 mg → 100 mg"),
        ("2026-11-20", "Sertraline 100 mg → 150 mg"),
    ]
    assert [(one.medicine, one.dose) for one in course.medicines_before] == [
        ("Sertraline", "50 mg")
    ]
    assert "changes of medicines" in total_caption(course)


def test_a_change_after_the_end_of_a_course_is_not_shown_in_it():
    ended = record(
        INFUSIONS,
        RATINGS,
        medicines=MEDICINES,
        state=CourseState.COMPLETED,
        ended_on=date(2026, 11, 19),
    )
    assert len(symptoms_series(progress(ended)).medicines) == 1
    unchanged = record(INFUSIONS, RATINGS, medicines=MEDICINES[:1])
    assert "medicines" not in total_caption(progress(unchanged))


ALERTS = (
    RaisedAlert(raised_at=local(date(2026, 11, 2), 19), level=AlertLevel.NOW),
    RaisedAlert(
        raised_at=local(date(2026, 11, 3), 19),
        level=AlertLevel.WATCH,
        closed_at=local(date(2026, 11, 4)),
    ),
)


def happened(term, **changes):
    values = {"infusion_number": 1, "is_booster": False, "occurred_at": local(FIRST_ON, 10)}
    return InfusionEvent(**values, term=term, grade=2, action="", **changes)


WITH_SAFETY = record(
    INFUSIONS,
    RATINGS,
    medicines=MEDICINES,
    alerts=ALERTS,
    events=(happened("Nausea"), happened("Hypertension", is_serious=True)),
)


def test_alerts_and_serious_events_are_marked_for_clinicians_and_other_events_are_not():
    course = progress(WITH_SAFETY)
    for series in (symptoms_series(course), gains_series(course)):
        assert [(each.mark, each.words) for each in series.safety] == [
            ("now", ""),
            ("watch", ""),
            ("serious", "Hypertension"),
        ]
    lanes = "with infusions, changes of medicines, safety alerts and serious events; on a wide"
    assert lanes in total_caption(course)
    alert_alone = progress(record(INFUSIONS, RATINGS, alerts=ALERTS[:1]))
    assert "with infusions and safety alerts; on a wide" in total_caption(alert_alone)
    assert "with infusions; on a wide" in total_caption(progress(record(INFUSIONS, RATINGS)))
    assert symptoms_series(progress(record(INFUSIONS, RATINGS))).safety == ()


@pytest.mark.parametrize("form", list(Form))
def test_nobody_else_gets_marks_of_safety(form):
    """Neither in the drawing nor in what is said of it: patients and insurers get other series."""
    course = progress(WITH_SAFETY)
    for series in (
        insurer_series(course),
        *(own_series(course, language) for language in Language),
    ):
        assert series.safety == ()
        assert series.medicines == ()
        svg = draw(series, form)
        assert marks_in(svg, "safety") == []
        assert not re.search("alert|serious|Hypertension|safety", svg)
        assert not [each for each in table_rows(series) if each.kind is RowKind.SAFETY]
    assert marks_in(draw(symptoms_series(course), form), "safety")


def test_the_patients_own_picture_shows_no_medicines():
    assert (
        own_series(
            progress(record(INFUSIONS, RATINGS, medicines=MEDICINES)), Language.ENGLISH
        ).medicines
        == ()
    )
