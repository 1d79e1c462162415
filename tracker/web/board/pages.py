"""The words of the board. Rows go by urgency, then time; nothing clinical can be read from afar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.courses import TherapyState
from tracker.domain.people import Person
from tracker.domain.reminders import RemindBy
from tracker.queries.alerts import AlertLine
from tracker.queries.behind import Behind
from tracker.queries.board import Board
from tracker.queries.board_duties import Duty, Unsigned
from tracker.queries.board_therapy import BoardTherapy
from tracker.queries.reminded import Reminded
from tracker.queries.reviews_due import CourseToReview
from tracker.web.alert_words import TONES
from tracker.web.board.infusion_rows import ROWS_KEPT, infusion_row
from tracker.web.board.links import Links, filled
from tracker.web.board.rows import (
    RANK_OF_ALERT,
    RANK_OF_EARLIER,
    BoardRow,
    Ranked,
    RemindButton,
    planned_words,
    rank,
    span,
)
from tracker.web.formatting import clock_time, count, day, day_short, identity_note, moment, number

_REMINDERS = UUID("0d5f6a0e-6b7c-4a44-9a39-5d1c1c6f9be2")


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardPage:
    """Every row once: in `attention` what waits for somebody, in `over` who has left.

    `more_alerts` and `more_unsigned` are the words for what is beyond those listed, `all_unsigned`
    for all sheets.
    """

    title: str
    updated: str
    attention: tuple[BoardRow, ...]
    more_alerts: str
    alerts_href: str
    more_unsigned: str
    all_unsigned: str
    unsigned_href: str
    visits: tuple[BoardRow, ...]
    no_visits: str
    over: tuple[BoardRow, ...]
    behind: tuple[BoardRow, ...]
    refresh_href: str
    part_href: str
    room_href: str
    check_ins_href: str
    paper_href: str


def board_page(board: Board, *, clinic: Clinic, who: Person, now: datetime) -> BoardPage:
    """The whole board."""
    links = Links.of(who, board.today)
    visits = [
        infusion_row(each, clinic, links, now, is_held=each.patient_id in board.held)
        for each in board.infusions
    ]
    visits += [_therapy_row(each, links) for each in board.therapy]
    others = [_alert_row(each, clinic, links, now) for each in board.alerts.lines]
    others += [_draw_row(each, links) for each in board.open_draws]
    others += [_unsigned_row(each, links) for each in board.unsigned.oldest]
    others += [_review_row(each, clinic.zone, links) for each in board.reviews_due]
    attention = others + [each for each in visits if each.needs_attention]
    under_way = [each for each in visits if not each.needs_attention and not each.is_over]
    return BoardPage(
        title=f"Today, {day(board.today)}",
        updated=clock_time(clinic.local(now)),
        attention=_in_order(attention),
        more_alerts=_more_alerts(board.alerts.more),
        alerts_href=url_for("alerts.index"),
        more_unsigned=_more_unsigned(board.unsigned),
        all_unsigned=_all_unsigned(board.unsigned.count),
        unsigned_href=url_for("board.unsigned"),
        visits=_in_order(under_way),
        no_visits=_no_visits(board),
        over=_in_order([each for each in visits if each.is_over and not each.needs_attention]),
        behind=tuple(_behind_row(each, links) for each in board.behind),
        refresh_href=url_for("board.show"),
        part_href=url_for("board.today"),
        room_href=url_for("board.room"),
        check_ins_href=url_for("check_in_worklist.index"),
        paper_href=url_for("infusions.paper_run_sheet") if links.may_log else "",
    )


def _in_order(rows: list[Ranked]) -> tuple[BoardRow, ...]:
    return tuple(each.row for each in sorted(rows, key=lambda each: each.order))


def _no_visits(board: Board) -> str:
    if board.infusions or board.therapy:
        return "Nobody else is expected today."
    if board.next_day is None:
        return "No visits today, and none planned ahead."
    ahead = board.next_day
    return f"No visits today. Next: {day(ahead.on)}, {count(ahead.visits, 'visit')}."


def _alert_row(line: AlertLine, clinic: Clinic, links: Links, now: datetime) -> Ranked:
    """Past its deadline it is as urgent as any; until then the sooner it is due."""
    late = int((now - line.due_at).total_seconds() // 60)
    overdue = f", overdue by {span(late)}" if late > 0 else ""
    tone = "stop" if overdue else TONES[line.level]
    due = clinic.local(line.due_at)
    row = BoardRow(
        when=clock_time(clinic.local(line.raised_at)),
        who=line.patient_name,
        who_note=identity_note(line.born_on, line.record_number),
        what="Safety alert",
        state=line.level.words,
        tone=tone,
        note=f"Due {moment(line.due_at, clinic)}{overdue}",
        href=filled(links.alert, line.id),
        action="Open",
    )
    urgency = rank(tone) if tone == "stop" else RANK_OF_ALERT
    return Ranked(order=(urgency, due.date(), due.time(), line.id), row=row)


@lru_cache(maxsize=ROWS_KEPT)
def _draw_row(each: Duty, links: Links) -> Ranked:
    drawn = f"{number(each.drawn_ug / 1000)} mg drawn"
    return _duty_row(each, links, state="Drug not accounted for", note=drawn)


@lru_cache(maxsize=ROWS_KEPT)
def _review_row(each: CourseToReview, zone: ZoneInfo, links: Links) -> Ranked:
    last_on = each.last_given_at.astimezone(zone).date()
    row = BoardRow(
        when=day_short(last_on),
        who=each.patient_name,
        who_note=identity_note(each.born_on, each.record_number),
        what="Review of the course",
        state="Overdue" if each.due.is_overdue else "Due",
        tone="caution" if each.due.is_overdue else "info",
        note=f"After infusion {each.due.after_infusion}",
        href=filled(links.review or links.course, each.course_id),
        action="Review" if links.review else "Course",
    )
    # Beside what waited since another day: it is wanted before the next infusion.
    return Ranked(order=(RANK_OF_EARLIER, last_on, time(0), each.course_id), row=row)


def _more_alerts(more: int) -> str:
    return f"And {count(more, 'more open alert')}" if more else ""


def _more_unsigned(found: Unsigned) -> str:
    more = found.count - len(found.oldest)
    return f"And {count(more, 'more run sheet')} not signed" if found.oldest and more else ""


def _all_unsigned(total: int) -> str:
    """The line at the foot of the board; empty when all are signed."""
    if not total:
        return ""
    is_one = total == 1
    return f"{count(total, 'run sheet')} of earlier days {'is' if is_one else 'are'} not signed"


@lru_cache(maxsize=ROWS_KEPT)
def _unsigned_row(each: Duty, links: Links) -> Ranked:
    note = f"Since {count((links.today - each.planned_on).days, 'day')}"
    sign = links.sign if each.may_be_signed_by(links.who) else ""
    return _duty_row(each, links, state="Not signed", note=note, sign=sign)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnsignedPage:
    """Every run sheet of an earlier day that nobody signed, the oldest first."""

    title: str
    rows: tuple[BoardRow, ...]
    note: str
    board_href: str


def unsigned_page(found: tuple[Duty, ...], *, total: int, today: date, who: Person) -> UnsignedPage:
    """The whole list."""
    links = Links.of(who, today)
    listed = f"The oldest {len(found)} of {total}. " if len(found) < total else ""
    return UnsignedPage(
        title="Run sheets that are not signed",
        rows=tuple(_unsigned_row(each, links).row for each in found),
        note=f"{listed}Oldest first.",
        board_href=url_for("board.show"),
    )


def _duty_row(each: Duty, links: Links, *, state: str, note: str, sign: str = "") -> Ranked:
    """It leads to the sheet, or with the address `sign` to where that is signed."""
    word = "Booster" if each.is_booster else "Infusion"
    row = BoardRow(
        when=day_short(each.planned_on),
        who=each.patient_name,
        who_note=identity_note(each.born_on, each.record_number),
        what=f"{word} {each.number}",
        state=state,
        tone="caution",
        note=note,
        href=filled(sign or links.sheet, each.run_sheet_id),
        action="Sign" if sign else "Run sheet",
    )
    order = (RANK_OF_EARLIER, each.planned_on, time(0), each.run_sheet_id)
    return Ranked(order=order, row=row)


@lru_cache(maxsize=ROWS_KEPT)
def _therapy_row(each: BoardTherapy, links: Links) -> Ranked:
    tone = "good" if each.state is TherapyState.HELD else "neutral"
    row = BoardRow(
        when=planned_words(links.today, each.planned_time, links.today),
        who=each.patient_name,
        who_note=identity_note(each.born_on, each.record_number),
        what="Therapy session",
        state=str(each.state).capitalize(),
        tone=tone,
        note=f"With {each.therapist}" if each.therapist else "",
        href=filled(links.therapy, each.id),
        action="Open",
    )
    return Ranked(
        order=(rank(tone), links.today, each.planned_time or time(23, 59), each.id),
        row=row,
        is_over=each.state is not TherapyState.PLANNED,
    )


@lru_cache(maxsize=ROWS_KEPT)
def _behind_row(each: Behind, links: Links) -> BoardRow:
    last = (
        f"Last on {day_short(each.since)}"
        if each.last_at
        else f"None since {day_short(each.since)}"
    )
    phone = f"Telephone {each.phone}" if each.phone else "No telephone number on record"
    return BoardRow(
        when="",
        who=each.patient_name,
        who_note=identity_note(each.born_on, each.record_number),
        what="Check-ins",
        state=last,
        tone="neutral",
        note=f"{phone}. {_reminded_words(each.reminded)}",
        href=filled(links.course, each.course_id),
        action="Course",
        remind=_remind_button(each, links),
    )


def _reminded_words(reminded: Reminded) -> str:
    """What became of the reminders of the last two weeks."""
    if reminded.stopped_at is not None:
        return "The patient stopped reminders."
    if reminded.remind_by is RemindBy.NONE:
        return "No reminders chosen."
    way = "e-mail" if reminded.remind_by is RemindBy.EMAIL else "text message"
    if not reminded.has_address:
        return f"Reminders by {way}, but no address for it on record."
    parts = [count(reminded.sent, "reminder") + " sent"]
    if reminded.failed:
        parts.append(f"{reminded.failed} failed ({reminded.problem})")
    if reminded.waiting:
        parts.append(f"{reminded.waiting} on the way")
    return f"By {way}: {', '.join(parts)}."


def _remind_button(each: Behind, links: Links) -> RemindButton | None:
    if not links.remind or not each.reminded.can_be_reminded:
        return None
    told = each.reminded.sent + each.reminded.waiting + each.reminded.failed
    return RemindButton(
        href=filled(links.remind, each.patient_id),
        submission_id=uuid5(_REMINDERS, f"{each.patient_id} {links.who.user_id} {told}"),
    )
