"""Who acts: the person behind a request, and the roles that a clinic gives to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What somebody is in one clinic. One person may hold several staff roles.

    A clinician prescribes: plans courses, agrees doses, starts infusions, signs and co-signs. A
    nurse runs the sheet of an infusion that was agreed. A proxy reads a patient's visits.
    """

    CLINICIAN = "clinician"
    NURSE = "nurse"
    THERAPIST = "therapist"
    ADMINISTRATOR = "administrator"
    PATIENT = "patient"
    PROXY = "proxy"


STAFF_ROLES = frozenset({Role.CLINICIAN, Role.NURSE, Role.THERAPIST, Role.ADMINISTRATOR})


@dataclass(frozen=True, kw_only=True, slots=True)
class OneCheckIn:
    """The one check-in that a private link opens. From ``ends_at`` on it takes no answers."""

    link_id: UUID
    instrument_key: str
    due_key: str
    ends_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A signed-in person, as every query and action takes them.

    ``patient_id`` is set for patients only: it is the one record that is theirs. ``proxy_for`` is
    set for proxies only: the one patient whose visits they read.
    ``sign_in_id`` and ``address`` go into the audit trail and nowhere else.
    ``only`` is set for somebody who came by a private link and proved no more than a date of
    birth: whatever the roles say, that check-in is all that they may answer.
    ``opened`` are the patients whose restricted records they opened without being named, for now.
    """

    user_id: UUID
    clinic_id: UUID
    name: str
    roles: frozenset[Role]
    patient_id: UUID | None = None
    sign_in_id: UUID | None = None
    address: str = ""
    only: OneCheckIn | None = None
    opened: frozenset[UUID] = frozenset()
    proxy_for: UUID | None = None

    @property
    def is_patient(self) -> bool:
        return Role.PATIENT in self.roles

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF_ROLES)
