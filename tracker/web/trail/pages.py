"""The finished words of the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from tracker.domain.clinic import Clinic
from tracker.queries.audit_trail import TracedEvent, Visit
from tracker.web.formatting import count, day, listing

PER_PAGE = 100
COLUMNS = ("When", "Who", "What", "Page", "Record", "From")
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
        each.person_name or "Nobody who is known",
        what,
        each.page,
        each.record_number or "",
        each.address,
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
    if visit.looked:
        parts.append(ngettext("looked once", "looked %(num)s times", visit.looked))
    if visit.changed:
        words = ngettext("wrote something once", "wrote something %(num)s times", visit.changed)
        parts.append(words)
    if visit.printed:
        parts.append(ngettext("printed once", "printed %(num)s times", visit.printed))
    return listing(parts) if parts else gettext("tried to open it")
