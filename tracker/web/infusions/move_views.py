"""The steps of a run sheet: the patient arrives, and everything that has no form of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from tracker.actions import run_sheet_moves
from tracker.domain.errors import NotFound, Refused
from tracker.domain.permissions import Act
from tracker.domain.run_sheet_stages import Move
from tracker.queries import infusions as infusion_queries
from tracker.queries import run_sheets
from tracker.queries.sheet_entries import LoggedMove
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.infusions.hold_part import hold_of_patient
from tracker.web.infusions.meanwhile import meanwhile
from tracker.web.infusions.move_forms import ArriveForm, CorrectTimeForm, MoveForm
from tracker.web.infusions.move_pages import arrive_page, correct_time_page
from tracker.web.infusions.sheet_views import render_sheet
from tracker.web.infusions.views import here, infusions, saved
from tracker.web.moments import twice_note

_HERE = frozenset(Move) - run_sheet_moves.OWN_ACTIONS


@infusions.route("/planned-infusions/<uuid:planned_infusion_id>/arrive", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="planned_infusion")
def arrive(planned_infusion_id: UUID) -> Any:
    """The patient is here: open the run sheet."""
    db, who = access.database(), access.who()
    sheet_id = run_sheets.find_run_sheet_id(db, who, planned_infusion_id)
    if sheet_id is not None and request.method != "POST":
        return _to_sheet(sheet_id)
    form = ArriveForm()
    if form.is_sent_and_fits():
        try:
            sheet_id = run_sheet_moves.open_sheet(
                db,
                who,
                planned_infusion_id,
                arrived_at=form.moved_at(access.clinic(), clock.now()),
                confirmed=form.confirmed.data or (),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(form, sheet_id)
    bearer, appointment = infusion_queries.get_appointment(db, who, planned_infusion_id)
    page, hold = arrive_page(bearer, appointment), hold_of_patient(bearer.patient_id)
    status = 422 if form.errors else 200
    return render_template("infusions/arrive.html", form=form, page=page, hold=hold), status


@infusions.post("/infusions/<uuid:infusion_id>/moves/<move_name>")
@allow(Act.LOG_INFUSION, of="infusion")
def move(infusion_id: UUID, move_name: str) -> Any:
    """Take the sheet one step on. What stands in the way comes back on the sheet."""
    if move_name not in _HERE:
        raise NotFound("step")
    form = MoveForm(Move(move_name))
    db, who = access.database(), access.who()
    if form.is_sent_and_fits():
        try:
            run_sheet_moves.move_sheet(
                db,
                who,
                infusion_id,
                form.step(access.clinic(), clock.now()),
                seen_version=form.seen_version.data,
                confirmed=form.confirmed.data or (),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(form, infusion_id)
    return render_sheet(run_sheets.get_run_sheet(db, who, infusion_id), sent=form)


@infusions.route("/run-sheet-moves/<uuid:run_sheet_move_id>/correct", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="run_sheet_move")
def correct_time(run_sheet_move_id: UUID) -> Any:
    """Say when a step really was; the old time stays readable."""
    db, who = access.database(), access.who()
    sheet = run_sheets.get_run_sheet_of(db, who, "run_sheet_move", run_sheet_move_id)
    step = next(each for each in sheet.entries.moves if each.id == run_sheet_move_id)
    form = CorrectTimeForm(**_time_as_typed(step))
    if form.is_sent_and_fits():
        try:
            run_sheet_moves.correct_time(
                db,
                who,
                run_sheet_move_id,
                occurred_at=form.moved_at(access.clinic(), clock.now()),
                reason=form.correction_reason.data,
                confirmed=form.confirmed.data or (),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(form, sheet.id)
    page = correct_time_page(sheet, step, access.clinic())
    both = meanwhile(
        form, "run_sheet_move", step.id, "moves", "infusions.correct_time", _time_as_typed
    )
    body = render_template("infusions/correct_time.html", form=form, page=page, meanwhile=both)
    return body, form.status


def _time_as_typed(step: LoggedMove) -> dict[str, Any]:
    local = access.clinic().local(step.occurred_at)
    return {"moved_day": local.date(), "moved_time": local.time()}


def _saved(form: Any, infusion_id: UUID) -> Any:
    saved(twice_note(form.moved_day.data, form.moved_time.data, **here()))
    return _to_sheet(infusion_id)


def _to_sheet(infusion_id: UUID) -> Any:
    return redirect(url_for("infusions.show", infusion_id=infusion_id), code=303)
