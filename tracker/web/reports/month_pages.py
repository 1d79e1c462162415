"""The finished words of the letters of a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.languages import Language
from tracker.domain.report_batches import BatchState
from tracker.queries.report_batches import FailedLetter, StoredBatch
from tracker.web.formatting import moment

WORKER_NOTE = (
    "The server makes them one after the other, also when you leave this page. "
    "When nothing moves for some minutes, tell whoever runs the server: “flask reports work” "
    "makes them too."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthsPage:
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchPage:
    """How far it is: `value` of `most` letters are settled."""

    title: str
    facts: tuple[tuple[str, str], ...]
    progress: str
    value: int
    most: int
    is_waiting: bool
    note: str
    reload_href: str
    file_href: str
    delete_href: str
    failed: tuple[tuple[str, str], ...]
    back_href: str


def months_page(found: Sequence[StoredBatch], clinic: Clinic, now: datetime) -> MonthsPage:
    """What was ordered before, the newest first."""
    return MonthsPage(
        columns=("Letters", "Ordered", "By", "State"),
        rows=tuple(
            (
                (_title(each), url_for("reports.batch", report_batch_id=each.id)),
                moment(each.ordered_at, clinic),
                each.requester_name,
                _state(each, now),
            )
            for each in found
        ),
    )


def batch_page(
    found: StoredBatch, failed: Sequence[FailedLetter], clinic: Clinic, now: datetime
) -> BatchPage:
    """One batch as it stands at this moment."""
    is_there = found.can_be_downloaded(now)
    is_waiting = found.state is BatchState.QUEUED
    return BatchPage(
        title=_title(found),
        facts=_facts(found, clinic, is_there=is_there),
        progress=_state(found, now),
        value=found.counts.settled,
        most=found.counts.all,
        is_waiting=is_waiting,
        note=WORKER_NOTE if is_waiting else "",
        reload_href=url_for("reports.batch", report_batch_id=found.id) if is_waiting else "",
        file_href=url_for("reports.batch_file", report_batch_id=found.id) if is_there else "",
        delete_href=""
        if found.state is BatchState.DELETED
        else url_for("reports.delete_batch", report_batch_id=found.id),
        failed=()
        if found.state is BatchState.DELETED
        else tuple(
            (
                f"{each.patient_name}, {each.record_number}",
                url_for("reports.show", course_id=each.course_id),
            )
            for each in failed
        ),
        back_href=url_for("reports.months"),
    )


def _title(found: StoredBatch) -> str:
    wish = found.wish
    language = f", {wish.language.own_name}" if wish.language is not Language.ENGLISH else ""
    return f"Letters of {wish.month.words}: {wish.kind.words.lower()}{language}"


def _facts(found: StoredBatch, clinic: Clinic, *, is_there: bool) -> tuple[tuple[str, str], ...]:
    rows = [("Ordered", f"{moment(found.ordered_at, clinic)} by {found.requester_name}")]
    if found.finished_at is not None:
        rows.append(("Made", moment(found.finished_at, clinic)))
    if is_there and found.expires_at is not None:
        rows.append(("Kept until", moment(found.expires_at, clinic)))
    return tuple(rows)


def _state(found: StoredBatch, now: datetime) -> str:
    counts = found.counts
    if found.state is BatchState.DELETED:
        return "Deleted"
    not_made = f", {counts.failed} could not be made" if counts.failed else ""
    made = f"{counts.made} of {counts.all} letters made{not_made}"
    if found.state is BatchState.DONE and not found.can_be_downloaded(now):
        return "No longer kept"
    return made
