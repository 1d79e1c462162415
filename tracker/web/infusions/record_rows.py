"""The lines of a printed infusion record, oldest first. What was replaced stays, struck through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from tracker.domain.checklist import RESULT_WORDS
from tracker.domain.checklists import BASELINE_VITAL_SIGNS
from tracker.domain.clinic import Clinic
from tracker.domain.drug_ledger import mg_words
from tracker.domain.notice_log import raised_notices
from tracker.domain.run_sheet_stages import MOVE_WORDS
from tracker.domain.sheet_log import CheckPhase, CheckResult, RecoveryScale
from tracker.domain.vital_signs import VitalSigns, signed
from tracker.queries.drug_ledger import LedgerLine, SheetDrug
from tracker.queries.run_sheets import RunSheet
from tracker.queries.sheet_entries import Entry, LoggedCheck, RecoveryScore, VitalSet
from tracker.reports.infusion_record import (
    CheckLine,
    Checklist,
    DrugLine,
    LogLine,
    NoticeLine,
    SetLine,
    StepLine,
    checklist,
)
from tracker.web.infusions.log_part import gap_words, minute_words, sheet_gaps
from tracker.web.infusions.log_words import entry_words
from tracker.web.infusions.words import is_late, local_time

_SCALES = {RecoveryScale.ALDRETE: "Modified Aldrete", RecoveryScale.PADSS: "PADSS"}
LONGEST_PLAIN = 120
"""Characters of a note that still fits beside its item in a running line."""


def set_lines(sheet: RunSheet, clinic: Clinic, now: datetime) -> tuple[SetLine, ...]:
    """Every set with the stretches between them that were too long."""
    scale = sheet.protocol.monitoring.sedation_scale
    sets = sheet.entries.vital_sets
    dated = [(each.occurred_at, _set(each, sets, sheet, clinic, scale)) for each in _own(sets)]
    dated += [
        (gap.began_at, SetLine(minute="", when="", gap=gap_words(gap, sheet, clinic)))
        for gap in sheet_gaps(sheet, now)
    ]
    return tuple(line for _, line in sorted(dated, key=lambda pair: pair[0]))


def _set(
    each: VitalSet, sets: Iterable[Entry], sheet: RunSheet, clinic: Clinic, scale: str
) -> SetLine:
    signs = each.signs
    return SetLine(
        minute=minute_words(each.occurred_at, sheet),
        when=local_time(each.occurred_at, clinic, beside=sheet.began_at),
        pressure=signs.pressure,
        mean_pressure=_word(signs.map_mmhg),
        heart_rate=_word(signs.heart_rate_bpm),
        oxygen=_word(signs.spo2_percent),
        respiration=_word(signs.respiration_per_minute),
        sedation=_sedation(signs, scale),
        dissociation=_word(signs.cadss6),
        remark=_remark(each, sets, sheet, clinic),
        by=each.recorded_by,
        struck=not each.stands,
    )


def _sedation(signs: VitalSigns, scale: str) -> str:
    """The score alone on the scale that heads the column, another with the name of its scale."""
    scores = {"rass": ("RASS", signs.rass), "moaas": ("MOAA/S", signs.moaas)}
    return "; ".join(
        signed(score) if key == scale else f"{name} {signed(score)}"
        for key, (name, score) in scores.items()
        if score is not None
    )


def _word(value: int | None) -> str:
    return "" if value is None else str(value)


Kind = TypeVar("Kind", bound=Entry)


def _own(entries: Iterable[Kind]) -> list[Kind]:
    """The entries without those that only strike another out."""
    return [each for each in entries if not each.is_struck]


def _remark(
    each: Entry, others: Iterable[Entry], sheet: RunSheet, clinic: Clinic, *more: str
) -> str:
    """Its own remarks, when it was entered if later, what became of it and why."""
    parts = [words for words in more if words]
    if each.corrects_id is not None:
        parts.append(f"Correction: {each.correction_reason}")
    if is_late(each.occurred_at, each.recorded_at):
        at = local_time(each.recorded_at, clinic, beside=sheet.began_at)
        parts.append(f"Entered {at}")
    newer = next((one for one in others if one.corrects_id == each.id), None)
    if newer is not None:
        became = "Struck out" if newer.is_struck else "Corrected"
        at = local_time(newer.recorded_at, clinic, beside=sheet.began_at)
        parts.append(f"{became} {at} by {newer.recorded_by}: {newer.correction_reason}")
    return ". ".join(parts)


def notice_lines(sheet: RunSheet, clinic: Clinic) -> tuple[NoticeLine, ...]:
    """Every notice of the standing sets, and every acknowledgement, also of a set now struck."""
    started_at = sheet.given.started_at if sheet.given else None
    done = {(each.vital_signs_id, each.notice_key): each for each in sheet.entries.acknowledgements}
    sets = {each.id: each.occurred_at for each in sheet.entries.vital_sets}
    lines = []
    for raised in raised_notices(sheet.standing_sets, sheet.protocol, started_at=started_at):
        if (raised.vital_signs_id, raised.key) not in done:
            line = NoticeLine(
                when=local_time(raised.measured_at, clinic, beside=sheet.began_at),
                notice=raised.notice.words,
            )
            lines.append((raised.measured_at, line))
    for each in done.values():
        measured_at = sets[each.vital_signs_id]
        at = local_time(each.occurred_at, clinic, beside=sheet.began_at)
        line = NoticeLine(
            when=local_time(measured_at, clinic, beside=sheet.began_at),
            notice=each.notice_words,
            action=each.action,
            by=f"{each.recorded_by}, {at}",
        )
        lines.append((measured_at, line))
    return tuple(line for _, line in sorted(lines, key=lambda pair: pair[0]))


def step_lines(sheet: RunSheet, clinic: Clinic) -> tuple[StepLine, ...]:
    """Every step in its order, with the times that were corrected."""
    moves = sheet.entries.moves
    ordered = sorted(moves, key=lambda each: (each.seq, each.recorded_at))
    return tuple(
        StepLine(
            when=local_time(each.occurred_at, clinic, beside=sheet.began_at),
            what=MOVE_WORDS[each.move].capitalize(),
            remark=_remark(each, moves, sheet, clinic, each.reason),
            by=each.recorded_by,
            struck=not each.stands,
        )
        for each in ordered
    )


def before_checks(sheet: RunSheet, clinic: Clinic) -> Checklist:
    """The checklist before the start, with what is still open."""
    asked = {item.key: item.words for item in sheet.protocol.checks_before}
    return checklist(_check_lines(sheet, clinic, CheckPhase.BEFORE, asked))


def discharge_checks(sheet: RunSheet, clinic: Clinic) -> Checklist:
    """The checklist of the discharge."""
    asked = {item.key: item.words for item in sheet.protocol.checks_discharge}
    return checklist(_check_lines(sheet, clinic, CheckPhase.DISCHARGE, asked))


def _check_lines(
    sheet: RunSheet, clinic: Clinic, phase: CheckPhase, asked: dict[str, str]
) -> Iterator[CheckLine]:
    answers = [each for each in sheet.entries.checks if each.phase is phase]
    for key in dict.fromkeys([*asked, *(each.item_key for each in answers)]):
        given = [each for each in answers if each.item_key == key]
        yield from (_check(each, answers, sheet, clinic) for each in _own(given))
        if not given:
            yield _unanswered(key, asked[key], sheet, clinic)


def _unanswered(key: str, words: str, sheet: RunSheet, clinic: Clinic) -> CheckLine:
    """An open item, or one that the sheet answers itself by the set before the start."""
    started_at = sheet.given.started_at if sheet.given else None
    sets = [each.occurred_at for each in sheet.standing_sets]
    before = [at for at in sets if started_at is None or at <= started_at]
    if key != BASELINE_VITAL_SIGNS or not before:
        return CheckLine(item=words, plain=True)
    at = local_time(max(before), clinic, beside=sheet.began_at)
    return CheckLine(item=words, result=f"Done, by the set of {at}", plain=True)


def _check(
    each: LoggedCheck, others: Iterable[Entry], sheet: RunSheet, clinic: Clinic
) -> CheckLine:
    at = local_time(each.occurred_at, clinic, beside=sheet.began_at)
    return CheckLine(
        item=each.item_words,
        result=RESULT_WORDS[each.result],
        remark=_remark(each, others, sheet, clinic, each.reason, each.note),
        by=f"{each.recorded_by}, {at}",
        struck=not each.stands,
        plain=_is_plain(each),
    )


def _is_plain(each: LoggedCheck) -> bool:
    """Done or not applicable, never changed, and short enough for a running line."""
    is_unchanged = each.stands and each.corrects_id is None
    is_short = len(each.reason) + len(each.note) <= LONGEST_PLAIN
    return is_unchanged and is_short and each.result is not CheckResult.OVERRIDDEN


def log_lines(sheet: RunSheet, clinic: Clinic) -> tuple[LogLine, ...]:
    """Events, medicines, rates and notes in one order of time."""
    entries = sheet.entries
    kinds: tuple[tuple[str, tuple[Entry, ...]], ...] = (
        ("Event", entries.events),
        ("Medicine", entries.medicines),
        ("Rate", entries.rates),
        ("Note", entries.notes),
    )
    dated = [
        (each.occurred_at, _log(kind, each, several, sheet, clinic))
        for kind, several in kinds
        for each in _own(several)
    ]
    return tuple(line for _, line in sorted(dated, key=lambda pair: pair[0]))


def _log(
    kind: str, each: Entry, others: Iterable[Entry], sheet: RunSheet, clinic: Clinic
) -> LogLine:
    ended_at: datetime | None = getattr(each, "ended_at", None)
    ended = f"Ended {local_time(ended_at, clinic, beside=sheet.began_at)}" if ended_at else ""
    return LogLine(
        minute=minute_words(each.occurred_at, sheet),
        when=local_time(each.occurred_at, clinic, beside=sheet.began_at),
        kind=kind,
        what=entry_words(each),
        remark=_remark(each, others, sheet, clinic, ended),
        by=each.recorded_by,
        struck=not each.stands,
    )


def recovery_lines(sheet: RunSheet, clinic: Clinic) -> tuple[StepLine, ...]:
    """Every recovery score with its five items."""
    scores = sheet.entries.recovery_scores
    return tuple(_recovery(each, sheet, clinic) for each in _own(scores))


def _recovery(each: RecoveryScore, sheet: RunSheet, clinic: Clinic) -> StepLine:
    items = " + ".join(map(str, each.items))
    return StepLine(
        when=local_time(each.occurred_at, clinic, beside=sheet.began_at),
        what=f"{_SCALES[each.scale]}: {each.total} of 10 ({items})",
        remark=_remark(each, sheet.entries.recovery_scores, sheet, clinic),
        by=each.recorded_by,
        struck=not each.stands,
    )


def drug_lines(drug: SheetDrug) -> tuple[DrugLine, ...]:
    """Every draw with what became of it."""
    return tuple(_draw(each) for each in drug.draws)


def _draw(each: LedgerLine) -> DrugLine:
    account = each.account
    return DrugLine(
        vial=f"{each.vial_label}, lot {each.lot}",
        drawn=mg_words(-each.amount_ug),
        given=mg_words(account.given_ug) if account else "",
        wasted=mg_words(account.wasted_ug) if account else "",
        witness=account.witness if account else "",
        by=each.recorded_by,
    )


def drug_sum(drug: SheetDrug) -> str:
    """ "Drawn 50 mg = given 38 mg + wasted 12 mg." once every draw is accounted for."""
    if not drug.draws or drug.open_draws:
        return ""
    given, wasted = mg_words(drug.given_ug), mg_words(drug.wasted_ug)
    return f"Drawn {mg_words(drug.drawn_ug)} = given {given} + wasted {wasted}."
