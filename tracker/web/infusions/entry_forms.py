"""The forms of what is logged beside vital signs: events, medicines, notes, acknowledgements."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from tracker.actions.infusion_events import Happening
from tracker.actions.medicines_given import Medicine
from tracker.domain.clinic import Clinic
from tracker.domain.errors import Refused
from tracker.domain.notice_log import OFFERED_ACTIONS
from tracker.domain.rescue_medicines import NAMES, ROUTES
from tracker.domain.sheet_log import Relatedness
from tracker.domain.side_effects import GRADES, OTHER, TERMS
from tracker.web.fields import Choice, Day, LongText, Ticks, TimeOfDay, Words
from tracker.web.forms import Form, TimedForm
from tracker.web.infusions.forms import AskingForm
from tracker.web.moments import typed_moment

RELATED_WORDS: dict[Relatedness, str] = {
    Relatedness.UNRELATED: "not related",
    Relatedness.POSSIBLE: "possibly related",
    Relatedness.PROBABLE: "probably related",
    Relatedness.DEFINITE: "definitely related",
}


class EntryForm(AskingForm, TimedForm):
    """An entry happened now, or when the browser says that it was made, unless a time is typed."""

    def moment(
        self, day: date | None, at: time | None, clinic: Clinic, now: datetime, field: str
    ) -> datetime:
        """Raises `Refused` for a time that cannot be."""
        taken_at = self.taken_at.data
        return typed_moment(day, at, clinic=clinic, now=now, field=field, taken_at=taken_at)


class EventForm(EntryForm):
    """Something that happened."""

    term = Choice(
        "What happened",
        choices=[("", "Choose"), *((term, term) for term in TERMS), (OTHER, "Something else")],
        missing="Choose what happened.",
        default="",
    )
    other_term = Words("If something else, what", longest=80, optional=True)
    grade = Choice(
        "Grade (CTCAE)",
        choices=[("", "Not graded")] + [(str(n), f"{n} {words}") for n, words in GRADES.items()],
        optional=True,
        default="",
    )
    happened_time = TimeOfDay("Began at", optional=True, hint="Empty means now.")
    happened_day = Day("Date", optional=True, hint="Empty means today.")
    ended_time = TimeOfDay("Ended at", optional=True, hint="Empty while it lasts.")
    ended_day = Day("Date of the end", optional=True, hint="Empty means the day it began.")
    relatedness = Choice(
        "Related to the infusion",
        choices=[("", "Not judged"), *((str(key), words) for key, words in RELATED_WORDS.items())],
        optional=True,
        default="",
    )
    serious = Ticks(
        "Serious",
        choices=[("yes", "Serious: danger to life, hospital, lasting harm or death")],
    )
    action = Words("What was done", longest=200, optional=True)
    note = LongText("Note", longest=4000, optional=True)

    def happening(self, clinic: Clinic, now: datetime) -> Happening:
        """What was typed. Raises `Refused` for a time that cannot be or a term that is missing."""
        own = self.other_term.data or ""
        if self.term.data == OTHER and not own:
            raise Refused("Say what happened.", field="other_term")
        began = self.moment(
            self.happened_day.data, self.happened_time.data, clinic, now, "happened_time"
        )
        return Happening(
            term=own if self.term.data == OTHER else self.term.data,
            occurred_at=began,
            grade=int(self.grade.data) if self.grade.data else None,
            relatedness=Relatedness(self.relatedness.data) if self.relatedness.data else None,
            is_serious=bool(self.serious.data),
            ended_at=self._ended_at(began, clinic, now),
            action=self.action.data or "",
            note=self.note.data or "",
        )

    def _ended_at(self, began: datetime, clinic: Clinic, now: datetime) -> datetime | None:
        if self.ended_time.data is None:
            if self.ended_day.data is not None:
                raise Refused("Enter the time of the end too.", field="ended_time")
            return None
        day = self.ended_day.data or clinic.date_of(began)
        return self.moment(day, self.ended_time.data, clinic, now, "ended_time")


class EndedForm(TimedForm):
    """It is over, now or when the browser says that it was said."""

    def ended_at(self, clinic: Clinic, now: datetime) -> datetime:
        """Raises `Refused` for a time that cannot be."""
        taken_at = self.taken_at.data
        return typed_moment(None, None, clinic=clinic, now=now, field="", taken_at=taken_at)


def _reason(noun: str) -> Any:
    return Words(
        "Reason for the correction", longest=200, missing=f"Say why the {noun} is corrected."
    )


class EventCorrectionForm(EventForm):
    """The event as it should have been, and why."""

    happened_time = TimeOfDay("Began at")
    happened_day = Day("Date")
    correction_reason = _reason("event")


class MedicineForm(EntryForm):
    """A medicine that was given."""

    medicine = Words(
        "Medicine",
        longest=80,
        missing="Enter the medicine.",
        offered=NAMES,
    )
    dose = Words(
        "Dose with its unit",
        longest=80,
        missing="Enter the dose with its unit, such as 4 mg.",
    )
    route = Words("Route", longest=80, optional=True, offered=ROUTES)
    reason = Words("Reason", longest=200, optional=True)
    given_time = TimeOfDay("Time", optional=True, hint="Empty means now.")
    given_day = Day("Date", optional=True, hint="Empty means today.")

    def given(self, clinic: Clinic, now: datetime) -> Medicine:
        """What was typed. Raises `Refused` for a time that cannot be."""
        return Medicine(
            medicine=self.medicine.data or "",
            dose=self.dose.data or "",
            given_at=self.moment(
                self.given_day.data, self.given_time.data, clinic, now, "given_time"
            ),
            route=self.route.data or "",
            reason=self.reason.data or "",
        )


class MedicineCorrectionForm(MedicineForm):
    """The medicine as it should have been, and why."""

    given_time = TimeOfDay("Time")
    given_day = Day("Date")
    correction_reason = _reason("medicine")


class NoteForm(EntryForm):
    """A free note."""

    note = LongText("Note", longest=4000, missing="Enter the note.")
    noted_time = TimeOfDay("Time", optional=True, hint="Empty means now.")
    noted_day = Day("Date", optional=True, hint="Empty means today.")

    def noted_at(self, clinic: Clinic, now: datetime) -> datetime:
        """Raises `Refused` for a time that cannot be."""
        return self.moment(self.noted_day.data, self.noted_time.data, clinic, now, "noted_time")


class NoteCorrectionForm(NoteForm):
    """The note as it should have been, and why."""

    noted_time = TimeOfDay("Time")
    noted_day = Day("Date")
    correction_reason = _reason("note")


class StrikeForm(Form):
    """Why an entry does not belong on the sheet."""

    correction_reason = Words(
        "Reason for striking it out", longest=200, missing="Say why it is struck out."
    )


class AcknowledgeForm(EntryForm):
    """What was done when a set reached a limit."""

    actions = Ticks("What was done", choices=[(words, words) for words in OFFERED_ACTIONS])
    other_action = Words("Something else, or more", longest=98, optional=True)
    done_time = TimeOfDay("Time", optional=True, hint="Empty means now.")
    done_day = Day("Date", optional=True, hint="Empty means today.")

    def action(self) -> str:
        """What was ticked and typed, as one line."""
        said = [*(self.actions.data or ()), self.other_action.data or ""]
        return "; ".join(words for words in said if words)

    def done_at(self, clinic: Clinic, now: datetime) -> datetime:
        """Raises `Refused` for a time that cannot be."""
        return self.moment(self.done_day.data, self.done_time.data, clinic, now, "done_time")
