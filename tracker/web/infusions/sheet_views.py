"""The run sheet: look at it, add vital signs and events, correct a set, end the infusion."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from tracker.actions import vital_signs as vital_sign_actions
from tracker.domain.errors import NotFound, Refused
from tracker.domain.permissions import Act
from tracker.domain.run_sheet_stages import OVER
from tracker.domain.signing import RecordKind
from tracker.queries import drug_ledger, run_sheets
from tracker.queries.run_sheets import RunSheet
from tracker.queries.sheet_entries import VitalSet
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.infusions.check_pages import check_parts
from tracker.web.infusions.drug_part import DrugPart, drug_part
from tracker.web.infusions.forms import CorrectionForm, VitalSignsForm
from tracker.web.infusions.hold_part import hold_of_sheet
from tracker.web.infusions.meanwhile import meanwhile
from tracker.web.infusions.medicines_part import taken_part
from tracker.web.infusions.move_pages import move_offers
from tracker.web.infusions.picture import vital_series
from tracker.web.infusions.sheet_pages import run_sheet_page
from tracker.web.infusions.views import here, infusions, saved
from tracker.web.moments import twice_note
from tracker.web.pictures import picture
from tracker.web.signature_words import sign_part


@infusions.get("/infusions/<uuid:infusion_id>")
@allow(Act.SEE_COURSE, of="infusion")
def show(infusion_id: UUID) -> Any:
    """The run sheet, with the form for the next set on top."""
    return render_sheet(_sheet(infusion_id))


@infusions.post("/infusions/<uuid:infusion_id>/vital-signs")
@allow(Act.LOG_INFUSION, of="infusion")
def add_vital_signs(infusion_id: UUID) -> Any:
    """Add one set. What cannot be, or is unusual, comes back on the run sheet."""
    form = VitalSignsForm()
    if form.is_sent_and_fits():
        try:
            vital_sign_actions.record_vital_signs(
                access.database(),
                access.who(),
                infusion_id,
                form.signs(),
                measured_at=form.measured_at(access.clinic(), clock.now()),
                confirmed=form.confirmed.data or (),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            saved(twice_note(form.measured_day.data, form.measured_time.data, **here()))
            return _to_sheet(infusion_id)
    return render_sheet(_sheet(infusion_id), vitals=form)


@infusions.route("/vital-signs/<uuid:vital_signs_id>/correct", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="vital_signs")
def correct(vital_signs_id: UUID) -> Any:
    """Put another set in the place of one; the old one stays readable."""
    db, who = access.database(), access.who()
    sheet = run_sheets.get_run_sheet_of(db, who, "vital_signs", vital_signs_id)
    old = next(each for each in sheet.entries.vital_sets if each.id == vital_signs_id)
    form = CorrectionForm(**_as_typed(old))
    if form.is_sent_and_fits():
        try:
            vital_sign_actions.correct_vital_signs(
                db,
                who,
                vital_signs_id,
                form.signs(),
                measured_at=form.measured_at(access.clinic(), clock.now()),
                reason=form.correction_reason.data,
                confirmed=form.confirmed.data or (),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            saved()
            return _to_sheet(sheet.id)
    both = meanwhile(
        form, "vital_signs", vital_signs_id, "vital_sets", "infusions.correct", _as_typed
    )
    page = run_sheet_page(sheet, clinic=access.clinic(), who=who, now=clock.now())
    body = render_template("infusions/correct.html", form=form, page=page, meanwhile=both)
    return body, form.status


def _as_typed(old: VitalSet) -> dict[str, Any]:
    """A stored set as its form shows it."""
    local = access.clinic().local(old.occurred_at)
    values: dict[str, Any] = {measure.value: value for measure, value in old.signs.values()}
    if old.signs.rass is not None:
        values["rass"] = str(old.signs.rass)
    if old.signs.moaas is not None:
        values["moaas"] = str(old.signs.moaas)
    return values | {"measured_day": local.date(), "measured_time": local.time()}


@infusions.get("/infusions/<uuid:infusion_id>/vital-signs.svg")
@allow(Act.SEE_COURSE, of="infusion", seen_as=None)
def chart(infusion_id: UUID) -> Any:
    """The vital signs as a picture. Part of the run sheet, whose opening was written down."""
    return _picture(infusion_id, "screen")


@infusions.get("/infusions/<uuid:infusion_id>/vital-signs-phone.svg")
@allow(Act.SEE_COURSE, of="infusion", seen_as=None)
def phone_chart(infusion_id: UUID) -> Any:
    """The same picture, drawn for a narrow screen."""
    return _picture(infusion_id, "phone")


def _picture(infusion_id: UUID, drawn_for: str) -> Any:
    from tracker.charts.cache import chart_key
    from tracker.charts.drawing import draw_vitals
    from tracker.charts.series import Form as ChartForm

    series = vital_series(_sheet(infusion_id), access.clinic(), clock.now())
    if series is None:
        raise NotFound("chart")
    form, is_dark = ChartForm(drawn_for), request.args.get("theme") == "dark"
    key = chart_key(series, form, is_dark=is_dark)
    return picture(key, lambda: draw_vitals(series, form, is_dark=is_dark))


def _sheet(infusion_id: UUID) -> RunSheet:
    return run_sheets.get_run_sheet(access.database(), access.who(), infusion_id)


def render_sheet(sheet: RunSheet, *, vitals: VitalSignsForm | None = None, sent: Any = None) -> Any:
    """The run sheet. A form that came back with something wrong stands in its place on it.

    `vitals` is the form of a set, `sent` the form of a step.
    """
    vitals = vitals or VitalSignsForm(formdata=None)
    form = sent or vitals
    page = run_sheet_page(sheet, clinic=access.clinic(), who=access.who(), now=clock.now())
    moves = move_offers(sheet, access.who(), sent)
    checks = check_parts(sheet, access.clinic(), access.who(), clock.now(), taken_part(sheet))
    body = render_template(
        "infusions/show.html",
        page=page,
        form=form,
        vitals=vitals,
        moves=moves,
        checks=checks,
        asked=next((part for part in checks if part.form), None),
        drug=_drug(sheet),
        hold=hold_of_sheet(sheet),
        signing=sign_part(RecordKind.RUN_SHEET, sheet.id, is_over=sheet.stage in OVER),
    )
    return body, 422 if form.errors else 200


def _drug(sheet: RunSheet) -> DrugPart:
    drawn = drug_ledger.for_sheet(access.database(), access.who(), sheet.id)
    return drug_part(sheet, drawn, clinic=access.clinic(), who=access.who())


def _to_sheet(infusion_id: UUID) -> Any:
    return redirect(
        url_for("infusions.show", infusion_id=infusion_id, _anchor="vital-signs"), code=303
    )


__all__ = ["infusions"]  # with the routes of this module and of the other one
