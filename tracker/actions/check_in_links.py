"""Private links: made for one due check-in, opened with a date of birth, taken back.

The token is in the address that is handed over and nowhere else; stored is its SHA-256.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.actions import accounts as account_actions
from tracker.actions import audit, sign_ins, submissions, throttles
from tracker.actions.sign_ins import NewSignIn
from tracker.actions.submissions import Submission
from tracker.actions.tokens import new_token, token_hash
from tracker.domain import accounts, instruments
from tracker.domain import check_in_links as rules
from tracker.domain.audit import AuditEvent
from tracker.domain.check_in_links import LinkFacts, TryResult
from tracker.domain.check_ins import CheckInPlan
from tracker.domain.due import DueCheckIn
from tracker.domain.due.keys import instrument_of
from tracker.domain.errors import NotFound, Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.remote_use import not_watched_words, remote_use_refused
from tracker.models import check_in_plans, on_call
from tracker.models.accounts import SignInRow
from tracker.models.check_in_links import CheckInLinkRow
from tracker.models.check_ins import CheckInRow
from tracker.models.database import transaction
from tracker.models.patients import PatientAccountRow, PatientRow
from tracker.models.reach import before_anybody_is_known

KIND = "check_in_link"


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeLink:
    """A fresh link. The token exists here and in the address only."""

    link_id: UUID
    token: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedLink:
    """The restricted sign-in that a link opened, and what it is for."""

    sign_in: NewSignIn
    instrument_key: str


class LinkNotOpened(Exception):
    """The link and the date do not open anything: one answer for every reason."""


class LinkMadeBefore(Exception):
    """The same form came again. Its link was shown the first time and is not known any more."""


def make_link(
    db: Session,
    who: Person | None,
    patient_id: UUID,
    due_key: str,
    *,
    submission: Submission | None = None,
    now: datetime,
) -> MadeLink:
    """A link for one check-in that is open now. Earlier links stay as they are.

    `who` is None for a reminder. Raises `NotFound`, `Refused` when the check-in is not open or is
    answered, `LinkMadeBefore`.
    """
    if who is not None:
        check_may(who, Act.SEND_CHECK_IN_LINK)
    with transaction(db):
        if who and submission and submissions.earlier_result(db, who, submission):
            raise LinkMadeBefore
        patient = _patient(db, who, patient_id)
        due = _open_check_in(db, patient, due_key, now)
        _ensure_account(db, patient, now)
        made = _store(db, who, patient, due, now)
        if who and submission:
            result = {"link_id": str(made.link_id)}
            submissions.remember(db, who, submission, result, now=now)
    return made


@before_anybody_is_known
def open_link(
    db: Session, token: str, born_on: date, *, address: str, device: str, now: datetime
) -> OpenedLink:
    """Open a restricted sign-in for whoever holds the link and knows the date of birth.

    Raises `TooManyAttempts` while the network has to wait and `LinkNotOpened`, after the same work
    whether there is such a link or not. Wrong dates are counted; too many lock the link for good.
    """
    network = f"link network {accounts.network_of(address)}"
    throttles.count_attempt(db, [(network, rules.FREE_TRIES_PER_NETWORK)], now=now)
    with transaction(db):
        link = _find(db, token)
        result = rules.judge(_facts(link), born_on, now)
        if result is TryResult.OPENS and link is not None:
            throttles.forgive(db, account="", network=network)
            return _open(db, link, address=address, device=device, now=now)
        _count_wrong_date(db, link, result, address, now)
    raise LinkNotOpened


def revoke_link(db: Session, who: Person, link_id: UUID, *, now: datetime) -> UUID:
    """Take a link back: it and every browser that it opened are over. Returns the patient's id."""
    check_may(who, Act.SEND_CHECK_IN_LINK)
    with transaction(db):
        patient_id: UUID | None = db.execute(
            select(CheckInLinkRow.patient_id).where(
                CheckInLinkRow.id == link_id, CheckInLinkRow.clinic_id == who.clinic_id
            )
        ).scalar_one_or_none()
        if patient_id is None:
            raise NotFound(KIND)
        why = {"revoked_at": now, "revoked_why": "taken back"}
        live = (CheckInLinkRow.id == link_id, CheckInLinkRow.revoked_at.is_(None))
        db.execute(update(CheckInLinkRow).where(*live).values(revoked_by=who.user_id, **why))
        opened = (SignInRow.link_id == link_id, SignInRow.revoked_at.is_(None))
        db.execute(update(SignInRow).where(*opened).values(**why))
        audit.record(
            db,
            who,
            AuditEvent.CHECK_IN_LINK_REVOKED,
            now=now,
            kind=KIND,
            object_id=link_id,
            patient_id=patient_id,
        )
    return patient_id


def ask_for_another(db: Session, who: Person, *, now: datetime) -> None:
    """Note that a patient whose link has ended would like another one. Staff see it and decide."""
    check_may(who, Act.SEND_OWN_CHECK_IN)
    if who.only is None:
        raise NotFound(KIND)
    with transaction(db):
        db.execute(
            update(CheckInLinkRow)
            .where(CheckInLinkRow.id == who.only.link_id, CheckInLinkRow.clinic_id == who.clinic_id)
            .values(another_asked_at=now)
        )
        audit.record(
            db,
            who,
            AuditEvent.CHECK_IN_LINK_ASKED_FOR,
            now=now,
            kind=KIND,
            object_id=who.only.link_id,
            patient_id=who.patient_id,
        )


def _patient(db: Session, who: Person | None, patient_id: UUID) -> PatientRow:
    wanted = select(PatientRow).where(PatientRow.id == patient_id)
    if who is not None:
        wanted = wanted.where(PatientRow.clinic_id == who.clinic_id)
    found = db.execute(wanted).scalar_one_or_none()
    if found is None:
        raise NotFound("patient")
    return found


def _open_check_in(db: Session, patient: PatientRow, due_key: str, now: datetime) -> DueCheckIn:
    answered = select(CheckInRow.id).where(
        CheckInRow.patient_id == patient.id, CheckInRow.due_key == due_key
    )
    if db.execute(answered).first() is not None:
        raise Refused("This check-in has its answers already.", field="due_key")
    plan = check_in_plans.of_patient(db, patient.clinic_id, patient.id)
    due = [one for one in _due_now(db, plan, now) if one.due_key == due_key] if plan else []
    if not due:
        _check_not_refused(db, patient, due_key)
    if not due or not due[0].is_open:
        raise Refused("This check-in is not open now.", field="due_key")
    return due[0]


def _check_not_refused(db: Session, patient: PatientRow, due_key: str) -> None:
    """Say why, where the instrument itself may not be sent."""
    known = instruments.definitions()
    asked = known.get(instrument_of(due_key))
    if asked and remote_use_refused(asked, has_watcher=on_call.has_watcher(db, patient.clinic_id)):
        raise Refused(not_watched_words(asked, known), field="due_key")


def _due_now(db: Session, plan: CheckInPlan, now: datetime) -> tuple[DueCheckIn, ...]:
    return plan.due(now, check_in_plans.answered_in(db, plan.course_id))


def _ensure_account(db: Session, patient: PatientRow, now: datetime) -> None:
    """What a patient sends is recorded under an account; without one they get one of links only."""
    has_one = select(PatientAccountRow.user_id).where(PatientAccountRow.patient_id == patient.id)
    if db.execute(has_one).first() is None:
        account_actions.store_patient_account(
            db,
            patient.clinic_id,
            patient.id,
            email=accounts.link_only_email(patient.id.hex),
            name=f"{patient.given_name} {patient.family_name}".strip(),
            password_hash=None,
            now=now,
        )


def _store(
    db: Session, who: Person | None, patient: PatientRow, due: DueCheckIn, now: datetime
) -> MadeLink:
    made = MadeLink(
        link_id=uuid4(), token=new_token(), expires_at=rules.ends_at(due.closes_at, now)
    )
    row = {
        "id": made.link_id,
        "clinic_id": patient.clinic_id,
        "patient_id": patient.id,
        "instrument_key": due.instrument_key,
        "due_key": due.due_key,
        "token_hash": token_hash(made.token),
        "created_at": now,
        "created_by": who.user_id if who else None,
        "expires_at": made.expires_at,
    }
    db.execute(insert(CheckInLinkRow), [row])
    audit.record(
        db,
        who,
        AuditEvent.CHECK_IN_LINK_MADE,
        now=now,
        kind=KIND,
        object_id=made.link_id,
        patient_id=patient.id,
        clinic_id=patient.clinic_id,
        detail={"due_key": due.due_key},
    )
    return made


def _find(db: Session, token: str) -> Any:
    return db.execute(
        select(
            CheckInLinkRow.id,
            CheckInLinkRow.clinic_id,
            CheckInLinkRow.patient_id,
            CheckInLinkRow.instrument_key,
            CheckInLinkRow.created_at,
            CheckInLinkRow.expires_at,
            CheckInLinkRow.wrong_dates,
            CheckInLinkRow.locked_at,
            CheckInLinkRow.revoked_at,
            PatientRow.born_on,
            PatientAccountRow.user_id,
        )
        .join(PatientRow, PatientRow.id == CheckInLinkRow.patient_id)
        .join(PatientAccountRow, PatientAccountRow.patient_id == CheckInLinkRow.patient_id)
        .where(CheckInLinkRow.token_hash == token_hash(token))
    ).one_or_none()


def _facts(link: Any) -> LinkFacts | None:
    if link is None:
        return None
    return LinkFacts(
        born_on=link.born_on,
        created_at=link.created_at,
        expires_at=link.expires_at,
        wrong_dates=link.wrong_dates,
        locked_at=link.locked_at,
        revoked_at=link.revoked_at,
    )


def _open(db: Session, link: Any, *, address: str, device: str, now: datetime) -> OpenedLink:
    db.execute(
        update(CheckInLinkRow)
        .where(CheckInLinkRow.id == link.id, CheckInLinkRow.first_opened_at.is_(None))
        .values(first_opened_at=now)
    )
    signed_in = sign_ins.open_sign_in(
        db, link.user_id, link.clinic_id, address=address, device=device, now=now, link_id=link.id
    )
    _record_try(db, link, AuditEvent.CHECK_IN_LINK_OPENED, "done", address, now)
    return OpenedLink(sign_in=signed_in, instrument_key=link.instrument_key)


def _count_wrong_date(
    db: Session, link: Any, result: TryResult, address: str, now: datetime
) -> None:
    if result in {TryResult.WRONG_DATE, TryResult.LOCKS}:
        locked_at = now if result is TryResult.LOCKS else None
        db.execute(
            update(CheckInLinkRow)
            .where(CheckInLinkRow.id == link.id)
            .values(wrong_dates=CheckInLinkRow.wrong_dates + 1, locked_at=locked_at)
        )
    _record_try(db, link, AuditEvent.CHECK_IN_LINK_NOT_OPENED, "failed", address, now)


def _record_try(
    db: Session, link: Any, event: AuditEvent, outcome: str, address: str, now: datetime
) -> None:
    audit.record(
        db,
        None,
        event,
        now=now,
        kind=KIND,
        object_id=link.id if link else None,
        patient_id=link.patient_id if link else None,
        clinic_id=link.clinic_id if link else None,
        outcome=outcome,
        address=address[:80],
    )
