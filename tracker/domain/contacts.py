"""How a patient is reached, and who takes them home: stored sealed, opened where it is needed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from uuid import UUID

CANNOT_BE_READ = (
    "The telephone, e-mail and escort of this patient do not open with the keys of this"
    " installation. They were left as they are. Ask whoever runs the server for the right key."
)
NOT_READABLE = "cannot be read: the key is missing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Telephone, e-mail address and escort of one patient; empty where nothing is on record.

    Without the key nothing is known of it: then it is not ``is_readable``, all of it is empty, and
    a page says so in the place of the telephone and the escort.
    """

    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    escort: str = field(default="", repr=False)
    is_readable: bool = True

    @property
    def phone_shown(self) -> str:
        return self.phone if self.is_readable else NOT_READABLE

    @property
    def email_shown(self) -> str:
        return self.email if self.is_readable else NOT_READABLE

    @property
    def escort_shown(self) -> str:
        return self.escort if self.is_readable else NOT_READABLE


UNREADABLE = Contact(is_readable=False)


def write_contact(contact: Contact) -> str:
    """The text that is sealed."""
    values = asdict(contact)
    del values["is_readable"]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def read_contact(text: str) -> Contact:
    """The same contact again."""
    return Contact(**json.loads(text))


def bound_to(*, clinic_id: UUID, patient_id: UUID) -> str:
    """The row and column that a ciphertext belongs to: moved to another row, it does not open."""
    return f"patient_contacts|{clinic_id}|{patient_id}|contact"
