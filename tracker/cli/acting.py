"""In whose name a command acts: what it stores carries a person, as everything does."""

from __future__ import annotations

import sys

from sqlalchemy.orm import Session

from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.queries.accounts import find_colleague


def acting_as(db: Session, email: str, act: Act) -> Person:
    """The colleague with this address, who may do this. Ends the command with one line if not."""
    person = find_colleague(db, email)
    if person is None:
        sys.exit(f"--by: no member of staff has the address {email}.")
    if not may(person, act):
        sys.exit(f"--by: the roles of {person.name} do not include this: {act}.")
    return person
