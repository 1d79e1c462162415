"""The finished words of the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel import gettext, ngettext

from tracker.domain.clinic import Clinic
from tracker.queries.audit_trail import TracedEvent, Visit
from tracker.queries.restrictions import Opening
from tracker.web.formatting import capital, count, day, listing

PER_PAGE = 100
COLUMNS = ("When", "Who", "What", "Page", "Record", "Address")
_PARTS = MappingProxyType({"trail": "audit trail", "infusions": "run sheet", "lock": "screen lock"})
_PLAIN_PAGES = ("", "index", "show")
"""The page that a part of the program opens with: its name says nothing more."""
_NOT_SAID_IF_DONE = {"done": "", "refused": "refused", "failed": "failed"}


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailPage:
    rows: tuple[tuple[str, ...], ...]
    caption: str
    before: int | None  # the number to go on from, when there is more


def trail_page(events: Sequence[TracedEvent], clinic: Clinic) -> TrailPage:
    """One page of events; one more than fits says that there is another."""
    shown = events[:PER_PAGE]
    return TrailPage(
        rows=tuple(_row(each, clinic) for each in shown),
        caption=f"{count(len(shown), 'event')}, the latest first",
        before=shown[-1].seq if len(events) > PER_PAGE else None,
    )


def _row(each: TracedEvent, clinic: Clinic) -> tuple[str, ...]:
    local = clinic.local(each.occurred_at)
    outcome = _NOT_SAID_IF_DONE[each.outcome]
    what = each.event if not outcome or outcome in each.event else f"{each.event} ({outcome})"
    return (
        f"{local:%Y-%m-%d %H:%M:%S}",
        "The patient" if each.is_by_patient else each.person_name or "Nobody who is known",
        capital(what),
        page_words(each.page),
        each.record_number or "",
        each.address,
    )


def page_words(page: str) -> str:
    """ "Audit trail", "Course assessments: edit": a page as people name it."""
    part, _, name = page.partition(".")
    words = _PARTS.get(part, part).replace("_", " ")
    if name not in _PLAIN_PAGES:
        words += f": {name.replace('_', ' ')}"
    return capital(words)


OPENING_COLUMNS = ("Opened", "Until", "Who", "Record", "Why", "In their words")


def opening_rows(openings: Iterable[Opening], clinic: Clinic) -> tuple[tuple[str, ...], ...]:
    """Restricted records that somebody opened without being named."""
    return tuple(
        (
            f"{clinic.local(each.opened_at):%Y-%m-%d %H:%M}",
            f"{clinic.local(each.ended_at):%H:%M}",
            each.person_name,
            each.record_number,
            capital(str(each.reason)),
            each.words,
        )
        for each in openings
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitLine:
    on: str
    person_name: str
    what: str


def own_lines(visits: Iterable[Visit]) -> tuple[VisitLine, ...]:
    """Who was in the patient's record, a line for each person and day."""
    return tuple(
        VisitLine(on=day(each.on), person_name=each.person_name, what=_what(each))
        for each in visits
    )


def _what(visit: Visit) -> str:
    parts = []
    if visit.broke_glass:
        parts.append(gettext("opened it with a reason although it is restricted"))
    if visit.looked:
        parts.append(ngettext("looked once", "looked %(num)s times", visit.looked))
    if visit.changed:
        words = ngettext("wrote something once", "wrote something %(num)s times", visit.changed)
        parts.append(words)
    if visit.printed:
        parts.append(ngettext("printed once", "printed %(num)s times", visit.printed))
    return listing(parts) if parts else gettext("tried to open it")
