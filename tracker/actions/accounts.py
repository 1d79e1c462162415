"""Accounts: one-time links, accepting them, the first administrator, closing an account."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.actions import (
    audit,
    identity,
    messages,
    passwords,
    proxy_ends,
    reset_links,
    sign_ins,
)
from tracker.actions.sign_ins import NewSignIn
from tracker.actions.tokens import new_token, token_hash
from tracker.domain import accounts
from tracker.domain.accounts import UnfitPassword
from tracker.domain.audit import AuditEvent
from tracker.domain.clinic import WEEKDAYS
from tracker.domain.clock_set_back import CLOCKS_MAY_DIFFER
from tracker.domain.errors import NotFound, Refused
from tracker.domain.languages import Language, to_say
from tracker.domain.people import STAFF_ROLES, Person, Role
from tracker.domain.permissions import Act, check_may
from tracker.domain.protocol import default_protocol
from tracker.models.accounts import InvitationRow, UserRoleRow, UserRow
from tracker.models.clinics import ClinicRow, ProtocolRow
from tracker.models.database import transaction
from tracker.models.patients import PatientAccountRow, PatientRow
from tracker.models.proxies import ProxyRow, is_standing
from tracker.models.reach import before_anybody_is_known, reaching_all

LINK_IS_SPENT = to_say("This link was used before or has run out. Ask for a new one.")
ADDRESS_IS_TAKEN = to_say("This e-mail address has an account already.")


@before_anybody_is_known
def make_setup_link(db: Session, *, now: datetime) -> str:
    """A one-time token for the first administrator. Earlier set-up links stop working.

    Raises `Refused` once anybody has an account.
    """
    with transaction(db):
        if db.execute(select(UserRow.id).limit(1)).first() is not None:
            raise Refused("The clinic is set up already. Ask its administrator for an invitation.")
        db.execute(delete(InvitationRow).where(InvitationRow.clinic_id.is_(None)))
        _id, token = store_invitation(
            db, role=Role.ADMINISTRATOR, expires_at=now + accounts.SETUP_LINK_LASTS, now=now
        )
    return token


def invite_staff(
    db: Session, who: Person, *, email: str, name: str, role: Role, now: datetime
) -> str:
    """A one-time token with which a colleague opens an account in this clinic."""
    check_may(who, Act.ADMINISTER_CLINIC)
    if role not in STAFF_ROLES:
        raise Refused("Patients and proxies are invited from the patient's page.", field="role")
    with transaction(db):
        check_address_is_free(db, email)
        _id, token = store_invitation(
            db,
            role=role,
            email=accounts.normal_email(email),
            name=name,
            clinic_id=who.clinic_id,
            created_by=who.user_id,
            expires_at=now + accounts.INVITATION_LASTS,
            now=now,
        )
        audit.record(db, who, AuditEvent.INVITED, now=now, kind="user", detail={"role": str(role)})
    return token


def invite_patient(db: Session, who: Person, patient_id: UUID, *, now: datetime) -> str:
    """A one-time token that a clinician hands to a patient. Earlier ones stop working."""
    check_may(who, Act.INVITE_PATIENT)
    with transaction(db):
        patient = db.execute(
            select(PatientRow.id).where(
                PatientRow.id == patient_id, PatientRow.clinic_id == who.clinic_id
            )
        ).scalar_one_or_none()
        if patient is None:
            raise NotFound("patient")
        if _has_account(db, patient_id):
            raise Refused("This patient already has an account.")
        theirs = InvitationRow.patient_id == patient_id, InvitationRow.role == Role.PATIENT
        db.execute(delete(InvitationRow).where(*theirs))
        _id, token = store_invitation(
            db,
            role=Role.PATIENT,
            clinic_id=who.clinic_id,
            patient_id=patient_id,
            created_by=who.user_id,
            expires_at=now + accounts.INVITATION_LASTS,
            now=now,
        )
        audit.record(db, who, AuditEvent.INVITED, now=now, kind="patient", patient_id=patient_id)
    return token


@before_anybody_is_known
def accept_invitation(
    db: Session,
    token: str,
    *,
    email: str,
    name: str,
    password: str,
    clinic_name: str = "",
    timezone: str = "UTC",
    address: str,
    device: str,
    now: datetime,
) -> NewSignIn:
    """Open the account that a one-time link is for, and sign it in.

    The first administrator's link also makes the clinic. Raises `Refused` for a spent link, an
    unfit password or an address that is taken; nothing is stored then.
    """
    email = accounts.normal_email(email)
    accounts.check_password(password, email=email, common=common_passwords())
    password_hash = passwords.hash_password(password)
    with transaction(db):
        link = _claim(db, token, now=now)
        clinic_id = link.clinic_id or _make_clinic(db, clinic_name, timezone, now=now)
        check_address_is_free(db, email)
        user_id = _open_account(
            db, link, clinic_id, email=email, name=name, password_hash=password_hash, now=now
        )
        signed_in = sign_ins.open_sign_in(
            db, user_id, clinic_id, address=address, device=device, now=now
        )
        audit.record(
            db,
            None,
            AuditEvent.INVITATION_ACCEPTED,
            now=now,
            clinic_id=clinic_id,
            kind="user",
            object_id=user_id,
            patient_id=link.patient_id,
            address=address[:80],
        )
        return signed_in


def _open_account(
    db: Session,
    link: InvitationRow,
    clinic_id: UUID,
    *,
    email: str,
    name: str,
    password_hash: str,
    now: datetime,
) -> UUID:
    """A new account with its role; or the one that a patient's private links made gets a password.

    It stays the same account: what was sent by a link is still the patient's own.
    """
    mine = {"email": email, "name": name, "password_hash": password_hash}
    if link.role == Role.PROXY:
        return _open_proxy(db, link, clinic_id, now=now, **mine | {"name": link.name})
    if link.patient_id is not None:
        user_id = link_only_account(db, link.patient_id)
        if user_id is not None:
            db.execute(update(UserRow).where(UserRow.id == user_id).values(**mine))
            sign_ins.end_all_sign_ins(db, user_id, why="account opened", now=now)
            return user_id
        return store_patient_account(db, clinic_id, link.patient_id, now=now, **mine)
    user_id = _store_user(db, clinic_id, now=now, **mine)
    _give_role(db, clinic_id, user_id, Role(link.role))
    if link.clinic_id is None:  # in a new clinic the first person also treats
        _give_role(db, clinic_id, user_id, Role.CLINICIAN)
    return user_id


def _open_proxy(
    db: Session,
    link: InvitationRow,
    clinic_id: UUID,
    *,
    email: str,
    name: str,
    password_hash: str,
    now: datetime,
) -> UUID:
    """The account of a proxy, under the name that the clinic wrote down."""
    user_id = _store_user(
        db, clinic_id, email=email, name=name, password_hash=password_hash, now=now
    )
    _give_role(db, clinic_id, user_id, Role.PROXY)
    taken = db.execute(
        update(ProxyRow)
        .where(ProxyRow.invitation_id == link.id, is_standing(now))
        .values(user_id=user_id, accepted_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused(LINK_IS_SPENT)
    return user_id


def link_only_account(db: Session, patient_id: UUID) -> UUID | None:
    """The account that a patient's private links made, if that is all that the patient has."""
    found = db.execute(
        select(UserRow.id, UserRow.email)
        .join(PatientAccountRow, PatientAccountRow.user_id == UserRow.id)
        .where(PatientAccountRow.patient_id == patient_id)
    ).one_or_none()
    return found.id if found is not None and accounts.is_link_only(found.email) else None


def store_patient_account(
    db: Session,
    clinic_id: UUID,
    patient_id: UUID,
    *,
    email: str,
    name: str,
    password_hash: str | None,
    now: datetime,
) -> UUID:
    """A patient's account, in the open transaction."""
    user_id = _store_user(
        db, clinic_id, email=email, name=name, password_hash=password_hash, now=now
    )
    _give_role(db, clinic_id, user_id, Role.PATIENT)
    db.add(PatientAccountRow(user_id=user_id, patient_id=patient_id, clinic_id=clinic_id))
    db.flush()
    return user_id


def change_own_password(
    db: Session, who: Person, *, current: str, new: str, language: Language, now: datetime
) -> None:
    """Choose another password; every other sign-in and every open link of the account ends, and
    a mail says so.

    Raises `Refused` (field "password") for a wrong current one, and `UnfitPassword` (field
    "new_password") for one that may not be used.
    """
    identity.confirm_own(db, who, current, now=now)
    email = db.execute(select(UserRow.email).where(UserRow.id == who.user_id)).scalar_one()
    try:
        accounts.check_password(new, email=email, common=common_passwords())
    except UnfitPassword as problem:
        problem.field = "new_password"
        raise
    db.rollback()  # no lock is held while the hash is computed
    password_hash = passwords.hash_password(new)
    with transaction(db):
        mine = UserRow.id == who.user_id, UserRow.clinic_id == who.clinic_id
        db.execute(update(UserRow).where(*mine).values(password_hash=password_hash))
        sign_ins.end_others(db, who, why="password changed", now=now)
        reset_links.close_links(db, who.user_id, now=now)
        messages.queue_password_changed(db, who.user_id, language=language, now=now)
        audit.record(
            db, who, AuditEvent.PASSWORD_CHANGED, now=now, kind="user", object_id=who.user_id
        )


def set_active(db: Session, who: Person, user_id: UUID, *, active: bool, now: datetime) -> None:
    """Close or reopen a colleague's account. Closing ends all its sign-ins and links at once."""
    check_may(who, Act.ADMINISTER_CLINIC)
    if user_id == who.user_id:
        raise Refused("You cannot close your own account.")
    with transaction(db):
        changed = db.execute(
            update(UserRow)
            .where(UserRow.id == user_id, UserRow.clinic_id == who.clinic_id)
            .values(deactivated_at=None if active else now)
        )
        if changed.rowcount == 0:  # type: ignore[attr-defined]
            raise NotFound("user")
        if not active:
            sign_ins.end_all_sign_ins(db, user_id, why="account closed", now=now)
            reset_links.close_links(db, user_id, now=now)
            proxy_ends.end_with_account(db, who, user_id, now=now)
        event = AuditEvent.ACCOUNT_REACTIVATED if active else AuditEvent.ACCOUNT_DEACTIVATED
        audit.record(db, who, event, now=now, kind="user", object_id=user_id)


def store_invitation(
    db: Session,
    *,
    role: Role,
    expires_at: datetime,
    now: datetime,
    email: str | None = None,
    name: str = "",
    clinic_id: UUID | None = None,
    patient_id: UUID | None = None,
    created_by: UUID | None = None,
) -> tuple[UUID, str]:
    """A one-time link in the open transaction: its id and its token."""
    invitation_id, token = uuid4(), new_token()
    db.add(
        InvitationRow(
            id=invitation_id,
            clinic_id=clinic_id,
            token_hash=token_hash(token),
            role=role,
            email=email,
            name=name,
            patient_id=patient_id,
            created_by=created_by,
            created_at=now,
            expires_at=expires_at,
        )
    )
    db.flush()
    return invitation_id, token


def _claim(db: Session, token: str, *, now: datetime) -> InvitationRow:
    link = db.execute(
        select(InvitationRow).where(
            InvitationRow.token_hash == token_hash(token),
            InvitationRow.used_at.is_(None),
            InvitationRow.created_at <= now + CLOCKS_MAY_DIFFER,
            InvitationRow.expires_at > now,
        )
    ).scalar_one_or_none()
    if link is None:
        raise Refused(LINK_IS_SPENT)
    if link.clinic_id is None and db.execute(select(UserRow.id).limit(1)).first() is not None:
        raise Refused(LINK_IS_SPENT)
    link.used_at = now
    return link


def _make_clinic(db: Session, name: str, timezone: str, *, now: datetime) -> UUID:
    if not name:
        raise Refused("Enter the clinic's name.", field="clinic_name")
    clinic_id = uuid4()
    db.add(
        ClinicRow(
            id=clinic_id,
            name=name,
            timezone=timezone,
            open_weekdays=",".join(WEEKDAYS[:5]),
            created_at=now,
        )
    )
    db.flush()
    store_default_protocol(db, clinic_id, now=now)
    return clinic_id


def store_default_protocol(db: Session, clinic_id: UUID, *, now: datetime) -> UUID:
    """Give a new clinic its first protocol, inside the transaction that makes the clinic."""
    protocol = default_protocol()
    row = ProtocolRow(
        id=uuid4(),
        clinic_id=clinic_id,
        name=protocol.name,
        version=protocol.version,
        infusion_count=protocol.infusion_count,
        min_gap_days=protocol.min_gap_days,
        max_gap_days=protocol.max_gap_days,
        preferred_gap_days=protocol.preferred_gap_days,
        dose_mg_per_kg=protocol.dose.dose_mg_per_kg,
        infusion_minutes=protocol.dose.infusion_minutes,
        definition=protocol.definition(),
        recorded_at=now,
    )
    db.add(row)
    db.flush()
    return row.id


def _store_user(
    db: Session, clinic_id: UUID, *, email: str, name: str, password_hash: str | None, now: datetime
) -> UUID:
    user_id = uuid4()
    try:
        db.execute(
            insert(UserRow),
            [
                {
                    "id": user_id,
                    "clinic_id": clinic_id,
                    "email": email,
                    "name": name,
                    "password_hash": password_hash,
                    "created_at": now,
                }
            ],
        )
    except IntegrityError:
        raise Refused(ADDRESS_IS_TAKEN, field="email") from None
    return user_id


def _give_role(db: Session, clinic_id: UUID, user_id: UUID, role: Role) -> None:
    db.add(UserRoleRow(clinic_id=clinic_id, user_id=user_id, role=role))
    db.flush()


def check_address_is_free(db: Session, email: str) -> None:
    """Raise `Refused` (field "email") for an address that has an account, or that is nobody's."""
    normal = accounts.normal_email(email)
    if accounts.is_link_only(normal):
        raise Refused(to_say("Enter an e-mail address that you can read."), field="email")
    with reaching_all(db):  # an address has one account, whichever clinic's
        is_taken = db.execute(select(func.count()).where(UserRow.email == normal)).scalar_one()
    if is_taken:
        raise Refused(ADDRESS_IS_TAKEN, field="email")


def _has_account(db: Session, patient_id: UUID) -> bool:
    found = select(PatientAccountRow.user_id).where(PatientAccountRow.patient_id == patient_id)
    has_one = db.execute(found).first() is not None
    return has_one and link_only_account(db, patient_id) is None


def common_passwords() -> frozenset[str]:
    """Passwords that everybody tries first."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # large; read when somebody sets one

    return frozenset(FREQUENCY_LISTS["passwords"])
