"""The form that says when one instrument is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tracker.domain.errors import Refused
from tracker.domain.instrument_uses import (
    AfterInfusion,
    AskRule,
    BeforeInfusion,
    Daily,
    EndOfCourse,
    FollowUp,
    InstrumentUse,
    Intake,
    Maintenance,
    MidCourse,
    NextDay,
    Weekly,
    own_days_apart,
)
from tracker.web.fields import Ticks, WholeNumber, Words
from tracker.web.forms import Form

ASKED = (
    ("intake", "Before infusion 1, once"),
    ("before", "Before each infusion, on its day"),
    ("after", "In the hours after each infusion"),
    ("next_day", "About a day after each infusion"),
    ("daily", "Every day, or every few days, from the week before infusion 1"),
    ("weekly", "Every so many days from infusion 1, on the patient’s weekday"),
    ("mid_course", "Once in the middle of the course"),
    ("end", "At the end: 3 to 7 days after the last infusion"),
    ("follow_up", "In the follow-up, on days after the last infusion"),
    ("maintenance", "Every so many days in maintenance"),
)
_KINDS: dict[str, type[AskRule]] = {
    "intake": Intake,
    "before": BeforeInfusion,
    "after": AfterInfusion,
    "next_day": NextDay,
    "daily": Daily,
    "weekly": Weekly,
    "mid_course": MidCourse,
    "end": EndOfCourse,
    "follow_up": FollowUp,
    "maintenance": Maintenance,
}
_NUMBERS = {  # the form's name: the kind of rule, and the rule's own name
    "days_before": ("intake", "days_before"),
    "opens_hours": ("after", "opens_hours"),
    "late_hours": ("after", "late_hours"),
    "closes_hours": ("after", "closes_hours"),
    "daily_every_days": ("daily", "every_days"),
    "weekly_every_days": ("weekly", "every_days"),
    "after_number": ("mid_course", "after_number"),
    "maintenance_every_days": ("maintenance", "every_days"),
}


def _days(label: str, most: int = 90, low: int = 1) -> WholeNumber:
    return WholeNumber(label, low=low, high=most, unit="days", optional=True)


def _hours(label: str) -> WholeNumber:
    return WholeNumber(label, low=1, high=72, unit="hours", optional=True)


class UseForm(Form):
    """A number whose kind of asking is not ticked is not used; an empty one takes its default."""

    asked = Ticks("When it is asked", choices=ASKED, hint="Tick nothing to take it out.")
    days_before = _days("Before infusion 1: open for", 28)
    opens_hours = _hours("After an infusion: opens after")
    late_hours = _hours("After an infusion: late after")
    closes_hours = _hours("After an infusion: closes after")
    daily_every_days = _days("From the week before infusion 1: every", 14)
    weekly_every_days = _days("From infusion 1: every", 60)
    goes_on = Ticks("In maintenance", choices=[("yes", "This rhythm goes on in maintenance")])
    after_number = WholeNumber("In the middle: after infusion", low=1, high=60, optional=True)
    follow_up_days = Words(
        "Follow-up on days",
        longest=60,
        optional=True,
        hint="After the last infusion, with commas, such as 30, 60, 90.",
    )
    maintenance_every_days = _days("In maintenance: every")
    least_days_apart = _days("Between two answers: at least", low=0)

    def use(self, seen: InstrumentUse) -> InstrumentUse:
        """What was typed. Raises `Refused` for days that do not read."""
        kinds = [name for name, _ in ASKED if name in (self.asked.data or ())]
        rules = tuple(self._rule(name, seen) for name in kinds)
        return replace(seen, rules=rules, least_days_apart=self.least_days_apart.data or 0)

    def _rule(self, name: str, seen: InstrumentUse) -> AskRule:
        kind: Any = _KINDS[name]
        changes: dict[str, Any] = {
            own: self[typed].data
            for typed, (of, own) in _NUMBERS.items()
            if of == name and self[typed].data is not None
        }
        if name == "weekly":
            changes["in_maintenance"] = bool(self.goes_on.data)
        if name == "follow_up" and self.follow_up_days.data:
            changes["days"] = self._follow_up_days()
        rule: AskRule = replace(seen.rule(kind) or kind(), **changes)
        return rule

    def _follow_up_days(self) -> tuple[int, ...]:
        parts = [part.strip() for part in self.follow_up_days.data.split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
            raise Refused("Enter days with commas, such as 30, 60, 90.", field="follow_up_days")
        return tuple(int(part) for part in parts)


def filled_in(use: InstrumentUse, version: int) -> UseForm:
    """The form with the rules of a use; what a use does not have shows its default."""
    values: dict[str, Any] = {}
    for typed, (of, own) in _NUMBERS.items():
        kind = _KINDS[of]
        values[typed] = getattr(use.rule(kind) or kind(), own)
    follow_up = use.rule(FollowUp) or FollowUp()
    weekly = use.rule(Weekly)
    return UseForm(
        **values,
        asked=[name for name, _ in ASKED if use.rule(_KINDS[name])],
        goes_on=["yes"] if isinstance(weekly, Weekly) and weekly.in_maintenance else [],
        follow_up_days=", ".join(str(day) for day in getattr(follow_up, "days", ())),
        least_days_apart=max(use.least_days_apart, own_days_apart(use.key)),
        seen_version=version,
    )
