"""Safety alerts: which are open, which were closed, and what stands behind one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, true
from sqlalchemy.orm import Session

from tracker.domain import instruments, scoring
from tracker.domain.errors import NotFound
from tracker.domain.instruments import (
    AnswerNotOffered,
    Category,
    Instrument,
    Item,
    UnknownInstrument,
    Verdict,
)
from tracker.domain.messages import MessageState
from tracker.domain.people import Person
from tracker.domain.safety import AlertLevel
from tracker.models.accounts import UserRow
from tracker.models.check_in_plans import OPEN_STATES
from tracker.models.check_ins import CheckInDraftRow, CheckInRow, SafetyAlertRow
from tracker.models.courses import CourseRow
from tracker.models.database import read_rows
from tracker.models.messages import MessageRow
from tracker.models.patient_contacts import CONTACT, PatientContactRow, open_contact
from tracker.models.patients import PatientRow
from tracker.models.prepared import Prepared
from tracker.models.types import Instant

CLOSED_LISTED = 50
LATELY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertLine:
    """One line of the list. Everything about its closing is empty while it is open.

    ``escalated_at`` is when the backup was told, since nobody had closed it in time; ``done_at`` is
    when what was done happened, ``closed_at`` when it was written down.
    """

    id: UUID
    patient_id: UUID
    patient_name: str
    born_on: date
    record_number: str
    level: AlertLevel
    raised_at: datetime
    due_at: datetime
    is_sent: bool
    escalated_at: datetime | None
    has_failed_mail: bool
    done_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    action_taken: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenAnswer:
    """What was answered to the question at one time; "Skipped" where it was skipped."""

    at: datetime
    words: str


class Came(StrEnum):
    """How the answer that raised an alert came in."""

    SENT = "sent"
    SENT_UNCHANGED = "kept first, then sent"
    SENT_CHANGED = "kept first, sent with another answer"
    SENT_AGAIN = "sent again after other answers"
    KEPT = "kept and not sent"
    NOT_STORED = "not stored"
    """The form was not complete, or the check-in was no longer asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertDetail:
    """One alert with the question, the answer, and the answers before it, newest first.

    ``stored`` is what the stored check-in says where that is another answer.
    """

    line: AlertLine
    patient_id: UUID
    born_on: date
    phone: str
    course_id: UUID
    question: str
    answer: GivenAnswer
    came: Came
    stored: GivenAnswer | None
    earlier: tuple[GivenAnswer, ...]
    help_seen_at: datetime | None


_LINE = (
    select(
        SafetyAlertRow.id,
        SafetyAlertRow.patient_id,
        SafetyAlertRow.level,
        SafetyAlertRow.raised_at,
        SafetyAlertRow.due_at,
        SafetyAlertRow.check_in_id,
        SafetyAlertRow.escalated_at,
        select(MessageRow.id)
        .where(MessageRow.alert_id == SafetyAlertRow.id, MessageRow.state == MessageState.FAILED)
        .exists()
        .label("has_failed_mail"),
        SafetyAlertRow.done_at,
        SafetyAlertRow.closed_at,
        SafetyAlertRow.action_taken,
        PatientRow.given_name,
        PatientRow.family_name,
        PatientRow.born_on,
        PatientRow.record_number,
        UserRow.name.label("closed_by"),
    )
    .join(PatientRow, PatientRow.id == SafetyAlertRow.patient_id)
    .outerjoin(UserRow, UserRow.id == SafetyAlertRow.closed_by)
)


_BY_LEVEL = SafetyAlertRow.level.desc(), SafetyAlertRow.due_at, SafetyAlertRow.id
_OPEN = _LINE.where(
    SafetyAlertRow.clinic_id == bindparam("clinic_id"), SafetyAlertRow.closed_at.is_(None)
)
_EVERY_OPEN = Prepared(_OPEN.order_by(*_BY_LEVEL))
_FIRST_OPEN = Prepared(
    _OPEN.add_columns(func.count().over().label("in_all"))
    .order_by((SafetyAlertRow.due_at <= bindparam("now", type_=Instant())).desc(), *_BY_LEVEL)
    .limit(bindparam("most"))
)


def list_open(db: Session, who: Person) -> tuple[AlertLine, ...]:
    """Every open alert of the clinic, most urgent first, then by deadline."""
    rows = read_rows(db, _EVERY_OPEN, {"clinic_id": who.clinic_id})
    return tuple(_line(row) for row in rows)


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstOpen:
    """The open alerts that come first, and how many there are beside them."""

    lines: tuple[AlertLine, ...]
    more: int


def list_first_open(db: Session, who: Person, *, most: int, now: datetime) -> FirstOpen:
    """What is past its deadline before what is not, whatever the level; then as in `list_open`."""
    rows = read_rows(db, _FIRST_OPEN, {"clinic_id": who.clinic_id, "now": now, "most": most}).all()
    in_all = rows[0].in_all if rows else 0
    return FirstOpen(lines=tuple(_line(row) for row in rows), more=in_all - len(rows))


def list_closed(db: Session, who: Person) -> tuple[AlertLine, ...]:
    """The alerts that were closed last, newest first."""
    rows = db.execute(
        _LINE.where(
            SafetyAlertRow.clinic_id == who.clinic_id, SafetyAlertRow.closed_at.is_not(None)
        )
        .order_by(SafetyAlertRow.closed_at.desc(), SafetyAlertRow.id)
        .limit(CLOSED_LISTED)
    )
    return tuple(_line(row) for row in rows)


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedLately:
    """How many check-ins with a question on safety were answered lately, and when the last was."""

    check_ins: int
    last_at: datetime | None


def get_asked_lately(db: Session, who: Person, *, now: datetime) -> AskedLately:
    """Of the last 24 hours, in courses that are open. One statement."""
    asking = [key for key, each in instruments.definitions().items() if each.safety_rules]
    open_courses = select(CourseRow.id).where(
        CourseRow.clinic_id == who.clinic_id, CourseRow.state.in_(OPEN_STATES)
    )
    row = db.execute(
        select(func.count(), func.max(CheckInRow.occurred_at)).where(
            CheckInRow.course_id.in_(open_courses),
            CheckInRow.occurred_at > now - LATELY,
            CheckInRow.instrument_key.in_(asking),
        )
    ).one()
    return AskedLately(check_ins=row[0], last_at=row[1])


def get_alert(db: Session, who: Person, alert_id: UUID) -> AlertDetail:
    """One alert with what stands behind it. Two statements. Raises `NotFound`."""
    row = db.execute(
        _LINE.add_columns(
            SafetyAlertRow.course_id,
            SafetyAlertRow.instrument_key,
            SafetyAlertRow.instrument_version,
            SafetyAlertRow.rule,
            SafetyAlertRow.met_by,
            SafetyAlertRow.help_seen_at,
            PatientRow.born_on,
            *CONTACT,
            CheckInRow.answers,
            CheckInRow.occurred_at,
            CheckInRow.recorded_at,
            CheckInDraftRow.saved_at,
        )
        .outerjoin(PatientContactRow, PatientContactRow.id == SafetyAlertRow.patient_id)
        .outerjoin(CheckInRow, CheckInRow.id == SafetyAlertRow.check_in_id)
        .outerjoin(
            CheckInDraftRow,
            (CheckInDraftRow.patient_id == SafetyAlertRow.patient_id)
            & (CheckInDraftRow.due_key == SafetyAlertRow.due_key),
        )
        .where(SafetyAlertRow.id == alert_id, SafetyAlertRow.clinic_id == who.clinic_id)
    ).one_or_none()
    if row is None:
        raise NotFound("alert")
    contact = open_contact(db, row, clinic_id=who.clinic_id, patient_id=row.patient_id)
    asked = _Asked.of(row.instrument_key, row.instrument_version, row.rule)
    raised = asked.raised_words(row.met_by or row.answers)
    stored = (
        GivenAnswer(at=row.occurred_at, words=asked.words(row.answers)) if row.answers else None
    )
    answer = GivenAnswer(at=_answered_at(row), words=raised)
    came = _came(row, is_same=_is_stored(row, raised, stored))
    return AlertDetail(
        line=_line(row),
        patient_id=row.patient_id,
        born_on=row.born_on,
        phone=contact.phone_shown,
        course_id=row.course_id,
        question=asked.question,
        answer=answer,
        came=came,
        stored=stored if came in {Came.SENT_AGAIN, Came.SENT_CHANGED} else None,
        earlier=_earlier(db, row, asked, before=answer.at),
        help_seen_at=row.help_seen_at,
    )


def _answered_at(row: Any) -> datetime:
    """A check-in that raised the alert when it came in says when it was answered."""
    came_with_it: bool = row.recorded_at == row.raised_at
    answered_at: datetime = row.occurred_at if came_with_it else row.raised_at
    return answered_at


def _is_stored(row: Any, raised: str, stored: GivenAnswer | None) -> bool:
    """Whether the stored check-in has the very answers that met the rule."""
    if stored is None or not row.met_by:
        return stored is not None and stored.words == raised
    return all(row.answers.get(name) == value for name, value in row.met_by.items())


def _came(row: Any, *, is_same: bool) -> Came:
    if row.check_in_id is None:
        return Came.NOT_STORED if row.saved_at is None else Came.KEPT
    if row.raised_at < row.recorded_at:
        return Came.SENT_UNCHANGED if is_same else Came.SENT_CHANGED
    return Came.SENT if is_same else Came.SENT_AGAIN


def _line(row: Any) -> AlertLine:
    return AlertLine(
        id=row.id,
        patient_id=row.patient_id,
        patient_name=f"{row.given_name} {row.family_name}".strip(),
        born_on=row.born_on,
        record_number=row.record_number,
        level=AlertLevel(row.level),
        raised_at=row.raised_at,
        due_at=row.due_at,
        is_sent=row.check_in_id is not None,
        escalated_at=row.escalated_at,
        has_failed_mail=bool(row.has_failed_mail),
        done_at=row.done_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by or "",
        action_taken=row.action_taken,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """The question that a rule is about. Everything is None for a rule that no longer ships, and
    ``item`` for one about a category, which several questions make.
    """

    instrument: Instrument | None
    item: Item | None
    answers: tuple[int | None, ...]
    category: Category | None = None
    outcomes: tuple[str, ...] = ()

    @classmethod
    def of(cls, key: str, version: int, rule_id: str) -> _Asked:
        try:
            instrument = instruments.get(key, version)
        except UnknownInstrument:
            return cls(instrument=None, item=None, answers=())
        for rule in instrument.safety_rules:
            if rule.id == rule_id and rule.category:
                return cls(
                    instrument=instrument,
                    item=None,
                    answers=(),
                    category=instrument.category(rule.category),
                    outcomes=rule.outcomes,
                )
            if rule.id == rule_id:
                item = instrument.item(rule.item)
                return cls(instrument=instrument, item=item, answers=rule.answers)
        return cls(instrument=instrument, item=None, answers=())

    @property
    def question(self) -> str:
        if self.category is not None:
            return self.category.label
        return self.item.words if self.item else "An answer that a rule of the clinic looks for"

    def words(self, answers: Mapping[str, Any]) -> str:
        """What these answers say to the question."""
        if self.instrument is not None and self.category is not None:
            return self.category.label_of(_outcome(self.instrument, self.category, answers))
        if self.instrument is None or self.item is None:
            return "See the check-in"
        return _words(self.instrument, self.item, answers.get(self.item.id))

    def raised_words(self, answers: Mapping[str, Any]) -> str:
        """What raised the alert: the stored answer, or what was sent when it came again."""
        if self.instrument is not None and self.category is not None:
            found = _outcome(self.instrument, self.category, answers)
            return self.category.label_of(found if found in self.outcomes else self.outcomes[0])
        if self.instrument is None or self.item is None:
            return "See the check-in"
        if answers.get(self.item.id) in self.answers:
            return self.words(answers)
        return _words(self.instrument, self.item, self.answers[0])


def _outcome(instrument: Instrument, category: Category, answers: Mapping[str, Any]) -> str:
    """What the stored answers come to; undetermined where they are none of the instrument's."""
    try:
        given = instruments.check_answers(instrument, answers)
    except AnswerNotOffered:
        return Verdict.UNDETERMINED
    return scoring.results(instrument, given).categories[category.id]


def _words(instrument: Instrument, item: Item, value: Any) -> str:
    if value is None:
        return "Skipped"
    try:
        return instrument.answer_scale(item).label_of(value)
    except (KeyError, TypeError):
        return str(value)


def _earlier(db: Session, row: Any, asked: _Asked, *, before: datetime) -> tuple[GivenAnswer, ...]:
    """The two answers to the same question before this one."""
    of_others = CheckInRow.id != row.check_in_id if row.check_in_id else true()
    rows = db.execute(
        select(CheckInRow.occurred_at, CheckInRow.answers)
        .where(
            CheckInRow.course_id == row.course_id,
            CheckInRow.patient_id == row.patient_id,
            CheckInRow.instrument_key == row.instrument_key,
            CheckInRow.occurred_at < before,
            of_others,
        )
        .order_by(CheckInRow.occurred_at.desc(), CheckInRow.id)
        .limit(2)
    )
    return tuple(GivenAnswer(at=each.occurred_at, words=asked.words(each.answers)) for each in rows)
