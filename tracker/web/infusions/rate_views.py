"""Changes of the pump's rate: add one, correct it, strike it out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for

from tracker.actions import rate_changes
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.domain.run_sheet_stages import ON_THE_DRIP
from tracker.queries import run_sheets
from tracker.queries.run_sheets import RunSheet
from tracker.queries.sheet_entries import RateChange
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.infusions.meanwhile import meanwhile
from tracker.web.infusions.rate_forms import RateCorrectionForm, RateForm, StrikeRateForm
from tracker.web.infusions.rate_pages import entry_page, rate_words
from tracker.web.infusions.views import here, infusions, saved
from tracker.web.moments import twice_note


@infusions.route("/infusions/<uuid:infusion_id>/rates/new", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion")
def add_rate(infusion_id: UUID) -> Any:
    """The pump was set to another rate."""
    sheet = run_sheets.get_run_sheet(access.database(), access.who(), infusion_id)
    form = RateForm()
    if form.is_sent_and_fits():
        try:
            rate_changes.record_rate(
                access.database(),
                access.who(),
                infusion_id,
                form.rate(access.clinic(), clock.now()),
                confirmed=form.confirmed.data or (),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            saved(twice_note(form.changed_day.data, form.changed_time.data, **here()))
            return _to_sheet(infusion_id)
    elif sheet.stage not in ON_THE_DRIP and not form.is_submitted():
        return _to_sheet(infusion_id)
    page = entry_page(sheet, now=clock.now())
    return render_template("infusions/rate.html", form=form, page=page), 422 if form.errors else 200


@infusions.route("/rate-changes/<uuid:rate_change_id>/correct", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="rate_change")
def correct_rate(rate_change_id: UUID) -> Any:
    """Put another rate in the place of one; the old one stays readable."""
    sheet, old = _find(rate_change_id)
    form = RateCorrectionForm(**_as_typed(old))
    if form.is_sent_and_fits():
        try:
            rate_changes.correct_rate(
                access.database(),
                access.who(),
                rate_change_id,
                form.rate(access.clinic(), clock.now()),
                reason=form.correction_reason.data,
                confirmed=form.confirmed.data or (),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            saved(twice_note(form.changed_day.data, form.changed_time.data, **here()))
            return _to_sheet(sheet.id)
    return _render_about("rate_correct", "infusions.strike_rate", form, sheet, old)


@infusions.route("/rate-changes/<uuid:rate_change_id>/strike", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="rate_change")
def strike_rate(rate_change_id: UUID) -> Any:
    """Say that a rate was entered in error; it stays readable, struck through."""
    sheet, old = _find(rate_change_id)
    form = StrikeRateForm()
    if form.is_sent_and_fits():
        try:
            rate_changes.strike_rate(
                access.database(),
                access.who(),
                rate_change_id,
                reason=form.correction_reason.data,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            saved()
            return _to_sheet(sheet.id)
    return _render_about("rate_strike", "infusions.correct_rate", form, sheet, old)


def _find(rate_change_id: UUID) -> tuple[RunSheet, RateChange]:
    db, who = access.database(), access.who()
    sheet = run_sheets.get_run_sheet_of(db, who, "rate_change", rate_change_id)
    return sheet, next(each for each in sheet.entries.rates if each.id == rate_change_id)


def _as_typed(old: RateChange) -> dict[str, Any]:
    local = access.clinic().local(old.occurred_at)
    return {
        "rate_ml_per_h": old.rate_ml_per_h,
        "reason": old.reason,
        "changed_time": local.time(),
        "changed_day": local.date(),
    }


def _render_about(name: str, other: str, form: Any, sheet: RunSheet, old: RateChange) -> Any:
    page = entry_page(
        sheet,
        old=rate_words(old, access.clinic(), sheet),
        other_href=url_for(other, rate_change_id=old.id),
    )
    typed = {} if other == "infusions.correct_rate" else {"as_typed": _as_typed}
    both = meanwhile(form, "rate_change", old.id, "rates", "infusions.correct_rate", **typed)
    body = render_template(f"infusions/{name}.html", form=form, page=page, meanwhile=both)
    return body, form.status


def _to_sheet(infusion_id: UUID) -> Any:
    return redirect(url_for("infusions.show", infusion_id=infusion_id), code=303)
