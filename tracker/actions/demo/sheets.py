"""The run sheets of the stories: steps, checks, notices, recovery, medicines, notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tracker.actions.demo.infusions import Infusion
from tracker.actions.demo.moments import Present, Row, dice, known_id
from tracker.actions.demo.plans import Appointment, Layout
from tracker.actions.demo.story import Story, TodayIs
from tracker.domain.checklist import ANSWERS_ITSELF
from tracker.domain.checklists import CheckItem
from tracker.domain.notice_log import OFFERED_ACTIONS, raised_notices
from tracker.domain.protocol import Protocol, default_protocol
from tracker.domain.run_sheet_stages import Move, Stage, stage_after
from tracker.domain.sheet_log import CheckPhase, CheckResult, RecoveryScale
from tracker.domain.vital_signs import Measure, VitalSigns

_ARRIVES, _CHECKED = timedelta(minutes=25), timedelta(minutes=4)
_READY, _LEAVES = timedelta(minutes=90), timedelta(minutes=98)
_ARRIVED_AGO = timedelta(minutes=9)
_CHECKS_SO_FAR = 7
_FOUND = {
    "consent": "Signed on paper, filed",
    "escort": "Fictitious friend, (207) 555-0199",
    "fasting": "Light breakfast more than 6 hours ago; water only since",
    "substances": "None reported",
    "medicines": "As listed; nothing new",
    "symptoms": "None reported",
    "safety": "No thoughts of suicide; no signs of psychosis or mania",
    "access": "Left forearm, runs well",
    "suicidality": "None",
}
_NOTES = (
    "Asked for the room to be darker; music on.",
    "Therapist in the room from minute 15 on.",
    "Warm blanket given.",
)


def run_sheet_row(story: Story, infusion: Infusion, present: Present) -> Row:
    """The row of `run_sheets` on which an infusion stands."""
    steps = _steps(infusion, present)
    stage = Stage.PLANNED
    for move, _ in steps:
        stage = stage_after(stage, move)
    return {
        "id": known_id(infusion.id),
        "course_id": known_id(f"{story.key} course"),
        "planned_infusion_id": infusion.appointment.id,
        "stage": stage,
        "recorded_at": steps[0][1],
        "version": len(steps),
    }


def move_rows(infusion: Infusion, present: Present) -> Iterator[Row]:
    """The steps of a run sheet that were taken by now."""
    yield from _move_rows(infusion.id, _steps(infusion, present))


def _move_rows(sheet: str, steps: list[tuple[Move, datetime]]) -> Iterator[Row]:
    stage = Stage.PLANNED
    for seq, (move, moved_at) in enumerate(steps, start=1):
        stage = stage_after(stage, move)
        yield {
            "id": known_id(f"{sheet} move {seq}"),
            "run_sheet_id": known_id(sheet),
            "seq": seq,
            "move": move,
            "to_stage": stage,
            "reason": "Nausea; patient asked to stop" if move is Move.STOP_EARLY else "",
            "left_with": "Fictitious friend" if move is Move.LEAVE else "",
            "occurred_at": moved_at,
            "recorded_at": moved_at,
        }


def _steps(infusion: Infusion, present: Present) -> list[tuple[Move, datetime]]:
    start, end = infusion.started_at, infusion.ended_at
    steps = [
        (Move.ARRIVE, start - _ARRIVES),
        (Move.FINISH_CHECKS, start - _CHECKED),
        (Move.START, start),
    ]
    if end is not None:
        steps += [
            (Move.STOP_EARLY if infusion.is_stopped else Move.END, end),
            (Move.BE_READY, end + _READY),
        ]
    if end is not None and infusion.appointment.on != present.today:
        steps.append((Move.LEAVE, end + _LEAVES))
    return [(move, at) for move, at in steps if at <= present.moment]


@dataclass(frozen=True)
class Arrived:
    """Somebody who is here and whose checks are under way."""

    story: Story
    appointment: Appointment
    at: datetime

    @property
    def sheet(self) -> str:
        return f"{self.story.key} sheet {self.appointment.number}"


def arrived(story: Story, layout: Layout, present: Present) -> Arrived | None:
    """The appointment of today whose patient is here, if the story has one."""
    if story.today is not TodayIs.ARRIVED:
        return None
    coming = next(each for each in layout.appointments if each.on == present.today)
    moment = max(present.moment - _ARRIVED_AGO, present.ago(24 * 60))
    return Arrived(story=story, appointment=coming, at=moment)


def arrived_rows(here: Arrived, present: Present) -> dict[str, list[Row]]:
    """The open sheet of somebody who waits for the infusion, by table."""
    items = default_protocol().checks_before[:_CHECKS_SO_FAR]
    return {
        "run_sheets": [
            {
                "id": known_id(here.sheet),
                "course_id": known_id(f"{here.story.key} course"),
                "planned_infusion_id": here.appointment.id,
                "stage": Stage.ARRIVED,
                "recorded_at": here.at,
                "version": 1,
            }
        ],
        "run_sheet_moves": list(_move_rows(here.sheet, [(Move.ARRIVE, here.at)])),
        "sheet_checks": list(_answers(here.sheet, CheckPhase.BEFORE, items, present.moment)),
    }


def check_rows(infusion: Infusion, present: Present) -> Iterator[Row]:
    """Both checklists, as far as they were answered by now."""
    protocol = default_protocol()
    before = infusion.started_at - _CHECKED
    yield from _answers(infusion.id, CheckPhase.BEFORE, protocol.checks_before, before)
    if infusion.ended_at is None or infusion.ended_at + _READY > present.moment:
        return
    ready = infusion.ended_at + _READY
    yield from _answers(infusion.id, CheckPhase.DISCHARGE, protocol.checks_discharge, ready)


def _answers(
    sheet: str, phase: CheckPhase, items: tuple[CheckItem, ...], at: datetime
) -> Iterator[Row]:
    for item in items:
        if item.key in ANSWERS_ITSELF:
            continue
        done = not (item.may_not_apply and item.key != "line_removed")
        yield {
            "id": known_id(f"{sheet} {phase} {item.key}"),
            "run_sheet_id": known_id(sheet),
            "phase": phase,
            "item_key": item.key,
            "item_words": item.words,
            "result": CheckResult.DONE if done else CheckResult.NOT_APPLICABLE,
            "reason": "",
            "note": _FOUND.get(item.key, "") if done else "",
            "occurred_at": at,
            "recorded_at": at,
        }


def recovery_rows(infusion: Infusion, present: Present) -> Iterator[Row]:
    """One score before the patient left."""
    if infusion.ended_at is None or infusion.ended_at + _READY > present.moment:
        return
    at = infusion.ended_at + _READY - timedelta(minutes=4)
    points = {f"item_{number}": 2 for number in range(1, 6)}
    if dice(f"{infusion.id} recovery").random() < 0.3:
        points["item_1"] = 1
    yield {
        "id": known_id(f"{infusion.id} recovery"),
        "run_sheet_id": known_id(infusion.id),
        "scale": RecoveryScale.ALDRETE,
        **points,
        "occurred_at": at,
        "recorded_at": at,
    }


def acknowledgement_rows(infusion: Infusion, signs: list[Row], present: Present) -> Iterator[Row]:
    """What was done about every notice; on a running infusion the latest one still waits."""
    protocol = _protocol()
    corrected = {row["corrects_id"] for row in signs}
    standing = [_Set.of(row) for row in signs if row["id"] not in corrected]
    raised = raised_notices(standing, protocol, started_at=infusion.started_at)
    if infusion.ended_at is None and raised:
        latest = max(each.measured_at for each in raised)
        raised = tuple(each for each in raised if each.measured_at < latest)
    for each in raised:
        at = min(each.measured_at + timedelta(minutes=2), present.moment)
        name = f"{infusion.id} {each.vital_signs_id} {each.key}"
        yield {
            "id": known_id(name),
            "run_sheet_id": known_id(infusion.id),
            "vital_signs_id": each.vital_signs_id,
            "notice_key": each.key,
            "notice_words": each.notice.words[:200],
            "action": dice(name).choice(OFFERED_ACTIONS[:2]),
            "occurred_at": at,
            "recorded_at": at,
        }


def _protocol() -> Protocol:
    return default_protocol()


@dataclass(frozen=True)
class _Set:
    id: UUID
    occurred_at: datetime
    signs: VitalSigns

    @classmethod
    def of(cls, row: Row) -> _Set:
        values = {each.value: row.get(each.value) for each in Measure}
        return cls(id=row["id"], occurred_at=row["occurred_at"], signs=VitalSigns(**values))


def medicine_rows(infusion: Infusion, events: list[Row]) -> Iterator[Row]:
    """What was given for nausea."""
    for row in events:
        if row["action"].startswith("Ondansetron"):
            at = row["occurred_at"] + timedelta(minutes=1)
            yield {
                "id": known_id(f"{infusion.id} medicine {row['id']}"),
                "run_sheet_id": known_id(infusion.id),
                "medicine": "Ondansetron",
                "dose": "as ordered",
                "route": "IV",
                "reason": row["term"],
                "occurred_at": at,
                "recorded_at": at,
            }


def note_rows(infusion: Infusion, present: Present) -> Iterator[Row]:
    """A short note on some of the sheets."""
    chance = dice(f"{infusion.id} note")
    at = infusion.started_at + timedelta(minutes=12)
    if chance.random() < 0.3 and at <= present.moment:
        yield {
            "id": known_id(f"{infusion.id} note"),
            "run_sheet_id": known_id(infusion.id),
            "note": chance.choice(_NOTES),
            "occurred_at": at,
            "recorded_at": at,
        }
