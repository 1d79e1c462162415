"""The finished words of a run sheet's two checklists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for

from tracker.domain.checklist import ANSWERS_ITSELF, RESULT_WORDS, list_items
from tracker.domain.checklists import BASELINE_VITAL_SIGNS, CheckItem
from tracker.domain.clinic import Clinic
from tracker.domain.discharge import ComputedItem, DischargeFacts, computed_items, discharge_rules
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.domain.recovery import SCALE_NAMES
from tracker.domain.run_sheet_stages import AFTER_END, OVER, Stage
from tracker.domain.sheet_log import CheckPhase
from tracker.queries.run_sheets import RunSheet
from tracker.queries.sheet_entries import LoggedCheck, RecoveryScore
from tracker.web.infusions.check_forms import as_shown, form_of
from tracker.web.infusions.medicines_part import ASKED_AT, TakenPart
from tracker.web.infusions.words import banner, infusion_title, local_time

_TITLES = {CheckPhase.BEFORE: "Checks before the start", CheckPhase.DISCHARGE: "Before leaving"}
_ENDPOINTS = {CheckPhase.BEFORE: "infusions.checks", CheckPhase.DISCHARGE: "infusions.discharge"}
_ASKED_IN = {
    CheckPhase.BEFORE: frozenset({Stage.ARRIVED}),
    CheckPhase.DISCHARGE: frozenset({Stage.RECOVERY}),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckRow:
    """One item. `place` is its number in the form, None when the sheet answers it.

    `enter_href` is where to enter what the sheet takes for an answer; `taken` is what the patient
    takes, at the item that asks about it.
    """

    key: str
    words: str
    state: tuple[str, str]  # word, tone
    detail: str
    old: tuple[str, ...]  # earlier answers, with why they were changed
    place: int | None
    is_answered: bool
    enter_href: str | None
    taken: TakenPart | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreLine:
    """One recovery score. A corrected one is struck out."""

    when: str
    words: str
    by: str
    note: str
    is_struck: bool
    correct_href: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckPart:
    """One checklist. Without a form it is read only.

    `taken` stands above a list on which no item asks about medicines.
    """

    key: str
    title: str
    lead: str
    rows: tuple[CheckRow, ...]
    scores: tuple[ScoreLine, ...]
    score_href: str | None
    href: str | None
    form: Any
    has_answers: bool
    is_after: bool
    is_folded: bool  # only to look up what was answered
    taken: TakenPart | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChecksPage:
    banner: dict[str, object]
    part: CheckPart
    sheet_title: str
    sheet_href: str


def check_parts(
    sheet: RunSheet, clinic: Clinic, who: Person, now: datetime, taken: TakenPart
) -> tuple[CheckPart, ...]:
    """The lists that the sheet shows in its stage; the one that is being answered has its form."""
    phases = [CheckPhase.BEFORE]
    if sheet.stage in AFTER_END | {Stage.LEFT}:
        phases.insert(0, CheckPhase.DISCHARGE)
    if sheet.stage is Stage.NO_SHOW:
        phases = []
    parts = (_shown(sheet, phase, clinic, who, now) for phase in phases)
    return tuple(
        with_taken(part, taken) if part.key == CheckPhase.BEFORE else part for part in parts
    )


def with_taken(part: CheckPart, taken: TakenPart) -> CheckPart:
    """The list with what the patient takes at the item that asks about it."""
    if not any(row.key == ASKED_AT for row in part.rows):
        return replace(part, taken=taken)
    rows = (replace(row, taken=taken) if row.key == ASKED_AT else row for row in part.rows)
    return replace(part, rows=tuple(rows))


def _shown(
    sheet: RunSheet, phase: CheckPhase, clinic: Clinic, who: Person, now: datetime
) -> CheckPart:
    form = None
    if sheet.stage in _ASKED_IN[phase] and _may_answer(sheet, who):
        form = checks_form(sheet, phase, formdata=None)
    return check_part(sheet, phase, clinic, who, now, form)


def _may_answer(sheet: RunSheet, who: Person) -> bool:
    return may(who, Act.LOG_INFUSION) and not sheet.is_signed


def checks_form(sheet: RunSheet, phase: CheckPhase, **more: Any) -> Any:
    """The form of a list, with what was answered."""
    items = list_items(sheet.protocol, phase)
    return form_of(items)(**as_shown(items, _standing(sheet, phase)), **more)


def check_part(
    sheet: RunSheet, phase: CheckPhase, clinic: Clinic, who: Person, now: datetime, form: Any
) -> CheckPart:
    """One list with its words; `form` is what is asked, or None."""
    computed = _computed(sheet, phase, now)
    rows = tuple(
        _row(sheet, phase, item, place, computed, clinic)
        for place, item in enumerate(list_items(sheet.protocol, phase))
        if item.key not in ANSWERS_ITSELF or item.key in computed
    )
    still_open = sum(row.state[0] == "Open" for row in rows)
    is_after = phase is CheckPhase.DISCHARGE
    may_answer = _may_answer(sheet, who)
    return CheckPart(
        key=phase.value,
        title=_TITLES[phase],
        lead=_open_words(still_open, len(rows)),
        rows=rows,
        scores=_scores(sheet, clinic, may_answer) if is_after else (),
        score_href=url_for("infusions.score_recovery", infusion_id=sheet.id)
        if is_after and may_answer
        else None,
        href=url_for(_ENDPOINTS[phase], infusion_id=sheet.id) if may_answer else None,
        form=form,
        has_answers=bool(_standing(sheet, phase)),
        is_after=is_after,
        is_folded=form is None and (not is_after or sheet.stage in OVER),
    )


def _open_words(still_open: int, of: int) -> str:
    if not still_open:
        return "Nothing is open."
    return f"{still_open} of {of} {'is' if still_open == 1 else 'are'} open."


def _computed(sheet: RunSheet, phase: CheckPhase, now: datetime) -> dict[str, tuple[bool, str]]:
    """What the sheet answers itself: the key with whether it is met, and what it rests on."""
    if phase is CheckPhase.BEFORE:
        return {BASELINE_VITAL_SIGNS: _baseline(sheet)}
    if sheet.given is None or sheet.given.ended_at is None:
        return {}
    scores = [each for each in sheet.entries.recovery_scores if each.stands]
    facts = DischargeFacts(
        score=scores[-1].total if scores else None,
        sets=sheet.standing_sets,
        started_at=sheet.given.started_at,
        ended_at=sheet.given.ended_at,
    )
    ready_at = [each.occurred_at for each in sheet.steps if each.to_stage is Stage.READY]
    # Once somebody was ready to leave, the list stays as it was at that moment.
    at = ready_at[-1] if ready_at and sheet.stage not in {Stage.RECOVERY} else now
    found: tuple[ComputedItem, ...] = computed_items(facts, discharge_rules(sheet.protocol), now=at)
    return {item.key: (item.is_met, item.detail) for item in found}


def _baseline(sheet: RunSheet) -> tuple[bool, str]:
    before = [
        each
        for each in sheet.standing_sets
        if sheet.given is None or each.occurred_at <= sheet.given.started_at
    ]
    return (True, "on this sheet") if before else (False, "none on this sheet yet")


def _standing(sheet: RunSheet, phase: CheckPhase) -> dict[str, LoggedCheck]:
    return {
        each.item_key: each for each in sheet.entries.checks if each.stands and each.phase is phase
    }


def _row(
    sheet: RunSheet,
    phase: CheckPhase,
    item: CheckItem,
    place: int,
    computed: dict[str, tuple[bool, str]],
    clinic: Clinic,
) -> CheckRow:
    answer = _standing(sheet, phase).get(item.key)
    is_met, rests_on = computed.get(item.key, (False, ""))
    state = ("Open", "caution")
    if is_met:
        state = ("Met", "good")
    elif answer is not None:
        tone = "caution" if answer.result.value == "overridden" else "good"
        state = (RESULT_WORDS[answer.result], tone)
    said = _said(answer, sheet, clinic) if answer else ""
    return CheckRow(
        key=item.key,
        words=item.words,
        state=state,
        detail=". ".join(part for part in (rests_on, said) if part),
        old=_old(answer, sheet, clinic),
        place=None if is_met else place,
        is_answered=answer is not None,
        enter_href=url_for("infusions.show", infusion_id=sheet.id, _anchor="vital-signs")
        if item.key == BASELINE_VITAL_SIGNS and not is_met
        else None,
    )


def _said(answer: LoggedCheck, sheet: RunSheet, clinic: Clinic) -> str:
    at = local_time(answer.occurred_at, clinic, beside=sheet.began_at)
    words = answer.reason or answer.note
    return f"{words + '. ' if words else ''}{answer.recorded_by}, {at}"


def _old(answer: LoggedCheck | None, sheet: RunSheet, clinic: Clinic) -> tuple[str, ...]:
    """Earlier answers, newest first."""
    by_id = {each.id: each for each in sheet.entries.checks}
    found = []
    while answer is not None and answer.corrects_id is not None:
        older = by_id[answer.corrects_id]
        found.append(f"{RESULT_WORDS[older.result]}. {_said(older, sheet, clinic)}")
        answer = older
    return tuple(found)


def _scores(sheet: RunSheet, clinic: Clinic, may_correct: bool) -> tuple[ScoreLine, ...]:
    scores = [each for each in reversed(sheet.entries.recovery_scores) if not each.is_struck]
    return tuple(_score_line(each, sheet, clinic, may_correct) for each in scores)


def _score_line(
    score: RecoveryScore, sheet: RunSheet, clinic: Clinic, may_correct: bool
) -> ScoreLine:
    href = url_for("infusions.correct_recovery", recovery_score_id=score.id)
    points = " + ".join(str(each) for each in score.items)
    return ScoreLine(
        when=local_time(score.occurred_at, clinic, beside=sheet.began_at),
        words=f"{score.total} of 10 ({points}), {SCALE_NAMES[score.scale]}",
        by=score.recorded_by,
        note=f"Correction: {score.correction_reason}" if score.corrects_id else "",
        is_struck=not score.stands,
        correct_href=href if may_correct and score.stands else None,
    )


def checks_page(sheet: RunSheet, part: CheckPart) -> ChecksPage:
    """The page of one list alone."""
    return ChecksPage(
        banner=banner(sheet.bearer),
        part=part,
        sheet_title=infusion_title(sheet.appointment),
        sheet_href=url_for("infusions.show", infusion_id=sheet.id),
    )
