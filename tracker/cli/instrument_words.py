"""A definition as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.domain import instruments
from tracker.domain.instruments import (
    AnswerKind,
    AnswerScale,
    AskWhen,
    Instrument,
    Item,
    SafetyRule,
    Scale,
    Standing,
)
from tracker.domain.instruments.loinc import NOTICE

_REVIEW = "needs clinical review"


def definition_lines(instrument: Instrument) -> Iterator[str]:
    """Everything that somebody needs who decides whether to use it."""
    yield f"{instrument.title} ({instrument.key}, version {instrument.version})"
    yield f"Asks about: {instrument.recall}. About {instrument.minutes} min."
    yield f"Answered by the {instrument.answered_by}; may be sent out of the clinic: " + (
        "only where alerts are watched" if instrument.remote == "watched" else instrument.remote
    )
    yield f"Wording: {_wording(instrument)}"
    yield f"Licence: {instrument.licence}"
    yield f"Attribution: {instrument.attribution}"
    if instrument.source_url:
        yield f"Source: {instrument.source_url}"
    yield from ("", "Items")
    for number, item in enumerate(instrument.items, 1):
        yield _item(instrument, number, item)
    for scale in instrument.scales:
        yield ""
        yield from _scale(scale)
    yield from _rules(instrument)
    yield from _notes(instrument)


def _wording(instrument: Instrument) -> str:
    if not instrument.has_wording:
        return "loaded by the site"
    return f"the project's own, in {', '.join(instruments.languages(instrument))}"


def _item(instrument: Instrument, number: int, item: Item) -> str:
    more = [_answers(instrument.answer_scale(item))]
    if item.ask_when is not None:
        more.append(_branch(item.ask_when))
    more += ["in no score, may be left out"] * item.is_extra
    more += [f"LOINC {item.loinc}"] if item.loinc else []
    return f"  q{number:<3} {item.topic} ({'; '.join(more)})"


def _answers(scale: AnswerScale) -> str:
    if scale.kind is AnswerKind.SEVERAL:
        return "any of " + ", ".join(str(choice.value) for choice in scale.choices)
    return f"{scale.lowest} to {scale.highest}"


def _branch(when: AskWhen) -> str:
    return f"only after {when.item} = {' or '.join(map(str, when.answers))}"


def _scale(scale: Scale) -> Iterator[str]:
    code = f"; LOINC {scale.loinc}" if scale.loinc else ""
    yield f"{scale.label} ({scale.id}): {scale.minimum} to {scale.maximum}{code}"
    yield f"  {scale.direction.words}. Needs {scale.least_answered} of {len(scale.items)} items."
    if scale.missing_source:
        yield f"  Skipped answers: {scale.missing_source}"
    for band in scale.bands:
        yield f"  {band.lowest} to {band.highest}: {band.label}{_source(band.source, band.status)}"
    for cut in scale.cut_points:
        zone = f" (zone {cut.zone_lowest} to {cut.zone_highest})" if cut.zone_lowest else ""
        said = _source(cut.source, cut.status)
        yield f"  {cut.operator} {cut.value}{zone}: {cut.meaning}{said}"
    for change in scale.changes:
        more = f", strict {change.strict}" if change.strict else ""
        more += f", up to {change.highest}" if change.highest else ""
        kind = change.kind.replace("_", " ")
        yield f"  {kind} {change.value}{more}{_source(change.source, change.status)}"
    for outcome in scale.outcomes:
        unit = " % better" if outcome.kind == "percent_better" else ""
        said = _source(outcome.source, outcome.status)
        yield f"  {outcome.label}: {outcome.operator} {outcome.value}{unit}{said}"


def _source(source: str, status: Standing) -> str:
    review = f"; {_REVIEW}" if status.needs_review and _REVIEW not in source else ""
    return f" [{source}{review}]"


def _rules(instrument: Instrument) -> Iterator[str]:
    if instrument.findings or instrument.categories:
        yield from ("", "Rules")
    for finding in instrument.findings:
        yield f"  {finding.label}: yes, no, undetermined{_source(finding.source, finding.status)}"
    for category in instrument.categories:
        names = ", ".join(outcome.label for outcome in category.outcomes)
        yield f"  {category.label}: {names}{_source(category.source, category.status)}"
    if instrument.safety_rules:
        yield from ("", f"Raises an alert (levels and deadlines: {_REVIEW})")
    for rule in instrument.safety_rules:
        yield f"  {_safety(rule)}"


def _safety(rule: SafetyRule) -> str:
    named = rule.outcomes or tuple(
        "skipped" if answer is None else str(answer) for answer in rule.answers
    )
    hours = rule.deadline_hours
    due = "by the end of the working day" if hours is None else f"within {hours} h"
    due = "at once" if hours == 0 else due
    return f"{rule.item or rule.category} {' or '.join(named)}: level {rule.level}, {due}"


def _notes(instrument: Instrument) -> Iterator[str]:
    if instrument.notes:
        yield from ("", "Notes")
    yield from (f"  {note}" for note in instrument.notes)
    if instrument.loinc:
        yield from ("", f"LOINC {instrument.loinc}. {NOTICE}")
