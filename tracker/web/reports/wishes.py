"""What was asked for: the kind of report, its days, its sheet and its language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for

from tracker.domain.errors import Refused
from tracker.domain.languages import Language, language_of
from tracker.domain.report_kinds import WHOLE_COURSE, Period, ReportKind
from tracker.reports.course_report import Making
from tracker.reports.document import Paper
from tracker.web import access, clock
from tracker.web.fields import Day
from tracker.web.forms import Form
from tracker.web.typesetting import wanted_paper

NO_DATE = "Write the date as year, month and day, such as 2026-11-23."


class DaysForm(Form):
    """The first and the last day; either may be left open."""

    first_on = Day("From", optional=True)
    last_on = Day("To", optional=True)

    def typed(self) -> Period:
        return Period(self.first_on.data, self.last_on.data)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """One report as it was asked for. `problem` says what is wrong with the days that were typed;
    the whole course is shown then.
    """

    kind: ReportKind
    paper: Paper
    language: Language
    period: Period
    typed_from: str = ""
    typed_to: str = ""
    problem: str = ""

    def making(self, *, is_draft: bool = False) -> Making:
        """The same for whoever writes the report, with who asks and when."""
        return Making(
            by=access.who().name,
            at=clock.now(),
            paper=self.paper,
            period=self.period,
            language=self.language,
            is_draft=is_draft,
        )

    def href(self, endpoint: str, course_id: UUID, **changed: Any) -> str:
        """The address of the same wish with something changed."""
        asked = {
            "kind": self.kind.value,
            "paper": self.paper.value,
            "language": self.language.value,
            "from": self.typed_from,
            "to": self.typed_to,
        } | changed
        plain = {"kind": ReportKind.REFERRER.value, "language": "en", "from": "", "to": ""}
        kept = {name: value for name, value in asked.items() if plain.get(name) != value}
        return url_for(endpoint, course_id=course_id, **kept)


def wanted() -> Wish:
    """The wish of this request. What is not known falls back to what most people want."""
    kind = _kind(request.args.get("kind", ""))
    language = language_of(request.args.get("language")) or Language.ENGLISH
    first, last = request.args.get("from", "").strip(), request.args.get("to", "").strip()
    try:
        period, problem = Period(_day(first), _day(last)), ""
    except Refused as wrong:
        period, problem = WHOLE_COURSE, str(wrong)
    return Wish(
        kind=kind,
        paper=wanted_paper(),
        language=language if kind.is_for_patients else Language.ENGLISH,
        period=period,
        typed_from=first,
        typed_to=last,
        problem=problem,
    )


def _kind(word: str) -> ReportKind:
    return ReportKind(word) if word in set(ReportKind) else ReportKind.REFERRER


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refused(NO_DATE) from None
