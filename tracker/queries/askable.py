"""Which instruments patients of a clinic can be asked: those whose words are there.

The project's own speak for themselves; a published one needs the wording that the clinic loaded.
Without it nobody asks the patient: staff enter the numbers of a paper form.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.domain import instruments
from tracker.domain.languages import Language
from tracker.domain.people import Person
from tracker.queries.wordings import keys_worded


def keys_to_ask(db: Session, who: Person) -> frozenset[str]:
    """Keys of the instruments that can be read out in some language. One statement for each."""
    return frozenset().union(*(keys_worded(db, who, language) for language in Language))


def keys_of_uses(
    db: Session, who: Person, keys: frozenset[str], language: Language
) -> frozenset[str]:
    """Which of these can be asked. No statement where all of them ship with their words."""
    known = instruments.definitions()
    ship = {
        key
        for key in keys
        if key in known and known[key].has_wording and language in instruments.languages(known[key])
    }
    return keys if ship == keys else keys & keys_worded(db, who, language)
