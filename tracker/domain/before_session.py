"""What a therapist has to know in the minutes before a therapy session, put together.

Of psychotherapy notes there is nothing here: they are kept apart and stay where they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tracker.domain.course_change import course_change
from tracker.domain.course_progress import SYMPTOMS, CourseProgress, group_scales
from tracker.domain.course_record import PlannedInfusion
from tracker.domain.progress import ChangeSummary, CourseChange
from tracker.domain.questionnaire_scores import QuestionnaireForm
from tracker.domain.safety import AlertLevel


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldSession:
    """A therapy session that took place, with what its chart note says for the next one."""

    id: UUID
    occurred_at: datetime
    therapist: str
    focus: str
    next_steps: str
    homework: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAlert:
    """A safety alert that nobody has closed. Never what was answered."""

    id: UUID
    level: AlertLevel
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LastInfusion:
    """The infusion that was started last, and how many days of the calendar ago."""

    planned: PlannedInfusion
    days_ago: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How the course stands by its scores: the whole of it, the weekly total, its four groups."""

    change: CourseChange
    weekly: ChangeSummary
    groups: tuple[ChangeSummary, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BeforeSession:
    """``standing`` and ``alerts`` are None for somebody who may not see them."""

    standing: Standing | None
    alerts: tuple[OpenAlert, ...] | None
    last_infusion: LastInfusion | None
    last_held: HeldSession | None


def before_session(
    progress: CourseProgress,
    *,
    forms: Sequence[QuestionnaireForm] | None,
    alerts: tuple[OpenAlert, ...] | None,
    last_held: HeldSession | None,
) -> BeforeSession:
    """As the course stands at ``progress.now``; ``forms`` None hides every score."""
    return BeforeSession(
        standing=None if forms is None else _standing(progress, forms),
        alerts=alerts,
        last_infusion=_last_infusion(progress),
        last_held=last_held,
    )


def _standing(progress: CourseProgress, forms: Sequence[QuestionnaireForm]) -> Standing:
    """The same verdict as on the page of the course: both ask the same rules."""
    return Standing(
        change=course_change(progress, forms),
        weekly=progress.changes[SYMPTOMS],
        groups=tuple(progress.changes[scale.id] for scale in group_scales()),
    )


def _last_infusion(progress: CourseProgress) -> LastInfusion | None:
    """Boosters included; None where none was started."""
    started = [
        (each.given.started_at, each)
        for each in progress.record.infusions
        if each.given is not None
    ]
    if not started:
        return None
    at, planned = max(started, key=lambda each: each[0])
    return LastInfusion(planned=planned, days_ago=(progress.today - progress.on(at)).days)
