"""The stages of an infusion's run sheet, and the one table of moves between them.

planned → arrived → checks done → running ⇄ paused → recovery → ready to leave → left. The ways out:
cancelled or no-show before the start, stopped early after it. Stopped early is a move of its own
and leads to recovery like every end: a partial dose is still an infusion.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from tracker.domain.errors import Refused


class Stage(StrEnum):
    """Where a run sheet stands. `PLANNED` is the appointment alone, before anybody came."""

    PLANNED = "planned"
    ARRIVED = "arrived"
    CHECKED = "checked"
    RUNNING = "running"
    PAUSED = "paused"
    RECOVERY = "recovery"
    READY = "ready"
    LEFT = "left"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Move(StrEnum):
    """What somebody did that took a run sheet from one stage to the next."""

    ARRIVE = "arrive"
    FINISH_CHECKS = "finish_checks"
    REOPEN_CHECKS = "reopen_checks"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    STOP_EARLY = "stop_early"
    BE_READY = "be_ready"
    BACK_TO_RECOVERY = "back_to_recovery"
    LEAVE = "leave"
    CANCEL = "cancel"
    NOT_COME = "not_come"


MOVES: dict[Stage, dict[Move, Stage]] = {
    Stage.PLANNED: {
        Move.ARRIVE: Stage.ARRIVED,
        Move.CANCEL: Stage.CANCELLED,
        Move.NOT_COME: Stage.NO_SHOW,
    },
    Stage.ARRIVED: {
        Move.FINISH_CHECKS: Stage.CHECKED,
        Move.CANCEL: Stage.CANCELLED,
    },
    Stage.CHECKED: {
        Move.START: Stage.RUNNING,
        Move.REOPEN_CHECKS: Stage.ARRIVED,
        Move.CANCEL: Stage.CANCELLED,
    },
    Stage.RUNNING: {
        Move.PAUSE: Stage.PAUSED,
        Move.END: Stage.RECOVERY,
        Move.STOP_EARLY: Stage.RECOVERY,
    },
    Stage.PAUSED: {
        Move.RESUME: Stage.RUNNING,
        Move.END: Stage.RECOVERY,
        Move.STOP_EARLY: Stage.RECOVERY,
    },
    Stage.RECOVERY: {
        Move.BE_READY: Stage.READY,
    },
    Stage.READY: {
        Move.LEAVE: Stage.LEFT,
        Move.BACK_TO_RECOVERY: Stage.RECOVERY,
    },
    Stage.LEFT: {},
    Stage.CANCELLED: {},
    Stage.NO_SHOW: {},
}
"""Every legal move. What is not here is refused."""

STAGE_WORDS: dict[Stage, str] = {
    Stage.PLANNED: "planned",
    Stage.ARRIVED: "arrived",
    Stage.CHECKED: "checks done",
    Stage.RUNNING: "running",
    Stage.PAUSED: "paused",
    Stage.RECOVERY: "in recovery",
    Stage.READY: "ready to leave",
    Stage.LEFT: "left",
    Stage.CANCELLED: "cancelled before the start",
    Stage.NO_SHOW: "did not come",
}

MOVE_WORDS: dict[Move, str] = {
    Move.ARRIVE: "arrived",
    Move.FINISH_CHECKS: "checks done",
    Move.REOPEN_CHECKS: "checks opened again",
    Move.START: "started",
    Move.PAUSE: "paused",
    Move.RESUME: "resumed",
    Move.END: "ended",
    Move.STOP_EARLY: "stopped early",
    Move.BE_READY: "ready to leave",
    Move.BACK_TO_RECOVERY: "back in recovery",
    Move.LEAVE: "left",
    Move.CANCEL: "cancelled before the start",
    Move.NOT_COME: "did not come",
}

BEFORE_START = frozenset({Stage.ARRIVED, Stage.CHECKED})
ON_THE_DRIP = frozenset({Stage.RUNNING, Stage.PAUSED})
AFTER_END = frozenset({Stage.RECOVERY, Stage.READY})
OPEN_STAGES = BEFORE_START | ON_THE_DRIP | AFTER_END
"""The patient is in the house."""
OVER = frozenset({Stage.LEFT, Stage.CANCELLED, Stage.NO_SHOW})
NEEDS_REASON = frozenset(
    {Move.REOPEN_CHECKS, Move.PAUSE, Move.STOP_EARLY, Move.BACK_TO_RECOVERY, Move.CANCEL}
)


class CannotMove(Refused):
    """Raised when a run sheet is asked to make a move that its stage does not lead to."""

    def __init__(self, stage: Stage, move: Move) -> None:
        super().__init__(
            f"The run sheet says “{STAGE_WORDS[stage]}” now, and “{MOVE_WORDS[move]}” cannot "
            "follow that. Look at the sheet again."
        )
        self.stage = stage
        self.move = move


def stage_after(stage: Stage, move: Move) -> Stage:
    """The stage that a move leads to. Raises `CannotMove`."""
    try:
        return MOVES[stage][move]
    except KeyError:
        raise CannotMove(stage, move) from None


def settle(at: datetime, *, previous_at: datetime | None, next_at: datetime | None) -> datetime:
    """The time of a step between its neighbours. Typed times are whole minutes: one in the minute
    of a neighbour is that neighbour's time.

    Raises `Refused` when it lies before the step before it, or after the next one.
    """
    if previous_at is not None and _same_minute(at, previous_at):
        at = max(at, previous_at)
    if next_at is not None and _same_minute(at, next_at):
        at = min(at, next_at)
    check_order(at, previous_at=previous_at, next_at=next_at)
    return at


def _same_minute(one: datetime, other: datetime) -> bool:
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def check_order(at: datetime, *, previous_at: datetime | None, next_at: datetime | None) -> None:
    """Raise `Refused` when a move would lie before the move before it, or after the next one."""
    if previous_at is not None and at < previous_at:
        raise Refused(
            "That is before the step before it on this sheet. Check date and time.",
            field="moved_time",
        )
    if next_at is not None and at > next_at:
        raise Refused(
            "That is after the step that follows it on this sheet. Check date and time.",
            field="moved_time",
        )
