"""The keys of due check-ins: what an answer answers. They stay, whatever moves in the plan.

`<instrument>:<date>` for what is asked in a rhythm, `<instrument>:<word>:<id>` for what is asked
once in a course or at an infusion.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from tracker.domain.instrument_uses import AFTER_INFUSION, WEEKLY

_KEY = re.compile(
    r"(?P<instrument>[a-z0-9-]+):"
    r"(?:(?P<day>\d{4}-\d\d-\d\d)"
    r"|(?:(?:intake|baseline|before|after-infusion|next-day|mid-course|end|follow-up-\d+):)?"
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)


def of_day(instrument_key: str, day: date) -> str:
    """What is asked on a day in a rhythm."""
    return f"{instrument_key}:{day.isoformat()}"


def of_course(instrument_key: str, word: str, course_id: UUID) -> str:
    """What is asked once in a course. Not by date: moving an infusion asks for no second one."""
    return f"{instrument_key}:{word}:{course_id}"


def of_intake(instrument_key: str, course_id: UUID) -> str:
    """The one before infusion 1; of the weekly rating it is called the baseline."""
    word = "baseline" if instrument_key == WEEKLY else "intake"
    return of_course(instrument_key, word, course_id)


def of_infusion(instrument_key: str, word: str, infusion_id: UUID) -> str:
    """What is asked at an infusion: by the appointment before it, by what was given after it."""
    if instrument_key == word == AFTER_INFUSION:
        return f"{instrument_key}:{infusion_id}"
    return f"{instrument_key}:{word}:{infusion_id}"


def instrument_of(due_key: str) -> str:
    """The instrument that a key is about."""
    return due_key.partition(":")[0]


def for_instrument(due_key: str, instrument_key: str) -> str:
    """The key of the same moment for another instrument."""
    return f"{instrument_key}:{due_key.partition(':')[2]}"


def is_asked(due_key: str) -> bool:
    """Whether the key is one of those that check-ins are asked by; an extra one on paper is not."""
    return _KEY.fullmatch(due_key) is not None


def day_of(due_key: str) -> date | None:
    """The day that a key names, if it names one that exists."""
    found = _KEY.fullmatch(due_key)
    if found is None or found["day"] is None:
        return None
    try:
        return date.fromisoformat(found["day"])
    except ValueError:
        return None


def days_of(instrument_key: str, due_keys: Iterable[str]) -> frozenset[date]:
    """The days that keys of this instrument name."""
    mine = (key for key in due_keys if instrument_of(key) == instrument_key)
    return frozenset(day for key in mine if (day := day_of(key)) is not None)
