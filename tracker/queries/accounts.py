"""Reads of accounts and sign-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, bindparam, cast, exists, func, not_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import aggregate_strings

from tracker.domain.accounts import normal_email, sign_in_limits
from tracker.domain.clinic import Clinic
from tracker.domain.clock_set_back import CLOCKS_MAY_DIFFER
from tracker.domain.languages import Language, language_of
from tracker.domain.people import STAFF_ROLES, OneCheckIn, Person, Role
from tracker.models.account_resets import AccountResetRow
from tracker.models.accounts import InvitationRow, SignInRow, UserRoleRow, UserRow
from tracker.models.check_in_links import CheckInLinkRow
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.clinics import ClinicRow
from tracker.models.database import read_rows
from tracker.models.patients import PatientAccountRow
from tracker.models.prepared import Prepared
from tracker.models.proxies import ProxyRow, is_standing, reads_no_more
from tracker.models.reach import keep_to, looking_everywhere, reaching_all
from tracker.models.restrictions import GlassOpeningRow
from tracker.models.second_factors import RecoveryCodeRow, SecondFactorRow
from tracker.models.types import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """A live sign-in: who, for which clinic, and when it was last used."""

    person: Person
    clinic: Clinic
    last_seen_at: datetime
    expires_at: datetime
    locked_at: datetime | None
    began_at: datetime
    has_factor: bool
    factor_at: datetime | None
    proved_at: datetime | None
    language: Language | None = None
    """The one that a patient chose; None for whoever chose none."""


_ROLES = (
    select(aggregate_strings(UserRoleRow.role, ","))
    .where(UserRoleRow.user_id == UserRow.id)
    .scalar_subquery()
)
_PATIENT = (
    select(PatientAccountRow.patient_id)
    .where(PatientAccountRow.user_id == UserRow.id)
    .scalar_subquery()
)
_PROXY_FOR = (
    select(ProxyRow.patient_id)
    .where(ProxyRow.user_id == UserRow.id, is_standing(bindparam("now", type_=Instant())))
    .scalar_subquery()
)
_LANGUAGE = (
    select(CheckInPreferencesRow.language)
    .join(PatientAccountRow, PatientAccountRow.patient_id == CheckInPreferencesRow.patient_id)
    .where(PatientAccountRow.user_id == UserRow.id)
    .scalar_subquery()
)
_IS_STAFF = UserRow.id.in_(
    select(UserRoleRow.user_id).where(UserRoleRow.role.in_(sorted(STAFF_ROLES)))
)
_HAS_FACTOR = (
    exists()
    .where(SecondFactorRow.user_id == UserRow.id, SecondFactorRow.ended_at.is_(None))
    .correlate(UserRow)
)
_OPENED = (
    select(aggregate_strings(cast(GlassOpeningRow.patient_id, String(36)), ","))
    .where(
        GlassOpeningRow.user_id == UserRow.id,
        GlassOpeningRow.ended_at.is_(None),
        GlassOpeningRow.ends_at > bindparam("now", type_=Instant()),
    )
    .scalar_subquery()
)
_SIGNED_IN = (
    select(
        SignInRow.id,
        SignInRow.address,
        SignInRow.last_seen_at,
        SignInRow.expires_at,
        SignInRow.locked_at,
        SignInRow.created_at,
        SignInRow.factor_at,
        SignInRow.proved_at,
        _HAS_FACTOR.label("has_factor"),
        UserRow.id.label("user_id"),
        UserRow.name,
        UserRow.clinic_id,
        _ROLES.label("roles"),
        _PATIENT.label("patient_id"),
        _LANGUAGE.label("language"),
        _PROXY_FOR.label("proxy_for"),
        _OPENED.label("opened"),
        ClinicRow.name.label("clinic_name"),
        ClinicRow.timezone,
        ClinicRow.address.label("clinic_address"),
        ClinicRow.phone,
        ClinicRow.paper,
        ClinicRow.crisis,
        ClinicRow.is_demo,
        SignInRow.link_id,
        CheckInLinkRow.instrument_key,
        CheckInLinkRow.due_key,
        CheckInLinkRow.expires_at.label("link_ends_at"),
    )
    .join(UserRow, UserRow.id == SignInRow.user_id)
    .join(ClinicRow, ClinicRow.id == UserRow.clinic_id)
    .outerjoin(CheckInLinkRow, CheckInLinkRow.id == SignInRow.link_id)
    .where(
        SignInRow.revoked_at.is_(None),
        UserRow.deactivated_at.is_(None),
        CheckInLinkRow.revoked_at.is_(None),
        not_(reads_no_more(UserRow.id, bindparam("now", type_=Instant()))),
    )
)


_BY_TOKEN = Prepared(_SIGNED_IN.where(SignInRow.token_hash == bindparam("token_hash")))


def find_signed_in(db: Session, token_hash: bytes, *, now: datetime) -> SignedIn | None:
    """The sign-in that a cookie's token belongs to, unless it was revoked or the account closed,
    or a proxy reads no more.

    Idle and absolute limits are the caller's to check. From here on the session reaches that
    person's clinic and no other.
    """
    with looking_everywhere(db) as found:
        row = read_rows(db, _BY_TOKEN, {"token_hash": token_hash, "now": now}).one_or_none()
        found.clinic_id = row.clinic_id if row else None
    if row is None:
        return None
    person = Person(
        user_id=row.user_id,
        clinic_id=row.clinic_id,
        name=row.name,
        roles=frozenset(Role(role) for role in (row.roles or "").split(",") if role),
        patient_id=row.patient_id,
        sign_in_id=row.id,
        address=row.address,
        only=_only(row),
        opened=frozenset(UUID(each) for each in (row.opened or "").split(",") if each),
        proxy_for=row.proxy_for,
    )
    clinic = Clinic(
        id=row.clinic_id,
        name=row.clinic_name,
        timezone=row.timezone,
        address=row.clinic_address,
        phone=row.phone,
        paper=row.paper,
        crisis=row.crisis,
        is_demo=row.is_demo,
    )
    return SignedIn(
        person=person,
        clinic=clinic,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        locked_at=row.locked_at,
        began_at=row.created_at,
        has_factor=bool(row.has_factor),
        factor_at=row.factor_at,
        proved_at=row.proved_at,
        language=language_of(row.language),
    )


def forget_signed_in(db: Session) -> None:
    """Reach nobody's rows again: the sign-in that was found is not one to go on with."""
    keep_to(db, None)


def _only(row: Any) -> OneCheckIn | None:
    if row.link_id is None:
        return None
    return OneCheckIn(
        link_id=row.link_id,
        instrument_key=row.instrument_key,
        due_key=row.due_key,
        ends_at=row.link_ends_at,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """An open one-time link."""

    id: UUID
    role: Role
    name: str
    email: str
    clinic_name: str


def find_invitation(db: Session, token_hash: bytes, *, now: datetime) -> Invitation | None:
    """The invitation of a link, if it was neither used nor ran out."""
    with reaching_all(db):
        row = db.execute(
            select(InvitationRow, ClinicRow.name.label("clinic_name"))
            .outerjoin(ClinicRow, ClinicRow.id == InvitationRow.clinic_id)
            .where(
                InvitationRow.token_hash == token_hash,
                InvitationRow.used_at.is_(None),
                InvitationRow.created_at <= now + CLOCKS_MAY_DIFFER,
                InvitationRow.expires_at > now,
            )
        ).one_or_none()
    if row is None:
        return None
    found = row.InvitationRow
    return Invitation(
        id=found.id,
        role=Role(found.role),
        name=found.name,
        email=found.email or "",
        clinic_name=row.clinic_name or "",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenReset:
    """A link to choose a new password. With it void, the account was reset by somebody else."""

    is_void: bool
    has_factor: bool


def find_reset(db: Session, token_hash: bytes, *, now: datetime) -> OpenReset | None:
    """The link of a reset, if it would still work. Looking uses nothing up."""
    with reaching_all(db):
        row = db.execute(
            select(
                UserRow.password_hash.is_(None).label("is_void"), _HAS_FACTOR.label("has_factor")
            )
            .join(AccountResetRow, AccountResetRow.user_id == UserRow.id)
            .where(
                AccountResetRow.token_hash == token_hash,
                AccountResetRow.used_at.is_(None),
                AccountResetRow.replaced_at.is_(None),
                AccountResetRow.expires_at > now,
                UserRow.deactivated_at.is_(None),
            )
        ).one_or_none()
    return row and OpenReset(is_void=bool(row.is_void), has_factor=bool(row.has_factor))


def nobody_can_sign_in(db: Session) -> bool:
    """Whether the database holds no account yet: the first administrator is still to come."""
    with reaching_all(db):
        return db.execute(select(UserRow.id).limit(1)).first() is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A line of the list of people."""

    user_id: UUID
    name: str
    email: str
    roles: frozenset[Role]
    is_active: bool
    has_factor: bool


def list_accounts(db: Session, who: Person) -> tuple[Account, ...]:
    """The staff accounts of the person's clinic, by name. Patients and proxies are not listed."""
    rows = db.execute(
        select(
            UserRow.id,
            UserRow.name,
            UserRow.email,
            UserRow.deactivated_at,
            _ROLES.label("r"),
            _HAS_FACTOR.label("has_factor"),
        )
        .where(UserRow.clinic_id == who.clinic_id, _IS_STAFF)
        .order_by(UserRow.name, UserRow.id)
    )
    return tuple(
        Account(
            user_id=row.id,
            name=row.name,
            email=row.email,
            roles=frozenset(Role(role) for role in (row.r or "").split(",") if role),
            is_active=row.deactivated_at is None,
            has_factor=bool(row.has_factor),
        )
        for row in rows
    )


def find_colleague(db: Session, email: str) -> Person | None:
    """The member of staff with this e-mail address: in whose name somebody with a shell acts.

    None for an address that nobody has, for a closed account, a patient's and a proxy's. From here
    on the session reaches that colleague's clinic and no other.
    """
    with looking_everywhere(db) as found:
        row = db.execute(
            select(UserRow.id, UserRow.clinic_id, UserRow.name, _ROLES.label("roles")).where(
                UserRow.email == normal_email(email),
                UserRow.deactivated_at.is_(None),
                _IS_STAFF,
            )
        ).one_or_none()
        found.clinic_id = row.clinic_id if row else None
    if row is None:
        return None
    roles = frozenset(Role(role) for role in (row.roles or "").split(",") if role)
    return Person(user_id=row.id, clinic_id=row.clinic_id, name=row.name, roles=roles)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnFactor:
    """The app that an account shows codes of, and how many recovery codes are left."""

    set_up_at: datetime
    codes_left: int


def find_own_factor(db: Session, who: Person) -> OwnFactor | None:
    """One's own second factor; None without one."""
    set_up_at = db.execute(
        select(SecondFactorRow.set_up_at).where(
            SecondFactorRow.user_id == who.user_id,
            SecondFactorRow.clinic_id == who.clinic_id,
            SecondFactorRow.ended_at.is_(None),
        )
    ).scalar_one_or_none()
    if set_up_at is None:
        return None
    left = db.execute(
        select(func.count()).where(
            RecoveryCodeRow.user_id == who.user_id,
            RecoveryCodeRow.clinic_id == who.clinic_id,
            RecoveryCodeRow.used_at.is_(None),
            RecoveryCodeRow.replaced_at.is_(None),
        )
    ).scalar_one()
    return OwnFactor(set_up_at=set_up_at, codes_left=left)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnSignIn:
    """A browser in which somebody is signed in."""

    id: UUID
    device: str
    address: str
    began_at: datetime
    last_seen_at: datetime
    is_this_one: bool


def list_own_sign_ins(db: Session, who: Person, *, now: datetime) -> tuple[OwnSignIn, ...]:
    """One's own open sign-ins, the latest used first; not what idled out already."""
    idle = sign_in_limits(who.roles).idle
    rows = db.execute(
        select(
            SignInRow.id,
            SignInRow.device,
            SignInRow.address,
            SignInRow.created_at,
            SignInRow.last_seen_at,
        )
        .where(
            SignInRow.user_id == who.user_id,
            SignInRow.clinic_id == who.clinic_id,
            SignInRow.revoked_at.is_(None),
            SignInRow.expires_at > now,
            SignInRow.last_seen_at > now - idle,
        )
        .order_by(SignInRow.last_seen_at.desc(), SignInRow.id)
    )
    return tuple(
        OwnSignIn(
            id=row.id,
            device=row.device,
            address=row.address,
            began_at=row.created_at,
            last_seen_at=row.last_seen_at,
            is_this_one=row.id == who.sign_in_id,
        )
        for row in rows
    )
