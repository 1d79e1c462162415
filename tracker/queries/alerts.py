"""Safety alerts: which are open, which were closed, and what stands behind one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain import instruments
from tracker.domain.errors import NotFound
from tracker.domain.instruments import Instrument, Item, UnknownInstrument
from tracker.domain.people import Person
from tracker.domain.safety import AlertLevel
from tracker.models.accounts import UserRow
from tracker.models.check_ins import CheckInRow, SafetyAlertRow
from tracker.models.database import read_rows
from tracker.models.patients import PatientRow

CLOSED_LISTED = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertLine:
    """One line of the list. ``closed_at`` and ``closed_by`` are empty while it is open."""

    id: UUID
    patient_name: str
    record_number: str
    level: AlertLevel
    raised_at: datetime
    due_at: datetime
    closed_at: datetime | None
    closed_by: str
    action_taken: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenAnswer:
    """What was answered to the question at one time; "Skipped" where it was skipped."""

    at: datetime
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertDetail:
    """One alert with the question, the answer, and the answers before it, newest first."""

    line: AlertLine
    patient_id: UUID
    born_on: date
    phone: str
    course_id: UUID
    question: str
    answer: GivenAnswer
    earlier: tuple[GivenAnswer, ...]
    is_from_second_sending: bool


_LINE = (
    select(
        SafetyAlertRow.id,
        SafetyAlertRow.level,
        SafetyAlertRow.raised_at,
        SafetyAlertRow.due_at,
        SafetyAlertRow.closed_at,
        SafetyAlertRow.action_taken,
        PatientRow.given_name,
        PatientRow.family_name,
        PatientRow.record_number,
        UserRow.name.label("closed_by"),
    )
    .join(PatientRow, PatientRow.id == SafetyAlertRow.patient_id)
    .outerjoin(UserRow, UserRow.id == SafetyAlertRow.closed_by)
)


_OPEN = (
    _LINE.where(
        SafetyAlertRow.clinic_id == bindparam("clinic_id"), SafetyAlertRow.closed_at.is_(None)
    )
    .order_by(SafetyAlertRow.level.desc(), SafetyAlertRow.due_at, SafetyAlertRow.id)
    .limit(bindparam("limit"))
)


def list_open(db: Session, who: Person, *, limit: int = 200) -> tuple[AlertLine, ...]:
    """Open alerts of the clinic, most urgent first, then by deadline."""
    rows = read_rows(db, _OPEN, {"clinic_id": who.clinic_id, "limit": limit})
    return tuple(_line(row) for row in rows)


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


def get_alert(db: Session, who: Person, alert_id: UUID) -> AlertDetail:
    """One alert with what stands behind it. Two statements. Raises `NotFound`."""
    row = db.execute(
        _LINE.add_columns(
            SafetyAlertRow.patient_id,
            SafetyAlertRow.rule,
            PatientRow.born_on,
            PatientRow.phone,
            CheckInRow.course_id,
            CheckInRow.instrument_key,
            CheckInRow.instrument_version,
            CheckInRow.answers,
            CheckInRow.occurred_at,
        )
        .join(CheckInRow, CheckInRow.id == SafetyAlertRow.check_in_id)
        .where(SafetyAlertRow.id == alert_id, SafetyAlertRow.clinic_id == who.clinic_id)
    ).one_or_none()
    if row is None:
        raise NotFound("alert")
    asked = _Asked.of(row.instrument_key, row.instrument_version, row.rule)
    given = asked.words(row.answers)
    return AlertDetail(
        line=_line(row),
        patient_id=row.patient_id,
        born_on=row.born_on,
        phone=row.phone,
        course_id=row.course_id,
        question=asked.question,
        answer=GivenAnswer(at=row.occurred_at, words=asked.raised_words(row.answers)),
        earlier=_earlier(db, row, asked),
        is_from_second_sending=given != asked.raised_words(row.answers),
    )


def _line(row: Any) -> AlertLine:
    return AlertLine(
        id=row.id,
        patient_name=f"{row.given_name} {row.family_name}".strip(),
        record_number=row.record_number,
        level=AlertLevel(row.level),
        raised_at=row.raised_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by or "",
        action_taken=row.action_taken,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """The question that a rule is about. Both are None for a rule that no longer ships."""

    instrument: Instrument | None
    item: Item | None
    answers: tuple[int | None, ...]

    @classmethod
    def of(cls, key: str, version: int, rule_id: str) -> _Asked:
        try:
            instrument = instruments.get(key, version)
        except UnknownInstrument:
            return cls(instrument=None, item=None, answers=())
        for rule in instrument.safety_rules:
            if rule.id == rule_id:
                item = instrument.item(rule.item)
                return cls(instrument=instrument, item=item, answers=rule.answers)
        return cls(instrument=instrument, item=None, answers=())

    @property
    def question(self) -> str:
        return self.item.text if self.item else "An answer that a rule of the clinic looks for"

    def words(self, answers: Mapping[str, Any]) -> str:
        """What these answers say to the question."""
        if self.instrument is None or self.item is None:
            return "See the check-in"
        return _words(self.instrument, self.item, answers.get(self.item.id))

    def raised_words(self, answers: Mapping[str, Any]) -> str:
        """What raised the alert: the stored answer, or what was sent when it came again."""
        if self.instrument is None or self.item is None:
            return "See the check-in"
        if answers.get(self.item.id) in self.answers:
            return self.words(answers)
        return _words(self.instrument, self.item, self.answers[0])


def _words(instrument: Instrument, item: Item, value: Any) -> str:
    if value is None:
        return "Skipped"
    try:
        return instrument.answer_scale(item).label_of(value)
    except (KeyError, TypeError):
        return str(value)


def _earlier(db: Session, row: Any, asked: _Asked) -> tuple[GivenAnswer, ...]:
    """The two answers to the same question before this one."""
    rows = db.execute(
        select(CheckInRow.occurred_at, CheckInRow.answers)
        .where(
            CheckInRow.course_id == row.course_id,
            CheckInRow.patient_id == row.patient_id,
            CheckInRow.instrument_key == row.instrument_key,
            CheckInRow.occurred_at < row.occurred_at,
        )
        .order_by(CheckInRow.occurred_at.desc(), CheckInRow.id)
        .limit(2)
    )
    return tuple(GivenAnswer(at=each.occurred_at, words=asked.words(each.answers)) for each in rows)
