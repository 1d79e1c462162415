"""Made-up words for published questionnaires: nonsense that nobody mistakes for the real one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.actions.wordings import confirm_wording
from tracker.domain import instruments
from tracker.domain.instruments import Instrument, Wording
from tracker.domain.people import Person
from tracker.domain.wordings import WordingSource, fit, read_pasted

COLOURS = ("Red", "Green", "Blue", "Grey", "Pink", "Gold", "Teal", "Plum", "Rust", "Lime")
LABELS = ("Never so", "Hardly so", "Rather so", "Mostly so", "Wholly so", "Ever so", "Beyond so")


def nonsense(number: int) -> str:
    """The text of one question."""
    return f"{COLOURS[(number - 1) % len(COLOURS)]} feathers {number} times over the pond?"


def labels_of(instrument: Instrument, scale_id: str) -> list[str]:
    """Words for each answer of a scale, all different."""
    scale = {each.id: each for each in instrument.answer_scales}[scale_id]
    return [
        LABELS[n] if n < len(LABELS) else f"So it is {n} fold" for n in range(len(scale.choices))
    ]


def pasted(instrument: Instrument) -> str:
    """A clinic's copy as it would be pasted: numbered, each question with its answers below it."""
    lines = [f"{instrument.title}, a copy in nonsense", ""]
    for number, item in enumerate(instrument.items, 1):
        lines.append(f"{number}. {nonsense(number)}")
        scale = instrument.answer_scale(item)
        words = labels_of(instrument, item.answers) if scale.choices else []
        pairs = zip(scale.choices, words, strict=True)
        lines += [f"   {choice.value} = {label}" for choice, label in pairs]
        lines.append("")
    return "\n".join(lines)


def wording_of(key: str, *, language: str = "en") -> Wording:
    """A wording that fits."""
    instrument = instruments.get(key)
    found = fit(instrument, read_pasted(pasted(instrument)), language=language)
    assert found.wording is not None, found.faults
    return found.wording


def load_wording(
    db: Session,
    who: Person,
    key: str,
    *,
    now: datetime,
    language: str = "en",
    wording: Wording | None = None,
) -> UUID:
    """Confirm a wording for the person's clinic; returns its id."""
    return confirm_wording(
        db,
        who,
        wording or wording_of(key, language=language),
        source=WordingSource.PASTED,
        right_to_use="Made up for a test",
        submission=None,
        now=now,
    )
