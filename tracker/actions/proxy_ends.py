"""Ending what a proxy reads: the account is closed and every sign-in of it is over, at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, reset_links, sign_ins
from tracker.domain.accounts import closed_email
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.proxies import ProxyEnd
from tracker.models import ownership
from tracker.models.accounts import InvitationRow, UserRow
from tracker.models.database import transaction
from tracker.models.patients import PatientAccountRow
from tracker.models.proxies import ProxyRow


def end(db: Session, who: Person, proxy_id: UUID, *, now: datetime) -> None:
    """The clinic ends it. Twice is as good as once. Raises `NotFound`."""
    check_may(who, Act.ARRANGE_PROXY)
    with transaction(db):
        ownership.patient_of(db, who, "proxy", proxy_id)
        _end_those(db, who, ProxyEnd.BY_CLINIC, ProxyRow.id == proxy_id, now=now)


def end_own(db: Session, who: Person, proxy_id: UUID, *, now: datetime) -> None:
    """The patient ends it. Raises `NotFound` for what is not of their own record."""
    check_may(who, Act.END_OWN_PROXY)
    with transaction(db):
        if ownership.patient_of(db, who, "proxy", proxy_id) != who.patient_id:
            raise NotFound("proxy")
        _end_those(db, who, ProxyEnd.BY_PATIENT, ProxyRow.id == proxy_id, now=now)


def end_all_of(db: Session, who: Person, patient_id: UUID, why: ProxyEnd, *, now: datetime) -> None:
    """Everybody who reads for a patient stops, in the open transaction."""
    _end_those(db, who, why, ProxyRow.patient_id == patient_id, now=now)


def end_run_out(db: Session, who: Person, patient_id: UUID, *, now: datetime) -> None:
    """Close the accounts of those whose time is over, in the open transaction."""
    over = ProxyRow.patient_id == patient_id, ProxyRow.until_at <= now
    _end_those(db, who, ProxyEnd.RAN_OUT, *over, now=now)


def end_with_account(db: Session, who: Person, user_id: UUID, *, now: datetime) -> None:
    """An account is closed, a proxy's or the patient's own: what hangs on it is over."""
    own = select(PatientAccountRow.patient_id).where(PatientAccountRow.user_id == user_id)
    which = or_(ProxyRow.user_id == user_id, ProxyRow.patient_id.in_(own))
    _end_those(db, who, ProxyEnd.ACCOUNT_CLOSED, which, now=now)


def _end_those(db: Session, who: Person, why: ProxyEnd, *which: Any, now: datetime) -> None:
    rows = db.execute(
        update(ProxyRow)
        .where(ProxyRow.clinic_id == who.clinic_id, ProxyRow.ended_at.is_(None), *which)
        .values(ended_at=now, ended_by=who.user_id, ended_why=why)
        .returning(ProxyRow.id, ProxyRow.patient_id, ProxyRow.user_id, ProxyRow.invitation_id)
    ).all()
    _use_up(db, (row.invitation_id for row in rows), now=now)
    for row in rows:
        if row.user_id is not None:
            _close_account(db, row.user_id, why, now=now)
        audit.record(
            db,
            who,
            AuditEvent.PROXY_ENDED,
            now=now,
            kind="proxy",
            object_id=row.id,
            patient_id=row.patient_id,
            detail={"why": str(why)},
        )


def _use_up(db: Session, invitations: Iterable[UUID], *, now: datetime) -> None:
    db.execute(
        update(InvitationRow)
        .where(InvitationRow.id.in_(list(invitations)), InvitationRow.used_at.is_(None))
        .values(used_at=now)
    )


def _close_account(db: Session, user_id: UUID, why: ProxyEnd, *, now: datetime) -> None:
    """The e-mail address is given back: nobody keeps it, and its person can be invited again."""
    sign_ins.end_all_sign_ins(db, user_id, why=f"proxy ended {why}"[:80], now=now)
    reset_links.close_links(db, user_id, now=now)
    db.execute(
        update(UserRow)
        .where(UserRow.id == user_id)
        .values(deactivated_at=now, password_hash=None, email=closed_email(user_id.hex))
    )
