"""What was tried before: read the list, add a treatment, correct or strike an entry."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for

from tracker.actions import prior_treatments as trial_actions
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.queries import patients as patient_queries
from tracker.queries import prior_treatments as trial_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.formatting import clock_time
from tracker.web.prior_treatments.forms import (
    CorrectionForm,
    StrikeForm,
    TrialForm,
    stored_answers,
)
from tracker.web.prior_treatments.pages import prior_treatments_page

prior_treatments = Blueprint("prior_treatments", __name__)


@prior_treatments.route("/patients/<uuid:patient_id>/prior-treatments", methods=["GET", "POST"])
@allow(Act.RECORD_HISTORY, of="patient")
def index(patient_id: UUID) -> Any:
    """The list, and a form for the next one."""
    db, who = access.database(), access.who()
    form = TrialForm()
    if form.is_sent_and_fits():
        try:
            trial_actions.record_trial(
                db, who, patient_id, form.typed(), submission=form.submission(), now=clock.now()
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(patient_id)
    patient = patient_queries.get_patient(db, who, patient_id, now=clock.now())
    entries = trial_queries.list_trials(db, who, patient_id)
    page = prior_treatments_page(patient, entries, access.clinic())
    status = 422 if form.errors else 200
    return render_template("prior_treatments/index.html", form=form, page=page), status


@prior_treatments.route(
    "/prior-treatments/<uuid:prior_treatment_id>/correct", methods=["GET", "POST"]
)
@allow(Act.RECORD_HISTORY, of="prior_treatment")
def correct(prior_treatment_id: UUID) -> Any:
    """Replace an entry; the old one stays readable."""
    found = trial_queries.get_trial(access.database(), access.who(), prior_treatment_id)
    return _change(CorrectionForm(**stored_answers(found.entry.trial)), found, is_strike=False)


@prior_treatments.route(
    "/prior-treatments/<uuid:prior_treatment_id>/strike", methods=["GET", "POST"]
)
@allow(Act.RECORD_HISTORY, of="prior_treatment")
def strike(prior_treatment_id: UUID) -> Any:
    """Strike an entry out that never was so."""
    found = trial_queries.get_trial(access.database(), access.who(), prior_treatment_id)
    return _change(StrikeForm(), found, is_strike=True)


def _change(form: Any, found: trial_queries.OwnedTrial, *, is_strike: bool) -> Any:
    if form.is_sent_and_fits():
        try:
            trial_actions.correct_trial(
                access.database(),
                access.who(),
                found.entry.id,
                None if is_strike else form.typed(),
                reason=form.correction_reason.data,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(found.patient_id)
    old = found.entry.trial
    return render_template(
        "prior_treatments/change.html",
        form=form,
        title="Strike an entry out" if is_strike else "Correct an entry",
        is_strike=is_strike,
        entry=f"{old.treatment} {old.dose}".strip(),
        back_href=url_for(".index", patient_id=found.patient_id),
    ), (422 if form.errors else 200)


def _saved(patient_id: UUID) -> Any:
    flash(f"Saved at {clock_time(access.clinic().local(clock.now()))}.", "done")
    return redirect(url_for("prior_treatments.index", patient_id=patient_id), code=303)
