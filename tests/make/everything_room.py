"""One of everything that is written on a run sheet and beside it, row by row, in each clinic."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.make.world import ClinicPeople, known_id
from tracker.domain.protocol import Protocol
from tracker.domain.sheet_log import RecoveryScale
from tracker.models.run_sheets import (
    MedicineGivenRow,
    NoticeAcknowledgementRow,
    RateChangeRow,
    RecoveryScoreRow,
    RunSheetMoveRow,
    SheetCheckRow,
    SheetNoteRow,
)
from tracker.models.signatures import AmendmentRow, SignatureRow

ROOM_KINDS = (
    "run_sheet_move",
    "sheet_check",
    "medicine_given",
    "rate_change",
    "recovery_score",
    "sheet_note",
)
FIRST_CHECK = Protocol().checks_before[0]
_STEPS = (("arrive", "arrived"), ("finish_checks", "checked"), ("start", "running"))


def make_entries(db: Session, ids: dict[str, UUID], recorded: dict[str, Any], at: datetime) -> None:
    """The steps that led to a running infusion, and one entry of each other kind."""
    common = {"run_sheet_id": ids["infusion"], "occurred_at": at, **recorded}
    for seq, (move, stage) in enumerate(_STEPS, start=1):
        own = {"id": ids["run_sheet_move"]} if seq == 1 else {}
        db.add(RunSheetMoveRow(seq=seq, move=move, to_stage=stage, **own, **common))
        db.flush()
    db.add(
        SheetCheckRow(
            id=ids["sheet_check"],
            phase="before",
            item_key=FIRST_CHECK.key,
            item_words=FIRST_CHECK.words,
            result="overridden",
            reason="Known to everybody",
            note="Wristband",
            **common,
        )
    )
    db.add(
        MedicineGivenRow(
            id=ids["medicine_given"],
            medicine="Ondansetron",
            dose="4 mg",
            route="iv",
            reason="Nausea",
            **common,
        )
    )
    db.add(
        RateChangeRow(id=ids["rate_change"], rate_ml_per_h=Decimal(60), reason="Nausea", **common)
    )
    items = {f"item_{number}": 2 for number in range(1, 6)}
    db.add(
        RecoveryScoreRow(id=ids["recovery_score"], scale=RecoveryScale.ALDRETE, **items, **common)
    )
    db.add(SheetNoteRow(id=ids["sheet_note"], note="Sleeps", **common))
    db.flush()
    db.add(
        NoticeAcknowledgementRow(
            vital_signs_id=ids["vital_signs"],
            notice_key="systolic_mmhg:high",
            notice_words="Systolic 131",
            action="Physician told",
            **common,
        )
    )
    db.flush()


def make_signature(
    db: Session, people: ClinicPeople, letter: str, ids: dict[str, UUID], now: datetime
) -> None:
    """The course review is signed and has an addendum; the run sheet still takes entries."""
    common = {
        "clinic_id": people.clinic.id,
        "course_review_id": ids["course_review"],
        "content_hash": "0" * 64,
        "key_id": "0" * 8,
        "seal": "0" * 64,
    }
    db.add(
        SignatureRow(
            id=known_id(f"signature {letter}"),
            meaning="performed",
            gaps="Not done: one",
            gaps_reason="On paper",
            signer_id=people.clinician.user_id,
            signer_name=people.clinician.name,
            signer_role="Clinician",
            signed_at=now,
            content="{}",
            **common,
        )
    )
    db.add(
        AmendmentRow(
            id=known_id(f"amendment {letter}"),
            reason="Left out",
            addendum="Slept well.",
            author_id=people.clinician.user_id,
            author_name=people.clinician.name,
            author_role="Clinician",
            amended_at=now,
            **common,
        )
    )
    db.flush()
