"""Telephone, e-mail and escort of a patient, sealed and in a table of their own.

Revision 0014. Needs the keys of the sealed fields where there are patients. Reminders keep no
address: the record says it when they go out. What is sealed here stays readable to later versions
as long as `sealed_text` is, so what it is bound to and how it is written stand here for themselves.
"""

import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from tracker.models.field_keys import field_ring_of
from tracker.models.sealed_text import SealedText, open_sealed, seal
from tracker.models.walls import build_walls

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_FIELDS = {"phone": 80, "email": 254, "escort": 200}
_PATIENTS = sa.table(
    "patients",
    sa.column("id", sa.Uuid()),
    sa.column("clinic_id", sa.Uuid()),
    *(sa.column(name, sa.String()) for name in _FIELDS),
)
_CONTACTS = sa.table(
    "patient_contacts",
    sa.column("id", sa.Uuid()),
    sa.column("clinic_id", sa.Uuid()),
    sa.column("key_id", sa.String()),
    sa.column("nonce", sa.LargeBinary()),
    sa.column("ciphertext", sa.LargeBinary()),
)
_MESSAGES = sa.table(
    "messages", sa.column("address", sa.String()), sa.column("patient_id", sa.Uuid())
)


def upgrade() -> None:
    op.create_table(
        "patient_contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.String(length=80), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=12), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(key_id) <= 80", name=op.f("ck_patient_contacts_key_id_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_patient_contacts_clinic_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_patient_contacts_clinic_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_contacts")),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    build_walls(connection, ("patient_contacts",))
    rows = connection.execute(sa.select(_PATIENTS)).all()
    if rows:
        connection.execute(sa.insert(_CONTACTS), [_sealed(row) for row in rows])
    connection.execute(
        sa.update(_MESSAGES).where(_MESSAGES.c.patient_id.is_not(None)).values(address="")
    )
    _drop_checks()
    for name in _FIELDS:
        op.drop_column("patients", name)
    _write_anew("patients", "version")
    _write_anew("messages", "attempts")


def downgrade() -> None:
    """In clear again, with the keys. Reminders stay without an address."""
    for name, length in _FIELDS.items():
        _add_before(name, length)
    connection = op.get_bind()
    for row in connection.execute(sa.select(_CONTACTS)).all():
        connection.execute(
            sa.update(_PATIENTS).where(_PATIENTS.c.id == row.id).values(**_opened(row))
        )
    op.drop_table("patient_contacts")


def _bound_to(clinic_id: UUID, patient_id: UUID) -> str:
    return f"patient_contacts|{clinic_id}|{patient_id}|contact"


def _sealed(row: Any) -> dict[str, object]:
    text = json.dumps(
        {name: getattr(row, name) for name in _FIELDS}, ensure_ascii=False, separators=(",", ":")
    )
    ring = field_ring_of(op.get_bind().engine)
    sealed = seal(ring, text, about=_bound_to(row.clinic_id, row.id))
    return {
        "id": row.id,
        "clinic_id": row.clinic_id,
        "key_id": sealed.key_id,
        "nonce": sealed.nonce,
        "ciphertext": sealed.ciphertext,
    }


def _opened(row: Any) -> dict[str, str]:
    """Raises `CannotOpen`: nothing goes back that would lose what is sealed."""
    sealed = SealedText(key_id=row.key_id, nonce=row.nonce, ciphertext=row.ciphertext)
    ring = field_ring_of(op.get_bind().engine)
    found: dict[str, str] = json.loads(
        open_sealed(ring, sealed, about=_bound_to(row.clinic_id, row.id))
    )
    return found


def _check(name: str, length: int) -> str:
    return f"CONSTRAINT ck_patients_{name}_length CHECK (length({name}) <= {length})"


def _drop_checks() -> None:
    """SQLite drops no column that a check of the table names: its own text is changed first.

    A check that `_add_before` made belongs to the column and goes with it.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL drops them with the column
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    for name, length in _FIELDS.items():
        connection.execute(
            sa.text(
                "UPDATE sqlite_master SET sql = replace(sql, :check, '')"
                " WHERE type = 'table' AND name = 'patients'"
            ),
            {"check": f", \n\t{_check(name, length)}"},
        )
    connection.execute(sa.text("PRAGMA writable_schema = RESET"))


def _add_before(name: str, length: int) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    kind = "TEXT" if is_sqlite else f"VARCHAR({length})"
    op.execute(
        f"ALTER TABLE patients ADD COLUMN {name} {kind} DEFAULT '' NOT NULL {_check(name, length)}"
    )


def _write_anew(table: str, number: str) -> None:
    """PostgreSQL leaves what was dropped or overwritten in the file until all rows are written
    again. SQLite overwrites it at once (`secure_delete`)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {number} TYPE integer USING {number} + 0")
