"""An appointment in a patient's words: which day, at what time, and which one of how many."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from tracker.queries.check_ins import NextVisit
from tracker.web.formatting import capital, day, spoken_time


def visit_words(visit: NextVisit, today: date, *, talk: str) -> tuple[str, str]:
    """When, and what; ``talk`` are the words for a therapy session. Nothing of the treatment."""
    on = gettext("Today") if visit.on == today else capital(day(visit.on))
    when = f"{on}, {spoken_time(visit.at)}" if visit.at else on
    if visit.number is None:
        return when, talk
    if visit.is_booster:
        return when, gettext("Extra visit")
    return when, gettext("Visit %(number)s of %(of)s", number=visit.number, of=visit.of)
