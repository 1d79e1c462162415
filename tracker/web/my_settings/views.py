"""A patient's own settings: how they want to be asked."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import force_locale, gettext

from tracker.actions import check_in_preferences as preference_actions
from tracker.actions import reminder_choices
from tracker.domain.errors import Refused
from tracker.domain.languages import Language
from tracker.domain.permissions import Act
from tracker.domain.reminders import RemindBy
from tracker.queries import check_in_preferences as preference_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.asking_forms import AskingForm, filled_in
from tracker.web.formatting import sentence, spoken_time
from tracker.web.forms import Form
from tracker.web.languages import said

my_settings = Blueprint("my_settings", __name__)


@my_settings.route("/me/settings", methods=["GET", "POST"])
@allow(Act.CHANGE_OWN_SETTINGS)
def edit() -> Any:
    """Language, weekday and zone of the check-ins, and reminders of them."""
    db, who, now = access.database(), access.who(), clock.now()
    stored = preference_queries.get_own_preferences(db, who)
    clinic = access.clinic()
    form = filled_in(AskingForm, stored.chosen, stored.version, clinic_zone=clinic.timezone)
    if form.is_sent_and_fits():
        seen = form.seen_version.data
        try:
            preference_actions.change_preferences(
                db, who, stored.patient_id, form.chosen(), seen_version=seen, now=now
            )
        except Refused as problem:
            form.show(problem)
        else:
            flash(_saved_at(clinic.local(now), form.chosen().language), "done")
            return redirect(url_for("my_settings.edit"), code=303)
    status = 422 if form.errors else 200
    return render_template(
        "my_settings/edit.html",
        form=form,
        button=Form(),
        is_stopped=stored.stopped_at is not None,
        is_reminded=stored.chosen.remind_by is not RemindBy.NONE,
    ), status


@my_settings.post("/me/settings/test")
@allow(Act.CHANGE_OWN_SETTINGS)
def send_test() -> Any:
    """A message as reminders are, so that somebody sees whether they arrive."""
    form = Form()
    if form.is_sent_and_fits():
        try:
            reminder_choices.ask_for_test(
                access.database(), access.who(), submission=form.submission(), now=clock.now()
            )
        except Refused as problem:
            flash(said(problem), "problem")
        else:
            flash(gettext("A test is on its way. It can take a few minutes."), "done")
    return redirect(url_for("my_settings.edit"), code=303)


def _saved_at(local: datetime, language: Language | None) -> str:
    """In the language that was chosen: the next page is in it."""
    with force_locale(language.locale) if language else nullcontext():
        return sentence(gettext("Saved at %(at)s", at=spoken_time(local)))
