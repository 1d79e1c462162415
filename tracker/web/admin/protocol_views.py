"""The protocol: look at the newest version, and make the next one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from tracker.actions import protocols as protocol_actions
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.queries import on_call as on_call_queries
from tracker.queries import protocols as protocol_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.admin.protocol_forms import for_protocol
from tracker.web.admin.protocol_pages import protocol_page
from tracker.web.admin.views import admin
from tracker.web.protocol_words import review_words


@admin.get("/protocol")
@allow(Act.EDIT_PROTOCOL)
def protocol() -> Any:
    """The newest version of each protocol, in words."""
    db, who = access.database(), access.who()
    has_watcher = on_call_queries.has_watcher(db, who)
    found = protocol_queries.newest_protocols(db, who)
    pages = [protocol_page(choice, has_watcher=has_watcher) for choice in found]
    return render_template("admin/protocol.html", pages=pages)


@admin.route("/protocols/<uuid:protocol_id>/edit", methods=["GET", "POST"])
@allow(Act.EDIT_PROTOCOL, of="protocol", fresh=True)
def edit_protocol(protocol_id: UUID) -> Any:
    """Make the next version. Courses that have begun keep theirs."""
    db, who = access.database(), access.who()
    seen = protocol_queries.get_protocol(db, who, protocol_id)
    form = for_protocol(seen)
    if form.is_sent_and_fits():
        try:
            protocol_actions.add_version(
                db,
                who,
                protocol_id,
                form.changed(seen),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            flash(f"Saved at {access.clinic().local(clock.now()):%H:%M}.", "done")
            return redirect(url_for("admin.protocol"), code=303)
    title = f"Change {seen.name}, version {seen.version}"
    page = {"title": title, "reviewed": review_words(seen)}
    status = 422 if form.errors else 200
    return render_template("admin/protocol_edit.html", form=form, page=page), status


__all__ = ["admin"]  # with the routes of this module and of the other one
