"""The states of a course, of an appointment in it and of an infusion that was started."""

from __future__ import annotations

from enum import StrEnum


class CourseState(StrEnum):
    """planned → active → completed or stopped; a completed induction may go on as maintenance."""

    PLANNED = "planned"
    ACTIVE = "active"
    MAINTENANCE = "maintenance"
    COMPLETED = "completed"
    STOPPED = "stopped"

    @property
    def is_open(self) -> bool:
        """Whether infusions may still be given in it."""
        return self not in {CourseState.COMPLETED, CourseState.STOPPED}


COURSE_MOVES: dict[CourseState, frozenset[CourseState]] = {
    CourseState.PLANNED: frozenset({CourseState.ACTIVE, CourseState.STOPPED}),
    CourseState.ACTIVE: frozenset(
        {CourseState.COMPLETED, CourseState.MAINTENANCE, CourseState.STOPPED}
    ),
    CourseState.MAINTENANCE: frozenset({CourseState.COMPLETED, CourseState.STOPPED}),
    CourseState.COMPLETED: frozenset(),
    CourseState.STOPPED: frozenset(),
}


class PlannedState(StrEnum):
    """What became of an appointment."""

    PLANNED = "planned"
    GIVEN = "given"
    MISSED = "missed"
    CANCELLED = "cancelled"


class GivenState(StrEnum):
    """An infusion that was started. Stopped early is still an infusion: a part was given."""

    RUNNING = "running"
    ENDED = "ended"
    STOPPED_EARLY = "stopped_early"


class TherapyState(StrEnum):
    """What became of a therapy session."""

    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


class TherapyKind(StrEnum):
    """The approach of a therapy session, as clinics name it in PTSD treatment."""

    PREPARATION = "preparation"
    INTEGRATION = "integration"
    PROLONGED_EXPOSURE = "prolonged_exposure"
    COGNITIVE_PROCESSING = "cognitive_processing"
    EMDR = "emdr"
    OTHER = "other"


class TherapyFormat(StrEnum):
    """Where a therapy session took place."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    TELEPHONE = "telephone"


class CourseCannotMove(Exception):
    """Raised when a course is asked to go to a state that its present one does not lead to."""

    def __init__(self, now: CourseState, wanted: CourseState) -> None:
        super().__init__(f"A course that is {now} cannot become {wanted}.")


def check_course_can_move(now: CourseState, wanted: CourseState) -> None:
    """Raise `CourseCannotMove` unless the table of moves has this one."""
    if wanted not in COURSE_MOVES[now]:
        raise CourseCannotMove(now, wanted)
