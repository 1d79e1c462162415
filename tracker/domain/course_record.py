"""Everything that was recorded in one course, as its picture, its pages and its report need it.

Facts only, as they were stored; `tracker/domain/course_progress.py` says what follows from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from tracker.domain.courses import (
    CourseState,
    GivenState,
    PlannedState,
    TherapyFormat,
    TherapyKind,
    TherapyState,
)
from tracker.domain.medicines import MedicineEntry
from tracker.domain.progress.plan_given import PlanMove
from tracker.domain.protocol import Protocol
from tracker.domain.safety import AlertLevel


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenInfusion:
    """A given infusion. Vital signs and events are those that no correction replaced.

    ``given_mg`` and ``ended_at`` are None while it runs; ``peak_systolic_mmhg`` and its
    ``peak_diastolic_mmhg`` are of one measurement, the one with the highest systolic pressure.
    ``highest_cadss6`` is the highest since the start, ``left_at`` when the patient left.
    """

    id: UUID
    state: GivenState
    started_at: datetime
    ended_at: datetime | None
    weight_kg: Decimal
    dose_mg_per_kg: Decimal
    ordered_mg: Decimal
    given_mg: Decimal | None
    planned_minutes: int
    peak_systolic_mmhg: int | None = None
    peak_diastolic_mmhg: int | None = None
    lowest_spo2_percent: int | None = None
    event_count: int = 0
    highest_cadss6: int | None = None
    left_at: datetime | None = None

    @property
    def observed_minutes(self) -> int | None:
        """From the end of the infusion until the patient left; None where either is unknown."""
        if self.ended_at is None or self.left_at is None:
            return None
        return int((self.left_at - self.ended_at).total_seconds() // 60)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedInfusion:
    """A planned infusion, with what was given at it. Date and time are the clinic's local ones."""

    id: UUID
    number: int
    planned_on: date
    planned_time: time
    state: PlannedState
    is_booster: bool
    not_given_reason: str = ""
    given: GivenInfusion | None = None

    @property
    def is_coming(self) -> bool:
        return self.state is PlannedState.PLANNED


@dataclass(frozen=True, kw_only=True, slots=True)
class TherapyAppointment:
    """A therapy session. ``occurred_at`` and ``minutes`` are set once it was held."""

    id: UUID
    state: TherapyState
    kind: TherapyKind
    format: TherapyFormat
    planned_on: date
    planned_time: time | None
    occurred_at: datetime | None
    minutes: int | None
    therapist: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SentCheckIn:
    """A check-in that was sent. ``mode`` is "self", "assisted" or "paper"."""

    id: UUID
    instrument_key: str
    instrument_version: int
    due_key: str
    due_on: date
    mode: str
    occurred_at: datetime
    recorded_at: datetime
    has_thoughts: bool | None = None
    """Whether it told of suicidal thoughts; None where they were not asked about, or skipped."""

    @property
    def is_from_paper(self) -> bool:
        return self.mode == "paper"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredScore:
    """A score on one scale; ``value`` None says that too few questions were answered."""

    check_in_id: UUID
    occurred_at: datetime
    value: Decimal | None
    answered: int
    item_count: int
    is_prorated: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class InfusionEvent:
    """Something that happened during or after an infusion."""

    infusion_number: int
    is_booster: bool
    occurred_at: datetime
    term: str
    grade: int | None
    action: str
    is_serious: bool = False
    """Danger to life, hospital, lasting harm or death, as whoever recorded it judged."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RaisedAlert:
    """When a safety alert was raised, and when somebody closed it. Never what was answered."""

    raised_at: datetime
    level: AlertLevel
    closed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CoursePatient:
    """Whose course it is."""

    id: UUID
    given_name: str
    family_name: str
    born_on: date
    record_number: str
    allergies: str = ""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseRecord:
    """One course with everything that hangs on it, each list in order of time.

    ``scores`` goes by scale id and holds the scales that were asked for. ``events`` is None where
    they were not asked for. ``medicines`` holds every entry about the patient, of any time, and is
    empty in what the patient reads. ``course_number`` counts the patient's courses from 1.
    ``patient_timezone`` and ``weekly_weekday`` (Monday 0) are what the patient chose, if they did.
    """

    id: UUID
    patient: CoursePatient
    state: CourseState
    course_number: int
    infusion_count: int
    min_gap_days: int
    max_gap_days: int
    start_on: date
    ended_on: date | None
    end_reason: str
    indication: str
    recorded_at: datetime
    protocol: Protocol
    infusions: tuple[PlannedInfusion, ...] = ()
    therapy: tuple[TherapyAppointment, ...] = ()
    check_ins: tuple[SentCheckIn, ...] = ()
    scores: Mapping[str, tuple[StoredScore, ...]] = field(default_factory=dict)
    events: tuple[InfusionEvent, ...] | None = None
    medicines: tuple[MedicineEntry, ...] = ()
    moves: tuple[PlanMove, ...] = ()
    """The history of the plan, in the order in which it was made; empty where not asked for."""
    patient_timezone: str | None = None
    weekly_weekday: int | None = None
    has_watcher: bool = True
    """Whether the clinic has named somebody who is told of alerts: it decides which form is asked.
    True also where nothing hangs on it."""
    alerts_open: int = 0
    alerts_closed: int = 0
    alerts: tuple[RaisedAlert, ...] | None = None
    """Those that were counted, with their days; None where they were not asked for."""

    @property
    def is_open(self) -> bool:
        return self.state not in (CourseState.COMPLETED, CourseState.STOPPED)

    @property
    def given(self) -> tuple[GivenInfusion, ...]:
        """Every infusion that was started, boosters included, in order of time."""
        found = (each.given for each in self.infusions if each.given is not None)
        return tuple(sorted(found, key=lambda given: given.started_at))

    @property
    def first_started_at(self) -> datetime | None:
        """When infusion 1 started; the baseline is what came before."""
        return min((given.started_at for given in self.given), default=None)

    @property
    def running(self) -> PlannedInfusion | None:
        """The infusion that runs now, if one does."""
        running = (
            each
            for each in self.infusions
            if each.given is not None and each.given.state is GivenState.RUNNING
        )
        return next(running, None)

    @property
    def next_planned(self) -> PlannedInfusion | None:
        """The planned infusion that comes first, also when its day is past."""
        coming = (each for each in self.infusions if each.is_coming)
        return min(coming, key=lambda each: (each.planned_on, each.planned_time), default=None)
