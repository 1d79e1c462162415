"""Starting the infusion of a run sheet whose checks are done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from tracker.actions import infusions as infusion_actions
from tracker.domain.errors import Refused
from tracker.domain.infusion import Dose
from tracker.domain.permissions import Act
from tracker.domain.run_sheet import Start
from tracker.domain.run_sheet_stages import Stage
from tracker.queries import infusions as infusion_queries
from tracker.queries.infusions import StartSheet
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.infusions.hold_part import hold_of_patient
from tracker.web.infusions.start_forms import StartForm
from tracker.web.infusions.start_pages import start_page
from tracker.web.infusions.views import here, infusions, saved
from tracker.web.moments import twice_note


@infusions.route("/infusions/<uuid:infusion_id>/start", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion")
def start(infusion_id: UUID) -> Any:
    """Weight and dose, the milligrams and millilitres with their working, then the start."""
    sheet = infusion_queries.get_start_sheet(access.database(), access.who(), infusion_id)
    if sheet.stage is not Stage.CHECKED and request.method != "POST":
        return _to_sheet(infusion_id)
    rules = sheet.protocol.dose
    form = StartForm(
        weight_kg=sheet.checked_weight_kg,
        dose_mg_per_kg=sheet.proposed_mg_per_kg,
        planned_minutes=rules.infusion_minutes,
        seen_version=sheet.version,
    )
    dose, is_news = None, False
    if form.is_sent_and_fits():
        dose = form.dose(rules.weight_cap_kg)
        is_news = form.wants_start and not form.dose_was_seen(dose)
        try:
            decided = form.start(dose, access.clinic(), clock.now())
            if form.dose_was_seen(dose):
                return _start(infusion_id, decided, form)
            _preview(infusion_id, decided, form)
        except Refused as problem:
            form.show(problem)
        form.remember_dose(dose)
    return _render(sheet, form, dose, is_news=is_news)


def _start(infusion_id: UUID, decided: Start, form: StartForm) -> Any:
    infusion_actions.start_infusion(
        access.database(),
        access.who(),
        infusion_id,
        decided,
        seen_version=form.seen_version.data,
        confirmed=form.confirmed.data or (),
        submission=form.submission(),
        now=clock.now(),
    )
    saved(twice_note(form.started_day.data, form.started_time.data, **here()))
    return _to_sheet(infusion_id)


def _preview(infusion_id: UUID, decided: Start, form: StartForm) -> None:
    """Check everything and ask what will be asked; nothing is stored."""
    form.ask(
        infusion_actions.ask_before_start(
            access.database(), access.who(), infusion_id, decided, now=clock.now()
        )
    )


def _render(sheet: StartSheet, form: StartForm, dose: Dose | None, *, is_news: bool) -> Any:
    # A dose that was refused for what it is computed from has no working to show.
    shown = None if _COMPUTED_FROM & set(form.errors) else dose
    page = start_page(sheet, access.clinic(), shown, is_news=is_news)
    status = 422 if form.errors else 200
    hold = hold_of_patient(sheet.bearer.patient_id)
    return render_template("infusions/start.html", form=form, page=page, hold=hold), status


_COMPUTED_FROM = {"weight_basis", "height_cm", "ideal_weight_for", "bag_ml", "vial_mg_per_ml"}


def _to_sheet(infusion_id: UUID) -> Any:
    return redirect(url_for("infusions.show", infusion_id=infusion_id), code=303)
