"""Which signed report a printed sheet is, by the code in its foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from tracker.actions import viewing
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.domain.report_codes import read_report_code, report_code
from tracker.domain.report_kinds import Period
from tracker.queries.signed_reports import CheckedReport, find_by_code
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.fields import Words
from tracker.web.formatting import capital, day_short, moment
from tracker.web.forms import Form
from tracker.web.reports.views import reports
from tracker.web.signature_words import signing_key

AS_SIGNED = "Signed. The stored file is the one that was signed."
NOT_AS_SIGNED = "The stored file is not what was signed. Do not rely on it: tell an administrator."
NOT_FOUND = (
    "No signed report of this clinic has this code. Compare it with the sheet once more. "
    "A draft has no code; a sheet with a code that is not found here was not signed here."
)


class CodeForm(Form):
    """The code, as it stands in the foot of every page."""

    code = Words("Code", longest=40, hint="In the foot of every page of a signed report.")

    def typed(self) -> str:
        return read_report_code(self.code.data)


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedPage:
    """What a code stands for. `problem` says that it stands for nothing."""

    found: tuple[CheckedLines, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedLines:
    """One report in words."""

    heading: str
    state: str
    is_as_signed: bool
    rows: tuple[tuple[str, str], ...]
    href: str


@reports.route("/reports/check", methods=["GET", "POST"])
@allow(Act.MAKE_REPORT, seen_as=AuditEvent.PAGE_SEEN)
def check() -> Any:
    """Type the code of a sheet; see which report it is and whether the stored file still fits."""
    form, page = CodeForm(), CheckedPage()
    if form.is_sent_and_fits():
        try:
            page = _checked(form.typed())
        except Refused as problem:
            form.show(problem)
    return render_template("reports/check.html", form=form, page=page), form.status


def _checked(code_start: str) -> CheckedPage:
    db, who = access.database(), access.who()
    found = find_by_code(db, who, code_start, key=signing_key())
    for each in found:
        viewing.open_page(
            db,
            who,
            page="reports.check",
            event=AuditEvent.REPORT_SEEN,
            kind="signed_report",
            object_id=each.id,
            now=clock.now(),
        )
    return CheckedPage(found=_lines(found), problem="" if found else NOT_FOUND)


def _days(period: Period) -> str:
    if period.is_whole:
        return "The whole course"
    ends = {"from": period.first_on, "to": period.last_on}
    return capital(" ".join(f"{word} {day_short(on)}" for word, on in ends.items() if on))


def _lines(found: Sequence[CheckedReport]) -> tuple[CheckedLines, ...]:
    return tuple(
        CheckedLines(
            heading=f"Report: {each.kind.words.lower()}",
            state=AS_SIGNED if each.is_as_signed else NOT_AS_SIGNED,
            is_as_signed=each.is_as_signed,
            rows=(
                ("Patient", f"{each.patient_name}, {each.record_number}"),
                ("Days", _days(each.period)),
                ("Signed", f"{moment(each.signed_at, access.clinic())} by {each.signer_name}"),
                ("Code", report_code(each.content_hash)),
            ),
            href=url_for("reports.signed_file", signed_report_id=each.id)
            if each.is_as_signed
            else "",
        )
        for each in found
    )
