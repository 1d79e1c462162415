"""What a protocol asks when: every change is a new version of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from tracker.actions import protocols as protocol_actions
from tracker.domain import instruments
from tracker.domain.errors import NotFound, Refused
from tracker.domain.instrument_uses import InstrumentUse
from tracker.domain.instruments import Instrument, UnknownInstrument
from tracker.domain.permissions import Act
from tracker.domain.protocol import Protocol
from tracker.domain.ready_made_uses import READY_MADE
from tracker.queries import protocols as protocol_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.admin.use_forms import filled_in
from tracker.web.admin.use_pages import use_page, uses_page
from tracker.web.admin.views import admin


@admin.get("/protocols/<uuid:protocol_id>/questions")
@allow(Act.EDIT_PROTOCOL, of="protocol")
def uses(protocol_id: UUID) -> Any:
    """Which instruments are asked when, and which others there are."""
    db, who = access.database(), access.who()
    seen = protocol_queries.get_protocol(db, who, protocol_id)
    page = uses_page(protocol_id, seen, protocol_queries.keys_to_ask(db, who))
    return render_template("admin/uses.html", page=page)


@admin.route("/protocols/<uuid:protocol_id>/questions/<instrument>", methods=["GET", "POST"])
@allow(Act.EDIT_PROTOCOL, of="protocol", fresh=True)
def edit_use(protocol_id: UUID, instrument: str) -> Any:
    """Say when one instrument is asked: makes the next version of the protocol."""
    db, who, asked = access.database(), access.who(), _find(instrument)
    seen = protocol_queries.get_protocol(db, who, protocol_id)
    use = _use_of(seen, asked.key)
    form = filled_in(use if use.rules else READY_MADE.get(asked.key, use), seen.version)
    if form.is_sent_and_fits():
        try:
            protocol_actions.add_version(
                db,
                who,
                protocol_id,
                _with_use(seen, form.use(use)),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            flash(f"Saved at {access.clinic().local(clock.now()):%H:%M}.", "done")
            return redirect(url_for("admin.protocol"), code=303)
    page = use_page(protocol_id, asked, use, protocol_queries.keys_to_ask(db, who))
    status = 422 if form.errors else 200
    return render_template("admin/use_edit.html", form=form, page=page), status


def _find(key: str) -> Instrument:
    try:
        return instruments.get(key)
    except UnknownInstrument:
        raise NotFound("instrument") from None


def _use_of(protocol: Protocol, key: str) -> InstrumentUse:
    found = (use for use in protocol.instruments if use.key == key)
    return next(found, InstrumentUse(key=key))


def _with_use(protocol: Protocol, new: InstrumentUse) -> Protocol:
    """The protocol with this use in its place, at the end when it is new; gone without rules."""
    keys = [use.key for use in protocol.instruments]
    kept = [new if use.key == new.key else use for use in protocol.instruments]
    kept += [] if new.key in keys else [new]
    return replace(protocol, instruments=tuple(use for use in kept if use.rules))


__all__ = ["admin"]  # with the routes of this module and of the others
