"""What a patient's own pages ask: what is due, what is kept, what was sent, when to come next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from tracker.domain import check_ins as rules
from tracker.domain import instruments
from tracker.domain.check_ins import CannotAnswer, CheckInPlan, WhyNot
from tracker.domain.clinic import OpenDays
from tracker.domain.courses import PlannedState, TherapyState
from tracker.domain.due import DueCheckIn, DueState, open_check_ins
from tracker.domain.instruments import Instrument
from tracker.domain.languages import Language
from tracker.domain.people import Person
from tracker.domain.safety import AlertLevel
from tracker.models import askable, check_in_plans
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.check_ins import CheckInDraftRow, CheckInRow, SafetyAlertRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.open_days import find_open_days
from tracker.models.therapy_sessions import TherapySessionRow

MISSED_SHOWN_DAYS = 7
"""For how many days a patient's first page shows what was missed. A choice of the project."""
MOST_WINDOWS = 14
HELP_BY_LINK_FOR = timedelta(hours=1)
"""How long after sending a private link's receipt still shows the help that was called for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NextVisit:
    """The next appointment. ``number`` is None for a therapy session; time in the clinic's zone."""

    on: date
    at: time | None
    number: int | None
    of: int
    is_booster: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientHome:
    """What the patient's first page shows. ``due`` are open now, the first to close in front.

    ``missed`` are of the last days; ``zone`` is the one that the patient's days are of.
    """

    has_course: bool
    due: tuple[DueCheckIn, ...] = ()
    missed: tuple[DueCheckIn, ...] = ()
    zone: ZoneInfo | None = None
    begun: frozenset[str] = frozenset()
    coming: DueCheckIn | None = None
    visits: tuple[NextVisit, ...] = ()
    last_sent_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """Answers that are kept and not sent. Null stands for a skipped question."""

    answers: Mapping[str, Any]
    page: int
    saved_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ToAnswer:
    """One check-in that can be answered now."""

    instrument: Instrument
    due: DueCheckIn
    draft: Draft | None
    windows: tuple[DueCheckIn, ...]
    """What can be answered now or in the next days: a phone without a connection chooses itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SentCheckIn:
    """The newest check-in that the patient sent, and what it raised."""

    instrument_key: str
    received_at: datetime
    answered: int
    skipped: int
    level: AlertLevel | None
    look_by: datetime | None
    still_due: tuple[DueCheckIn, ...]


def get_home(
    db: Session, who: Person, *, now: datetime, language: Language = Language.ENGLISH
) -> PatientHome:
    """The patient's own first page, with what can be asked in this language. Eight statements at
    the most.
    """
    plan = _own_plan(db, who)
    if plan is None:
        return PatientHome(has_course=False)
    answered = check_in_plans.answered_in(db, plan.course_id)
    due = _own_due(db, who, plan, now, answered, language)
    since = now.astimezone(plan.patient_zone).date() - timedelta(days=MISSED_SHOWN_DAYS)
    return PatientHome(
        has_course=True,
        due=open_check_ins(due),
        missed=rules.missed_since(due, since),
        zone=plan.patient_zone,
        begun=_begun(db, who),
        coming=next((one for one in due if one.opens_at > now), None),
        visits=_visits(db, plan, now),
        last_sent_at=max(answered.values(), default=None),
    )


def find_to_answer(db: Session, who: Person, instrument_key: str, *, now: datetime) -> ToAnswer:
    """What a form of this instrument would answer now, with the draft of it.

    Raises `CannotAnswer`, and `UnknownInstrument`.
    """
    instrument = instruments.get(instrument_key)
    plan = _own_plan(db, who)
    if plan is None:
        raise CannotAnswer(WhyNot.NO_COURSE)
    answered = check_in_plans.answered_in(db, plan.course_id)
    due = plan.asking_only(instrument_key).due(now, answered)
    found = rules.to_answer_now(due, instrument_key)
    if found is None:
        raise rules.why_not_now(due, instrument_key)
    return ToAnswer(
        instrument=instrument,
        due=found,
        draft=_draft(db, who, instrument, found.due_key),
        windows=_windows(due, instrument_key, now),
    )


def list_windows(
    db: Session, who: Person, instrument_key: str, *, now: datetime
) -> tuple[DueCheckIn, ...]:
    """What of one instrument can be answered now or in the next days, the first to close in front.

    Raises `CannotAnswer` without a course.
    """
    plan = _own_plan(db, who)
    if plan is None:
        raise CannotAnswer(WhyNot.NO_COURSE)
    due = plan.due(now, check_in_plans.answered_in(db, plan.course_id))
    return _windows(due, instrument_key, now)


def _windows(
    due: Iterable[DueCheckIn], instrument_key: str, now: datetime
) -> tuple[DueCheckIn, ...]:
    fitting = (
        one
        for one in due
        if one.instrument_key == instrument_key
        and one.closes_at > now
        and one.state is not DueState.ANSWERED
    )
    return tuple(sorted(fitting, key=lambda one: one.closes_at))[:MOST_WINDOWS]


def find_draft(db: Session, who: Person, instrument: Instrument, due_key: str) -> Draft | None:
    """What the patient has kept of one check-in so far."""
    return _draft(db, who, instrument, due_key)


# Statements are built once: building one takes longer than running it.
def _last_sent_statement() -> Select[Any]:
    # Also what was raised while it was kept, and what a second sending raised, of any check-in.
    alerts = (
        select(SafetyAlertRow)
        .where(
            SafetyAlertRow.patient_id == CheckInRow.patient_id,
            or_(
                SafetyAlertRow.check_in_id == CheckInRow.id,
                SafetyAlertRow.raised_at >= CheckInRow.recorded_at,
            ),
        )
        .correlate(CheckInRow)
    )
    level = alerts.with_only_columns(func.max(SafetyAlertRow.level)).scalar_subquery()
    look_by = alerts.with_only_columns(func.min(SafetyAlertRow.due_at)).scalar_subquery()
    return (
        select(
            CheckInRow.instrument_key,
            CheckInRow.recorded_at,
            CheckInRow.answers,
            level.label("level"),
            look_by.label("look_by"),
        )
        .where(
            CheckInRow.patient_id == bindparam("patient_id"),
            CheckInRow.clinic_id == bindparam("clinic_id"),
        )
        .order_by(CheckInRow.recorded_at.desc(), CheckInRow.id)
        .limit(1)
    )


_LAST_SENT = _last_sent_statement().where(CheckInRow.recorded_by == bindparam("user_id"))
_SENT_BY_LINK = _last_sent_statement().where(CheckInRow.due_key == bindparam("due_key"))


def find_last_sent(
    db: Session, who: Person, *, now: datetime, language: Language = Language.ENGLISH
) -> SentCheckIn | None:
    """The check-in that came in last from this patient's own hand; by a link, that link's own.

    Whoever opens a link again later learns that it was sent, and not what an answer raised.
    """
    wanted = {"patient_id": who.patient_id, "clinic_id": who.clinic_id}
    if who.only is None:
        row = read_rows(db, _LAST_SENT, wanted | {"user_id": who.user_id}).one_or_none()
    else:
        row = read_rows(db, _SENT_BY_LINK, wanted | {"due_key": who.only.due_key}).one_or_none()
    if row is None:
        return None
    is_old_news = who.only is not None and now - row.recorded_at > HELP_BY_LINK_FOR
    skipped = sum(value is None for value in row.answers.values())
    plan = _own_plan(db, who)
    answered = check_in_plans.answered_in(db, plan.course_id) if plan else {}
    due = _own_due(db, who, plan, now, answered, language) if plan else ()
    return SentCheckIn(
        instrument_key=row.instrument_key,
        received_at=row.recorded_at,
        answered=len(row.answers) - skipped,
        skipped=skipped,
        level=AlertLevel(row.level) if row.level and not is_old_news else None,
        look_by=row.look_by,
        still_due=open_check_ins(due),
    )


def sees_own_trend(db: Session, who: Person) -> bool:
    """Whether the patient agreed to be shown how it goes; without a choice they are."""
    wanted = select(CheckInPreferencesRow.sees_own_trend).where(
        CheckInPreferencesRow.patient_id == who.patient_id,
        CheckInPreferencesRow.clinic_id == who.clinic_id,
    )
    return db.scalar(wanted) is not False


def find_received_at(db: Session, who: Person, due_key: str) -> datetime | None:
    """When the answers to one due check-in came in; None while there are none."""
    found: datetime | None = db.execute(
        select(CheckInRow.recorded_at).where(
            CheckInRow.patient_id == who.patient_id,
            CheckInRow.clinic_id == who.clinic_id,
            CheckInRow.due_key == due_key,
        )
    ).scalar_one_or_none()
    return found


def get_open_days(db: Session, who: Person, *, since: date) -> OpenDays:
    """The clinic's open weekdays, and its closed days from a date on."""
    return find_open_days(db, who.clinic_id, since=since)


def _own_due(
    db: Session,
    who: Person,
    plan: CheckInPlan,
    now: datetime,
    answered: Mapping[str, datetime],
    language: Language,
) -> tuple[DueCheckIn, ...]:
    """What is asked of the patient themselves; what has no words for them is for staff."""
    keys = askable.keys_to_ask(db, who.clinic_id, plan.keys, language)
    return rules.asked_of_patient(plan.due(now, answered), keys)


def _own_plan(db: Session, who: Person) -> CheckInPlan | None:
    return check_in_plans.of_person(db, who)


_BEGUN = select(CheckInDraftRow.due_key).where(
    CheckInDraftRow.patient_id == bindparam("patient_id"),
    CheckInDraftRow.clinic_id == bindparam("clinic_id"),
)


def _begun(db: Session, who: Person) -> frozenset[str]:
    wanted = {"patient_id": who.patient_id, "clinic_id": who.clinic_id}
    return frozenset(read_rows(db, _BEGUN, wanted).scalars())


_DRAFT = select(CheckInDraftRow.answers, CheckInDraftRow.page, CheckInDraftRow.saved_at).where(
    CheckInDraftRow.patient_id == bindparam("patient_id"),
    CheckInDraftRow.clinic_id == bindparam("clinic_id"),
    CheckInDraftRow.due_key == bindparam("due_key"),
    CheckInDraftRow.instrument_key == bindparam("instrument_key"),
    CheckInDraftRow.instrument_version == bindparam("instrument_version"),
)


def _draft(db: Session, who: Person, instrument: Instrument, due_key: str) -> Draft | None:
    wanted = {
        "patient_id": who.patient_id,
        "clinic_id": who.clinic_id,
        "due_key": due_key,
        "instrument_key": instrument.key,
        "instrument_version": instrument.version,
    }
    row = read_rows(db, _DRAFT, wanted).one_or_none()
    return None if row is None else Draft(answers=row.answers, page=row.page, saved_at=row.saved_at)


def _visits_statement() -> Select[Any]:
    infusion = (
        select(
            PlannedInfusionRow.planned_on.label("on"),
            PlannedInfusionRow.planned_time.label("at"),
            PlannedInfusionRow.number.label("number"),
            CourseRow.infusion_count.label("of"),
            PlannedInfusionRow.is_booster.label("is_booster"),
        )
        .join(CourseRow, CourseRow.id == PlannedInfusionRow.course_id)
        .where(
            PlannedInfusionRow.course_id == bindparam("course_id"),
            PlannedInfusionRow.state == PlannedState.PLANNED,
            PlannedInfusionRow.planned_on >= bindparam("today"),
        )
        .order_by(PlannedInfusionRow.planned_on, PlannedInfusionRow.planned_time)
        .limit(1)
        .subquery()
    )
    therapy = (
        select(
            TherapySessionRow.planned_on.label("on"),
            TherapySessionRow.planned_time.label("at"),
            literal(0).label("number"),
            literal(0).label("of"),
            literal(False).label("is_booster"),
        )
        .where(
            TherapySessionRow.course_id == bindparam("course_id"),
            TherapySessionRow.state == TherapyState.PLANNED,
            TherapySessionRow.planned_on >= bindparam("today"),
        )
        .order_by(TherapySessionRow.planned_on, TherapySessionRow.planned_time)
        .limit(1)
        .subquery()
    )
    both = union_all(select(infusion), select(therapy)).subquery()
    return select(both).order_by(both.c.on, both.c.at)


_VISITS = _visits_statement()


def _visits(db: Session, plan: CheckInPlan, now: datetime) -> tuple[NextVisit, ...]:
    """The next infusion and the next therapy session, in the order of their days."""
    today = now.astimezone(plan.zone).date()
    rows = read_rows(db, _VISITS, {"course_id": plan.course_id, "today": today})
    return tuple(
        NextVisit(
            on=row.on, at=row.at, number=row.number or None, of=row.of, is_booster=row.is_booster
        )
        for row in rows
    )
