"""Signing a report, and the signed file as it was."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from wtforms.widgets import HiddenInput

from tracker.actions import report_signing
from tracker.actions.report_signing import ReportToSign
from tracker.domain.audit import AuditEvent
from tracker.domain.course_progress import CourseProgress
from tracker.domain.errors import Refused
from tracker.domain.languages import Language
from tracker.domain.permissions import Act
from tracker.domain.report_codes import report_code
from tracker.domain.report_facts import ReportFacts
from tracker.domain.sign_off import role_words
from tracker.domain.signing import text_hash
from tracker.queries.signed_reports import get_signed_file
from tracker.reports.course_report import moment_words
from tracker.reports.printable import ReportTooLarge
from tracker.reports.progress_report import SignatureLine
from tracker.reports.typesetter import TypesettingFailed, prepared, with_code
from tracker.web import access, clock, errors
from tracker.web.access import allow
from tracker.web.course_pictures import read_progress
from tracker.web.fields import Secret, Words
from tracker.web.formatting import clock_time
from tracker.web.forms import Form
from tracker.web.reports.making import REPORT_SCALES, printed_document, read_facts
from tracker.web.reports.views import FILE_NAMES, reports
from tracker.web.reports.wishes import Wish, wanted
from tracker.web.signature_words import signing_key
from tracker.web.typesetting import file_answer, typesetter

log = logging.getLogger("tracker.reports")

NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands for the time of making where two reports are compared."""
CHANGED = (
    "The course was changed since you opened this page. Read the report again before you sign."
)
NOT_AS_SIGNED = "This report differs from what was signed. It is not shown: tell an administrator."


class SignReportForm(Form):
    """What was read, and the password."""

    seen_hash = Words("What was seen", longest=64, widget=HiddenInput(), optional=True)
    password = Secret(
        "Your password",
        hint="It stands for your signature.",
        render_kw={"autocomplete": "current-password"},
    )


@reports.route("/courses/<uuid:course_id>/report/sign", methods=["GET", "POST"])
@allow(Act.MAKE_REPORT, of="course", seen_as=AuditEvent.REPORT_SEEN)
def sign(course_id: UUID) -> Any:
    """Sign the report that was asked for, with the password entered again."""
    wish, form = wanted(), SignReportForm()
    progress = read_progress(course_id, scales=REPORT_SCALES, with_events=True)
    facts = read_facts(course_id)
    seen = _seen_hash(progress, facts, wish)
    if form.is_sent_and_fits():
        try:
            _sign(progress, facts, wish, form, seen)
        except Refused as problem:
            form.show(problem)
        except (TypesettingFailed, ReportTooLarge) as problem:
            log.error("report not printed", extra={"kind": type(problem).__name__})
            return errors.page(503, retry_after=errors.BUSY_SECONDS, reference="")
        else:
            flash(f"Signed at {clock_time(access.clinic().local(clock.now()))}.", "done")
            return redirect(wish.href("reports.show", course_id), code=303)
    form.seen_hash.data = seen
    return render_template(
        "reports/sign.html",
        form=form,
        title=f"Sign the report: {wish.kind.words.lower()}",
        whose=f"{progress.record.patient.name}, {progress.record.patient.record_number}",
        signing_as=f"Signing as {access.who().name}, {role_words(access.who())}.",
        back_href=wish.href("reports.show", course_id),
    ), (422 if form.errors else 200)


@reports.get("/signed-reports/<uuid:signed_report_id>")
@allow(Act.MAKE_REPORT, of="signed_report", seen_as=AuditEvent.REPORT_PRINTED)
def signed_file(signed_report_id: UUID) -> Any:
    """The file as it was signed."""
    found = get_signed_file(access.database(), access.who(), signed_report_id, key=signing_key())
    if not found.is_as_signed:
        log.error("signed report differs from what was signed")
        flash(NOT_AS_SIGNED, "problem")
        return redirect(url_for("reports.show", course_id=found.course_id), code=303)
    on = access.clinic().local(found.signed_at).date()
    return file_answer(found.pdf, file_name=f"{FILE_NAMES[found.kind]}-{on.isoformat()}-signed.pdf")


def _seen_hash(progress: CourseProgress, facts: ReportFacts, wish: Wish) -> str:
    """The hash of what the report says, whenever it is made."""
    making = replace(wish.making(), at=NO_MOMENT)
    document = printed_document(progress, facts, access.clinic(), wish.kind, making)
    return hashlib.sha256(document.to_json().encode()).hexdigest()


def _sign(
    progress: CourseProgress, facts: ReportFacts, wish: Wish, form: SignReportForm, seen: str
) -> None:
    db, who, now, password = access.database(), access.who(), clock.now(), form.password.data
    report_signing.check_signer(db, who, progress.record.id, password, now=now)
    if form.seen_hash.data != seen:
        raise Refused(CHANGED)
    content = prepared(_signed_document(progress, facts, wish))
    db.rollback()  # typesetting takes a while: no read stays open
    report_signing.sign_report(
        db,
        who,
        ReportToSign(
            course_id=progress.record.id,
            kind=wish.kind,
            language=wish.language,
            period=wish.period,
            content=content,
            pdf=typesetter().pdf_of(with_code(content, code_words(content, wish.language))),
        ),
        password=password,
        key=signing_key(),
        submission=form.submission(),
        now=now,
    )


def code_words(content: str, language: Language) -> str:
    """What stands in the foot of a signed report, in the language of its reader."""
    return language.say("Code %(code)s", code=report_code(text_hash(content)))


def _signed_document(progress: CourseProgress, facts: ReportFacts, wish: Wish) -> Any:
    """The document with the signature in the author's place."""
    document: Any = printed_document(progress, facts, access.clinic(), wish.kind, wish.making())
    if not hasattr(document, "signatures"):
        raise Refused("A calendar is not signed. Choose a report.")
    when = moment_words(clock.now(), access.clinic())
    signed = wish.language.say("Signed %(when)s", when=when)
    line = SignatureLine(name=access.who().name, role=role_words(access.who()), signed=signed)
    return replace(document, signatures=(line, *document.signatures[1:]))
