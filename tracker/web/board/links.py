"""The addresses that the rows of a board lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from flask import url_for

from tracker.domain.people import Person
from tracker.domain.permissions import Act, may


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Links:
    """The addresses of a board's rows, each built once, and what the rows' links turn on.

    `sign`, `remind` and `review` are empty for a person who may not. Those of the same person, with
    the same roles, on the same day are equal.
    """

    sheet: str
    course: str
    arrive: str
    sign: str
    alert: str
    therapy: str
    remind: str
    review: str
    who: Person
    may_log: bool
    today: date

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Links) and self._turn_on == other._turn_on

    def __hash__(self) -> int:
        return hash(self._turn_on)

    @property
    def _turn_on(self) -> tuple[object, ...]:
        return self.who.user_id, self.who.roles, self.today

    @classmethod
    def of(cls, who: Person, today: date) -> Self:
        """What the person may open."""
        may_sign, may_remind = may(who, Act.SIGN_INFUSION), may(who, Act.SEND_CHECK_IN_LINK)
        may_review = may(who, Act.REVIEW_COURSE)
        return cls(
            sheet=url_for("infusions.show", infusion_id=_ANY),
            course=url_for("courses.show", course_id=_ANY),
            arrive=url_for("infusions.arrive", planned_infusion_id=_ANY),
            sign=url_for("signing.sign_infusion", infusion_id=_ANY) if may_sign else "",
            alert=url_for("alerts.close", alert_id=_ANY),
            therapy=url_for("therapy_sessions.show", therapy_session_id=_ANY)
            if may(who, Act.RECORD_THERAPY)
            else "",
            remind=url_for("reminders.remind", patient_id=_ANY) if may_remind else "",
            review=url_for("course_reviews.new", course_id=_ANY) if may_review else "",
            who=who,
            may_log=may(who, Act.LOG_INFUSION),
            today=today,
        )


_ANY = UUID(int=0)
_PLACE = str(_ANY)


def filled(address: str, record_id: UUID) -> str:
    """One of the addresses, of this record."""
    return address.replace(_PLACE, str(record_id))
