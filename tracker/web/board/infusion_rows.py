"""The words of an infusion on the board, and on the screen of a room that others can see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.courses import GivenState, PlannedState
from tracker.domain.run_sheet_stages import (
    AFTER_END,
    BEFORE_START,
    ON_THE_DRIP,
    OPEN_STAGES,
    STAGE_WORDS,
    Stage,
)
from tracker.queries.board_infusions import BoardInfusion
from tracker.web.board.links import Links, filled
from tracker.web.board.rows import ArriveButton, BoardRow, Ranked, planned_words, rank, span
from tracker.web.formatting import clock_time, count, identity_note

ROWS_KEPT = 2000
STARTS_LATE_AFTER = timedelta(minutes=15)
_WATCHED = ON_THE_DRIP | AFTER_END
HELD_BY_ALERT = "Cannot start: a safety alert is open"
_ARRIVALS = UUID("6f0a8f1e-3f0c-4c54-9b0c-6a1b7a5d2f10")


def infusion_row(
    each: BoardInfusion, clinic: Clinic, links: Links, now: datetime, *, is_held: bool
) -> Ranked:
    """One infusion with where it stands and what is due. `is_held`: an alert holds the next one."""
    late = _late_minutes(each, clinic.zone, now)
    return _row(each, links, clinic.zone, late, is_held and _is_before_start(each))


def _is_before_start(each: BoardInfusion) -> bool:
    return _is_expected(each) or each.stage in BEFORE_START


def _is_expected(each: BoardInfusion) -> bool:
    return each.stage is Stage.PLANNED and each.state is PlannedState.PLANNED


@lru_cache(maxsize=ROWS_KEPT)
def _row(each: BoardInfusion, links: Links, zone: ZoneInfo, late: int, is_held: bool) -> Ranked:
    """Made once for as long as the infusion stands as it does: nothing here asks for the time."""
    state, tone = _state(each, zone, late)
    if is_held:
        tone = "stop"
    href, action = _link(each, links)
    row = BoardRow(
        when=planned_words(each.planned_on, each.planned_time, links.today),
        who=each.patient_name,
        who_note=identity_note(each.born_on, each.record_number),
        what=_visit_name(each),
        state=state,
        tone=tone,
        note=_note(each, zone, is_held=is_held),
        href=href,
        action=action,
        arrive=_arrive(each, links),
    )
    order = (rank(tone), each.planned_on, each.planned_time, each.planned_infusion_id)
    return Ranked(order=order, row=row, is_over=_is_over(each))


def _is_over(each: BoardInfusion) -> bool:
    return not _is_expected(each) and each.stage not in OPEN_STAGES


def _visit_name(each: BoardInfusion) -> str:
    number = f"Booster {each.number}" if each.is_booster else f"Infusion {each.number} of {each.of}"
    return f"{number}, {each.room}" if each.room else number


def _state(each: BoardInfusion, zone: ZoneInfo, late: int) -> tuple[str, str]:
    """The word for the stage and how urgent the row is."""
    words = _stage_words(each, zone, late)
    if any(notice.is_urgent for notice in each.waiting):
        return words, "stop"
    if each.next_vital_signs is not None and each.next_vital_signs.is_overdue:
        return words, "stop" if each.stage in ON_THE_DRIP else "caution"
    if each.waiting or late:
        return words, "caution"
    return words, _CALM_TONES.get(each.stage, "neutral")


_CALM_TONES = {
    Stage.ARRIVED: "info",
    Stage.CHECKED: "info",
    Stage.RUNNING: "info",
    Stage.PAUSED: "info",
    Stage.RECOVERY: "info",
    Stage.READY: "good",
    Stage.LEFT: "good",
}


def stage_words(each: BoardInfusion, clinic: Clinic, now: datetime) -> str:
    """The stage with its minutes, such as "Running 22 min, 4 min paused"."""
    return _stage_words(each, clinic.zone, _late_minutes(each, clinic.zone, now))


def _stage_words(each: BoardInfusion, zone: ZoneInfo, late: int) -> str:
    if each.stage is Stage.PLANNED:
        return f"Not arrived, {span(late)} late" if late else str(each.state).capitalize()
    words = STAGE_WORDS[each.stage].capitalize()
    if each.stage in ON_THE_DRIP and each.elapsed is not None:
        return _drip_words(each, words)
    if each.stage is Stage.RECOVERY and each.given_state is GivenState.STOPPED_EARLY:
        words = f"{words}, stopped early"
    if each.since is not None and each.stage in OPEN_STAGES:
        return f"{words} since {clock_time(each.since.astimezone(zone))}"
    if each.stage is Stage.LEFT and not each.is_signed:
        return f"{words}, not signed"
    return words


def _drip_words(each: BoardInfusion, words: str) -> str:
    spent = each.elapsed
    if spent is None:
        return words
    if each.stage is Stage.PAUSED:
        paused, ran = span(spent.paused_minutes), span(spent.running_minutes)
        return f"{words} {paused}, {ran} running"
    paused = f", {span(spent.paused_minutes)} paused" if spent.paused_minutes else ""
    return f"{words} {span(spent.running_minutes)}{paused}"


def _late_minutes(each: BoardInfusion, zone: ZoneInfo, now: datetime) -> int:
    """How long ago somebody should have come; 0 when they did, or it is not long ago."""
    if not _is_expected(each):
        return 0
    late = now - datetime.combine(each.planned_on, each.planned_time, zone)
    return int(late.total_seconds() // 60) if late >= STARTS_LATE_AFTER else 0


def _note(each: BoardInfusion, zone: ZoneInfo, *, is_held: bool) -> str:
    parts = [HELD_BY_ALERT] if is_held else []
    if each.waiting:
        parts.append(f"{count(len(each.waiting), 'notice')} to acknowledge")
    if each.stage in BEFORE_START:
        answered, asked = each.checks
        parts.append(
            "Checks done" if each.stage is Stage.CHECKED else f"{answered} of {asked} checks"
        )
    if each.stage in _WATCHED:
        parts.append(_set_words(each, zone))
    return "; ".join(part for part in parts if part)


def _set_words(each: BoardInfusion, zone: ZoneInfo) -> str:
    last = each.last_vital_signs_at
    words = [
        f"Last vital signs {clock_time(last.astimezone(zone))}" if last else "No vital signs yet"
    ]
    if each.next_vital_signs is not None:
        words.append(_next_words(each, zone))
    return "; ".join(words)


def _next_words(each: BoardInfusion, zone: ZoneInfo) -> str:
    """ "next due 14:20, 2 min overdue"; empty when none is due."""
    due = each.next_vital_signs
    if due is None:
        return ""
    late = f", {span(due.overdue_minutes)} overdue" if due.is_overdue else ""
    return f"next due {clock_time(due.due_at.astimezone(zone))}{late}"


def _link(each: BoardInfusion, links: Links) -> tuple[str, str]:
    """Where one tap leads: to the entry of a set while one is due, else to the sheet."""
    if each.run_sheet_id is None:
        return filled(links.course, each.course_id), "Course"
    href = filled(links.sheet, each.run_sheet_id)
    if each.next_vital_signs is not None and links.may_log:
        return f"{href}#vital-signs", "Log set"
    return href, "Run sheet"


def _arrive(each: BoardInfusion, links: Links) -> ArriveButton | None:
    if not _is_expected(each) or not links.may_log:
        return None
    return ArriveButton(
        href=filled(links.arrive, each.planned_infusion_id),
        submission_id=uuid5(_ARRIVALS, f"{each.planned_infusion_id} {links.who.user_id}"),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomRow:
    """One infusion on a screen that others can see: initials, never a name or a number."""

    room: str
    initials: str
    state: str
    next: str
    is_late: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomPage:
    title: str
    updated: str
    rows: tuple[RoomRow, ...]
    refresh_href: str
    part_href: str
    board_href: str


def room_page(infusions: tuple[BoardInfusion, ...], *, clinic: Clinic, now: datetime) -> RoomPage:
    """Who is in which room, and what is due there."""
    here = [each for each in infusions if each.stage in OPEN_STAGES]
    return RoomPage(
        title="Rooms",
        updated=clock_time(clinic.local(now)),
        rows=tuple(
            RoomRow(
                room=each.room or "No room",
                initials=_initials(each),
                state=stage_words(each, clinic, now),
                next=_next_words(each, clinic.zone).capitalize(),
                is_late=each.next_vital_signs is not None and each.next_vital_signs.is_overdue,
            )
            for each in sorted(here, key=lambda one: (one.room, one.planned_time))
        ),
        refresh_href=url_for("board.room"),
        part_href=url_for("board.room_part"),
        board_href=url_for("board.show"),
    )


def _initials(each: BoardInfusion) -> str:
    names = (each.given_name, each.family_name)
    return " ".join(f"{name[0].upper()}." for name in names if name)
