"""One course with all that its pictures, pages and report need, in a fixed number of statements."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, type_coerce
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import NullType

from tracker.domain import instruments
from tracker.domain.course_record import CoursePatient, CourseRecord
from tracker.domain.courses import CourseState
from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.protocol import Protocol
from tracker.domain.remote_use import needs_watcher
from tracker.models import planning
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.clinics import ProtocolRow
from tracker.models.courses import CourseRow
from tracker.models.database import read_rows
from tracker.models.on_call import has_watcher
from tracker.models.patients import PatientRow
from tracker.models.prepared import Prepared
from tracker.queries import course_parts
from tracker.queries.medicines import list_changes


def get_course_record(
    db: Session,
    who: Person,
    course_id: UUID,
    *,
    scales: Collection[str],
    with_events: bool = False,
    with_moves: bool = False,
) -> CourseRecord:
    """A course of the person's clinic with its scores on these scales. Raises `NotFound`.

    Six statements, two more with the events of the infusions and the alerts, one more with the
    history of the plan, and one more where it matters whether somebody is on call.
    """
    check_may(who, Act.SEE_COURSE)
    wanted = {"clinic_id": who.clinic_id, "course_id": course_id}
    row = read_rows(db, _BY_ID, wanted).one_or_none()
    if row is None:
        raise NotFound("course")
    found = _read_record(db, who, row, scales, with_events=with_events)
    return replace(
        found,
        medicines=list_changes(db, who, row.patient_id),
        moves=course_parts.moves(db, row.id) if with_moves else (),
    )


def find_own_course_record(
    db: Session, who: Person, *, scales: Collection[str]
) -> CourseRecord | None:
    """A patient's own course: the open one, else the latest; None without any. Five statements."""
    check_may(who, Act.SEE_OWN_RECORD)
    wanted = {"clinic_id": who.clinic_id, "patient_id": who.patient_id}
    row = read_rows(db, _LATEST_OF_PATIENT, wanted).one_or_none()
    return None if row is None else _read_record(db, who, row, scales, with_events=False)


def _course_statement() -> Any:
    earlier = aliased(CourseRow)
    course_number = (
        select(func.count())
        .where(
            earlier.clinic_id == CourseRow.clinic_id,
            earlier.patient_id == CourseRow.patient_id,
            earlier.start_on <= CourseRow.start_on,
        )
        .scalar_subquery()
    )
    alerts = (
        select(func.count())
        .select_from(SafetyAlertRow)
        .where(
            SafetyAlertRow.patient_id == CourseRow.patient_id,  # the index goes by patient
            SafetyAlertRow.course_id == CourseRow.id,
        )
    )
    return (
        select(
            CourseRow.id,
            CourseRow.patient_id,
            CourseRow.state,
            CourseRow.infusion_count,
            CourseRow.min_gap_days,
            CourseRow.max_gap_days,
            CourseRow.start_on,
            CourseRow.ended_on,
            CourseRow.end_reason,
            CourseRow.indication,
            CourseRow.recorded_at,
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.born_on,
            PatientRow.record_number,
            PatientRow.allergies,
            ProtocolRow.name.label("protocol_name"),
            ProtocolRow.version.label("protocol_version"),
            ProtocolRow.infusion_count.label("protocol_infusion_count"),
            ProtocolRow.min_gap_days.label("protocol_min_gap_days"),
            ProtocolRow.max_gap_days.label("protocol_max_gap_days"),
            ProtocolRow.preferred_gap_days.label("protocol_preferred_gap_days"),
            ProtocolRow.dose_mg_per_kg,
            ProtocolRow.infusion_minutes,
            type_coerce(ProtocolRow.definition, NullType()).label("definition"),
            CheckInPreferencesRow.timezone.label("patient_timezone"),
            CheckInPreferencesRow.weekly_weekday,
            course_number.label("course_number"),
            alerts.where(SafetyAlertRow.closed_at.is_(None)).scalar_subquery().label("alerts_open"),
            alerts.where(SafetyAlertRow.closed_at.is_not(None))
            .scalar_subquery()
            .label("alerts_closed"),
        )
        .join(PatientRow, PatientRow.id == CourseRow.patient_id)
        .join(ProtocolRow, ProtocolRow.id == CourseRow.protocol_id)
        .outerjoin(CheckInPreferencesRow, CheckInPreferencesRow.patient_id == CourseRow.patient_id)
        .where(CourseRow.clinic_id == bindparam("clinic_id"))
    )


# Statements are built once: building one takes longer than running it.
_BY_ID = Prepared(_course_statement().where(CourseRow.id == bindparam("course_id")))
_LATEST_OF_PATIENT = Prepared(
    _course_statement()
    .where(CourseRow.patient_id == bindparam("patient_id"))
    .order_by(CourseRow.ended_on.is_(None).desc(), CourseRow.start_on.desc(), CourseRow.id)
    .limit(1)
)


def _read_record(
    db: Session, who: Person, row: Any, scales: Collection[str], *, with_events: bool
) -> CourseRecord:
    protocol = _protocol(row)
    return CourseRecord(
        id=row.id,
        patient=CoursePatient(
            id=row.patient_id,
            given_name=row.given_name,
            family_name=row.family_name,
            born_on=row.born_on,
            record_number=row.record_number,
            allergies=row.allergies,
        ),
        state=CourseState(row.state),
        course_number=row.course_number,
        infusion_count=row.infusion_count,
        min_gap_days=row.min_gap_days,
        max_gap_days=row.max_gap_days,
        start_on=row.start_on,
        ended_on=row.ended_on,
        end_reason=row.end_reason,
        indication=row.indication,
        recorded_at=row.recorded_at,
        protocol=protocol,
        infusions=course_parts.infusions(db, row.id),
        therapy=course_parts.therapy(db, row.id),
        check_ins=course_parts.check_ins(db, row.id),
        scores=course_parts.scores(db, row.id, scales),
        events=course_parts.events(db, row.id) if with_events else None,
        alerts=course_parts.alerts(db, row.id) if with_events else None,
        patient_timezone=row.patient_timezone,
        weekly_weekday=row.weekly_weekday,
        has_watcher=_has_watcher(db, who, protocol),
        alerts_open=row.alerts_open,
        alerts_closed=row.alerts_closed,
    )


def _has_watcher(db: Session, who: Person, protocol: Protocol) -> bool:
    matters = needs_watcher(protocol.instruments, instruments.definitions())
    return not matters or has_watcher(db, who.clinic_id)


def _protocol(row: Any) -> Protocol:
    stored = row.definition  # text on SQLite, read already on PostgreSQL
    return planning.read_protocol(
        row.protocol_name,
        row.protocol_version,
        row.protocol_infusion_count,
        (
            row.protocol_min_gap_days,
            row.protocol_max_gap_days,
            row.protocol_preferred_gap_days,
        ),
        row.dose_mg_per_kg,
        row.infusion_minutes,
        stored if isinstance(stored, str) else json.dumps(stored),
    )
