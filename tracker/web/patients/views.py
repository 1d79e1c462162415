"""The list of patients, registering and changing one, inviting one to open an account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for

from tracker.actions import accounts as account_actions
from tracker.actions import check_in_preferences as preference_actions
from tracker.actions import patients as patient_actions
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.queries import check_in_preferences as preference_queries
from tracker.queries import patients as patient_queries
from tracker.web import access, asking_forms, clock
from tracker.web.access import allow
from tracker.web.formatting import clock_time
from tracker.web.patients.forms import InviteForm, PatientForm, SearchForm, filled_in
from tracker.web.patients.pages import PER_PAGE, list_page, patient_page, search_page

patients = Blueprint("patients", __name__, url_prefix="/patients")


@patients.route("", methods=["GET", "POST"])
@allow(Act.SEE_PATIENTS)
def index() -> Any:
    """The list by family name. A search is a POST that answers with a page: no name in a URL."""
    db, who, today = access.database(), access.who(), _today()
    form = SearchForm()
    if form.is_sent_and_fits():
        found = patient_queries.search_patients(db, who, form.q.data, today=today)
        page = search_page(found, today=today, who=who)
        return render_template("patients/index.html", form=form, page=page)
    number = _page_number()
    found = patient_queries.list_patients(
        db, who, today=today, offset=(number - 1) * PER_PAGE, limit=PER_PAGE
    )
    page = list_page(found, number=number, today=today, who=who)
    status = 422 if form.errors else 200
    return render_template("patients/index.html", form=form, page=page), status


@patients.route("/new", methods=["GET", "POST"])
@allow(Act.REGISTER_PATIENT)
def register() -> Any:
    """Write a new patient down."""
    form = PatientForm()
    if form.is_sent_and_fits():
        try:
            patient_id = patient_actions.register_patient(
                access.database(),
                access.who(),
                form.details(),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(patient_id)
    status = 422 if form.errors else 200
    return render_template("patients/register.html", form=form), status


@patients.get("/<uuid:patient_id>")
@allow(Act.SEE_PATIENTS, of="patient")
def show(patient_id: UUID) -> Any:
    """One patient: what is known, the courses, the account."""
    found = patient_queries.get_patient(
        access.database(), access.who(), patient_id, now=clock.now()
    )
    page = patient_page(found, clinic=access.clinic(), today=_today(), who=access.who())
    return render_template("patients/show.html", page=page, button=InviteForm())


@patients.route("/<uuid:patient_id>/edit", methods=["GET", "POST"])
@allow(Act.REGISTER_PATIENT, of="patient")
def edit(patient_id: UUID) -> Any:
    """Change what is known of a patient."""
    db, who = access.database(), access.who()
    stored = patient_queries.get_patient(db, who, patient_id, now=clock.now())
    form = filled_in(stored.details, stored.version)
    if form.is_sent_and_fits():
        try:
            patient_actions.change_patient(
                db,
                who,
                patient_id,
                form.details(),
                seen_version=form.seen_version.data,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(patient_id)
    back, asking_href = (
        url_for(f"patients.{view}", patient_id=patient_id) for view in ("show", "asking")
    )
    status = 422 if form.errors else 200
    return render_template(
        "patients/edit.html", form=form, back_href=back, asking_href=asking_href
    ), status


@patients.route("/<uuid:patient_id>/check-in-settings", methods=["GET", "POST"])
@allow(Act.REGISTER_PATIENT, of="patient")
def asking(patient_id: UUID) -> Any:
    """Language, weekday and zone of the patient's check-ins, and reminders of them."""
    db, who = access.database(), access.who()
    stored = preference_queries.get_preferences(db, who, patient_id)
    zone = access.clinic().timezone
    form = asking_forms.filled_in(
        asking_forms.AskingFormOfStaff,
        stored.chosen,
        stored.version,
        clinic_zone=zone,
    )
    if form.is_sent_and_fits():
        seen, now = form.seen_version.data, clock.now()
        try:
            preference_actions.change_preferences(
                db,
                who,
                patient_id,
                form.chosen(),
                seen_version=seen,
                has_agreed=bool(form.agreed.data),
                now=now,
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(patient_id)
    back, status = url_for("patients.show", patient_id=patient_id), 422 if form.errors else 200
    return render_template(
        "patients/asking.html",
        form=form,
        name=stored.patient_name,
        record_number=stored.record_number,
        reached=asking_forms.reached_words(stored, access.clinic()),
        back_href=back,
    ), status


@patients.post("/<uuid:patient_id>/invitation")
@allow(Act.INVITE_PATIENT, of="patient")
def invite(patient_id: UUID) -> Any:
    """Make a one-time link. It is on the page that answers and nowhere else, never in a log."""
    db, who = access.database(), access.who()
    back = url_for("patients.show", patient_id=patient_id)
    if not InviteForm().is_sent_and_fits():
        return redirect(back, code=303)
    try:
        token = account_actions.invite_patient(db, who, patient_id, now=clock.now())
    except Refused as problem:
        flash(str(problem), "problem")
        return redirect(back, code=303)
    link = current_app.config["SETTINGS"].public_url + url_for("account.accept", token=token)
    found = patient_queries.get_patient(db, who, patient_id, now=clock.now())
    page = patient_page(found, clinic=access.clinic(), today=_today(), who=who)
    return render_template("patients/invited.html", page=page, link=link, back_href=back)


def _saved(patient_id: UUID) -> Any:
    flash(f"Saved at {clock_time(access.clinic().local(clock.now()))}.", "done")
    return redirect(url_for("patients.show", patient_id=patient_id), code=303)


def _today() -> Any:
    return clock.today(access.clinic().timezone)


def _page_number() -> int:
    typed = request.args.get("page", "")
    fits = typed.isascii() and typed.isdigit() and len(typed) < 6
    return max(1, int(typed)) if fits else 1
