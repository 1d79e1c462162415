"""Planning a course: a form, a preview of every date, and the acceptance."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from tracker.actions import courses as course_actions
from tracker.actions.courses import PlanIsAnother, refusal
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.domain.schedule import CannotPlan
from tracker.queries import courses as course_queries
from tracker.queries import patients as patient_queries
from tracker.queries import protocols as protocol_queries
from tracker.queries.patients import PatientRecord
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.courses.blueprint import courses
from tracker.web.courses.forms import ACCEPT, ANY_DAY, EDIT, CourseForm
from tracker.web.courses.plan_pages import patient_banner_of, preview_page
from tracker.web.formatting import clock_time


@courses.route("/patients/<uuid:patient_id>/courses/new", methods=["GET", "POST"])
@allow(Act.PLAN_COURSE, of="patient")
def new(patient_id: UUID) -> Any:
    """Ask for the course, show its dates, store it when they are accepted."""
    db, who = access.database(), access.who()
    patient = patient_queries.get_patient(db, who, patient_id, now=clock.now())
    form = _form()
    if form.is_sent_and_fits() and form.wants != EDIT:
        return _accept(patient, form) if form.wants == ACCEPT else _preview(patient, form)
    if patient.open_course is not None and not form.is_submitted():
        flash("There is an open course already. End it before planning another one.", "problem")
        return redirect(url_for("courses.show", course_id=patient.open_course.id), code=303)
    return _ask(patient, form)


def saved(course_id: UUID) -> Any:
    """Back to the course, with a neutral word."""
    flash(f"Saved at {clock_time(access.clinic().local(clock.now()))}.", "done")
    return redirect(url_for("courses.show", course_id=course_id), code=303)


def _form() -> CourseForm:
    protocols = protocol_queries.newest_protocols(access.database(), access.who())
    first = protocols[0]
    form = CourseForm(
        protocol=str(first.id),
        infusion_count=first.protocol.infusion_count,
        min_gap_days=first.protocol.min_gap_days,
        max_gap_days=first.protocol.max_gap_days,
        preferred_gap_days=first.protocol.preferred_gap_days,
        therapy=ANY_DAY,
    )
    form.offer(protocols)
    return form


def _ask(patient: PatientRecord, form: CourseForm) -> Any:
    banner = patient_banner_of(patient)
    status = 422 if form.errors else 200
    return render_template("courses/plan_new.html", form=form, banner=banner), status


def _preview(patient: PatientRecord, form: CourseForm, *, is_changed: bool = False) -> Any:
    wish = form.wish(patient.id)
    try:
        proposal = course_queries.preview_course(
            access.database(), access.who(), wish, now=clock.now()
        )
    except CannotPlan as problem:
        form.show(refusal(problem))
        return _ask(patient, form)
    form.reason.optional = not proposal.needs_reason
    page = preview_page(patient, wish, proposal, is_changed=is_changed)
    status = 422 if form.errors else 200
    return render_template("courses/plan_preview.html", form=form, page=page), status


def _accept(patient: PatientRecord, form: CourseForm) -> Any:
    try:
        course_id = course_actions.plan_course(
            access.database(),
            access.who(),
            form.wish(patient.id),
            shown=form.shown.data or "",
            reason=form.reason.data or "",
            submission=form.submission(),
            now=clock.now(),
        )
    except PlanIsAnother:
        return _preview(patient, form, is_changed=True)
    except Refused as problem:
        form.show(problem)
        return _preview(patient, form) if problem.field == "reason" else _ask(patient, form)
    return saved(course_id)
