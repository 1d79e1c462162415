"""Signed records with a row of every kind on them, for tests of what a signature covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from tests.make.accounts import PASSWORD, give_password, make_colleague
from tests.make.drug_ledger import WITNESS, make_account, make_draw, make_vial
from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_move,
    make_ready,
    make_therapy_session,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import NOW
from tests.make.world import World
from tracker.actions import (
    course_reviews,
    infusion_events,
    medicines_given,
    notices,
    rate_changes,
    recovery_scores,
    sheet_notes,
    signatures,
)
from tracker.actions.infusion_events import Happening
from tracker.actions.medicines_given import Medicine
from tracker.actions.rate_changes import Rate
from tracker.actions.signatures import Addition, SignOff
from tracker.domain.course_review import Review
from tracker.domain.courses import TherapyState
from tracker.domain.infusion_volume import Preparation
from tracker.domain.people import Person
from tracker.domain.run_sheet_stages import Move
from tracker.domain.sheet_log import RecoveryScale, Relatedness
from tracker.domain.signing import Meaning, RecordKind, SigningKey
from tracker.domain.treatment_decisions import ReviewDecision
from tracker.models import signed_content

SIGNING_KEY = SigningKey(secret="s" * 48)
ENDED = NOW + timedelta(minutes=40)
LEFT = NOW + timedelta(hours=2)
SIGNED = NOW + timedelta(hours=3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Records:
    """The id of one record of each kind, and who signs and reviews them."""

    course_id: UUID
    ids: dict[RecordKind, UUID]
    signer: Person
    reviewer: Person


def make_records(db: Session, world: World) -> Records:
    """A run sheet that is over, a therapy session that was held, and a course review."""
    signer, people = world.a.clinician, world.a
    give_password(db, signer)
    give_password(db, people.therapist)
    reviewer = make_colleague(db, people.clinic.id)
    course_id = course_of_today(db, signer, people.patient_id)
    sheet_id = make_full_sheet(db, signer, course_id)
    return Records(
        course_id=course_id,
        ids={
            RecordKind.RUN_SHEET: sheet_id,
            RecordKind.THERAPY_SESSION: _make_held(db, people.therapist, course_id),
            RecordKind.COURSE_REVIEW: _make_review(db, signer, course_id),
        },
        signer=signer,
        reviewer=reviewer,
    )


def make_full_sheet(db: Session, who: Person, course_id: UUID) -> UUID:
    """The run sheet of somebody who left, with at least one row of every kind."""
    sheet_id = make_infusion(
        db,
        who,
        planned_id(db, course_id),
        prepared=Preparation(vial_mg_per_ml=Decimal(10), bag_ml=Decimal(50)),
    )
    vial = make_vial(db, who)
    draw = make_draw(db, who, sheet_id, vial, amount_ug=50_000, reason="A whole syringe")
    for minutes in (10, 20):
        make_vital_signs(db, who, sheet_id, now=NOW + timedelta(minutes=minutes))
    _make_entries(db, who, sheet_id)
    make_end(db, who, sheet_id, now=ENDED, infused_ml=Decimal(50), course_of_infusion="calm")
    make_account(db, who, draw, wasted_ug=10_000, now=ENDED, witness=WITNESS)
    recovery_scores.record_score(
        db,
        who,
        sheet_id,
        RecoveryScale.ALDRETE,
        (2, 2, 2, 2, 1),
        scored_at=LEFT,
        submission=None,
        now=LEFT,
    )
    make_ready(db, who, sheet_id, at=LEFT)
    make_move(db, who, sheet_id, Move.LEAVE, at=LEFT, now=LEFT, left_with="A friend")
    return sheet_id


def _make_entries(db: Session, who: Person, sheet_id: UUID) -> None:
    at, common = NOW + timedelta(minutes=21), {"submission": None}
    high = make_vital_signs(
        db, who, sheet_id, now=at, systolic_mmhg=182, diastolic_mmhg=104, heart_rate_bpm=110
    )
    notices.acknowledge(db, who, high, action="Physician told", done_at=at, now=at, **common)
    happening = Happening(
        term="Nausea",
        occurred_at=at,
        grade=2,
        relatedness=Relatedness.PROBABLE,
        ended_at=at,
        action="Ondansetron",
        note="better soon",
    )
    infusion_events.record_event(db, who, sheet_id, happening, now=at, **common)
    medicine = Medicine(
        medicine="Ondansetron", dose="4 mg", given_at=at, route="iv", reason="Nausea"
    )
    medicines_given.record_medicine(db, who, sheet_id, medicine, now=at, **common)
    rate = Rate(rate_ml_per_h=Decimal(60), changed_at=at, reason="Nausea")
    rate_changes.record_rate(db, who, sheet_id, rate, now=at, **common)
    for words in ("Sleeps", "Awake"):
        sheet_notes.record_note(db, who, sheet_id, words, noted_at=at, now=at, **common)


def _make_held(db: Session, who: Person, course_id: UUID) -> UUID:
    return make_therapy_session(
        db,
        who,
        course_id,
        state=TherapyState.HELD,
        planned_on=NOW.date(),
        occurred_at=NOW - timedelta(hours=2),
        minutes=50,
        suds_start=40,
        suds_peak=70,
        suds_end=30,
        focus="sleep",
        measures_reviewed="daily",
        homework_done="yes",
        homework="breathing",
        risk="none",
        next_steps="go on",
    )


def _make_review(db: Session, who: Person, course_id: UUID) -> UUID:
    review = Review(
        decision=ReviewDecision.CHANGE_DOSE, reason="Little relief", dose_mg_per_kg=Decimal("0.6")
    )
    return course_reviews.review_course(db, who, course_id, review, submission=None, now=SIGNED)


def sign_records(db: Session, records: Records, kinds: Iterable[RecordKind] = RecordKind) -> None:
    """Sign each record, let a colleague review it, and add an addendum."""
    for kind in kinds:
        sign_record(db, records, kind)


def sign_record(db: Session, records: Records, kind: RecordKind) -> None:
    """The record as it is now: performed, reviewed, and something added."""
    record_id, common = records.ids[kind], {"key": SIGNING_KEY, "submission": None}
    seen = signed_content.collect(db, records.signer.clinic_id, kind, record_id).content_hash
    for who, meaning in (
        (records.signer, Meaning.PERFORMED),
        (records.reviewer, Meaning.REVIEWED),
    ):
        wanted = SignOff(
            kind=kind,
            record_id=record_id,
            meaning=meaning,
            seen_hash=seen,
            password=PASSWORD,
            gaps_reason="On paper",
        )
        signatures.sign(db, who, wanted, now=SIGNED, **common)
    added = Addition(
        kind=kind,
        record_id=record_id,
        addendum="Slept well.",
        reason="Left out",
        password=PASSWORD,
    )
    signatures.amend(db, records.reviewer, added, now=SIGNED, **common)
