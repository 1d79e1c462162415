"""A clinic's courses as numbers, kept until they can have changed.

Whoever narrows the outcomes down, compares groups and takes the file asks for the same courses each
time. What is kept has no names; it is read again after each change in the clinic, after ten
minutes and with the day.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from tracker.domain.cohort.courses import CohortCourse
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.queries.board_version import last_change_but_sets
from tracker.queries.outcomes import list_cohort

MOST_KEPT = 2
"""Ten thousand courses take some 20 MB."""
KEPT_MINUTES = 10

Cohort = tuple[CohortCourse, ...]
_Kept = OrderedDict[Any, tuple[Any, Cohort]]
_known: WeakKeyDictionary[Engine | Connection, _Kept] = WeakKeyDictionary()
_lock = Lock()


def read_cohort(db: Session, who: Person, *, scale: str, zone: ZoneInfo, now: datetime) -> Cohort:
    """As `tracker.queries.outcomes.list_cohort`: one statement, or eight after a change.

    The number of the last change is read in front of what it stands for, as the board does it
    (`tracker.queries.board_kept`). Until when a course was observed is up to ten minutes old.
    """
    check_may(who, Act.SEE_OUTCOMES)
    local = now.astimezone(zone)
    stands = (last_change_but_sets(db, who), local.date(), local.hour, local.minute // KEPT_MINUTES)
    of = (who.clinic_id, scale, zone.key)
    with _lock:
        kept = _known.setdefault(db.get_bind(), OrderedDict())
        known = kept.get(of)
    if known is not None and known[0] == stands:
        return known[1]
    found = list_cohort(db, who, scale=scale, zone=zone, now=now)
    with _lock:
        kept[of] = stands, found
        kept.move_to_end(of)
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
    return found
