"""What can be chosen above a report: for whom, of which days, on which sheet, in which language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from tracker.domain.course_progress import CourseProgress
from tracker.domain.languages import Language
from tracker.domain.report_kinds import ReportKind
from tracker.queries.signed_reports import SignedReport
from tracker.reports.document import Paper
from tracker.web import access
from tracker.web.reports.wishes import DaysForm, Wish
from tracker.web.signature_words import signed_lines

Links = tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The links, and the form of the days."""

    kinds: Links
    papers: Links
    languages: Links
    form: DaysForm
    problem: str
    form_href: str
    whole_href: str
    pdf_href: str
    sign_href: str
    since_href: str
    signed: tuple[tuple[str, str], ...]
    back_href: str


def choice(
    progress: CourseProgress, wish: Wish, form: DaysForm, signed: Sequence[SignedReport]
) -> Choice:
    """The choices of a course's report, the present ones marked."""
    course_id = progress.record.id
    return Choice(
        kinds=tuple(
            (each.words, wish.href(".show", course_id, kind=each.value), each is wish.kind)
            for each in ReportKind
        ),
        papers=tuple(
            (words, wish.href(".show", course_id, paper=each.value), each is wish.paper)
            for each, words in ((Paper.LETTER, "US Letter"), (Paper.A4, "A4"))
        ),
        languages=_languages(progress, wish),
        form=form,
        problem=wish.problem,
        form_href=wish.href(".show", course_id),
        whole_href=wish.href(".show", course_id, **{"from": "", "to": ""}),
        pdf_href=wish.href(".pdf", course_id),
        sign_href="" if wish.kind is ReportKind.CALENDAR else wish.href(".sign", course_id),
        since_href=_since(progress, wish, signed),
        signed=signed_lines(signed, access.clinic()),
        back_href=url_for("courses.show", course_id=course_id),
    )


def _since(progress: CourseProgress, wish: Wish, signed: Sequence[SignedReport]) -> str:
    """The days since the last signed report of this kind; empty without one."""
    last = next((each for each in signed if each.kind is wish.kind), None)
    if last is None:
        return ""
    first_on = last.period.last_on or progress.on(last.signed_at)
    return wish.href(".show", progress.record.id, **{"from": first_on.isoformat(), "to": ""})


def _languages(progress: CourseProgress, wish: Wish) -> Links:
    if not wish.kind.is_for_patients:
        return ()
    return tuple(
        (
            each.own_name,
            wish.href(".show", progress.record.id, language=each.value),
            each is wish.language,
        )
        for each in Language
    )
