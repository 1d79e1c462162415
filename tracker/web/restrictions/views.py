"""Restrict a record to named people; open one with a reason; close it again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for

from tracker.actions import restrictions as restriction_actions
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.domain.restrictions import OpeningReason, RestrictionReason
from tracker.queries import restrictions as restriction_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.restrictions.forms import ButtonForm, GlassForm, RestrictionForm

restrictions = Blueprint("restrictions", __name__, url_prefix="/patients/<uuid:patient_id>")


@restrictions.route("/restriction", methods=["GET", "POST"])
@allow(Act.RESTRICT_RECORD, of="patient")
def edit(patient_id: UUID) -> Any:
    """Who opens this record."""
    db, who = access.database(), access.who()
    found = restriction_queries.get_restriction(db, who, patient_id)
    named = [str(each.user_id) for each in found.readers if each.is_named]
    form = RestrictionForm(reason=str(found.reason or ""), readers=named)
    form.offer(found.readers, me=who.user_id)
    if form.is_sent_and_fits():
        try:
            restriction_actions.restrict(
                db,
                who,
                patient_id,
                reason=RestrictionReason(form.reason.data),
                readers=form.named(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            flash("Only the people you named open this record now.", "done")
            return _back(patient_id)
    back = url_for("patients.show", patient_id=patient_id)
    page = {"is_restricted": found.reason is not None, "back_href": back, "patient_id": patient_id}
    status = 422 if form.errors else 200
    return render_template(
        "restrictions/edit.html", form=form, page=page, button=ButtonForm()
    ), status


@restrictions.post("/restriction/lift")
@allow(Act.RESTRICT_RECORD, of="patient")
def lift(patient_id: UUID) -> Any:
    """Let everybody who sees patients open the record again."""
    ButtonForm().refuse_unknown()
    try:
        restriction_actions.lift(access.database(), access.who(), patient_id, now=clock.now())
    except Refused as problem:
        flash(str(problem), "problem")
    else:
        flash("Everybody here who sees patients opens this record again.", "done")
    return _back(patient_id)


@restrictions.route("/open-restricted", methods=["GET", "POST"])
@allow(Act.BREAK_GLASS, of="patient", even_restricted=True)
def break_glass(patient_id: UUID) -> Any:
    """Open a restricted record without being named: with a reason, for a while, and seen."""
    db, who = access.database(), access.who()
    minutes = current_app.config["SETTINGS"].glass_minutes
    form = GlassForm()
    if form.is_sent_and_fits():
        try:
            restriction_actions.break_glass(
                db,
                who,
                patient_id,
                reason=OpeningReason(form.reason.data),
                words=form.words.data,
                lasts=timedelta(minutes=minutes),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _back(patient_id)
    page = {
        "record_number": restriction_queries.get_record_number(db, who, patient_id),
        "minutes": minutes,
    }
    status = 422 if form.errors else 200
    return render_template("restrictions/break_glass.html", form=form, page=page), status


@restrictions.post("/close-restricted")
@allow(Act.BREAK_GLASS, of="patient", even_restricted=True)
def close_glass(patient_id: UUID) -> Any:
    """Close it before the time is over."""
    ButtonForm().refuse_unknown()
    restriction_actions.close_glass(access.database(), access.who(), patient_id, now=clock.now())
    flash("The record is closed to you again.", "done")
    return redirect(url_for("patients.index"), code=303)


def _back(patient_id: UUID) -> Any:
    return redirect(url_for("patients.show", patient_id=patient_id), code=303)
