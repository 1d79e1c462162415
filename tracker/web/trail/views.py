"""The audit trail for whoever looks after privacy, and each patient's own part of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template

from tracker.domain.audit import AuditEvent
from tracker.domain.permissions import Act
from tracker.queries import accounts as account_queries
from tracker.queries import audit_trail
from tracker.queries import restrictions as restriction_queries
from tracker.queries.audit_trail import Asked
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.trail.forms import TrailForm
from tracker.web.trail.pages import (
    COLUMNS,
    OPENING_COLUMNS,
    PER_PAGE,
    opening_rows,
    own_lines,
    trail_page,
)

trail = Blueprint("trail", __name__)

OPENINGS_SHOWN_FOR = timedelta(days=90)


@trail.route("/admin/trail", methods=["GET", "POST"])
@allow(Act.SEE_TRAIL, seen_as=AuditEvent.TRAIL_SEEN, fresh=True)
def index() -> Any:
    """By patient, by person, by time. A search is a POST: no record number is in an address."""
    db, who = access.database(), access.who()
    form = TrailForm()
    form.offer(account_queries.list_accounts(db, who))
    asked = form.asked(access.clinic()) if form.is_sent_and_fits() else Asked()
    events = audit_trail.list_events(db, who, asked, limit=PER_PAGE + 1)
    page = trail_page(events, access.clinic())
    status = 422 if form.errors else 200
    form.before.data = None
    further = TrailForm(formdata=None, before=page.before)
    openings = restriction_queries.list_openings(db, who, since=clock.now() - OPENINGS_SHOWN_FOR)
    return render_template(
        "admin/trail.html",
        form=form,
        page=page,
        openings=opening_rows(openings, access.clinic()),
        opening_columns=OPENING_COLUMNS,
        columns=COLUMNS,
        further=further,
        asked=form.shown(),
    ), status


@trail.get("/me/opened")
@allow(Act.SEE_OWN_RECORD)
def own() -> Any:
    """Who opened the record of the signed-in patient, and on which day."""
    visits = audit_trail.list_own_visits(access.database(), access.who(), access.clinic())
    return render_template("trail/own.html", lines=own_lines(visits))
