"""Striking an entry out, and saying what was done about a notice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for

from tracker.actions import notices, sheet_entries
from tracker.actions.infusion_events import INFUSION_EVENT
from tracker.actions.medicines_given import MEDICINE_GIVEN
from tracker.actions.sheet_entries import EntryKind
from tracker.actions.sheet_notes import SHEET_NOTE
from tracker.actions.vital_signs import VITAL_SIGNS
from tracker.domain.notice_log import raised_notices
from tracker.domain.permissions import Act
from tracker.web import access
from tracker.web.access import allow
from tracker.web.infusions.entry_forms import AcknowledgeForm, StrikeForm
from tracker.web.infusions.entry_views import answer, sheet_with
from tracker.web.infusions.log_words import entry_words
from tracker.web.infusions.meanwhile import meanwhile
from tracker.web.infusions.notices_part import acknowledged_line
from tracker.web.infusions.views import infusions

STAYS = "It stays on the run sheet, struck through. Nothing takes its place."


def _strike(kind: EntryKind, entry_id: UUID, entries: str, correct: str) -> Any:
    sheet, old = sheet_with(kind.name, entry_id, entries)
    form = StrikeForm()
    about: dict[str, Any] = {f"{kind.name}_id": entry_id}

    def store(sent: dict[str, Any]) -> UUID:
        reason = form.correction_reason.data
        return sheet_entries.strike(
            access.database(), access.who(), kind, entry_id, reason=reason, **sent
        )

    return answer(
        sheet,
        form,
        store,
        both=lambda: meanwhile(form, kind.name, entry_id, entries, correct),
        title="Strike an entry out",
        lead=STAYS,
        lines=(f"Entered: {entry_words(old)}",),
        other=(
            "Only wrong in part? Correct it instead",
            url_for(correct, **about),
        ),
        button="Strike it out",
    )


@infusions.route("/vital-signs/<uuid:vital_signs_id>/strike", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="vital_signs")
def strike_vital_signs(vital_signs_id: UUID) -> Any:
    """A set that does not belong on this sheet."""
    return _strike(VITAL_SIGNS, vital_signs_id, "vital_sets", "infusions.correct")


@infusions.route("/infusion-events/<uuid:infusion_event_id>/strike", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion_event")
def strike_event(infusion_event_id: UUID) -> Any:
    """An event that did not happen."""
    return _strike(INFUSION_EVENT, infusion_event_id, "events", "infusions.correct_event")


@infusions.route("/medicines-given/<uuid:medicine_given_id>/strike", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="medicine_given")
def strike_medicine(medicine_given_id: UUID) -> Any:
    """A medicine that was not given."""
    return _strike(MEDICINE_GIVEN, medicine_given_id, "medicines", "infusions.correct_medicine")


@infusions.route("/sheet-notes/<uuid:sheet_note_id>/strike", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="sheet_note")
def strike_note(sheet_note_id: UUID) -> Any:
    """A note that does not belong on this sheet."""
    return _strike(SHEET_NOTE, sheet_note_id, "notes", "infusions.correct_note")


@infusions.route("/vital-signs/<uuid:vital_signs_id>/acknowledge", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="vital_signs")
def acknowledge(vital_signs_id: UUID) -> Any:
    """Say what was done about what a set reached. Whoever comes second sees who was first."""
    sheet, old = sheet_with("vital_signs", vital_signs_id, "vital_sets")
    form = AcknowledgeForm()

    def store(sent: dict[str, Any]) -> UUID:
        done_at = form.done_at(access.clinic(), sent["now"])
        return notices.acknowledge(
            access.database(),
            access.who(),
            vital_signs_id,
            action=form.action(),
            done_at=done_at,
            **sent,
        )

    started_at = sheet.given.started_at if sheet.given else None
    raised = raised_notices(sheet.standing_sets, sheet.protocol, started_at=started_at)
    lines = [each.notice.words for each in raised if each.vital_signs_id == vital_signs_id]
    lines += [
        acknowledged_line(each, sheet, access.clinic())
        for each in sheet.entries.acknowledgements
        if each.vital_signs_id == vital_signs_id
    ]
    return answer(
        sheet,
        form,
        store,
        anchor="vital-signs",
        title="Say what was done",
        lead=entry_words(old),
        lines=tuple(lines),
        button="Save what was done",
    )
