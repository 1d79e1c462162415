"""The forms of planning a course and of changing its plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tracker.domain.course_endings import EndKind, EndReason
from tracker.domain.course_plan import CourseWish
from tracker.domain.courses import COURSE_MOVES, CourseState
from tracker.domain.errors import Refused
from tracker.domain.plan_change import ChangeKind, ChangeWish, WhyChanged
from tracker.queries.protocols import ProtocolChoice
from tracker.web.fields import Choice, Day, Tiles, TimeOfDay, WholeNumber, Words
from tracker.web.forms import Form

SHOW, ACCEPT, EDIT = "show", "accept", "edit"
NO_THERAPY, ANY_DAY, OTHER = "none", "any", "other"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WHOSE = {
    WhyChanged.PATIENT: "Patient",
    WhyChanged.CLINIC: "Clinic",
    WhyChanged.CLINICAL_HOLD: "Clinical hold",
}


class PlanForm(Form):
    """What every form with a preview carries: which button, and the plan that was shown."""

    step = Words("Step", longest=10, optional=True)
    shown = Words("Dates shown", longest=4000, optional=True)

    @property
    def wants(self) -> str:
        """Which button was pressed; showing is the plain default."""
        return self.step.data if self.step.data in {ACCEPT, EDIT} else SHOW


class CourseForm(PlanForm):
    protocol = Choice("Protocol", choices=[])
    infusion_count = WholeNumber("Number of infusions", low=1, high=60)
    min_gap_days = WholeNumber("Smallest gap between infusions", low=1, high=60, unit="days")
    max_gap_days = WholeNumber("Largest gap", low=1, high=60, unit="days")
    preferred_gap_days = WholeNumber("Preferred gap", low=1, high=60, unit="days")
    start_on = Day(
        "First infusion on",
        missing="Enter the day of the first infusion.",
        hint="Or the first day after it that works.",
    )
    time_of_day = TimeOfDay("Time of day", hint="On the clinic’s clock, the same for every visit.")
    room = Words("Room", longest=80, optional=True)
    therapy = Choice(
        "Weekly therapy",
        choices=[
            (ANY_DAY, "Any day that fits"),
            *((str(number), f"On {name} if possible") for number, name in enumerate(_WEEKDAYS)),
            (NO_THERAPY, "No therapy sessions in this plan"),
        ],
    )
    indication = Words("Indication", longest=200, optional=True, hint="Printed on the report.")
    reason = Words("Why accept it as it is?", longest=160, optional=True)

    def offer(self, protocols: Sequence[ProtocolChoice]) -> None:
        """Fill the list of protocols."""
        self.protocol.choices = [
            (str(each.id), f"{each.protocol.name}, version {each.protocol.version}")
            for each in protocols
        ]

    def wish(self, patient_id: UUID) -> CourseWish:
        """What was asked for. Only for a form that fits."""
        therapy = self.therapy.data
        return CourseWish(
            patient_id=patient_id,
            protocol_id=UUID(self.protocol.data),
            infusion_count=self.infusion_count.data,
            min_gap_days=self.min_gap_days.data,
            max_gap_days=self.max_gap_days.data,
            preferred_gap_days=self.preferred_gap_days.data,
            start_on=self.start_on.data,
            time_of_day=self.time_of_day.data,
            room=self.room.data or "",
            has_therapy=therapy != NO_THERAPY,
            therapy_weekday=int(therapy) if therapy.isdigit() else None,
            indication=self.indication.data or "",
        )


class ReasonForm(PlanForm):
    """Why a plan changes: whose reason, and in words. Both stay in the record."""

    whose = Tiles("Whose reason is it?", choices=[(str(key), word) for key, word in _WHOSE.items()])
    reason = Words("Why?", longest=160, missing="Say why: the reason stays in the record.")

    @property
    def reason_words(self) -> str:
        """ "Patient: has flu"."""
        return f"{_WHOSE[WhyChanged(self.whose.data)]}: {self.reason.data}"


class MoveForm(ReasonForm):
    """One infusion gets another day, or was not given."""

    change = Tiles(
        "What happens to it?",
        choices=[
            (ChangeKind.MOVE, "Move to another date"),
            (ChangeKind.CANCELLED, "Cancelled: find a new date"),
            (ChangeKind.MISSED, "Missed, the patient did not come: find a new date"),
        ],
    )
    to_on = Tiles(
        "New date, if it moves",
        choices=[(OTHER, "Another date")],
        optional=True,
        hint="For a cancelled or missed one the plan finds the next day that fits.",
    )
    other_on = Day("Another date", optional=True)
    later = Tiles(
        "Later infusions",
        choices=[
            ("follow", "Move them as far as the gaps need"),
            ("leave", "Leave them where they are"),
        ],
    )

    def offer(self, days: Sequence[tuple[date, str]]) -> None:
        """Fill the list of dates; a date that was offered before and is sent now stays."""
        choices = [(day.isoformat(), words) for day, words in days]
        sent = _as_date(self.to_on.data)
        if sent is not None and sent not in {day for day, _ in days}:
            choices.append((sent.isoformat(), sent.isoformat()))
        self.to_on.choices = [*choices, (OTHER, "Another date")]

    def leave_out_missed(self) -> None:
        """An infusion whose day is still to come cannot have been missed."""
        self.change.choices = [
            (kind, words) for kind, words in self.change.choices if kind != ChangeKind.MISSED
        ]

    def wish(self, number: int) -> ChangeWish:
        """What was asked for. Raises `Refused` when a move lacks its date."""
        kind = ChangeKind(self.change.data)
        return ChangeWish(
            kind=kind,
            number=number,
            to_on=self._date() if kind is ChangeKind.MOVE else None,
            leave_later=self.later.data == "leave",
        )

    def _date(self) -> date:
        chosen = _as_date(self.to_on.data)
        if chosen is not None:
            return chosen
        if self.to_on.data != OTHER:
            raise Refused("Choose the new date.", field="to_on")
        if self.other_on.data is None:
            raise Refused("Enter the other date.", field="other_on")
        other: date = self.other_on.data
        return other


class CountForm(ReasonForm):
    """Another number of infusions, or new dates for those that lost theirs."""

    change = Tiles(
        "What changes?",
        choices=[
            (ChangeKind.COUNT, "The number of infusions"),
            (ChangeKind.AGAIN, "New dates for infusions that were missed or cancelled"),
        ],
    )
    infusion_count = WholeNumber("Number of infusions", low=1, high=60, optional=True)

    def offer(self, *, lacks_dates: bool) -> None:
        """New dates are offered when an infusion lacks one, and are then the plain choice."""
        if lacks_dates:
            self.change.data = ChangeKind.AGAIN
        else:
            self.change.choices = self.change.choices[:1]
            self.change.data = ChangeKind.COUNT

    def wish(self) -> ChangeWish:
        """What was asked for. Raises `Refused` when the number is missing."""
        kind = ChangeKind(self.change.data)
        if kind is ChangeKind.COUNT and self.infusion_count.data is None:
            raise Refused("Enter the number of infusions.", field="infusion_count")
        return ChangeWish(kind=kind, infusion_count=self.infusion_count.data)


_ENDS = {
    CourseState.MAINTENANCE: "The infusions are done: go on to maintenance with boosters",
    CourseState.COMPLETED: "The course is completed",
    CourseState.STOPPED: "The course stops early",
}


class EndForm(Form):
    to = Tiles("What happens to the course?", choices=[])
    ended_on = Day("Ended on", missing="Enter the day on which it ended.")
    kind = Choice(
        "Main reason",
        choices=[("", "Choose"), *((each.value, each.words) for each in EndKind)],
        optional=True,
        hint="Needed when a course stops early. Printed on every letter.",
    )
    reason = Words(
        "In your words",
        longest=150,
        optional=True,
        hint="Printed on letters to colleagues, never on an insurer's.",
    )

    @property
    def reason_line(self) -> str:
        """Both as they are stored."""
        kind = EndKind(self.kind.data) if self.kind.data else None
        return EndReason(kind=kind, details=self.reason.data or "").line

    def offer(self, state: CourseState) -> None:
        """The states that the present one leads to."""
        moves = COURSE_MOVES[state]
        self.to.choices = [(str(to), words) for to, words in _ENDS.items() if to in moves]


class BoosterForm(Form):
    on = Day("Day", missing="Enter the day of the booster.")
    time_of_day = TimeOfDay("Time of day")
    room = Words("Room", longest=80, optional=True)
    note = Words("Note", longest=190, optional=True, hint="Why now. It stays in the record.")


def _as_date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
