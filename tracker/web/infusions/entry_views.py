"""Events, medicines and notes on a run sheet: add one, correct it, say that it ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for

from tracker.actions import infusion_events, medicines_given, sheet_notes
from tracker.domain.errors import NotFound, Refused
from tracker.domain.permissions import Act
from tracker.domain.side_effects import OTHER, TERMS
from tracker.queries import run_sheets
from tracker.queries.run_sheets import RunSheet
from tracker.queries.sheet_entries import InfusionEvent, MedicineGiven, SheetNote
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.infusions.entry_forms import (
    EndedForm,
    EventCorrectionForm,
    EventForm,
    MedicineCorrectionForm,
    MedicineForm,
    NoteCorrectionForm,
    NoteForm,
)
from tracker.web.infusions.entry_pages import entry_form_page
from tracker.web.infusions.meanwhile import Meanwhile, meanwhile
from tracker.web.infusions.views import infusions, saved

STAYS = "The first entry stays on the run sheet, struck through."


def answer(
    sheet: RunSheet,
    form: Any,
    store: Callable[[dict[str, Any]], UUID],
    *,
    anchor: str = "log",
    both: Callable[[], Meanwhile | None] = lambda: None,
    **words: Any,
) -> Any:
    """Store what was sent and go back to the sheet, or show the form with what is wrong with it.

    `both` gives both versions of an entry that was corrected meanwhile.
    """
    if form.is_sent_and_fits():
        try:
            store({"submission": form.submission(), "now": clock.now()})
        except Refused as problem:
            form.show(problem)
        else:
            saved()
            return to_sheet(sheet.id, anchor)
    page = entry_form_page(sheet, form, **words)
    body = render_template("infusions/entry.html", form=form, page=page, meanwhile=both())
    return body, form.status


def to_sheet(infusion_id: UUID, anchor: str) -> Any:
    """Back to the run sheet, at the part that was worked on."""
    return redirect(url_for("infusions.show", infusion_id=infusion_id, _anchor=anchor), code=303)


def sheet_with(kind: str, entry_id: UUID, entries: str) -> tuple[RunSheet, Any]:
    """The run sheet of an entry, and the entry."""
    sheet = run_sheets.get_run_sheet_of(access.database(), access.who(), kind, entry_id)
    found = next(each for each in getattr(sheet.entries, entries) if each.id == entry_id)
    return sheet, found


def as_local(at: datetime | None, name: str) -> dict[str, Any]:
    """A stored moment as the two fields of a form show it."""
    if at is None:
        return {}
    local = access.clinic().local(at)
    return {f"{name}_day": local.date(), f"{name}_time": local.time()}


def _sheet(infusion_id: UUID) -> RunSheet:
    return run_sheets.get_run_sheet(access.database(), access.who(), infusion_id)


@infusions.route("/infusions/<uuid:infusion_id>/events/new", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion")
def add_event(infusion_id: UUID) -> Any:
    """Write down something that happened."""
    return _add_event(infusion_id, EventForm())


@infusions.route("/infusions/<uuid:infusion_id>/events/new/<int:quick>", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion")
def add_quick_event(infusion_id: UUID, quick: int) -> Any:
    """The same form, with a term of the catalogue chosen by its place: no address names it."""
    if not quick < len(TERMS):
        raise NotFound("term")
    return _add_event(infusion_id, EventForm(term=TERMS[quick]))


def _add_event(infusion_id: UUID, form: EventForm) -> Any:
    def store(sent: dict[str, Any]) -> UUID:
        happening = form.happening(access.clinic(), sent["now"])
        return infusion_events.record_event(
            access.database(),
            access.who(),
            infusion_id,
            happening,
            confirmed=form.confirmed.data or (),
            **sent,
        )

    return answer(
        _sheet(infusion_id), form, store, title="Record an event", button="Save the event"
    )


def _event_as_typed(old: InfusionEvent) -> dict[str, Any]:
    known = old.term in TERMS
    return {
        "term": old.term if known else OTHER,
        "other_term": "" if known else old.term,
        "grade": str(old.grade or ""),
        "relatedness": str(old.relatedness or ""),
        "serious": ["yes"] if old.is_serious else [],
        "action": old.action,
        "note": old.note,
        **as_local(old.occurred_at, "happened"),
        **as_local(old.ended_at, "ended"),
    }


def _medicine_as_typed(old: MedicineGiven) -> dict[str, Any]:
    return {
        "medicine": old.medicine,
        "dose": old.dose,
        "route": old.route,
        "reason": old.reason,
        **as_local(old.occurred_at, "given"),
    }


def _note_as_typed(old: SheetNote) -> dict[str, Any]:
    return {"note": old.note, **as_local(old.occurred_at, "noted")}


@infusions.route("/infusion-events/<uuid:infusion_event_id>/correct", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion_event")
def correct_event(infusion_event_id: UUID) -> Any:
    """Put another event in the place of one; the old one stays readable."""
    sheet, old = sheet_with("infusion_event", infusion_event_id, "events")
    form = EventCorrectionForm(**_event_as_typed(old))

    def store(sent: dict[str, Any]) -> UUID:
        return infusion_events.correct_event(
            access.database(),
            access.who(),
            infusion_event_id,
            form.happening(access.clinic(), sent["now"]),
            reason=form.correction_reason.data,
            confirmed=form.confirmed.data or (),
            **sent,
        )

    return answer(
        sheet,
        form,
        store,
        both=lambda: meanwhile(
            form,
            "infusion_event",
            infusion_event_id,
            "events",
            "infusions.correct_event",
            _event_as_typed,
        ),
        title="Correct an event",
        lead=STAYS,
        button="Save the correction",
    )


@infusions.route("/infusion-events/<uuid:infusion_event_id>/end", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion_event")
def end_event(infusion_event_id: UUID) -> Any:
    """It is over now. Nothing has to be typed again."""
    sheet, old = sheet_with("infusion_event", infusion_event_id, "events")

    form = EndedForm()

    def store(sent: dict[str, Any]) -> UUID:
        return infusion_events.end_event(
            access.database(),
            access.who(),
            infusion_event_id,
            ended_at=form.ended_at(access.clinic(), sent["now"]),
            **sent,
        )

    return answer(sheet, form, store, title="An event has ended", lead=old.term, button="Ended now")


@infusions.route("/infusions/<uuid:infusion_id>/medicines/new", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion")
def add_medicine(infusion_id: UUID) -> Any:
    """Write down a medicine that was given."""
    form = MedicineForm()

    def store(sent: dict[str, Any]) -> UUID:
        return medicines_given.record_medicine(
            access.database(),
            access.who(),
            infusion_id,
            form.given(access.clinic(), sent["now"]),
            confirmed=form.confirmed.data or (),
            **sent,
        )

    return answer(
        _sheet(infusion_id), form, store, title="Record a medicine", button="Save the medicine"
    )


@infusions.route("/medicines-given/<uuid:medicine_given_id>/correct", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="medicine_given")
def correct_medicine(medicine_given_id: UUID) -> Any:
    """Put another medicine in the place of one; the old one stays readable."""
    sheet, old = sheet_with("medicine_given", medicine_given_id, "medicines")
    form = MedicineCorrectionForm(**_medicine_as_typed(old))

    def store(sent: dict[str, Any]) -> UUID:
        return medicines_given.correct_medicine(
            access.database(),
            access.who(),
            medicine_given_id,
            form.given(access.clinic(), sent["now"]),
            reason=form.correction_reason.data,
            confirmed=form.confirmed.data or (),
            **sent,
        )

    return answer(
        sheet,
        form,
        store,
        both=lambda: meanwhile(
            form,
            "medicine_given",
            medicine_given_id,
            "medicines",
            "infusions.correct_medicine",
            _medicine_as_typed,
        ),
        title="Correct a medicine",
        lead=STAYS,
        button="Save the correction",
    )


@infusions.route("/infusions/<uuid:infusion_id>/notes/new", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion")
def add_note(infusion_id: UUID) -> Any:
    """Write a free note with its time."""
    form = NoteForm()

    def store(sent: dict[str, Any]) -> UUID:
        return sheet_notes.record_note(
            access.database(),
            access.who(),
            infusion_id,
            form.note.data or "",
            noted_at=form.noted_at(access.clinic(), sent["now"]),
            confirmed=form.confirmed.data or (),
            **sent,
        )

    return answer(_sheet(infusion_id), form, store, title="Write a note", button="Save the note")


@infusions.route("/sheet-notes/<uuid:sheet_note_id>/correct", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="sheet_note")
def correct_note(sheet_note_id: UUID) -> Any:
    """Put another note in the place of one; the old one stays readable."""
    sheet, old = sheet_with("sheet_note", sheet_note_id, "notes")
    form = NoteCorrectionForm(**_note_as_typed(old))

    def store(sent: dict[str, Any]) -> UUID:
        return sheet_notes.correct_note(
            access.database(),
            access.who(),
            sheet_note_id,
            form.note.data or "",
            noted_at=form.noted_at(access.clinic(), sent["now"]),
            reason=form.correction_reason.data,
            confirmed=form.confirmed.data or (),
            **sent,
        )

    return answer(
        sheet,
        form,
        store,
        both=lambda: meanwhile(
            form,
            "sheet_note",
            sheet_note_id,
            "notes",
            "infusions.correct_note",
            _note_as_typed,
        ),
        title="Correct a note",
        lead=STAYS,
        button="Save the correction",
    )
