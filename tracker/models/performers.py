"""Who has a step or an entry on a run sheet, and so can sign that it was performed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from tracker.domain.permissions import ROLES_THAT_MAY, Act
from tracker.models.accounts import UserRoleRow, UserRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.signed_content import ROWS_ON_SHEET

_ENTERED: tuple[tuple[Any, Any], ...] = (
    *((row.run_sheet_id, row.recorded_by) for row in ROWS_ON_SHEET),
    (GivenInfusionRow.id, GivenInfusionRow.recorded_by),
    (GivenInfusionRow.id, GivenInfusionRow.end_recorded_by),
)


def signers_of(
    db: Session, clinic_id: UUID, run_sheet_ids: Collection[UUID]
) -> dict[UUID, dict[UUID, str]]:
    """By run sheet the names of those who can sign it as performed, by their ids. One statement.

    Whoever left the clinic or lost the role cannot. A sheet without anybody left is missing.
    """
    entered = union(
        *(
            select(sheet.label("run_sheet_id"), person.label("user_id")).where(
                sheet.in_(run_sheet_ids)
            )
            for sheet, person in _ENTERED
        )
    ).subquery()
    may_sign = select(UserRoleRow.user_id).where(
        UserRoleRow.role.in_(sorted(ROLES_THAT_MAY[Act.SIGN_INFUSION]))
    )
    rows = db.execute(
        select(entered.c.run_sheet_id, UserRow.id, UserRow.name)
        .join(UserRow, UserRow.id == entered.c.user_id)
        .where(
            UserRow.clinic_id == clinic_id,
            UserRow.deactivated_at.is_(None),
            UserRow.id.in_(may_sign),
        )
        .order_by(UserRow.name, UserRow.id)
    )
    found: dict[UUID, dict[UUID, str]] = {}
    for run_sheet_id, user_id, name in rows:
        found.setdefault(run_sheet_id, {})[user_id] = name
    return found
