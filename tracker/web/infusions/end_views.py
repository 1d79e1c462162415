"""Ending an infusion, or stopping it early: what was in fact given."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for

from tracker.actions import infusion_ends
from tracker.domain.courses import GivenState
from tracker.domain.errors import Refused
from tracker.domain.infusion import plain
from tracker.domain.permissions import Act
from tracker.queries import run_sheets
from tracker.queries.run_sheets import Given, RunSheet
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.dose_words import flow_of
from tracker.web.infusions.end_forms import EndForm
from tracker.web.infusions.rate_pages import entry_page
from tracker.web.infusions.views import here, infusions, saved
from tracker.web.moments import twice_note


@infusions.route("/infusions/<uuid:infusion_id>/end", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion")
def end(infusion_id: UUID) -> Any:
    """Say what was given; less than the order is an infusion that was stopped early."""
    sheet = run_sheets.get_run_sheet(access.database(), access.who(), infusion_id)
    given = sheet.given
    if given is None:
        return _to_sheet(infusion_id)
    form = _form(sheet, given)
    if form.is_sent_and_fits():
        try:
            _end(infusion_id, form)
        except Refused as problem:
            form.show(problem)
        else:
            return _to_sheet(infusion_id)
    elif given.state is not GivenState.RUNNING and not form.is_submitted():
        return _to_sheet(infusion_id)
    page = entry_page(sheet)
    return render_template("infusions/end.html", form=form, page=page), 422 if form.errors else 200


def _form(sheet: RunSheet, given: Given) -> EndForm:
    return EndForm(
        ordered_mg=given.ordered_mg,
        total_ml=given.total_ml,
        computed=_computed_words(sheet),
        seen_version=given.version,
    )


def _computed_words(sheet: RunSheet) -> str:
    """ "Computed from the rates by now: 38.2 mL of 50 mL." """
    flow = flow_of(sheet)
    if flow is None:
        return ""
    by_now = flow.infused_ml(clock.now())
    return f"Computed from the rates by now: {plain(by_now)} mL of {plain(flow.total_ml)} mL."


def _end(infusion_id: UUID, form: EndForm) -> None:
    infusion_ends.end_infusion(
        access.database(),
        access.who(),
        infusion_id,
        form.end(access.clinic(), clock.now()),
        seen_version=form.seen_version.data,
        confirmed=form.confirmed.data or (),
        submission=form.submission(),
        now=clock.now(),
    )
    saved(twice_note(form.ended_day.data, form.ended_time.data, **here()))


def _to_sheet(infusion_id: UUID) -> Any:
    return redirect(url_for("infusions.show", infusion_id=infusion_id), code=303)
