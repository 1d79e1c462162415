"""Who is told of a safety alert."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from tracker.actions import on_call as on_call_actions
from tracker.domain.errors import Refused
from tracker.domain.on_call import Tier
from tracker.domain.permissions import Act
from tracker.queries import on_call as on_call_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.admin.on_call_pages import on_call_form, on_call_page
from tracker.web.admin.views import admin
from tracker.web.formatting import clock_time


@admin.route("/on-call", methods=["GET", "POST"])
@allow(Act.ADMINISTER_CLINIC)
def on_call() -> Any:
    """Name who is told first, and the backup."""
    db, who = access.database(), access.who()
    found = on_call_queries.get_on_call(db, who)
    form = on_call_form(found)
    if form.is_sent_and_fits():
        try:
            on_call_actions.name_on_call(
                db,
                who,
                first=form.named(Tier.FIRST),
                backup=form.named(Tier.BACKUP),
                seen_version=form.seen_version.data,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            flash(f"Saved at {clock_time(access.clinic().local(clock.now()))}.", "done")
            return redirect(url_for("admin.on_call"), code=303)
    page = on_call_page(found)
    status = 422 if form.errors else 200
    return render_template("admin/on_call.html", form=form, page=page), status


__all__ = ["admin"]  # with the routes of this module and of the other ones
