"""What an import of scores would do, without doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.historic_scores import HistoricLine, LineProblem, check_lines, count_worrying
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models import historic_places


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportPreview:
    """What would be stored, and every problem by line: with one of them nothing is."""

    score_count: int
    patient_count: int
    worrying: int
    problems: tuple[LineProblem, ...]
    imported_at: datetime | None
    """When the same file was imported before."""


def preview_import(
    db: Session, who: Person, lines: Sequence[HistoricLine], *, content_hash: bytes, now: datetime
) -> ImportPreview:
    """Read every line against the definitions and the patients of the person's clinic."""
    check_may(who, Act.IMPORT_SCORES)
    zone = historic_places.zone_of(db, who.clinic_id)
    scores, unread = check_lines(lines, today=now.astimezone(zone).date())
    placed, homeless = historic_places.place_scores(db, who.clinic_id, scores, zone)
    return ImportPreview(
        score_count=len(placed),
        patient_count=len({each.patient_id for each in placed}),
        worrying=count_worrying([each.score for each in placed]),
        problems=tuple(sorted((*unread, *homeless), key=lambda problem: problem.line)),
        imported_at=historic_places.imported_at(db, who.clinic_id, content_hash),
    )
