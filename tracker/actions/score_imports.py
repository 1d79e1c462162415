"""Storing scores from before: a whole file in one transaction, or nothing of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tracker.actions import audit, check_in_rows
from tracker.domain import scoring
from tracker.domain.audit import AuditEvent
from tracker.domain.check_ins import Mode
from tracker.domain.errors import Refused
from tracker.domain.historic_scores import (
    HistoricLine,
    HistoricScore,
    LineProblem,
    check_lines,
    count_worrying,
    wrong_lines,
)
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models import historic_places
from tracker.models.check_ins import CheckInRow, ScoreRow
from tracker.models.database import transaction
from tracker.models.historic_places import PlacedScore
from tracker.models.score_imports import ScoreImportRow


class ImportRefused(Exception):
    """Nothing was stored. ``problems`` holds every line that is wrong."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        super().__init__(f"{wrong_lines(len(problems))}. Nothing was stored.")
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What was stored. No alert was raised for the ``worrying`` answers: they are of the past."""

    import_id: UUID
    score_count: int
    patient_count: int
    worrying: int


def import_scores(
    db: Session,
    who: Person,
    lines: Sequence[HistoricLine],
    *,
    file_name: str,
    content_hash: bytes,
    now: datetime,
) -> Imported:
    """Store every line as a check-in from paper, at noon of its date.

    Raises `ImportRefused` with every wrong line, and `Refused` for an empty list or for a file
    whose content was imported before.
    """
    check_may(who, Act.IMPORT_SCORES)
    with transaction(db):
        _check_new(db, who, content_hash)
        placed = _placed(db, who, lines, now)
        import_id = _store_import(db, who, file_name, content_hash, len(placed), now)
        for each in {placed_one.score.instrument for placed_one in placed}:
            check_in_rows.store_instrument(db, each, now)
        ids = [uuid4() for _ in placed]
        _store_check_ins(db, who, placed, ids, import_id, now)
        _store_scores(db, who, placed, ids)
        _record(db, who, placed, import_id, now)
    return Imported(
        import_id=import_id,
        score_count=len(placed),
        patient_count=len({each.patient_id for each in placed}),
        worrying=count_worrying([each.score for each in placed]),
    )


def _check_new(db: Session, who: Person, content_hash: bytes) -> None:
    earlier = historic_places.imported_at(db, who.clinic_id, content_hash)
    if earlier is not None:
        raise Refused(f"This file was imported on {earlier:%-d %b %Y}. Nothing was stored again.")


def _placed(
    db: Session, who: Person, lines: Sequence[HistoricLine], now: datetime
) -> tuple[PlacedScore, ...]:
    zone = historic_places.zone_of(db, who.clinic_id)
    scores, unread = check_lines(lines, today=now.astimezone(zone).date())
    placed, homeless = historic_places.place_scores(db, who.clinic_id, scores, zone)
    problems = sorted((*unread, *homeless), key=lambda problem: problem.line)
    if problems:
        raise ImportRefused(problems)
    if not placed:
        raise Refused("The list has no lines below its header.")
    return placed


def _store_import(
    db: Session, who: Person, file_name: str, content_hash: bytes, count: int, now: datetime
) -> UUID:
    row = {
        "id": uuid4(),
        "clinic_id": who.clinic_id,
        "file_name": file_name[-200:],
        "content_hash": content_hash,
        "row_count": count,
        "recorded_at": now,
        "recorded_by": who.user_id,
    }
    db.execute(insert(ScoreImportRow), [row])
    return row["id"]  # type: ignore[return-value]


def _store_check_ins(
    db: Session,
    who: Person,
    placed: Sequence[PlacedScore],
    ids: Sequence[UUID],
    import_id: UUID,
    now: datetime,
) -> None:
    rows = [
        {
            "id": check_in_id,
            "clinic_id": who.clinic_id,
            "patient_id": each.patient_id,
            "course_id": each.course_id,
            "instrument_key": each.score.instrument.key,
            "instrument_version": each.score.instrument.version,
            "due_key": f"{each.score.instrument.key}:import:{each.score.on.isoformat()}",
            "due_on": each.score.on,
            "mode": str(Mode.PAPER),
            "import_id": import_id,
            "answers": each.score.answers.to_json() if each.score.answers else {},
            "submission_id": uuid5(import_id, str(each.score.line)),
            "payload_hash": _hash_of(each.score),
            "occurred_at": each.occurred_at,
            "recorded_at": now,
            "recorded_by": who.user_id,
        }
        for each, check_in_id in zip(placed, ids, strict=True)
    ]
    db.execute(insert(CheckInRow), rows)


def _hash_of(score: HistoricScore) -> bytes:
    if score.answers is not None:
        return check_in_rows.hash_of(score.answers)
    content = [score.instrument.key, score.instrument.version, str(score.total)]
    return hashlib.sha256(json.dumps(content).encode()).digest()


def _store_scores(
    db: Session, who: Person, placed: Sequence[PlacedScore], ids: Sequence[UUID]
) -> None:
    rows = [
        {
            "check_in_id": check_in_id,
            "clinic_id": who.clinic_id,
            "course_id": each.course_id,
            "occurred_at": each.occurred_at,
            **values,
        }
        for each, check_in_id in zip(placed, ids, strict=True)
        for values in _scores_of(each.score)
    ]
    if rows:
        db.execute(insert(ScoreRow), rows)


def _scores_of(score: HistoricScore) -> list[dict[str, Any]]:
    if score.answers is None:
        return [_only_total(score, score.total)]
    return [
        check_in_rows.score_values(each) for each in scoring.score(score.instrument, score.answers)
    ]


def _only_total(score: HistoricScore, total: Decimal | None) -> dict[str, Any]:
    """Whoever made the total had all answers, or their own rule for missing ones: it is taken as
    whole. That the check-in holds no answers says that they were not seen here.
    """
    scale = score.instrument.scale(score.instrument.total)
    return {
        "scale": scale.id,
        "value": total,
        "minimum": scale.minimum,
        "maximum": scale.maximum,
        "answered": len(scale.items),
        "item_count": len(scale.items),
        "is_prorated": False,
    }


def _record(
    db: Session, who: Person, placed: Sequence[PlacedScore], import_id: UUID, now: datetime
) -> None:
    """One event for each patient whose record grew."""
    for patient_id, count in Counter(each.patient_id for each in placed).items():
        audit.record(
            db,
            who,
            AuditEvent.SCORES_IMPORTED,
            now=now,
            kind="score_import",
            object_id=import_id,
            patient_id=patient_id,
            detail={"scores": count},
        )
