"""Safety alerts: open until somebody writes what was done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for

from tracker.actions import alerts as alert_actions
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.queries import alerts as alert_queries
from tracker.queries import on_call as on_call_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.alerts.forms import CloseForm
from tracker.web.alerts.pages import alert_page, list_page
from tracker.web.formatting import clock_time

alerts = Blueprint("alerts", __name__, url_prefix="/alerts")


@alerts.get("")
@allow(Act.CLOSE_ALERT)
def index() -> Any:
    """Open alerts by level and deadline, then those closed last."""
    db, who = access.database(), access.who()
    page = list_page(
        alert_queries.list_open(db, who),
        alert_queries.list_closed(db, who),
        asked=alert_queries.get_asked_lately(db, who, now=clock.now()),
        has_watcher=on_call_queries.has_watcher(db, who),
        clinic=access.clinic(),
        now=clock.now(),
    )
    return render_template("alerts/index.html", page=page)


@alerts.route("/<uuid:alert_id>", methods=["GET", "POST"])
@allow(Act.CLOSE_ALERT, of="alert")
def close(alert_id: UUID) -> Any:
    """What was answered, and the form that closes it."""
    db, who, now = access.database(), access.who(), clock.now()
    form = CloseForm()
    if form.is_sent_and_fits():
        try:
            alert_actions.close_alert(
                db,
                who,
                alert_id,
                action_taken=form.action_taken.data,
                done_at=form.done_at(access.clinic(), now),
                submission=form.submission(),
                now=now,
            )
        except Refused as problem:
            form.show(problem)
        else:
            flash(f"Saved at {clock_time(access.clinic().local(now))}.", "done")
            return redirect(url_for("alerts.index"), code=303)
    found = alert_queries.get_alert(db, who, alert_id)
    page = alert_page(found, clinic=access.clinic(), now=now)
    status = 422 if form.errors else 200
    return render_template("alerts/close.html", form=form, page=page), status
