"""Who is told of a safety alert, and who might be."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.domain.on_call import Tier, version_of
from tracker.domain.people import Person
from tracker.models import on_call
from tracker.models.on_call import Told


@dataclass(frozen=True, kw_only=True, slots=True)
class OnCallList:
    """Everybody who may be named, by name. ``version`` is what a form has to have seen."""

    people: tuple[Told, ...]
    version: int

    def named(self, tier: Tier) -> tuple[Told, ...]:
        """Who is named in this tier."""
        return tuple(each for each in self.people if each.tier is tier)


def get_on_call(db: Session, who: Person) -> OnCallList:
    """The list of the person's clinic. One statement."""
    people = on_call.list_eligible(db, who.clinic_id)
    named = {each.user_id: each.tier for each in people if each.tier is not None}
    return OnCallList(people=people, version=version_of(named))


def has_watcher(db: Session, who: Person) -> bool:
    """Whether somebody is told first of an alert. One statement."""
    return on_call.has_watcher(db, who.clinic_id)
