"""What is printed of the ledger: a period for an inspection, and the sheet to count on."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for

from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Refused
from tracker.domain.local_time import to_instant
from tracker.domain.permissions import Act
from tracker.queries import drug_ledger as ledger_queries
from tracker.queries import drug_records
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.drug_ledger.blueprint import drug_ledger
from tracker.web.drug_ledger.forms import PrintForm
from tracker.web.drug_ledger.printing import Making, printed_count_sheet, printed_ledger
from tracker.web.typesetting import pdf_answer, wanted_paper

LONGEST_DAYS = 800
"""Two years and a little: how long the records are kept at least (21 CFR 1304.04)."""


@drug_ledger.route("/ledger/print", methods=["GET", "POST"])
@allow(Act.SEE_LEDGER)
def choose_period() -> Any:
    """From when to when; then on to the file."""
    today = access.clinic().date_of(clock.now())
    form = PrintForm(from_day=today.replace(day=1), to_day=today)
    if form.is_sent_and_fits():
        try:
            form.check_order()
        except Refused as problem:
            form.show(problem)
        else:
            since, until = form.from_day.data.isoformat(), form.to_day.data.isoformat()
            return redirect(
                url_for("drug_ledger.ledger_pdf", **{"from": since, "to": until}), code=303
            )
    return render_template("drug_ledger/print.html", form=form), 422 if form.errors else 200


@drug_ledger.get("/ledger/ledger.pdf")
@allow(Act.SEE_LEDGER, seen_as=AuditEvent.LEDGER_PRINTED, fresh=True)
def ledger_pdf() -> Any:
    """The ledger of a period: this month unless the address says otherwise."""
    clinic = access.clinic()
    today = clinic.date_of(clock.now())
    since = _day("from", today.replace(day=1))
    until = min(max(_day("to", today), since), since + timedelta(days=LONGEST_DAYS))
    found = drug_records.get_period(
        access.database(),
        access.who(),
        since=to_instant(since, time(0), clinic.zone),
        until=to_instant(until + timedelta(days=1), time(0), clinic.zone),
    )
    access.database().rollback()  # typesetting takes a while: no read stays open
    document = printed_ledger(found, _making(), since=since, until=until)
    return pdf_answer(document, file_name=f"ledger-{since}-{until}.pdf")


@drug_ledger.get("/ledger/count-sheet.pdf")
@allow(Act.SEE_LEDGER, seen_as=AuditEvent.LEDGER_PRINTED)
def count_sheet_pdf() -> Any:
    """Every vial with room for what is counted, and for two names."""
    vials = ledger_queries.list_stock(access.database(), access.who())
    access.database().rollback()
    document = printed_count_sheet(vials, _making())
    return pdf_answer(document, file_name="count-sheet.pdf")


def _making() -> Making:
    return Making(
        clinic=access.clinic(), by=access.who().name, at=clock.now(), paper=wanted_paper()
    )


def _day(name: str, default: date) -> date:
    """A date in the address; anything else counts as not said."""
    text = request.args.get(name, "")
    try:
        found = date.fromisoformat(text) if len(text) == 10 and text.isascii() else default
    except ValueError:
        return default
    return found if 1990 <= found.year <= 2100 else default
