"""Two clinics with one person of each role: enough to try every door from both sides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.actions import accounts
from tracker.domain.clinic import Clinic
from tracker.domain.people import Person, Role
from tracker.models.accounts import UserRoleRow, UserRow
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.clinics import ClinicRow
from tracker.models.database import transaction
from tracker.models.patients import PatientAccountRow, PatientRow

ZONES = {"a": "America/New_York", "b": "Europe/Berlin"}


@dataclass(frozen=True, kw_only=True)
class ClinicPeople:
    """One clinic, its people, and the record of its one patient with an account."""

    clinic: Clinic
    clinician: Person
    nurse: Person
    therapist: Person
    administrator: Person
    patient: Person
    proxy: Person
    patient_id: UUID


@dataclass(frozen=True, kw_only=True)
class World:
    a: ClinicPeople
    b: ClinicPeople


def known_id(name: str) -> UUID:
    """The same id for the same name, in every test."""
    return uuid5(NAMESPACE_URL, f"https://tests.invalid/{name}")


def make_world(db: Session | None, *, now: datetime) -> World:
    """Name everybody; with a session also store them."""
    people = {letter: _people(letter) for letter in "ab"}
    if db is not None:
        for letter in "ab":
            _store(db, letter, people[letter], now)
    return World(**people)


def _people(letter: str) -> ClinicPeople:
    clinic = Clinic(
        id=known_id(f"clinic {letter}"),
        name=f"Clinic {letter.upper()}",
        timezone=ZONES[letter],
        phone="+1 555 0100",
        address="1 Test Street\nTestville",
    )
    patient_id = known_id(f"patient {letter}")

    def person(role: Role, patient: UUID | None = None) -> Person:
        return Person(
            user_id=known_id(f"{role} {letter}"),
            clinic_id=clinic.id,
            name=f"{role.capitalize()} {letter.upper()}",
            roles=frozenset({role}),
            patient_id=patient,
        )

    return ClinicPeople(
        clinic=clinic,
        clinician=person(Role.CLINICIAN),
        nurse=person(Role.NURSE),
        therapist=person(Role.THERAPIST),
        administrator=person(Role.ADMINISTRATOR),
        patient=person(Role.PATIENT, patient_id),
        proxy=replace(person(Role.PROXY), proxy_for=patient_id),  # stored by `add_proxy`
        patient_id=patient_id,
    )


def _store(db: Session, letter: str, people: ClinicPeople, now: datetime) -> None:
    clinic = people.clinic
    with transaction(db):
        db.add(
            ClinicRow(
                id=clinic.id,
                name=clinic.name,
                timezone=clinic.timezone,
                address=clinic.address,
                phone=clinic.phone,
                open_weekdays="mon,tue,wed,thu,fri",
                created_at=now,
            )
        )
        db.flush()
        for person in (
            people.clinician,
            people.nurse,
            people.therapist,
            people.administrator,
            people.patient,
        ):
            _store_person(db, person, letter, now)
        accounts.store_default_protocol(db, clinic.id, now=now)
        db.add(
            PatientRow(
                id=people.patient_id,
                clinic_id=clinic.id,
                record_number=f"{letter.upper()}-1001",
                given_name="Sam",
                family_name=f"Sample{letter.upper()}",
                born_on=date(1984, 5, 6),
                recorded_at=now,
                recorded_by=people.clinician.user_id,
            )
        )
        db.flush()
        db.add(
            CheckInPreferencesRow(
                patient_id=people.patient_id,
                clinic_id=clinic.id,
                not_watched_agreed_at=now,
                changed_at=now,
            )
        )
        db.add(
            PatientAccountRow(
                user_id=people.patient.user_id,
                patient_id=people.patient_id,
                clinic_id=clinic.id,
            )
        )


def _store_person(db: Session, person: Person, letter: str, now: datetime) -> None:
    (role,) = person.roles
    db.add(
        UserRow(
            id=person.user_id,
            clinic_id=person.clinic_id,
            email=f"{role}@{letter}.test",
            name=person.name,
            created_at=now,
        )
    )
    db.flush()
    db.add(UserRoleRow(clinic_id=person.clinic_id, user_id=person.user_id, role=role))


def open_every_day(db: Session, clinic_id: UUID) -> None:
    """For tests on a real clock: they run at weekends too."""
    every_day = "mon,tue,wed,thu,fri,sat,sun"
    with transaction(db):
        db.execute(
            update(ClinicRow).where(ClinicRow.id == clinic_id).values(open_weekdays=every_day)
        )
