"""What is looked at before a record is signed: what is complete, and what is still open.

A gap forbids no signature: it is given with a reason, and the gaps are sealed with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tracker.domain.checklists import BASELINE_VITAL_SIGNS
from tracker.domain.courses import TherapyState
from tracker.domain.gaps import gaps_between_sets
from tracker.domain.notice_log import FIRST_ENTRY, waiting_notices
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet_stages import STAGE_WORDS, Move, Stage
from tracker.domain.sheet_log import CheckPhase
from tracker.domain.sign_off import DrugAmounts, finished_at, mg, record_of
from tracker.domain.signing import RecordContent, RecordKind, Row
from tracker.domain.vital_signs import Measure, VitalSigns


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing that is looked at. `gap` says what is open; empty when it is complete.

    `place` names the part of the record where it is put right.
    """

    subject: str
    words: str
    place: str
    gap: str = ""


def lines(content: RecordContent, protocol: Protocol, *, signer_id: UUID) -> tuple[Line, ...]:
    """What is looked at before this record is signed, in the order of the page."""
    if content.kind is RecordKind.RUN_SHEET:
        return (*_sheet_lines(content, protocol), *_stand_in_lines(content, signer_id))
    if content.kind is RecordKind.THERAPY_SESSION:
        return tuple(_therapy_lines(content, signer_id))
    return tuple(_review_lines(content, signer_id))


def _sheet_lines(content: RecordContent, protocol: Protocol) -> Iterator[Line]:
    stage = Stage(record_of(content)["stage"])
    if stage is not Stage.NO_SHOW:
        yield _vital_line(content, protocol)
        yield _notice_line(content, protocol)
        yield _event_line(content)
    if content.rows("given_infusions") or DrugAmounts.of(content) is not None:
        yield _drug_line(content)
    if stage is Stage.LEFT:
        yield _check_line(content, protocol, CheckPhase.BEFORE)
        yield _recovery_line(content)
        yield _check_line(content, protocol, CheckPhase.DISCHARGE)
    yield _end_line(content, stage)


def _vital_line(content: RecordContent, protocol: Protocol) -> Line:
    sets = content.standing("vital_signs")
    given = next(iter(content.rows("given_infusions")), None)
    gap = "No vital signs were entered" if given and not sets else ""
    if given and sets:
        found = gaps_between_sets(
            protocol.monitoring,
            started_at=given["occurred_at"],
            ended_at=given["ended_at"],
            measured_at=[row["occurred_at"] for row in sets],
            until=finished_at(content),
        )
        longest = max((each.minutes for each in found), default=0)
        gap = f"Longest time without vital signs: {longest} min" if found else ""
    return Line(subject="Vital signs", words=_count(len(sets), "set"), place="vital_signs", gap=gap)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Set:
    id: UUID
    occurred_at: datetime
    signs: VitalSigns


@dataclass(frozen=True, kw_only=True, slots=True)
class _Acknowledged:
    vital_signs_id: UUID
    notice_key: str


def _notice_line(content: RecordContent, protocol: Protocol) -> Line:
    given = next(iter(content.rows("given_infusions")), None)
    waiting = waiting_notices(
        [_set(row) for row in content.standing("vital_signs")],
        [
            _Acknowledged(vital_signs_id=row["vital_signs_id"], notice_key=row["notice_key"])
            for row in content.rows("notice_acknowledgements")
        ],
        protocol,
        started_at=given["occurred_at"] if given else None,
    )
    rows = content.rows("notice_acknowledgements")
    done = sum(not row["action"].startswith(FIRST_ENTRY) for row in rows)
    gap = f"{_count(len(waiting), 'notice')} without acknowledgement" if waiting else ""
    words = f"{done} acknowledged" if done or waiting else "None"
    return Line(subject="Notices", words=words, place="notices", gap=gap)


def _set(row: Row) -> _Set:
    values = {measure.value: row[measure.value] for measure in Measure}
    return _Set(id=row["id"], occurred_at=row["occurred_at"], signs=VitalSigns(**values))


def _event_line(content: RecordContent) -> Line:
    events = content.standing("infusion_events")
    ungraded = sum(row["grade"] is None for row in events)
    open_ended = sum(row["ended_at"] is None for row in events)
    gaps = [
        f"{_count(ungraded, 'event')} without a grade" if ungraded else "",
        f"{_count(open_ended, 'event')} without an end" if open_ended else "",
    ]
    return Line(
        subject="Events",
        words=_count(len(events), "event") if events else "None",
        place="events",
        gap=", ".join(gap for gap in gaps if gap),
    )


def _drug_line(content: RecordContent) -> Line:
    drug = DrugAmounts.of(content)
    if drug is None:
        return Line(
            subject="Drug",
            words="Not in the ledger",
            place="drug",
            gap="Nothing was drawn from a vial of the ledger for this infusion",
        )
    words = (
        f"drawn {mg(drug.drawn_ug)} mg = given {mg(drug.given_ug)} + wasted {mg(drug.wasted_ug)}"
    )
    return Line(subject="Drug", words=words, place="drug")


def _check_line(content: RecordContent, protocol: Protocol, phase: CheckPhase) -> Line:
    is_before = phase is CheckPhase.BEFORE
    items = protocol.checks_before if is_before else protocol.checks_discharge
    answered = {
        row["item_key"] for row in content.standing("sheet_checks") if row["phase"] == phase
    }
    if is_before and _has_set_before_start(content):
        answered.add(BASELINE_VITAL_SIGNS)
    still_open = [item.words for item in items if item.key not in answered]
    return Line(
        subject="Checks before" if is_before else "Discharge checks",
        words=f"{len(items) - len(still_open)} of {len(items)} answered",
        place="checks" if is_before else "discharge",
        gap=f"Open: {'; '.join(still_open)}" if still_open else "",
    )


def _has_set_before_start(content: RecordContent) -> bool:
    """The check of the vital signs before the start answers itself with such a set."""
    given = next(iter(content.rows("given_infusions")), None)
    return any(
        given is None or row["occurred_at"] <= given["occurred_at"]
        for row in content.standing("vital_signs")
    )


def _recovery_line(content: RecordContent) -> Line:
    scores = sorted(content.standing("recovery_scores"), key=lambda row: row["occurred_at"])
    if not scores:
        return Line(
            subject="Recovery score", words="None", place="recovery", gap="No recovery score"
        )
    total = sum(scores[-1][f"item_{number}"] for number in range(1, 6))
    return Line(subject="Recovery score", words=f"{total} of 10", place="recovery")


def _end_line(content: RecordContent, stage: Stage) -> Line:
    leaving = [row for row in content.standing("run_sheet_moves") if row["move"] == Move.LEAVE]
    left_with = leaving[-1]["left_with"] if leaving else ""
    words = STAGE_WORDS[stage].capitalize()
    return Line(
        subject="The end", words=f"{words} with: {left_with}" if left_with else words, place="end"
    )


_ENTERED_BY = ("recorded_by", "end_recorded_by")
_NOBODYS_ENTRY = frozenset({"run_sheets", "draw_accounts"})


def _stand_in_lines(content: RecordContent, signer_id: UUID) -> Iterator[Line]:
    """What is said when somebody signs who has neither a step nor an entry on the sheet."""
    entered = {
        str(row.get(column))
        for table, rows in content.tables.items()
        if table not in _NOBODYS_ENTRY
        for row in rows.values()
        for column in _ENTERED_BY
    }
    if str(signer_id) in entered:
        return
    yield Line(subject="Your entries", words="None on this run sheet", place="end", gap=STAND_IN)


STAND_IN = "Signed for somebody else: the signer has no entry on this run sheet"
"""Sealed and printed among the gaps of such a signature, with its reason."""


def _therapy_lines(content: RecordContent, signer_id: UUID) -> Iterator[Line]:
    record = record_of(content)
    state = TherapyState(record["state"])
    yield Line(subject="What became of it", words=state.capitalize(), place="record")
    if state is not TherapyState.HELD:
        return
    by = record["therapist_id"]
    gap = "" if by == signer_id else "Somebody else is named as the therapist"
    yield Line(
        subject="Therapist",
        words="You" if by == signer_id else ("A colleague" if by else "Not named"),
        place="record",
        gap=gap if by else "Nobody is named as the therapist",
    )
    for subject, column in (("Chart note", "focus"), ("Risk", "risk")):
        written = bool(record[column])
        yield Line(
            subject=subject,
            words="Written" if written else "Empty",
            place="record",
            gap="" if written else f"{subject} is empty",
        )


def _review_lines(content: RecordContent, signer_id: UUID) -> Iterator[Line]:
    record = record_of(content)
    is_own = record["recorded_by"] == signer_id
    yield Line(
        subject="Decision",
        words="Recorded by you" if is_own else "Recorded by a colleague",
        place="record",
        gap="" if is_own else "A colleague recorded this decision",
    )


def _count(how_many: int, one: str) -> str:
    return f"{how_many} {one if how_many == 1 else one + 's'}"
