"""The ledger itself: what is in stock, one vial, taking vials in, who received a lot."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from tracker.actions import vials as vial_actions
from tracker.domain.audit import AuditEvent
from tracker.domain.drug_ledger import next_label
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.queries import drug_ledger as ledger_queries
from tracker.queries import drug_records
from tracker.queries.drug_ledger import PER_PAGE
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.drug_ledger.blueprint import drug_ledger
from tracker.web.drug_ledger.forms import LotForm, ReceiveForm
from tracker.web.drug_ledger.pages import ledger_page, lot_page, vial_page
from tracker.web.formatting import clock_time

MOST_PAGES = 10_000


@drug_ledger.get("/ledger")
@allow(Act.SEE_LEDGER)
def index() -> Any:
    """Vials with their balance, draws that are open, the newest entries."""
    number = _page_number()
    found = ledger_queries.get_ledger(
        access.database(), access.who(), offset=(number - 1) * PER_PAGE
    )
    clinic = access.clinic()
    today = clinic.date_of(clock.now())
    page = ledger_page(found, number_of_page=number, clinic=clinic, who=access.who(), today=today)
    return render_template("drug_ledger/index.html", page=page, form=LotForm())


def _page_number() -> int:
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(number, 1), MOST_PAGES)


@drug_ledger.get("/ledger/vials/<uuid:vial_id>")
@allow(Act.SEE_LEDGER, of="vial")
def vial(vial_id: UUID) -> Any:
    """One vial with every entry and the running balance."""
    found = ledger_queries.get_vial(access.database(), access.who(), vial_id)
    clinic = access.clinic()
    page = vial_page(found, clinic=clinic, who=access.who(), today=clinic.date_of(clock.now()))
    return render_template("drug_ledger/vial.html", page=page)


@drug_ledger.route("/ledger/vials/new", methods=["GET", "POST"])
@allow(Act.KEEP_LEDGER)
def receive() -> Any:
    """Take vials of one lot in."""
    db, who = access.database(), access.who()
    form = ReceiveForm(first_label=next_label(ledger_queries.find_latest_label(db, who)))
    if form.is_sent_and_fits():
        try:
            vial_actions.receive_vials(
                db,
                who,
                form.receipt(access.clinic(), clock.now()),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return saved_to(url_for("drug_ledger.index"))
    return render_template("drug_ledger/receive.html", form=form), 422 if form.errors else 200


@drug_ledger.post("/ledger/lots")
@allow(Act.SEE_LEDGER, seen_as=AuditEvent.LEDGER_SEARCHED)
def lots() -> Any:
    """Who received drug of a lot: a page, so that neither lot nor names are in an address."""
    form = LotForm()
    lines: tuple[ledger_queries.LedgerLine, ...] = ()
    asked = form.is_sent_and_fits()
    if asked:
        lines = drug_records.find_lot(access.database(), access.who(), form.lot.data)
    page = lot_page(lines, form.lot.data or "", clinic=access.clinic(), asked=asked)
    return render_template("drug_ledger/lots.html", form=form, page=page), 200 if asked else 422


def saved_to(href: str) -> Any:
    """Say that it was stored, and go on to a page."""
    flash(f"Saved at {clock_time(access.clinic().local(clock.now()))}.", "done")
    return redirect(href, code=303)
