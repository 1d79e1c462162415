"""Adding to the ledger: draw, account for a draw, waste, adjust, count."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, url_for

from tracker.actions import drug_counts, drug_draws
from tracker.actions import vials as vial_actions
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.queries import drug_ledger as ledger_queries
from tracker.queries import run_sheets
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.drug_ledger.blueprint import drug_ledger
from tracker.web.drug_ledger.entry_pages import (
    EntryPage,
    account_page,
    adjust_page,
    draw_page,
    vial_choices,
    waste_page,
)
from tracker.web.drug_ledger.forms import (
    COUNTED,
    AccountForm,
    AdjustForm,
    DrawForm,
    WasteForm,
    count_form,
)
from tracker.web.drug_ledger.stock_views import saved_to


@drug_ledger.route("/infusions/<uuid:infusion_id>/draws/new", methods=["GET", "POST"])
@allow(Act.KEEP_LEDGER, of="infusion")
def draw(infusion_id: UUID) -> Any:
    """Draw from a vial for this infusion."""
    db, who, clinic, now = access.database(), access.who(), access.clinic(), clock.now()
    form = DrawForm()
    vials = ledger_queries.list_drawable(db, who, chosen=form.chosen())
    sheet = run_sheets.get_run_sheet(db, who, infusion_id)
    form.vial.choices = vial_choices(vials, sheet, clinic.date_of(now))
    if form.is_sent_and_fits():
        try:
            drawn = form.draw(vials, clinic, now)
            drug_draws.draw(db, who, infusion_id, drawn, submission=form.submission(), now=now)
        except Refused as problem:
            form.show(problem)
        else:
            return saved_to(_sheet_href(infusion_id))
    page = draw_page(sheet, ledger_queries.for_sheet(db, who, infusion_id), vials)
    return _render("draw", form, page)


@drug_ledger.route("/vial-entries/<uuid:vial_entry_id>/account", methods=["GET", "POST"])
@allow(Act.KEEP_LEDGER, of="vial_entry")
def account(vial_entry_id: UUID) -> Any:
    """What of a draw was given and what was wasted."""
    db, who, clinic, now = access.database(), access.who(), access.clinic(), clock.now()
    form = AccountForm()
    if form.is_sent_and_fits():
        try:
            run_sheet_id = drug_draws.account_for_draw(
                db,
                who,
                vial_entry_id,
                form.account(clinic, now),
                witness=form.witness(),
                submission=form.submission(),
                now=now,
            )
        except Refused as problem:
            form.show(problem)
        else:
            return saved_to(_sheet_href(run_sheet_id))
    line = ledger_queries.get_draw(db, who, vial_entry_id)
    sheet = run_sheets.get_run_sheet(db, who, ledger_queries.sheet_of(line))
    return _render("account", form, account_page(line, sheet, clinic))


@drug_ledger.route("/ledger/vials/<uuid:vial_id>/waste", methods=["GET", "POST"])
@allow(Act.KEEP_LEDGER, of="vial")
def waste(vial_id: UUID) -> Any:
    """Waste what is left in a vial, before a witness."""
    db, who, clinic, now = access.database(), access.who(), access.clinic(), clock.now()
    found = ledger_queries.get_vial(db, who, vial_id)
    form = WasteForm()
    if form.is_sent_and_fits():
        try:
            vial_actions.waste_rest(
                db,
                who,
                vial_id,
                form.waste(found.line.mg_per_ml, clinic, now),
                witness=form.witness(),
                submission=form.submission(),
                now=now,
            )
        except Refused as problem:
            form.show(problem)
        else:
            return saved_to(_vial_href(vial_id))
    return _render("waste", form, waste_page(found))


@drug_ledger.route("/ledger/vials/<uuid:vial_id>/adjust", methods=["GET", "POST"])
@allow(Act.KEEP_LEDGER, of="vial")
def adjust(vial_id: UUID) -> Any:
    """Bring the balance to what two people found."""
    db, who, clinic, now = access.database(), access.who(), access.clinic(), clock.now()
    found = ledger_queries.get_vial(db, who, vial_id)
    form = AdjustForm(seen_balance=found.line.balance_ug)
    if form.is_sent_and_fits():
        try:
            drug_counts.adjust(
                db,
                who,
                vial_id,
                form.adjustment(found.line.mg_per_ml, clinic, now),
                seen_balance_ug=form.seen_balance.data,
                witness=form.witness(),
                submission=form.submission(),
                now=now,
            )
        except Refused as problem:
            form.show(problem)
            form.seen_balance.data = found.line.balance_ug  # what this page shows now
        else:
            return saved_to(_vial_href(vial_id))
    return _render("adjust", form, adjust_page(found))


@drug_ledger.route("/ledger/count", methods=["GET", "POST"])
@allow(Act.KEEP_LEDGER)
def count() -> Any:
    """Count what is there without being told what should be."""
    db, who, clinic, now = access.database(), access.who(), access.clinic(), clock.now()
    form = count_form(ledger_queries.list_stock(db, who))
    if form.is_sent_and_fits():
        try:
            differing = drug_counts.count(
                db,
                who,
                form.counts(),
                occurred_at=form.occurred_at(clinic, now),
                submission=form.submission(),
                now=now,
            )
        except Refused as problem:
            form.show(problem)
        else:
            one = len(differing) == 1
            return saved_to(_vial_href(differing[0]) if one else url_for("drug_ledger.index"))
    questions = [field for field in form if field.name.startswith(COUNTED)]
    status = 422 if form.errors else 200
    return render_template("drug_ledger/count.html", form=form, questions=questions), status


def _render(name: str, form: Any, page: EntryPage) -> Any:
    status = 422 if form.errors else 200
    return render_template(f"drug_ledger/{name}.html", form=form, page=page), status


def _sheet_href(run_sheet_id: UUID) -> str:
    return url_for("infusions.show", infusion_id=run_sheet_id)


def _vial_href(vial_id: UUID) -> str:
    return url_for("drug_ledger.vial", vial_id=vial_id)
