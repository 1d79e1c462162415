"""One's own psychotherapy note about a therapy session: read it, keep it.

The form keeps no draft in the browser: the tablet may be shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for

from tracker.actions import private_notes as note_actions
from tracker.domain import private_notes as rules
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Refused
from tracker.domain.key_ring import KeyRing
from tracker.domain.permissions import Act
from tracker.queries import private_notes as note_queries
from tracker.queries.private_notes import PrivateNote
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.fields import LongText
from tracker.web.formatting import clock_time, moment
from tracker.web.forms import Form

private_notes = Blueprint("private_notes", __name__)


class PrivateNoteForm(Form):
    """The text alone. An empty one empties the note."""

    text = LongText("Your note", longest=rules.LONGEST, optional=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivateNotePage:
    """What the box is, and when it was kept last. `broken` says why it cannot be read."""

    what: str
    not_here: str
    kept: str
    broken: str
    back_href: str


@private_notes.route(
    "/therapy-sessions/<uuid:therapy_session_id>/private-note", methods=["GET", "POST"]
)
@allow(Act.KEEP_PRIVATE_NOTE, of="therapy_session", seen_as=AuditEvent.PRIVATE_NOTE_SEEN)
def show(therapy_session_id: UUID) -> Any:
    """The author's own note; somebody else's is not found out about here."""
    db, who, ring = access.database(), access.who(), _ring()
    note = note_queries.find_own_note(db, who, therapy_session_id, ring=ring)
    form = PrivateNoteForm(
        text=note.text if note else "", seen_version=note.version if note else None
    )
    if form.is_sent_and_fits():
        try:
            note_actions.keep_private_note(
                db,
                who,
                therapy_session_id,
                form.text.data or "",
                ring=ring,
                seen_version=form.seen_version.data,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            flash(f"Saved at {clock_time(access.clinic().local(clock.now()))}.", "done")
            return redirect(url_for(".show", therapy_session_id=therapy_session_id), code=303)
    status = 422 if form.errors else 200
    page = _page(therapy_session_id, note)
    return render_template("private_notes/show.html", form=form, page=page), status


def _ring() -> KeyRing:
    ring: KeyRing = current_app.config["SETTINGS"].private_note_keys
    return ring


def _page(therapy_session_id: UUID, note: PrivateNote | None) -> PrivateNotePage:
    kept = f"Last kept {moment(note.changed_at, access.clinic())}." if note else ""
    return PrivateNotePage(
        what=rules.WHAT_IT_IS,
        not_here=rules.WHAT_BELONGS_IN_THE_CHART,
        kept=kept or "Nothing is kept here yet.",
        broken=rules.CANNOT_BE_READ if note and note.text is None else "",
        back_href=url_for("therapy_sessions.show", therapy_session_id=therapy_session_id),
    )
