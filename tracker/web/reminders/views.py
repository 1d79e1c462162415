"""Stopping reminders from a message, without signing in; sending one by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext

from tracker.actions import reminder_choices
from tracker.domain.errors import NotFound, Refused
from tracker.domain.permissions import Act
from tracker.web import access, clock, errors
from tracker.web.access import allow, anyone
from tracker.web.forms import Form
from tracker.web.reminders.forms import StopForm
from tracker.web.reminders.stop_links import TOKEN_LENGTH, patient_of

reminders = Blueprint("reminders", __name__)


@reminders.route(f"/stop/<string(length={TOKEN_LENGTH}):stop_token>", methods=["GET", "POST"])
@anyone
def stop(stop_token: str) -> Any:
    """Looking only asks, for mail scanners look too; our button or a mail program stops."""
    form = StopForm()
    if request.method == "POST" and not form.is_sent_and_fits():
        abort(400)
    patient_id = patient_of(current_app.config["SETTINGS"].secret_key, stop_token)
    try:
        if patient_id is None:
            raise NotFound("patient")
        if request.method == "POST":
            reminder_choices.stop_reminders(access.database(), patient_id, now=clock.now())
    except NotFound:
        return errors.page(404, problem=gettext("This link does not work any more."))
    return render_template("reminders/stop.html", form=form, is_done=request.method == "POST")


@reminders.post("/patients/<uuid:patient_id>/remind")
@allow(Act.SEND_CHECK_IN_LINK, of="patient")
def remind(patient_id: UUID) -> Any:
    """Queue a reminder now, from the list of those who are behind."""
    form = Form()
    if form.is_sent_and_fits():
        try:
            reminder_choices.remind_now(
                access.database(),
                access.who(),
                patient_id,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            flash(str(problem), "problem")
        else:
            flash("A reminder goes out soon, but not in the patient’s quiet hours.", "done")
    return redirect(url_for("board.show"), code=303)
