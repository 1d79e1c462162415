"""Before an infusion: start it, or say that it was not given."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for

from tracker.actions import infusions as infusion_actions
from tracker.actions import missed_infusions
from tracker.domain.courses import PlannedState
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.domain.run_sheet import Previous, Start, check_start, start_questions
from tracker.queries import infusions as infusion_queries
from tracker.queries.infusions import StartSheet
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.formatting import clock_time
from tracker.web.infusions.forms import NotGivenForm, StartForm
from tracker.web.infusions.start_pages import not_given_page, start_page
from tracker.web.moments import twice_note

infusions = Blueprint("infusions", __name__)


@infusions.route("/planned-infusions/<uuid:planned_infusion_id>/start", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="planned_infusion")
def start(planned_infusion_id: UUID) -> Any:
    """Weight and dose, the milligrams with their working, then the start."""
    sheet = infusion_queries.get_start_sheet(access.database(), access.who(), planned_infusion_id)
    if sheet.given_infusion_id and request.method != "POST":
        return _to_sheet(sheet.given_infusion_id)
    rules = sheet.protocol.dose
    form = StartForm(dose_mg_per_kg=rules.dose_mg_per_kg, planned_minutes=rules.infusion_minutes)
    dose, is_news = None, False
    if form.is_sent_and_fits():
        dose, is_news = form.dose(), form.wants_start and not form.dose_was_seen()
        try:
            decided = form.start(access.clinic(), clock.now())
            if form.dose_was_seen():
                return _start(planned_infusion_id, decided, form)
            _preview(sheet, decided, form)
        except Refused as problem:
            form.show(problem)
        form.remember_dose()
    page = start_page(sheet, access.clinic(), dose, is_news=is_news)
    status = 422 if form.errors else 200
    return render_template("infusions/start.html", form=form, page=page), status


def _start(planned_infusion_id: UUID, decided: Start, form: StartForm) -> Any:
    infusion_id = infusion_actions.start_infusion(
        access.database(),
        access.who(),
        planned_infusion_id,
        decided,
        confirmed=form.confirmed.data or (),
        submission=form.submission(),
        now=clock.now(),
    )
    saved(twice_note(form.started_day.data, form.started_time.data, **here()))
    return _to_sheet(infusion_id)


def _preview(sheet: StartSheet, decided: Start, form: StartForm) -> None:
    """Check everything and ask what will be asked; nothing is stored."""
    last = sheet.last
    previous = (
        Previous(number=last.number, weight_kg=last.weight_kg, ended_at=last.ended_at)
        if last
        else None
    )
    check_start(decided, sheet.protocol.dose, previous=previous, now=clock.now())
    form.ask(
        start_questions(
            decided,
            sheet.protocol,
            number=sheet.appointment.number,
            planned_on=sheet.appointment.planned_on,
            started_on=access.clinic().date_of(decided.started_at),
            previous=previous,
            waiting=sheet.waiting,
        )
    )


@infusions.route("/planned-infusions/<uuid:planned_infusion_id>/not-given", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="planned_infusion")
def not_given(planned_infusion_id: UUID) -> Any:
    """Missed or cancelled, with the reason; then on to planning it again."""
    db, who = access.database(), access.who()
    form = NotGivenForm()
    if form.is_sent_and_fits():
        try:
            course_id = missed_infusions.not_given(
                db,
                who,
                planned_infusion_id,
                state=PlannedState(form.state.data),
                reason=form.reason.data,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            saved(" Plan the infusion again here, if it is to be given.")
            return redirect(url_for("courses.replan", course_id=course_id), code=303)
    page = not_given_page(*infusion_queries.get_appointment(db, who, planned_infusion_id))
    status = 422 if form.errors else 200
    return render_template("infusions/not_given.html", form=form, page=page), status


def here() -> dict[str, Any]:
    """The clinic and this request's moment."""
    return {"clinic": access.clinic(), "now": clock.now()}


def saved(more: str = "") -> None:
    """Say on the next page that it was stored, and when."""
    flash(f"Saved at {clock_time(access.clinic().local(clock.now()))}.{more}", "done")


def _to_sheet(infusion_id: UUID) -> Any:
    return redirect(url_for("infusions.show", infusion_id=infusion_id), code=303)
