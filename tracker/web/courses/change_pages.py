"""The finished words of a course's plan and of a change before it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import url_for

from tracker.domain.courses import CourseState, PlannedState
from tracker.domain.plan_change import PlanChange
from tracker.domain.plan_suggestions import Suggestions
from tracker.queries.courses import Appointment, CourseHead, CoursePlan
from tracker.web.courses.plan_pages import Banner, Entry, carried_answers
from tracker.web.formatting import birthday, clock_time, count, day, day_short, listing

_STATES = {
    PlannedState.PLANNED: ("Planned", "neutral"),
    PlannedState.GIVEN: ("Given", "good"),
    PlannedState.MISSED: ("Missed", "caution"),
    PlannedState.CANCELLED: ("Cancelled", "caution"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanPage:
    """The plan as it stands, with a way to change each infusion still to come."""

    banner: Banner
    lead: str
    entries: tuple[Entry, ...]
    unbooked: str
    may_change_count: bool
    is_open: bool
    booster_href: str | None
    end_href: str | None
    course_href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MovePage:
    """One infusion that is to move."""

    banner: Banner
    title: str
    lead: str
    latest: str
    plan_href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangePage:
    """What a change would move, before it is stored."""

    banner: Banner
    moves: tuple[tuple[str, str, str], ...]
    therapy: tuple[tuple[str, str, str], ...]
    problem: str
    lines: tuple[str, ...]
    lead: str
    is_changed: bool
    shown: str
    reason: str
    carried: tuple[tuple[str, str], ...]
    plan_href: str


def banner_of(head: CourseHead) -> Banner:
    """The banner of a course's patient."""
    return Banner(
        name=head.patient_name,
        born=birthday(head.born_on),
        record_number=head.record_number,
        href=url_for("patients.show", patient_id=head.patient_id),
    )


def plan_page(plan: CoursePlan) -> PlanPage:
    """Every appointment in the order of its day."""
    head = plan.head
    is_open = head.state not in {CourseState.COMPLETED, CourseState.STOPPED}
    given = sum(each.state is PlannedState.GIVEN for each in plan.appointments)
    in_course = head.state in {CourseState.PLANNED, CourseState.ACTIVE}
    unbooked = [str(number) for number in plan.standing.unbooked] if in_course else []
    return PlanPage(
        banner=banner_of(head),
        lead=f"{count(head.infusion_count, 'infusion')} agreed, {given} given.",
        entries=tuple(_entry(each, plan, is_open=is_open) for each in plan.appointments),
        unbooked=f"Infusion {listing(unbooked)} lost the date and has no new one."
        if len(unbooked) == 1
        else f"Infusions {listing(unbooked)} lost their dates and have no new ones."
        if unbooked
        else "",
        may_change_count=in_course,
        is_open=is_open,
        booster_href=url_for("courses.booster", course_id=head.course_id)
        if head.state is CourseState.MAINTENANCE
        else None,
        end_href=url_for("courses.end", course_id=head.course_id) if is_open else None,
        course_href=url_for("courses.show", course_id=head.course_id),
    )


def _entry(each: Appointment, plan: CoursePlan, *, is_open: bool) -> Entry:
    state, tone = _STATES[each.state]
    is_live = is_open and each.state is PlannedState.PLANNED
    move = url_for("courses.move", course_id=plan.head.course_id, number=each.number)
    return Entry(
        when=day(each.given_on or each.planned_on),
        what=f"Move or cancel {_name(each)}" if is_live else _name(each, is_first=True),
        state="To record" if is_live and each.planned_on < plan.around.today else state,
        tone=tone,
        note=_note(each),
        href=move if is_live else "",
        mark=str(each.number),
    )


def _name(each: Appointment, *, is_first: bool = False) -> str:
    word = "booster" if each.is_booster else "infusion"
    return f"{word.capitalize() if is_first else word} {each.number}"


def _note(each: Appointment) -> str:
    parts = [f"{clock_time(each.planned_time)}{f', {each.room}' if each.room else ''}"]
    if each.given_on and each.given_on != each.planned_on:
        parts.append(f"planned for {day_short(each.planned_on)}")
    if each.not_given_reason:
        parts.append(each.not_given_reason)
    if each.moved_times:
        parts.append(f"moved {count(each.moved_times, 'time')}")
    return ". ".join(parts)


def offered_days(found: Suggestions | None, number: int) -> list[tuple[date, str]]:
    """The days that the form offers, in words: "Fri 27 Nov, 4 days after infusion 1"."""
    offered = []
    for each in found.days if found else ():
        words = day(each.on)
        if each.gap_days is not None:
            words += f", {count(each.gap_days, 'day')} after infusion {number - 1}"
        if not each.keeps_every_gap:
            words += ": breaks a gap"
        offered.append((each.on, words))
    return offered


def move_page(plan: CoursePlan, number: int, found: Suggestions | None) -> MovePage:
    """What is known of the infusion that is to move."""
    live = plan.standing.live.get(number)
    word = "booster" if live and live.is_booster else "infusion"
    latest = found.latest_on if found else None
    return MovePage(
        banner=banner_of(plan.head),
        title=f"Change {word} {number}",
        lead=f"Planned for {day(live.planned_on)}." if live else "It is not planned any more.",
        latest=f"The latest day that keeps every gap is {day(latest)}." if latest else "",
        plan_href=url_for("courses.replan", course_id=plan.head.course_id),
    )


def change_page(
    plan: CoursePlan, change: PlanChange, *, reason: str, is_changed: bool
) -> ChangePage:
    """Every move by number, from which day to which, and the gaps that break."""
    therapy = tuple(
        ("Therapy session", _from(move.from_on), _to(move.to_on)) for move in change.therapy_moves
    )
    return ChangePage(
        banner=banner_of(plan.head),
        moves=tuple(_moves(change)),
        therapy=therapy,
        problem=_problem(change),
        lines=change.explanation,
        lead=_lead(plan, change),
        is_changed=is_changed,
        shown=change.fingerprint,
        reason=reason,
        carried=carried_answers(with_reason=True),
        plan_href=url_for("courses.replan", course_id=plan.head.course_id),
    )


def _moves(change: PlanChange) -> Iterator[tuple[str, str, str]]:
    for move in change.moves:
        yield (f"Infusion {move.number}", _from(move.from_on), _to(move.to_on))


def _from(on: date | None) -> str:
    return day(on) if on else "No date"


def _to(on: date | None) -> str:
    return day(on) if on else "Falls away"


def _problem(change: PlanChange) -> str:
    if change.broken:
        return f"{count(len(change.broken), 'gap is', 'gaps are')} outside the agreed range"
    return "Before you save" if change.explanation else ""


def _lead(plan: CoursePlan, change: PlanChange) -> str:
    """Whether the end of the infusions moves."""
    booked = [each.planned_on for each in plan.standing.infusions if not each.is_booster]
    if not booked or not change.dates:
        return "Nothing is stored yet."
    before, after = max(booked), max(change.dates.values())
    if before == after:
        return "The last infusion stays where it is. Nothing is stored yet."
    return f"The last infusion: {day(before)} becomes {day(after)}. Nothing is stored yet."
