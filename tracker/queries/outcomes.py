"""Every course of a clinic as numbers, for outcomes: seven statements, no row of a patient.

One row a course comes back, without a name; what a course has several of (days of infusions, terms
of events) is joined to one text by the database. Counting infusions before each score by window
functions took longer on 10,000 courses.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.domain.cohort.courses import Boosters, CohortCourse, CohortScore, Happenings
from tracker.domain.courses import CourseState
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.protocol import ChangeRules
from tracker.models.database import read_rows
from tracker.queries import outcome_statements as statements

_A_MOMENT_DAYS = 1e-6
_DAY_AND_VALUE = itemgetter(1, 2)
_STATES = {str(state): state for state in CourseState}


class _Protocol(NamedTuple):
    name: str
    change: ChangeRules


def list_cohort(
    db: Session, who: Person, *, scale: str, zone: ZoneInfo, now: datetime
) -> tuple[CohortCourse, ...]:
    """Every course of the clinic whose first infusion was started, with its scores on a scale.

    The baseline is that of the course's own page (`tracker.domain.progress.series.baseline`): the
    last valid score before infusion 1, not older than the days of the protocol, fixed when
    infusion 1 starts. Courses that are only planned are not there.
    """
    check_may(who, Act.SEE_OUTCOMES)
    clinic: dict[str, Any] = {"clinic_id": who.clinic_id}
    protocols = _protocols(db, who.clinic_id)
    wanted = clinic | {"scale": scale, "now": now}
    scores = _by_course(_rows(db, statements.SCORES, wanted))
    before = _by_course(_rows(db, statements.BEFORE, wanted))
    boosters = {row[0]: row for row in _rows(db, statements.BOOSTERS, clinic | {"now": now})}
    events = {(row[0], row.is_booster): row for row in _rows(db, statements.EVENTS, clinic)}
    today = now.astimezone(zone).date()
    therapy = {row[0]: row for row in _rows(db, statements.THERAPY, clinic | {"today": today})}
    return tuple(
        _course(
            row,
            protocols[row.protocol_id],
            (before.get(row.id, ()), scores.get(row.id, ())),
            events.get((row.id, False)),
            (boosters.get(row.id), events.get((row.id, True))),
            therapy.get(row.id, (None, 0, 0)),
            zone,
        )
        for row in _rows(db, statements.COURSES, clinic | {"now": now})
    )


def _course(
    row: Any,
    protocol: _Protocol,
    scores: Any,
    event: Any,
    booster: Any,
    therapy: Any,
    zone: ZoneInfo,
) -> CohortCourse:
    since_now = sorted(map(float, row.days.split(statements.ONE)))
    first = since_now[0]
    days = [each - first for each in since_now]
    gaps = [round(later - earlier) for earlier, later in pairwise(days)]
    happenings, terms = _happened(event, row.stopped_early)
    before, scored = scores
    within_days = protocol.change.baseline_within_days
    return CohortCourse(
        protocol=protocol.name,
        started_on=row.first_at.astimezone(zone).date(),
        state=_STATES[row.state],
        planned=row.infusion_count,
        given=len(days),
        last_day=days[-1],
        observed_days=-first,
        end_reason=row.end_reason,
        baseline=_baseline(before, first, within_days),
        scores=_placed(scored, first, days),
        gaps=len(gaps),
        gaps_inside=sum(row.min_gap_days <= gap <= row.max_gap_days for gap in gaps),
        therapy_held=therapy[1],
        therapy_due=therapy[2],
        happenings=happenings,
        terms=terms,
        boosters=_boosters(booster, first),
        change=protocol.change,
        response_percent=protocol.change.response_percent,
        worse_percent=protocol.change.worse_percent,
    )


def _baseline(before: Any, first: float, within_days: int) -> float | None:
    """The last of the scores from before infusion 1 that were entered by then; where nothing had
    been, of those that were entered first. ``before`` are rows in any order.
    """
    oldest = first - within_days - _A_MOMENT_DAYS
    known = [row for row in before if oldest <= row[1] < first - _A_MOMENT_DAYS]
    in_time = [row for row in known if row[3] <= first + _A_MOMENT_DAYS]
    if not in_time and known:
        entered = min(row[3] for row in known)
        in_time = [row for row in known if row[3] == entered]
    return max(in_time, key=_DAY_AND_VALUE)[2] if in_time else None


def _placed(scored: Any, first: float, days: list[float]) -> tuple[CohortScore, ...]:
    """The scores since infusion 1 with the number of infusions before each. ``scored`` are rows in
    any order, ``first`` is the day of infusion 1, both counted from now.
    """
    found = []
    for row in sorted(scored, key=_DAY_AND_VALUE):
        day = row[1] - first
        if infusion := bisect_right(days, day + _A_MOMENT_DAYS):
            found.append(CohortScore(infusion, day, row[2]))
    return tuple(found)


_NO_BOOSTERS = Boosters()


def _boosters(found: tuple[Any, Any], first: float) -> Boosters:
    row, event = found
    if row is None:
        return _NO_BOOSTERS
    happenings, terms = _happened(event, row.stopped_early)
    return Boosters(
        given=row.given,
        first_day=float(row.first_day) - first,
        happenings=happenings,
        terms=terms,
    )


_NOTHING = Happenings()


def _happened(row: Any, stopped_early: int) -> tuple[Happenings, tuple[frozenset[str], ...]]:
    if row is None:
        return (Happenings(stopped_early=stopped_early) if stopped_early else _NOTHING), ()
    happenings = Happenings(
        with_events=row.infusions,
        with_severe=int(row.severe),
        with_serious=int(row.serious),
        stopped_early=stopped_early,
    )
    return happenings, tuple(map(_terms, row.terms.split(statements.NEXT)))


@lru_cache(maxsize=4096)
def _terms(joined: str) -> frozenset[str]:
    """The terms of one infusion. Few infusions differ in them."""
    return frozenset(joined.split(statements.ONE))


def _rows(db: Session, statement: Any, values: dict[str, Any]) -> Any:
    return read_rows(db, statement, values)


def _protocols(db: Session, clinic_id: UUID) -> dict[Any, _Protocol]:
    return {
        row.id: _Protocol(row.name, _read_change(row.definition.get("change", {})))
        for row in _rows(db, statements.PROTOCOLS, {"clinic_id": clinic_id})
    }


def _read_change(stored: dict[str, Any]) -> ChangeRules:
    lists = {name: tuple(each) for name, each in stored.items() if isinstance(each, list)}
    return ChangeRules(**stored | lists)


def _by_course(rows: Any) -> dict[Any, list[Any]]:
    """Rows whose first column is the course."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found
