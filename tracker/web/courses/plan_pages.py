"""The finished words of planning a course: the form's page and the preview."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from flask import request, url_for

from tracker.domain.course_plan import CourseWish, Proposal
from tracker.queries.patients import PatientRecord
from tracker.web.formatting import birthday, clock_time, count, day

_NOT_CARRIED = frozenset({"csrf_token", "submission_id", "seen_version", "step", "shown"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Banner:
    """Whose page it is."""

    name: str
    born: str
    record_number: str
    href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of a timeline."""

    when: str
    what: str
    state: str
    tone: str
    note: str = ""
    href: str = ""
    mark: str = ""
    kind: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviewPage:
    """A plan that is not stored yet."""

    banner: Banner
    lead: str
    entries: tuple[Entry, ...]
    problem: str
    tone: str
    lines: tuple[str, ...]
    is_changed: bool
    needs_reason: bool
    shown: str
    carried: tuple[tuple[str, str], ...]
    back_href: str


def patient_banner_of(patient: PatientRecord) -> Banner:
    """The banner of a patient who has no course yet."""
    return Banner(
        name=patient.details.name,
        born=birthday(patient.details.born_on),
        record_number=patient.details.record_number,
        href=url_for("patients.show", patient_id=patient.id),
    )


def carried_answers(*, with_reason: bool) -> tuple[tuple[str, str], ...]:
    """What was typed, for the hidden fields of a preview."""
    left_out = _NOT_CARRIED if with_reason else _NOT_CARRIED | {"reason"}
    return tuple(
        (name, value)
        for name, values in request.form.lists()
        if name not in left_out
        for value in values
    )


def preview_page(
    patient: PatientRecord, wish: CourseWish, proposal: Proposal, *, is_changed: bool
) -> PreviewPage:
    """All dates of a plan, with what is broken and why."""
    dates = proposal.plan.dates
    span = count((dates[-1] - dates[0]).days + 1, "day")
    problem, tone = "", "info"
    if proposal.plan.broken_ahead:
        problem, tone = "No plan keeps every gap. This is the nearest one.", "caution"
    elif proposal.departure:
        problem, tone = "These gaps are not the protocol’s", "caution"
    elif proposal.explanation:
        problem = "The start moved"
    return PreviewPage(
        banner=patient_banner_of(patient),
        lead=f"{count(len(dates), 'infusion')} from {day(dates[0])} to {day(dates[-1])}, {span}. "
        "Nothing is stored yet.",
        entries=tuple(_entries(wish, proposal)),
        problem=problem,
        tone=tone,
        lines=proposal.explanation,
        is_changed=is_changed,
        needs_reason=proposal.needs_reason,
        shown=proposal.fingerprint,
        carried=carried_answers(with_reason=False),
        back_href=url_for("patients.show", patient_id=patient.id),
    )


def _entries(wish: CourseWish, proposal: Proposal) -> Iterator[Entry]:
    infusions = list(_infusions(wish, proposal))
    therapy = [
        (
            on,
            Entry(
                when=day(on), what="Therapy session", state="Weekly", tone="info", kind="therapy"
            ),
        )
        for on in proposal.therapy_on
    ]
    for _, entry in sorted([*infusions, *therapy], key=lambda pair: pair[0]):
        yield entry


def _infusions(wish: CourseWish, proposal: Proposal) -> Iterator[tuple[date, Entry]]:
    broken = {gap.before_number for gap in proposal.plan.broken}
    dates = proposal.plan.dates
    gaps = [None, *((after - before).days for before, after in pairwise(dates))]
    place = f", {wish.room}" if wish.room else ""
    for number, (on, gap_days) in enumerate(zip(dates, gaps, strict=True), start=1):
        yield (
            on,
            Entry(
                when=day(on),
                what=f"Infusion {number}, {clock_time(wish.time_of_day)}{place}",
                state="Gap broken" if number in broken else "Planned",
                tone="caution" if number in broken else "neutral",
                note=f"{count(gap_days, 'day')} after infusion {number - 1}" if gap_days else "",
                mark=str(number),
            ),
        )
