"""What is to be done in a course now: sheets to sign, the review in its middle, therapy due."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from tracker.domain.course_progress import CourseProgress
from tracker.domain.course_review import DECISION_WORDS, review_due
from tracker.domain.courses import CourseState, TherapyState
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.domain.therapy_due import TherapyDue, therapy_due
from tracker.queries.board_duties import Duty
from tracker.queries.course_reviews import StoredReview
from tracker.web import formatting


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing to do, or one that was decided; `href` may be empty."""

    words: str
    href: str


def to_do(
    progress: CourseProgress,
    reviews: tuple[StoredReview, ...],
    unsigned: tuple[Duty, ...],
    who: Person,
) -> tuple[Line, ...]:
    """What waits, the most pressing first. In a course that has ended only what is not signed."""
    to_sign = tuple(_unsigned(each) for each in unsigned)
    if not progress.record.is_open:
        return to_sign
    return (*_review(progress, reviews, who), *to_sign, *_therapy(progress, who))


def decided(reviews: tuple[StoredReview, ...]) -> tuple[Line, ...]:
    """The reviews that were written, each with the way to its page."""
    return tuple(
        Line(
            words=f"After infusion {each.after_infusion}: {DECISION_WORDS[each.decision]}",
            href=url_for("course_reviews.show", course_review_id=each.id),
        )
        for each in reviews
    )


def therapy_of(progress: CourseProgress) -> TherapyDue | None:
    """How the weekly therapy sessions of an active course stand."""
    record = progress.record
    if record.state is not CourseState.ACTIVE or record.first_started_at is None:
        return None
    held = [
        progress.on(each.occurred_at)
        for each in record.therapy
        if each.state is TherapyState.HELD and each.occurred_at is not None
    ]
    return therapy_due(
        started_on=progress.on(record.first_started_at),
        held_on=held,
        every_days=record.protocol.therapy.every_days,
        today=progress.today,
    )


def _review(
    progress: CourseProgress, reviews: tuple[StoredReview, ...], who: Person
) -> tuple[Line, ...]:
    record = progress.record
    given = sum(each.given is not None and not each.is_booster for each in record.infusions)
    found = review_due(
        record.protocol.review_after_infusions,
        given=given,
        reviewed_after=[each.after_infusion for each in reviews],
    )
    if found is None:
        return ()
    words = f"Review of the course after infusion {found.after_infusion}"
    words += " is overdue" if found.is_overdue else " is due"
    href = url_for("course_reviews.new", course_id=record.id)
    return (Line(words=words, href=href if may(who, Act.REVIEW_COURSE) else ""),)


def _unsigned(duty: Duty) -> Line:
    kind = "booster infusion" if duty.is_booster else "infusion"
    return Line(
        words=f"The run sheet of {kind} {duty.number}, {formatting.day(duty.planned_on)}, "
        "is not signed",
        href=f"{url_for('infusions.show', infusion_id=duty.run_sheet_id)}#sign-off",
    )


def _therapy(progress: CourseProgress, who: Person) -> tuple[Line, ...]:
    found = therapy_of(progress)
    if found is None:
        return ()
    words = f"Therapy sessions: {found.words}. Next due by {formatting.day(found.next_by)}"
    if found.overdue_days:
        words += f", {formatting.count(found.overdue_days, 'day')} over"
    href = url_for("therapy_sessions.new", course_id=progress.record.id)
    return (Line(words=words, href=href if may(who, Act.RECORD_THERAPY) else ""),)
