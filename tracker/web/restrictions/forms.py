"""The forms of restricted records."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from tracker.domain.restrictions import OpeningReason, RestrictionReason
from tracker.queries.restrictions import Reader
from tracker.web.fields import Ticks, Tiles, Words
from tracker.web.forms import Form

RESTRICTION_WORDS = {
    RestrictionReason.COLLEAGUE: "The patient works here, or is close to somebody who does",
    RestrictionReason.KNOWN_PERSON: "The patient is a person whom many know",
    RestrictionReason.OWN_WISH: "The patient asked for it",
    RestrictionReason.OTHER: "Another reason",
}
OPENING_WORDS = {
    OpeningReason.EMERGENCY: "An emergency, or the patient is here and needs care now",
    OpeningReason.COVERING: "I cover for a colleague who is named",
    OpeningReason.ASKED_BY_PATIENT: "The patient asked me to",
    OpeningReason.OTHER: "Another reason",
}


class RestrictionForm(Form):
    reason = Tiles(
        "Why it is restricted",
        choices=[(str(each), RESTRICTION_WORDS[each]) for each in RestrictionReason],
    )
    readers = Ticks("Who opens it", choices=(), hint="You are one of them in any case.")

    def offer(self, readers: Iterable[Reader], *, me: UUID) -> None:
        """The colleagues to choose from."""
        self.readers.choices = [
            (str(each.user_id), each.name) for each in readers if each.user_id != me
        ]

    def named(self) -> frozenset[UUID]:
        """Who was chosen."""
        return frozenset(UUID(each) for each in self.readers.data or ())


class GlassForm(Form):
    reason = Tiles(
        "Why you need this record",
        choices=[(str(each), OPENING_WORDS[each]) for each in OpeningReason],
    )
    words = Words(
        "In your words",
        longest=200,
        hint="Whoever looks after privacy reads this. Nothing clinical.",
        missing="Say in a few words why you need this record now.",
    )


class ButtonForm(Form):
    """A button: nothing is asked."""
