"""Naming who is told of a safety alert."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import StaleForm, differences
from tracker.domain.on_call import Tier, on_call_list, version_of
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models import on_call
from tracker.models.database import transaction
from tracker.models.messages import OnCallRow
from tracker.models.on_call import Told

_LABELS = {"first": "Told first", "backup": "Backup"}


def name_on_call(
    db: Session,
    who: Person,
    *,
    first: Collection[UUID],
    backup: Collection[UUID],
    seen_version: int | None,
    submission: Submission | None,
    now: datetime,
) -> None:
    """Store the whole list. It may be empty.

    Raises `Refused` for a list that cannot be, `StaleForm` when a colleague changed it meanwhile.
    """
    check_may(who, Act.ADMINISTER_CLINIC)
    with transaction(db):
        if submission and submissions.earlier_result(db, who, submission) is not None:
            return
        eligible = on_call.list_eligible(db, who.clinic_id)
        may_close = [each.user_id for each in eligible]
        named = on_call_list(first=first, backup=backup, may_close=may_close)
        stored = {each.user_id: each.tier for each in eligible if each.tier is not None}
        if named != stored:
            _check_not_stale(eligible, named, stored, seen_version)
            _store(db, who, named, now)
        if submission:
            submissions.remember(db, who, submission, {}, now=now)


def _check_not_stale(
    eligible: Collection[Told],
    named: Mapping[UUID, Tier],
    stored: Mapping[UUID, Tier],
    seen_version: int | None,
) -> None:
    version = version_of(stored)
    if seen_version == version:
        return
    changed = differences(_in_words(eligible, named), _in_words(eligible, stored), _LABELS)
    raise StaleForm(changed, stored_version=version)


def _in_words(eligible: Collection[Told], named: Mapping[UUID, Tier]) -> dict[str, str]:
    return {
        name: ", ".join(each.name for each in eligible if named.get(each.user_id) is tier)
        for name, tier in (("first", Tier.FIRST), ("backup", Tier.BACKUP))
    }


def _store(db: Session, who: Person, named: Mapping[UUID, Tier], now: datetime) -> None:
    db.execute(delete(OnCallRow).where(OnCallRow.clinic_id == who.clinic_id))
    recorded = {"clinic_id": who.clinic_id, "recorded_at": now, "recorded_by": who.user_id}
    rows = [{"user_id": user_id, "tier": int(tier), **recorded} for user_id, tier in named.items()]
    if rows:
        db.execute(insert(OnCallRow), rows)
    audit.record(
        db,
        who,
        AuditEvent.ON_CALL_CHANGED,
        now=now,
        kind="clinic",
        object_id=who.clinic_id,
        detail={
            "first": sorted(str(each) for each, tier in named.items() if tier is Tier.FIRST),
            "backup": sorted(str(each) for each, tier in named.items() if tier is Tier.BACKUP),
        },
    )
