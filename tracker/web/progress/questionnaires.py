"""The words of the table of published questionnaires on a course's progress page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.charts.form_series import charted_forms, form_series
from tracker.charts.phases import PhaseKey
from tracker.domain.course_progress import CourseProgress
from tracker.domain.course_record import StoredScore
from tracker.domain.instruments import Direction, Instrument, Operator, Scale, Standing
from tracker.domain.progress import ChangeMark, published_rules
from tracker.domain.questionnaire_scores import (
    QuestionnaireForm,
    SinceBaseline,
    since_baseline,
)
from tracker.domain.scoring import Results
from tracker.web import formatting
from tracker.web.course_pictures import Address, Picture, Table
from tracker.web.progress.zoom import zoomed_picture

_COLUMNS = (
    "Date",
    "Questionnaire",
    ("Score", "num"),
    "What it says",
    "Parts",
    "Since the baseline",
    "Remarks",
)
_BOUND_WORDS = {
    Operator.AT_LEAST: "{} or more",
    Operator.ABOVE: "more than {}",
    Operator.AT_MOST: "{} or less",
    Operator.BELOW: "less than {}",
}
_NOTHING_DRAWN = "No band is drawn: no value of change or cut-point is published for this form."
_REVIEW = "needs clinical review"


@dataclass(frozen=True, kw_only=True, slots=True)
class Questionnaires:
    """The table, and what whoever reads it has to know."""

    pictures: tuple[Picture, ...]
    table: Table
    notes: tuple[str, ...]


def questionnaires_part(
    forms: Sequence[QuestionnaireForm],
    progress: CourseProgress,
    address: Address,
    phase: PhaseKey | None = None,
) -> Questionnaires | None:
    """Every form with its scores, the newest in front; None before the first."""
    if not forms:
        return None
    rows = tuple(_row(form, forms, progress) for form in forms)
    table = Table(caption="Published questionnaires, newest first", columns=_COLUMNS, rows=rows)
    known = {form.instrument.key: form.instrument for form in reversed(forms)}
    notes = [note for key in sorted(known) for note in _notes(known[key])]
    pictures = tuple(
        _picture(name, instrument, forms, progress, address, phase)
        for name, instrument in charted_forms(forms)
    )
    return Questionnaires(pictures=pictures, table=table, notes=tuple(notes))


def _picture(
    name: str,
    instrument: Instrument,
    forms: Sequence[QuestionnaireForm],
    progress: CourseProgress,
    address: Address,
    phase: PhaseKey | None,
) -> Picture:
    series = form_series(instrument, forms, progress)
    said = [band.label for band in series.bands]
    note = f"Drawn: {'; '.join(said)}." if said else _NOTHING_DRAWN
    caption = series.scale_label
    return zoomed_picture(name, series, address, progress, caption=caption, note=note, phase=phase)


def _row(
    form: QuestionnaireForm, forms: Sequence[QuestionnaireForm], progress: CourseProgress
) -> tuple[str, ...]:
    results = form.results()
    since = since_baseline(
        form,
        forms,
        progress.record.first_started_at,
        within_days=progress.record.protocol.change.baseline_within_days,
        published=published_rules(progress.record.protocol.change),
    )
    return (
        formatting.birthday(progress.on(form.occurred_at)),
        form.instrument.title,
        _score(form),
        ". ".join(_says(form, results)),
        "; ".join(_part(scale, score) for scale, score in form.parts),
        _since(since),
        ", ".join(_remarks(form, results, progress)).capitalize(),
    )


def _score(form: QuestionnaireForm) -> str:
    scale, total = form.total_scale, form.total
    if scale is None:
        return "No total"
    return "Not enough answered" if total is None else _value(scale, total)


def _value(scale: Scale, score: StoredScore) -> str:
    if score.value is None:
        return "Not enough answered"
    better = scale.direction is Direction.HIGHER_IS_BETTER
    return f"{formatting.number(score.value)} of {scale.maximum}" + (
        " (higher is better)" if better else ""
    )


def _says(form: QuestionnaireForm, results: Results | None) -> Iterator[str]:
    """The band, the findings and what the score is beyond; what is open says so."""
    if form.band is not None:
        yield form.band.label
    if results is None:
        return
    for category in form.instrument.categories:
        yield f"{category.label}: {category.label_of(results.categories[category.id])}"
    for finding in form.instrument.findings:
        yield f"{finding.label}: {results.findings[finding.id]}"
    yield from _cuts(form, results)
    yield from _named_answers(form)


def _cuts(form: QuestionnaireForm, results: Results) -> Iterator[str]:
    for scale in form.instrument.scales:
        for cut in scale.cut_points:
            whose = "" if scale.id == form.instrument.total else f"{_short(scale)} "
            yield f"{whose}{_bound(cut.operator, cut.value)}: {results.cuts[cut.id]}"


def _named_answers(form: QuestionnaireForm) -> Iterator[str]:
    """The single answers that the definition sets beside its scores, such as that on self-harm."""
    for column in form.instrument.columns:
        if column.item:
            answer = form.answers.get(column.item)
            topic = form.instrument.item(column.item).topic
            yield f"{topic}: {'skipped' if answer is None else answer}"


def _bound(operator: Operator, value: int) -> str:
    return _BOUND_WORDS[operator].format(value)


def _part(scale: Scale, score: StoredScore) -> str:
    return f"{_short(scale)} {_value(scale, score).replace('Not', 'not')}"


def _short(scale: Scale) -> str:
    """The last part of a label: "PCL-5, past month, avoidance" is "Avoidance" in its own row."""
    return formatting.capital(scale.label.rpartition(", ")[2])


def _since(since: SinceBaseline) -> str:
    if since.is_baseline:
        return "Baseline"
    if since.points is None:
        return ""
    said = [_signed(since.points)]
    if since.mark is not ChangeMark.NOT_JUDGED:
        said.append(since.mark.words)
    return ". ".join([*said, *(outcome.label for outcome in since.reached)])


def _signed(points: Decimal) -> str:
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return sign + formatting.number(abs(points))


def _remarks(
    form: QuestionnaireForm, results: Results | None, progress: CourseProgress
) -> Iterator[str]:
    if results is not None and not results.is_complete:
        yield f"{results.asked - results.answered} skipped"
    if form.total is not None and form.total.is_prorated:
        yield "computed from the rest"
    if results is not None and results.contradictions:
        yield "answers contradict each other"
    if results is None:
        yield "total only, answers not seen"
    if form.is_imported:
        yield "imported"
    elif form.mode == "paper":
        typed_on = progress.on(form.recorded_at)
        is_later = typed_on != progress.on(form.occurred_at)
        yield f"from paper, typed {typed_on}" if is_later else "from paper"


def _notes(instrument: Instrument) -> Iterator[str]:
    """The cut-points with their sources, the rules of change, then the definition's own notes."""
    named = instrument.title
    for scale in instrument.scales:
        for cut in scale.cut_points:
            said = f"{_bound(cut.operator, cut.value)}: {cut.meaning}"
            yield f"{named}, {said.rstrip('.')}. {_source(cut.source, cut.status)}"
        for each in scale.outcomes:
            if each.status is Standing.PUBLISHED:
                unit = " % of the baseline gone" if each.kind == "percent_better" else ""
                said = f"{each.label.lower()} is {_bound(each.operator, each.value)}{unit}"
                yield f"{named}, {said}. {_source(each.source, each.status)}"
    for rule in instrument.findings:
        yield f"{named}, {rule.label}. {_source(rule.source, rule.status)}"
    for category in instrument.categories:
        yield f"{named}, {category.label}. {_source(category.source, category.status)}"
    yield from (f"{named}: {note}" for note in instrument.notes)
    if instrument.part2:
        yield f"{named}: pass these scores on with the patient's consent only."


def _source(source: str, status: Standing) -> str:
    review = f" ({_REVIEW})" if status.needs_review and _REVIEW not in source else ""
    return f"Source: {source.rstrip('.')}{review}."
