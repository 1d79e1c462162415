"""Reads of private links: what staff see of them, and whether a browser was let in already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain import check_in_links as rules
from tracker.domain.check_in_links import LinkState
from tracker.domain.check_ins import asked_of_patient
from tracker.domain.due import DueCheckIn, open_check_ins
from tracker.domain.languages import Language
from tracker.domain.people import Person
from tracker.models import askable, check_in_plans, ownership
from tracker.models.accounts import UserRow
from tracker.models.check_in_links import CheckInLinkRow
from tracker.models.check_ins import CheckInRow
from tracker.models.database import read_rows
from tracker.models.patients import PatientRow

MOST_SHOWN = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkLine:
    """One link as staff see it. ``made_by`` is empty where a reminder made it."""

    link_id: UUID
    instrument_key: str
    due_key: str
    made_at: datetime
    made_by: str
    ends_at: datetime
    opened_at: datetime | None
    another_asked_at: datetime | None
    state: LinkState


@dataclass(frozen=True, kw_only=True, slots=True)
class LinksOfPatient:
    """The check-ins that a link can be made for now, and the newest links."""

    due: tuple[DueCheckIn, ...]
    links: tuple[LinkLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedForLink:
    """A patient who would like another link, and has not been given one since."""

    patient_id: UUID
    patient_name: str
    asked_at: datetime


_NEWER = aliased(CheckInLinkRow)
_ASKED_FOR = (
    select(
        PatientRow.id,
        PatientRow.given_name,
        PatientRow.family_name,
        func.max(CheckInLinkRow.another_asked_at).label("asked_at"),
    )
    .join(PatientRow, PatientRow.id == CheckInLinkRow.patient_id)
    .where(
        CheckInLinkRow.clinic_id == bindparam("clinic_id"),
        CheckInLinkRow.another_asked_at.is_not(None),
        ~select(_NEWER.id)
        .where(
            _NEWER.patient_id == CheckInLinkRow.patient_id,
            _NEWER.created_at > CheckInLinkRow.another_asked_at,
        )
        .exists(),
    )
    .group_by(PatientRow.id, PatientRow.given_name, PatientRow.family_name)
    .order_by("asked_at", PatientRow.id)
)


def list_asked_for(db: Session, who: Person) -> tuple[AskedForLink, ...]:
    """Who waits for another link, the one who waits longest in front. One statement."""
    return tuple(
        AskedForLink(
            patient_id=row.id,
            patient_name=f"{row.given_name} {row.family_name}".strip(),
            asked_at=row.asked_at,
        )
        for row in read_rows(db, _ASKED_FOR, {"clinic_id": who.clinic_id})
    )


def list_links(db: Session, who: Person, patient_id: UUID, *, now: datetime) -> LinksOfPatient:
    """What can be sent to a patient, and what was. Raises `NotFound`. Six statements."""
    ownership.patient_of(db, who, "patient", patient_id)
    plan = check_in_plans.of_patient(db, who.clinic_id, patient_id)
    answered = set(
        db.scalars(
            select(CheckInRow.due_key).where(
                CheckInRow.patient_id == patient_id, CheckInRow.clinic_id == who.clinic_id
            )
        )
    )
    is_open = plan is not None and plan.has_open_state
    due = plan.due(now, check_in_plans.answered_in(db, plan.course_id)) if plan and is_open else ()
    keys = askable.keys_to_ask(db, who.clinic_id, plan.keys, *Language) if plan else frozenset()
    due = asked_of_patient(due, keys)
    return LinksOfPatient(due=open_check_ins(due), links=_lines(db, who, patient_id, answered, now))


def _lines(
    db: Session, who: Person, patient_id: UUID, answered: set[str], now: datetime
) -> tuple[LinkLine, ...]:
    rows = db.execute(
        select(CheckInLinkRow, UserRow.name)
        .outerjoin(UserRow, UserRow.id == CheckInLinkRow.created_by)
        .where(CheckInLinkRow.patient_id == patient_id, CheckInLinkRow.clinic_id == who.clinic_id)
        .order_by(CheckInLinkRow.created_at.desc(), CheckInLinkRow.id)
        .limit(MOST_SHOWN)
    )
    return tuple(_line(link, made_by or "", answered, now) for link, made_by in rows)


def _line(link: CheckInLinkRow, made_by: str, answered: set[str], now: datetime) -> LinkLine:
    return LinkLine(
        link_id=link.id,
        instrument_key=link.instrument_key,
        due_key=link.due_key,
        made_at=link.created_at,
        made_by=made_by,
        ends_at=link.expires_at,
        opened_at=link.first_opened_at,
        another_asked_at=link.another_asked_at,
        state=rules.state_of(
            expires_at=link.expires_at,
            locked_at=link.locked_at,
            revoked_at=link.revoked_at,
            is_answered=link.due_key in answered,
            now=now,
        ),
    )


def find_opened(db: Session, who: Person, token_hash: bytes) -> str | None:
    """The instrument of a link, for a browser that need not say a date of birth: it did already,
    or it is signed in as this very patient."""
    row = db.execute(
        select(CheckInLinkRow.id, CheckInLinkRow.patient_id, CheckInLinkRow.instrument_key).where(
            CheckInLinkRow.token_hash == token_hash, CheckInLinkRow.clinic_id == who.clinic_id
        )
    ).one_or_none()
    if row is None or row.patient_id != who.patient_id:
        return None
    if who.only is not None and who.only.link_id != row.id:
        return None
    key: str = row.instrument_key
    return key
