"""A patient's own settings: how they want to be asked."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import force_locale, gettext

from tracker.actions import check_in_preferences as preference_actions
from tracker.domain.errors import Refused
from tracker.domain.languages import Language
from tracker.domain.permissions import Act
from tracker.queries import check_in_preferences as preference_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.asking_forms import filled_in
from tracker.web.formatting import sentence, spoken_time

my_settings = Blueprint("my_settings", __name__)


@my_settings.route("/me/settings", methods=["GET", "POST"])
@allow(Act.CHANGE_OWN_SETTINGS)
def edit() -> Any:
    """Language, weekday and zone of the check-ins."""
    db, who, now = access.database(), access.who(), clock.now()
    stored = preference_queries.get_own_preferences(db, who)
    clinic = access.clinic()
    form = filled_in(stored.chosen, stored.version, clinic_zone=clinic.timezone)
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
    return render_template("my_settings/edit.html", form=form), status


def _saved_at(local: datetime, language: Language | None) -> str:
    """In the language that was chosen: the next page is in it."""
    with force_locale(language.locale) if language else nullcontext():
        return sentence(gettext("Saved at %(at)s", at=spoken_time(local)))
