"""Which instruments patients of a clinic can be asked: those whose words are there.

The project's own speak for themselves; a published one needs the wording that the clinic loaded.
Without it nobody asks the patient: staff enter the numbers of a paper form.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from tracker.domain import instruments
from tracker.domain.languages import Language
from tracker.models import standing_wordings


def keys_to_ask(
    db: Session, clinic_id: UUID, keys: frozenset[str], *languages: Language
) -> frozenset[str]:
    """Which of these can be read out in one of the languages. One statement for each language;
    none where all of them ship with their words.
    """
    known = {key: each for key, each in instruments.definitions().items() if key in keys}
    found = {
        key
        for key, each in known.items()
        if each.has_wording and not set(languages).isdisjoint(instruments.languages(each))
    }
    if found == keys:
        return keys
    newest = {(key, each.version) for key, each in known.items()}
    for language in languages:
        rows = db.execute(standing_wordings.all_standing(clinic_id, language))
        found |= {row.instrument_key for row in rows if tuple(row) in newest}
    return frozenset(found)
