"""Drawing drug for an infusion, and accounting for all of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.actions.vial_entries import Credential, Link, add_link, confirm_witness
from tracker.domain.audit import AuditEvent
from tracker.domain.drug_ledger import EntryKind, Occurrence, check_account, check_draw, check_time
from tracker.domain.errors import Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.run_sheet_stages import Stage
from tracker.models import planning
from tracker.models.database import transaction
from tracker.models.drug_ledger import DrawAccountRow, VialEntryRow
from tracker.models.open_sheets import OpenSheet, lock_sheet
from tracker.models.vials import OpenDraw, find_draw, lock_vial

_NOBODY_IS_GIVEN = frozenset({Stage.CANCELLED, Stage.NO_SHOW})


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """So much drawn from a vial. `reason`: of an expired vial, or why it is entered so late."""

    vial_id: UUID
    amount_ug: int
    occurred_at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What became of a drawn amount."""

    given_ug: int
    wasted_ug: int
    occurred_at: datetime


def draw(
    db: Session,
    who: Person,
    run_sheet_id: UUID,
    drawn: Draw,
    *,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Draw from a vial for a run sheet that is open; returns the entry's id.

    Raises `Refused` for more than the vial holds: of two who draw the last of it, one.
    """
    check_may(who, Act.KEEP_LEDGER)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["vial_entry_id"])
        sheet = lock_sheet(db, who.clinic_id, run_sheet_id)
        _check_stage(sheet)
        vial = lock_vial(db, who.clinic_id, drawn.vial_id)
        on = drawn.occurred_at.astimezone(planning.clinic_zone(db, who.clinic_id)).date()
        when = Occurrence(at=drawn.occurred_at, on=on, now=now)
        check_draw(vial.state, drawn.amount_ug, when, reason=drawn.reason)
        link = Link(
            kind=EntryKind.DRAWN,
            amount_ug=-drawn.amount_ug,
            occurred_at=drawn.occurred_at,
            run_sheet_id=run_sheet_id,
            reason=drawn.reason,
        )
        entry_id = add_link(db, who, vial, link, now=now)
        _record(db, who, AuditEvent.DRUG_DRAWN, entry_id, sheet, now)
        if submission:
            result = {"vial_entry_id": str(entry_id)}
            submissions.remember(db, who, submission, result, now=now)
        return entry_id


def _check_stage(sheet: OpenSheet) -> None:
    if sheet.stage in _NOBODY_IS_GIVEN:
        raise Refused("This infusion is not given. Nothing can be drawn for it.")


def account_for_draw(
    db: Session,
    who: Person,
    entry_id: UUID,
    account: Account,
    *,
    witness: Credential | None,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Say what was given and what was wasted; returns the id of the run sheet.

    A witness is asked for when something was wasted. Raises `Refused` when the amounts do not add
    up, or when a colleague accounted for it meanwhile.
    """
    check_may(who, Act.KEEP_LEDGER)
    # before anybody types a password for amounts that cannot be stored
    found = find_draw(db, who.clinic_id, entry_id)
    check_account(found.drawn_ug, account.given_ug, account.wasted_ug)
    second = confirm_witness(db, who, witness, now=now) if account.wasted_ug or witness else None
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["run_sheet_id"])
        sheet = lock_sheet(db, who.clinic_id, found.run_sheet_id)
        _check_not_accounted(db, entry_id)
        _check_account_time(db, found, account, now)
        _store_account(db, who, found, account, second, now)
        _record(db, who, AuditEvent.DRUG_ACCOUNTED, entry_id, sheet, now)
        if submission:
            result = {"run_sheet_id": str(found.run_sheet_id)}
            submissions.remember(db, who, submission, result, now=now)
        return found.run_sheet_id


def _check_not_accounted(db: Session, entry_id: UUID) -> None:
    known = select(DrawAccountRow.entry_id).where(DrawAccountRow.entry_id == entry_id)
    if db.scalars(known).one_or_none() is not None:
        raise Refused("Somebody accounted for this draw already. See the run sheet.")


def _check_account_time(db: Session, found: OpenDraw, account: Account, now: datetime) -> None:
    drawn_at = db.scalars(select(VialEntryRow.occurred_at).where(VialEntryRow.id == found.id)).one()
    at = account.occurred_at
    check_time(Occurrence(at=at, on=at.date(), now=now), earliest=None, reason=None)
    if at.replace(second=59, microsecond=999999) < drawn_at:
        raise Refused("That is before it was drawn. Check date and time.", field="occurred_time")


def _store_account(
    db: Session,
    who: Person,
    found: OpenDraw,
    account: Account,
    second: Person | None,
    now: datetime,
) -> None:
    db.execute(
        insert(DrawAccountRow),
        [
            {
                "entry_id": found.id,
                "clinic_id": who.clinic_id,
                "entry_amount_ug": -found.drawn_ug,
                "given_ug": account.given_ug,
                "wasted_ug": account.wasted_ug,
                "witness_id": second.user_id if second else None,
                "occurred_at": account.occurred_at,
                "recorded_at": now,
                "recorded_by": who.user_id,
            }
        ],
    )


def _record(
    db: Session, who: Person, event: AuditEvent, entry_id: UUID, sheet: OpenSheet, now: datetime
) -> None:
    audit.record(
        db,
        who,
        event,
        now=now,
        kind="vial_entry",
        object_id=entry_id,
        patient_id=sheet.patient_id,
        detail={"infusion": str(sheet.id)},
    )
