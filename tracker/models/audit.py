"""The audit trail: who did or saw what, when, and whether it was allowed. Append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Words, one_of, table

IS_A_WRITE = text("event NOT IN ('page seen', 'report seen')")
"""Which events are in the index that tells a clinic's last write: those that changed something."""


class AuditEventRow(Base):
    """Ids and the names of changed fields only: never a name, a score or a note."""

    __tablename__ = "audit_events"
    __table_args__ = table(
        one_of("outcome", ("done", "refused", "failed")),
        Index(None, "clinic_id", "occurred_at"),
        Index(None, "patient_id", "occurred_at"),
        Index(
            "ix_audit_events_writes",
            "clinic_id",
            "seq",
            sqlite_where=IS_A_WRITE,
            postgresql_where=IS_A_WRITE,
        ),
    )

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True
    )
    occurred_at: Mapped[datetime]
    clinic_id: Mapped[UUID | None] = mapped_column(ForeignKey("clinics.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    sign_in_id: Mapped[UUID | None]
    address: Mapped[Words] = mapped_column(default="")
    event: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(8))
    object_kind: Mapped[str] = mapped_column(String(40), default="")
    object_id: Mapped[UUID | None]
    patient_id: Mapped[UUID | None]
    detail: Mapped[dict[str, Any]]
    seal: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # domain/audit_chain.py
