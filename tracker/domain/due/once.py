"""What is asked once in a course: before it, in its middle, at its end and in the months after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tracker.domain.due import keys
from tracker.domain.due.timeline import UPCOMING_DAYS, Rank, Slot, Timeline
from tracker.domain.instrument_uses import EndOfCourse, FollowUp, Intake, MidCourse


def intake(instrument_key: str, rule: Intake, line: Timeline) -> Iterator[Slot]:
    """In the days before infusion 1, until it starts; not given yet, until its day is over."""
    day, started_at = line.anchor, line.course.first_started_at
    if day < line.course.asked_from_on or line.ends_before(day):
        return
    closes_at = line.clinic_at(day + timedelta(days=1)) if started_at is None else started_at
    opens_at = min(line.at(day - timedelta(days=rule.days_before)), closes_at)
    yield Slot(
        instrument_key=instrument_key,
        due_key=keys.of_intake(instrument_key, line.course.course_id),
        due_on=day,
        opens_at=opens_at,
        late_from=min(line.at(day), closes_at),
        closes_at=closes_at,
        listed_from=day - timedelta(days=rule.days_before),
        rank=Rank.ONCE,
        rule=rule,
    )


def mid_course(instrument_key: str, rule: MidCourse, line: Timeline) -> Iterator[Slot]:
    """In the days after the infusion of this number."""
    if rule.after_number > len(line.series_days) or line.last_on is None:
        return
    given_on = line.series_days[rule.after_number - 1]
    due_on = given_on + timedelta(days=rule.opens_days)
    if not line.ends_before(due_on):
        word = "mid-course"
        late_on, closed_on = (
            given_on + timedelta(days=count) for count in (rule.late_days, rule.closes_days)
        )
        yield _once(instrument_key, word, rule, line, (due_on, late_on, closed_on))


def end_of_course(instrument_key: str, rule: EndOfCourse, line: Timeline) -> Iterator[Slot]:
    """Some days after the last infusion of the series, as it was given or is planned now."""
    if line.last_on is None:
        return
    due_on = line.last_on + timedelta(days=rule.opens_days)
    late_on = line.last_on + timedelta(days=rule.last_days + 1)
    closed_on = late_on + timedelta(days=rule.late_days)
    if line.course.is_followed_up or not line.ends_before(due_on):
        yield _once(instrument_key, "end", rule, line, (due_on, late_on, closed_on))


def follow_up(instrument_key: str, rule: FollowUp, line: Timeline) -> Iterator[Slot]:
    """So many days after the last infusion of the series, never before that day."""
    if line.last_on is None:
        return
    for days in rule.days:
        due_on = line.last_on + timedelta(days=days)
        late_on = due_on + timedelta(days=rule.open_days)
        closed_on = late_on + timedelta(days=rule.late_days)
        if line.course.is_followed_up or not line.ends_before(due_on):
            word = f"follow-up-{days}"
            yield _once(instrument_key, word, rule, line, (due_on, late_on, closed_on))


def _once(
    instrument_key: str,
    word: str,
    rule: MidCourse | EndOfCourse | FollowUp,
    line: Timeline,
    days: tuple[date, date, date],
) -> Slot:
    """Open from the first day, late from the second, closed when the third begins."""
    opens_at, late_from, closes_at = (line.at(day) for day in days)
    return Slot(
        instrument_key=instrument_key,
        due_key=keys.of_course(instrument_key, word, line.course.course_id),
        due_on=days[0],
        opens_at=opens_at,
        late_from=late_from,
        closes_at=closes_at,
        listed_from=days[0] - timedelta(days=UPCOMING_DAYS),
        rank=Rank.ONCE,
        rule=rule,
    )
