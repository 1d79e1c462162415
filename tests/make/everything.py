"""One of everything in each clinic, stored row by row: for tests that try every door."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make.everything_room import ROOM_KINDS, make_entries, make_signature
from tests.make.proxies import add_proxy
from tests.make.report_batches import add_batch
from tests.make.signed_reports import add_signed_report
from tests.make.wordings import wording_of
from tests.make.world import ClinicPeople, World, known_id
from tracker.actions.wordings import hash_of
from tracker.domain import instruments
from tracker.domain.instruments import to_json
from tracker.models.case_history import CourseAssessmentRow, PriorTreatmentRow
from tracker.models.check_in_links import CheckInLinkRow
from tracker.models.check_ins import CheckInRow, InstrumentRow, SafetyAlertRow, ScoreRow
from tracker.models.clinics import ProtocolRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import transaction
from tracker.models.drug_ledger import VialEntryRow, VialRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.instrument_wordings import InstrumentWordingRow
from tracker.models.run_sheets import InfusionEventRow, RunSheetRow, VitalSignsRow
from tracker.models.score_imports import ScoreImportRow
from tracker.models.therapy_sessions import TherapySessionRow
from tracker.models.treatment_decisions import CourseReviewRow, MedicineChangeRow

KINDS = (
    "patient",
    "course",
    "planned_infusion",
    "infusion",
    "vital_signs",
    "infusion_event",
    "therapy_session",
    "course_review",
    "medicine_change",
    "report_batch",
    "prior_treatment",
    "signed_report",
    "check_in",
    "check_in_link",
    "proxy",
    "alert",
    "vial",
    "vial_entry",
    "protocol",
    "wording",
    "user",
    *ROOM_KINDS,
)


def ids_of(letter: str) -> dict[str, UUID]:
    """The id of each kind of record in a clinic, under the name that routes give it."""
    ids = {kind: known_id(f"{kind} {letter}") for kind in KINDS}
    ids["patient"] = known_id(f"patient {letter}")
    ids["user"] = known_id(f"therapist {letter}")
    ids["proxy"] = known_id(f"arrangement {letter}")
    return ids


def make_everything(db: Session, world: World, *, now: datetime) -> None:
    """Store one course with all that hangs on it for each clinic's patient."""
    with transaction(db):
        db.merge(_instrument(now))
        db.flush()
        for letter, people in (("a", world.a), ("b", world.b)):
            if people is not None:
                _make_course(db, letter, people, now)


def _instrument(now: datetime) -> InstrumentRow:

    daily = instruments.get("daily")
    return InstrumentRow(
        key="daily",
        version=daily.version,
        title=daily.title,
        definition=instruments.to_json(daily),
        recorded_at=now,
    )


def _make_course(db: Session, letter: str, people: ClinicPeople, now: datetime) -> None:
    ids = ids_of(letter)
    clinic_id, by = people.clinic.id, people.clinician.user_id
    recorded = {"clinic_id": clinic_id, "recorded_at": now, "recorded_by": by}
    protocol_id = db.scalars(select(ProtocolRow.id).where(ProtocolRow.clinic_id == clinic_id)).one()
    yesterday = now - timedelta(days=1)
    db.add(
        ScoreImportRow(
            id=known_id(f"score import {letter}"),
            file_name="scores.csv",
            content_hash=b"f" * 32,
            row_count=1,
            **recorded,
        )
    )
    db.add(
        CourseRow(
            id=ids["course"],
            patient_id=ids["patient"],
            protocol_id=protocol_id,
            state="active",
            infusion_count=6,
            start_on=yesterday.date(),
            **_gaps(),
            **recorded,
        )
    )
    db.flush()
    _make_protocol(db, letter, protocol_id)
    for number, name in ((1, "given_planned"), (2, "planned_infusion")):
        db.add(
            PlannedInfusionRow(
                id=known_id(f"{name} {letter}"),
                clinic_id=clinic_id,
                course_id=ids["course"],
                number=number,
                planned_on=(yesterday + timedelta(days=number - 1)).date(),
                planned_time=time(9, 30),
                state="given" if number == 1 else "planned",
            )
        )
    db.flush()
    _make_infusion(db, letter, ids, recorded, yesterday)
    _make_check_in(db, letter, ids, recorded, now)
    _make_link(db, letter, ids, by, now)
    _make_vial(db, letter, ids, recorded, yesterday)
    _make_wording(db, people, ids["wording"], now)
    db.add(
        TherapySessionRow(
            id=ids["therapy_session"],
            course_id=ids["course"],
            planned_on=now.date(),
            **recorded,
        )
    )
    db.add(
        MedicineChangeRow(
            id=ids["medicine_change"],
            patient_id=ids["patient"],
            medicine="Sertraline",
            change="started",
            dose="50 mg",
            changed_on=yesterday.date(),
            **recorded,
        )
    )
    _make_history(db, letter, ids, recorded)
    db.add(
        CourseReviewRow(
            id=ids["course_review"],
            course_id=ids["course"],
            after_infusion=1,
            decision="continue",
            reason="Going well",
            occurred_at=now,
            **recorded,
        )
    )
    db.flush()
    add_signed_report(db, people, ids, now)
    add_batch(db, people, ids, now)
    add_proxy(db, people, ids["proxy"], now)
    make_signature(db, people, letter, ids, now)


def _make_history(db: Session, letter: str, ids: dict[str, UUID], recorded: dict) -> None:
    """A treatment that was tried before, and what the course is for."""
    db.add(
        PriorTreatmentRow(
            id=ids["prior_treatment"],
            patient_id=ids["patient"],
            kind="medicine",
            treatment="Sertraline",
            dose="200 mg",
            weeks=12,
            adequacy="adequate",
            outcome="partial",
            ended_because="no_benefit",
            **recorded,
        )
    )
    db.add(
        CourseAssessmentRow(
            id=known_id(f"assessment {letter}"),
            course_id=ids["course"],
            revision=1,
            icd10_code="F43.12",
            trauma="accident",
            assessment="Sleeps better",
            plan="Boosters",
            **recorded,
        )
    )


def _make_wording(db: Session, people: ClinicPeople, wording_id: UUID, now: datetime) -> None:
    wording = wording_of("gad-2")
    db.add(
        InstrumentWordingRow(
            id=wording_id,
            clinic_id=people.clinic.id,
            instrument_key=wording.key,
            instrument_version=wording.version,
            language=wording.language,
            revision=1,
            source="pasted",
            right_to_use="Made up for a test",
            content=to_json(wording),
            content_hash=hash_of(wording),
            confirmed_at=now,
            confirmed_by=people.clinician.user_id,
        )
    )


def _make_protocol(db: Session, letter: str, like: UUID) -> None:
    """A second protocol, with an id that tests know."""
    found = db.get_one(ProtocolRow, like)
    columns = {each.name: getattr(found, each.name) for each in ProtocolRow.__table__.columns}
    own = {"id": known_id(f"protocol {letter}"), "name": f"Another {letter}", "version": 7}
    db.add(ProtocolRow(**(columns | own)))
    db.flush()


def _gaps() -> dict[str, int]:
    wanted = {"min_gap_days": 3, "max_gap_days": 5, "preferred_gap_days": 4}
    return {name: days for name, days in wanted.items() if name in CourseRow.__table__.columns}


def _make_infusion(
    db: Session, letter: str, ids: dict[str, UUID], recorded: dict, at: datetime
) -> None:
    db.add(
        RunSheetRow(
            id=ids["infusion"],
            course_id=ids["course"],
            planned_infusion_id=known_id(f"given_planned {letter}"),
            stage="running",
            **recorded,
        )
    )
    db.flush()
    db.add(
        GivenInfusionRow(
            id=ids["infusion"],
            course_id=ids["course"],
            planned_infusion_id=known_id(f"given_planned {letter}"),
            state="running",
            occurred_at=at,
            weight_kg=Decimal("80"),
            dosing_weight_kg=Decimal("80"),
            dose_mg_per_kg=Decimal("0.5"),
            ordered_mg=Decimal("40"),
            planned_minutes=40,
            **recorded,
        )
    )
    db.flush()
    common = {"run_sheet_id": ids["infusion"], "occurred_at": at, **recorded}
    db.add(VitalSignsRow(id=ids["vital_signs"], systolic_mmhg=131, diastolic_mmhg=82, **common))
    db.add(InfusionEventRow(id=ids["infusion_event"], term="Nausea", grade=1, **common))
    db.flush()
    make_entries(db, ids, recorded, at)


def _make_check_in(
    db: Session, letter: str, ids: dict[str, UUID], recorded: dict, now: datetime
) -> None:
    db.add(
        CheckInRow(
            id=ids["check_in"],
            patient_id=ids["patient"],
            course_id=ids["course"],
            instrument_key="daily",
            instrument_version=instruments.get("daily").version,
            due_key=f"daily:{(now - timedelta(days=1)).date()}",
            due_on=(now - timedelta(days=1)).date(),
            answers={"memories": 7, "self_harm": 1},
            submission_id=known_id(f"submission {letter}"),
            payload_hash=b"x" * 32,
            occurred_at=now - timedelta(hours=20),
            **recorded,
        )
    )
    db.flush()
    db.add(
        ScoreRow(
            check_in_id=ids["check_in"],
            clinic_id=recorded["clinic_id"],
            course_id=ids["course"],
            scale="memories",
            value=Decimal(7),
            minimum=0,
            maximum=10,
            answered=1,
            item_count=1,
            occurred_at=now - timedelta(hours=20),
        )
    )
    db.add(
        SafetyAlertRow(
            id=ids["alert"],
            clinic_id=recorded["clinic_id"],
            patient_id=ids["patient"],
            course_id=ids["course"],
            check_in_id=ids["check_in"],
            due_key=f"daily:{(now - timedelta(days=1)).date()}",
            instrument_key="daily",
            instrument_version=instruments.get("daily").version,
            rule="self_harm",
            level=2,
            met_by={"self_harm": 1},
            raised_at=now - timedelta(hours=20),
            due_at=now - timedelta(hours=16),
        )
    )
    db.flush()


def _make_link(db: Session, letter: str, ids: dict[str, UUID], by: UUID, now: datetime) -> None:
    """A live private link for today's check-in."""
    db.add(
        CheckInLinkRow(
            id=ids["check_in_link"],
            clinic_id=known_id(f"clinic {letter}"),
            patient_id=ids["patient"],
            instrument_key="daily",
            due_key=f"daily:{now.date()}",
            token_hash=known_id(f"token {letter}").bytes * 2,
            created_at=now,
            created_by=by,
            expires_at=now + timedelta(hours=14),
        )
    )
    db.flush()


def _make_vial(
    db: Session, letter: str, ids: dict[str, UUID], recorded: dict, at: datetime
) -> None:
    """A vial of 200 mg from which 40 mg were drawn for the infusion, not accounted for yet."""
    db.add(
        VialRow(
            id=ids["vial"],
            label=f"K-{letter}",
            drug="Ketamine",
            lot=f"LOT-{letter}",
            expires_on=date(2027, 6, 30),
            mg_per_ml=Decimal(10),
            volume_ml=Decimal(20),
            received_at=at,
            **recorded,
        )
    )
    db.flush()
    common = {"vial_id": ids["vial"], "occurred_at": at, **recorded}
    db.add(
        VialEntryRow(
            id=known_id(f"vial received {letter}"),
            seq=0,
            kind="received",
            amount_ug=200_000,
            balance_before_ug=0,
            balance_after_ug=200_000,
            **common,
        )
    )
    db.flush()
    db.add(
        VialEntryRow(
            id=ids["vial_entry"],
            seq=1,
            previous_seq=0,
            kind="drawn",
            amount_ug=-40_000,
            balance_before_ug=200_000,
            balance_after_ug=160_000,
            run_sheet_id=ids["infusion"],
            **common,
        )
    )
    db.flush()
