"""New versions of a protocol. A version is never changed: courses keep the one they began with."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain import instruments
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Difference, NotFound, Refused, StaleForm
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.protocol import Protocol
from tracker.domain.protocol_differences import protocol_differences
from tracker.domain.protocol_rules import check_protocol
from tracker.domain.remote_use import check_may_ask
from tracker.models import on_call, planning
from tracker.models.clinics import ProtocolRow
from tracker.models.database import transaction


def add_version(
    db: Session,
    who: Person,
    protocol_id: UUID,
    changed: Protocol,
    *,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Store what was changed as the next version; returns its id.

    `protocol_id` is the version that was changed: `StaleForm` when a newer one is there by now.
    Nothing is stored when nothing was changed.
    """
    check_may(who, Act.EDIT_PROTOCOL)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["protocol_id"])
        seen = planning.find_protocol(db, who.clinic_id, protocol_id)
        _check_newest(db, who, seen, changed)
        _check_review(changed, now)
        check_protocol(changed)
        check_may_ask(
            seen.instruments,
            changed.instruments,
            instruments.definitions(),
            has_watcher=on_call.has_watcher(db, who.clinic_id),
        )
        if changed == seen:
            return protocol_id
        new_id = _store(db, who, changed, version=seen.version + 1, now=now)
        if submission:
            result = {"protocol_id": str(new_id)}
            submissions.remember(db, who, submission, result, now=now)
        return new_id


def _check_newest(db: Session, who: Person, seen: Protocol, changed: Protocol) -> None:
    newest = db.execute(
        select(ProtocolRow.id, ProtocolRow.version)
        .where(ProtocolRow.clinic_id == who.clinic_id, ProtocolRow.name == seen.name)
        .order_by(ProtocolRow.version.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        raise NotFound("protocol")
    if newest.version != seen.version:
        stored = planning.find_protocol(db, who.clinic_id, newest.id)
        version = Difference(label="Version", yours=str(seen.version), stored=str(stored.version))
        rules = protocol_differences(changed, stored)
        raise StaleForm((version, *rules), stored_version=stored.version)


def _check_review(changed: Protocol, now: datetime) -> None:
    review = changed.limits_review
    if review is not None and review.on > (now + timedelta(days=1)).date():  # some zones are ahead
        raise Refused("The date of the review cannot be in the future.", field="reviewed_on")


def _store(db: Session, who: Person, new: Protocol, *, version: int, now: datetime) -> UUID:
    new_id = uuid4()
    row = {
        "id": new_id,
        "clinic_id": who.clinic_id,
        "name": new.name,
        "version": version,
        "infusion_count": new.infusion_count,
        "min_gap_days": new.min_gap_days,
        "max_gap_days": new.max_gap_days,
        "preferred_gap_days": new.preferred_gap_days,
        "dose_mg_per_kg": new.dose.dose_mg_per_kg,
        "infusion_minutes": new.dose.infusion_minutes,
        "definition": new.definition(),
        "recorded_at": now,
    }
    db.execute(insert(ProtocolRow), [row])
    audit.record(
        db,
        who,
        AuditEvent.PROTOCOL_ADDED,
        now=now,
        kind="protocol",
        object_id=new_id,
        detail={"version": version},
    )
    return new_id
