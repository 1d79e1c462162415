"""Arranging that somebody reads a patient's visits, and opening their account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from tracker.actions import accounts, audit, proxy_ends
from tracker.domain.accounts import INVITATION_LASTS, normal_email
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Refused
from tracker.domain.people import Person, Role
from tracker.domain.permissions import Act, check_may
from tracker.domain.proxies import ProxyAuthority, check_room_for_one_more, until_at
from tracker.models import ownership, planning
from tracker.models.accounts import InvitationRow
from tracker.models.database import transaction
from tracker.models.proxies import ProxyRow, is_standing


@dataclass(frozen=True, kw_only=True, slots=True)
class ProxyWish:
    """Who shall read, and until when. ``last_on`` is a day of the clinic, the last one."""

    name: str
    email: str
    authority: ProxyAuthority
    last_on: date | None = None


def arrange(db: Session, who: Person, patient_id: UUID, wish: ProxyWish, *, now: datetime) -> str:
    """A one-time token with which a proxy opens an account of their own.

    Raises `Refused` for an address that has an account or an open link, a day that
    is over, and one too many.
    """
    check_may(who, Act.ARRANGE_PROXY)
    with transaction(db):
        ownership.patient_of(db, who, "patient", patient_id)
        zone = planning.clinic_zone(db, who.clinic_id)
        ends_at = until_at(wish.last_on, now=now, zone=zone)
        proxy_ends.end_run_out(db, who, patient_id, now=now)
        check_room_for_one_more(_count_standing(db, who, patient_id, now))
        accounts.check_address_is_free(db, wish.email)
        _check_not_invited(db, who, patient_id, wish.email, now)
        invitation_id, token = accounts.store_invitation(
            db,
            role=Role.PROXY,
            email=normal_email(wish.email),
            name=wish.name,
            clinic_id=who.clinic_id,
            patient_id=patient_id,
            created_by=who.user_id,
            expires_at=now + INVITATION_LASTS,
            now=now,
        )
        proxy_id = uuid4()
        values = {
            "id": proxy_id,
            "clinic_id": who.clinic_id,
            "patient_id": patient_id,
            "invitation_id": invitation_id,
            "name": wish.name,
            "authority": wish.authority,
            "arranged_at": now,
            "arranged_by": who.user_id,
            "until_at": ends_at,
        }
        db.execute(insert(ProxyRow), [values])
        audit.record(
            db,
            who,
            AuditEvent.PROXY_ARRANGED,
            now=now,
            kind="proxy",
            object_id=proxy_id,
            patient_id=patient_id,
            detail={"authority": str(wish.authority)},
        )
    return token


def _check_not_invited(
    db: Session, who: Person, patient_id: UUID, email: str, now: datetime
) -> None:
    """The same form sent twice makes one link: the second says where to find the first."""
    found = (
        select(ProxyRow.id)
        .join(InvitationRow, InvitationRow.id == ProxyRow.invitation_id)
        .where(
            ProxyRow.patient_id == patient_id,
            ProxyRow.clinic_id == who.clinic_id,
            is_standing(now),
            InvitationRow.email == normal_email(email),
        )
    )
    if db.execute(found.limit(1)).first() is not None:
        raise Refused("This address is invited already. End that first.", field="email")


def _count_standing(db: Session, who: Person, patient_id: UUID, now: datetime) -> int:
    return db.execute(
        select(func.count()).where(
            ProxyRow.patient_id == patient_id,
            ProxyRow.clinic_id == who.clinic_id,
            is_standing(now),
        )
    ).scalar_one()
