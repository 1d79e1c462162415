"""The letters of a month: order them, watch them being made, download and delete them."""

from __future__ import annotations

import hashlib
import logging
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for

from tracker.actions import report_batches as batch_actions
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound, Refused
from tracker.domain.languages import Language
from tracker.domain.permissions import Act
from tracker.domain.report_batches import BATCH_KINDS, BatchWish, Month, months_to
from tracker.domain.report_kinds import ReportKind
from tracker.queries import report_batches as batch_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.fields import Choice, Tiles
from tracker.web.forms import Form
from tracker.web.reports.month_pages import batch_page, months_page
from tracker.web.reports.month_work import ask_for_letters
from tracker.web.reports.views import reports

log = logging.getLogger("tracker.reports")

NOT_AS_STORED = "This file differs from what was stored. It is not shown: order the letters again."


class MonthForm(Form):
    """Which month, for whom; the language counts for patients' letters only."""

    month = Choice("Month", choices=(), missing="Choose a month.")
    kind = Tiles("For whom", choices=[(each.value, each.words) for each in BATCH_KINDS])
    language = Tiles(
        "Language",
        choices=[(each.value, each.own_name) for each in Language],
        optional=True,
        hint="Of letters to patients. The others are in English.",
    )

    def typed(self) -> BatchWish:
        kind = ReportKind(self.kind.data)
        language = Language(self.language.data) if self.language.data else Language.ENGLISH
        return BatchWish(
            month=Month.read(self.month.data),
            kind=kind,
            language=language if kind.is_for_patients else Language.ENGLISH,
        )


@reports.route("/reports/months", methods=["GET", "POST"])
@allow(Act.MAKE_REPORT)
def months() -> Any:
    """Order the letters of a month; below what was ordered before."""
    offered = _offered()
    form = MonthForm(month=str(offered[:2][-1]))
    form.month.choices = [(str(each), each.words) for each in offered]
    if form.is_sent_and_fits():
        try:
            batch_id = batch_actions.order_batch(
                access.database(),
                access.who(),
                access.clinic(),
                form.typed(),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            ask_for_letters()
            return redirect(url_for(".batch", report_batch_id=batch_id), code=303)
    found = batch_queries.list_batches(access.database(), access.who())
    page = months_page(found, access.clinic(), clock.now())
    return render_template("reports/months.html", form=form, page=page), form.status


def _offered() -> tuple[Month, ...]:
    """This month and those before it, as far as there is anything to write about."""
    clinic = access.clinic()
    since = batch_queries.first_record_on(access.database(), access.who(), clinic)
    return months_to(clinic.date_of(clock.now()), since=since)


@reports.get("/report-batches/<uuid:report_batch_id>")
@allow(Act.MAKE_REPORT, of="report_batch")
def batch(report_batch_id: UUID) -> Any:
    """How far it is; the download once it is done."""
    db, who = access.database(), access.who()
    found = batch_queries.get_batch(db, who, report_batch_id)
    failed = batch_queries.list_failed(db, who, report_batch_id)
    page = batch_page(found, failed, access.clinic(), clock.now())
    return render_template("reports/batch.html", form=Form(), page=page)


@reports.get("/report-batches/<uuid:report_batch_id>/letters.zip")
@allow(Act.MAKE_REPORT, of="report_batch", seen_as=AuditEvent.REPORTS_DOWNLOADED, fresh=True)
def batch_file(report_batch_id: UUID) -> Any:
    """The letters as one ZIP. Its name says nothing of a patient."""
    db, who = access.database(), access.who()
    found = batch_queries.get_batch(db, who, report_batch_id)
    if not found.can_be_downloaded(clock.now()):
        raise NotFound("report batch")
    file, stored_hash = batch_queries.get_batch_file(db, who, report_batch_id)
    if hashlib.sha256(file).hexdigest() != stored_hash:
        log.error("file of a batch differs from what was stored")
        flash(NOT_AS_STORED, "problem")
        return redirect(url_for(".batch", report_batch_id=report_batch_id), code=303)
    answer = Response(file, mimetype="application/zip")
    name = f"letters-{found.wish.month}-{found.wish.kind}.zip"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


@reports.post("/report-batches/<uuid:report_batch_id>/delete")
@allow(Act.MAKE_REPORT, of="report_batch")
def delete_batch(report_batch_id: UUID) -> Any:
    """Throw the letters away."""
    Form().refuse_unknown()
    batch_actions.delete_batch(access.database(), access.who(), report_batch_id, now=clock.now())
    flash("The letters were deleted.", "done")
    return redirect(url_for(".months"), code=303)
