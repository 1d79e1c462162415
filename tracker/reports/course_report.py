"""A progress report from the record of a course: every number as words, nothing asked or drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.charts.axes import full_date
from tracker.charts.course_captions import SITE_SETTING, point_words
from tracker.domain import instruments
from tracker.domain.as_of import facts_as_of, progress_as_of
from tracker.domain.clinic import Clinic
from tracker.domain.course_change import course_change
from tracker.domain.course_endings import end_words, read_reason
from tracker.domain.course_progress import GAINS, SYMPTOMS, CourseProgress
from tracker.domain.courses import CourseState
from tracker.domain.due import WEEKLY
from tracker.domain.instruments import Instrument, WordingState
from tracker.domain.languages import Language
from tracker.domain.progress import ChangeSummary, CourseChange
from tracker.domain.report_facts import NO_FACTS, ReportFacts
from tracker.domain.report_kinds import WHOLE_COURSE, Period
from tracker.domain.safety import CrisisLines
from tracker.domain.suicide_questions import last_asked_at
from tracker.reports import change_words
from tracker.reports.course_tables import (
    event_rows,
    group_rows,
    infusion_rows,
    medicine_rows,
    score_rows,
    therapy_part,
)
from tracker.reports.document import Paper
from tracker.reports.progress_report import (
    Chart,
    Note,
    ProgressReport,
    ReportClinic,
    ReportCourse,
    ReportPatient,
    SignatureLine,
)
from tracker.reports.referrer_rows import (
    assessment_paragraphs,
    drug_sentences,
    homework_rows,
    plan_paragraphs,
    scale_thresholds,
)
from tracker.reports.report_rows import InstrumentRow, ThresholdRow
from tracker.reports.trial_rows import trial_rows

PLAN = "Plan"
NOT_ASKED = "Suicidal thoughts were not asked about by a questionnaire in this course."


@dataclass(frozen=True, kw_only=True, slots=True)
class Making:
    """Who makes the report, when, for which sheet."""

    by: str
    at: datetime
    paper: Paper
    period: Period = WHOLE_COURSE
    language: Language = Language.ENGLISH
    is_draft: bool = False


def course_report(
    progress: CourseProgress,
    clinic: Clinic,
    making: Making,
    *,
    charts: tuple[Chart, ...] = (),
    facts: ReportFacts = NO_FACTS,
) -> ProgressReport:
    """The report of a course for the referring clinician. The same values give the same report.

    The record holds every weekly scale, the events of the infusions and the alerts. Everything is
    as of the last day of the period, whatever was recorded of later days.
    """
    period = making.period
    facts = facts_as_of(facts, period.last_on, progress.zone)
    progress = progress_as_of(progress, period.last_on)
    record = progress.record
    change = course_change(progress, facts.forms)
    return ProgressReport(
        clinic=letterhead(clinic),
        patient=ReportPatient(
            name=record.patient.name,
            born=full_date(record.patient.born_on),
            record_number=record.patient.record_number,
        ),
        course=ReportCourse(
            protocol=f"{record.protocol.name}, version {record.protocol.version}",
            number_and_phase=f"Course {record.course_number}, {_phase(progress, period)}",
            indication=record.indication,
            diagnosis=facts.assessment.icd10_code,
            trauma=facts.assessment.trauma_words,
        ),
        period=period_words(progress, period),
        generated_at=making.at,
        generated_text=moment_words(making.at, clinic),
        generated_by=making.by,
        paper=making.paper,
        draft=making.is_draft,
        verdict=change_words.heading(change),
        summary=_summary(progress, change, period),
        not_measured=change_words.not_measured_lines(change, progress, full_date, period.holds),
        charts=charts,
        trials=trial_rows(facts),
        infusions=infusion_rows(progress, period),
        scores=score_rows(progress, period),
        groups=group_rows(progress),
        therapy=therapy_part(progress, period),
        homework=homework_rows(facts, period),
        drug=drug_sentences(facts, by=_by(progress, period)),
        adherence=_adherence(progress, period),
        medicines=medicine_rows(progress, period),
        events=event_rows(progress, period),
        safety=_safety(progress, period),
        notes=(
            Note(title="Assessment", paragraphs=assessment_paragraphs(facts)),
            Note(title=PLAN, paragraphs=tuple(plan_paragraphs(progress, change, facts, period))),
        ),
        instruments=_instruments(progress),
        thresholds=(*_thresholds(progress), *scale_thresholds(change)),
        crisis=crisis_words(clinic),
        signatures=(
            SignatureLine(name=making.by, role="author"),
            SignatureLine(name="Attending clinician"),
        ),
    )


def letterhead(clinic: Clinic) -> ReportClinic:
    """The clinic as every letter names it."""
    return ReportClinic(
        name=clinic.name,
        address_lines=tuple(line for line in clinic.address.splitlines() if line.strip()),
        phone=clinic.phone,
    )


def moment_words(at: datetime, clinic: Clinic) -> str:
    """ "14 Oct 2026, 16:55 EDT"."""
    local = clinic.local(at)
    return f"{full_date(local.date())}, {local:%H:%M} {local:%Z}"


def crisis_words(clinic: Clinic) -> tuple[str, ...]:
    """The clinic's crisis lines, one sentence each."""
    lines = CrisisLines.from_settings(clinic.crisis).lines
    return tuple(
        f"{line.for_whom}: {line.label}." if line.for_whom else f"{line.label}." for line in lines
    )


_PHASES = {
    CourseState.PLANNED: "planned, not started",
    CourseState.ACTIVE: "in treatment",
    CourseState.MAINTENANCE: "maintenance",
    CourseState.COMPLETED: "completed",
    CourseState.STOPPED: "stopped",
}


AFTER_THE_SERIES = "after the last infusion of the series"


def _phase(progress: CourseProgress, period: Period) -> str:
    """On which day of the past a course went on to maintenance is not kept, so it is not said."""
    day = progress.day
    is_maintained = progress.record.state is CourseState.MAINTENANCE
    words = _PHASES[progress.record.state]
    if is_maintained and period.last_on is not None:
        words = AFTER_THE_SERIES
    if progress.record.ended_on is not None:
        return f"{words} {full_date(progress.record.ended_on)}"
    return words if day is None else f"{words}, day {day}"


def period_words(
    progress: CourseProgress, period: Period, language: Language = Language.ENGLISH
) -> str:
    """ "28 Aug 2026 to 14 Oct 2026": what was chosen, else what the course covers."""
    covered = progress.covered
    first, last = period.first_on or covered[0], period.last_on or covered[1]
    if first >= last:
        return full_date(last, language)
    return language.say(
        "%(first)s to %(last)s", first=full_date(first, language), last=full_date(last, language)
    )


def as_of_words(progress: CourseProgress, period: Period) -> str:
    """What a letter about some days rests on; empty for one about the whole course. A month that
    is not over yet is told as of today.
    """
    if period.is_whole:
        return ""
    said = "Changes are since the baseline, the last score before infusion 1."
    if period.last_on is None:
        return said
    return f"As of {full_date(progress.today)}; nothing later is in this report. {said}"


def _summary(progress: CourseProgress, change: CourseChange, period: Period) -> tuple[str, ...]:
    """As the course's page begins; then the weekly scales that this does not tell of."""
    counts = progress.adherence
    told = {one.scale.id for one in change_words.told_scales(change)}
    found = [
        *filter(None, (as_of_words(progress, period), end_sentence(progress))),
        *change_words.scale_lines(change, progress, full_date),
        *change_words.relapse_lines(change, progress, full_date),
    ]
    found += [
        _change_sentence(progress.changes[scale])
        for scale in (SYMPTOMS, GAINS)
        if scale not in told
    ]
    found.append(
        f"{change_words.given_words(progress, full_date)} "
        f"{counts.therapy_held} of {counts.therapy_due} therapy sessions held of those due."
    )
    if progress.record.alerts_open:
        found.append("A safety alert is open: see Safety.")
    return tuple(found)


def end_sentence(progress: CourseProgress, *, with_details: bool = True) -> str:
    """When and why the course ended, after how much of it; empty while it goes on."""
    record, counts = progress.record, progress.adherence
    if record.ended_on is None:
        return ""
    when = full_date(record.ended_on)
    ended = end_words(record.state, when, counts.infusions_given, counts.infusions_planned)
    reason = read_reason(record.end_reason)
    if with_details and reason.line:
        return f"{ended} Why: {reason.line.rstrip('.')}."
    return f"{ended} Why: {reason.kind.words}." if reason.kind else ended


def _change_sentence(summary: ChangeSummary) -> str:
    """ "Weekly trauma symptoms (lower is better): 60 → 20 (−40, 66 % better): Response." """
    direction = summary.scale.direction.words.lower()
    name = f"{summary.scale.label} (0–{summary.scale.maximum}, {direction})"
    if point_words(summary.baseline) and point_words(summary.latest):
        return f"{name}: {summary.clinician_line}."
    if point_words(summary.latest):
        return f"{name}: {point_words(summary.latest)} now, no baseline to compare with."
    if point_words(summary.baseline):
        return f"{name}: {point_words(summary.baseline)} at the baseline, none since."
    return f"{name}: no data."


def _adherence(progress: CourseProgress, period: Period) -> tuple[str, ...]:
    each = []
    for key, instrument in instruments.definitions().items():
        answered, due = progress.answered_of_due(key, holds=period.holds)
        if due:
            each.append(f"{instrument.title}: {answered} of {due} answered.")
    return (" ".join(progress.adherence.sentences[:2]), " ".join(each) or "No check-in was due.")


def _safety(progress: CourseProgress, period: Period) -> str:
    """How many alerts there were, and whether anybody asked; never what was answered."""
    waiting, closed = progress.record.alerts_open, progress.record.alerts_closed
    asked_at = last_asked_at(progress.record.check_ins)
    asked = NOT_ASKED
    if asked_at is not None:
        on = full_date(progress.on(asked_at))
        asked = f"A questionnaire last asked about suicidal thoughts on {on}."
    if not waiting + closed:
        none = "No answer raised a safety alert. A low answer is no proof of safety."
        return asked if asked_at is None else f"{asked} {none}"
    total = waiting + closed
    raised = "1 safety alert was" if total == 1 else f"{total} safety alerts were"
    counted = f"{closed} closed by a clinician, {waiting} open"
    return f"{raised} raised in this course{_by(progress, period)}: {counted}. {asked}"


def _by(progress: CourseProgress, period: Period) -> str:
    return "" if period.last_on is None else f" by {full_date(progress.today)}"


def _instruments(progress: CourseProgress) -> tuple[InstrumentRow, ...]:
    used = {(one.instrument_key, one.instrument_version) for one in progress.record.check_ins}
    rows = []
    for key, version in sorted(used):
        instrument = instruments.get(key, version)
        gains = "; gains: higher is better" if key == WEEKLY else ""
        rows.append(
            InstrumentRow(
                name=instrument.title,
                version=str(version),
                recall=instrument.recall.capitalize(),
                direction=f"Lower is better{gains}",
                standing=_standing(instrument),
            )
        )
    return tuple(rows)


def _standing(instrument: Instrument) -> str:
    if instrument.wording is WordingState.OWN:
        return "Own questions, not a validated scale"
    return "Published scale" if instrument.validated else "Published, not a validated scale"


def _thresholds(progress: CourseProgress) -> tuple[ThresholdRow, ...]:
    rules, change = progress.rules, progress.record.protocol.change
    setting = SITE_SETTING.capitalize()
    return (
        ThresholdRow(what="Response", value=f"{rules.large} % better or more", source=setting),
        ThresholdRow(
            what="Partial response", value=f"{rules.small} % better or more", source=setting
        ),
        ThresholdRow(
            what="Worse",
            value=f"{rules.small} % worse or more, of a quarter to half of the scale",
            source=setting,
        ),
        ThresholdRow(
            what="Much worse", value=f"{rules.large} % worse or more, likewise", source=setting
        ),
        ThresholdRow(
            what="Percent",
            value="Of the baseline's distance from the best score",
            source="How it is computed",
        ),
        ThresholdRow(
            what="Baseline",
            value=f"Last score within {change.baseline_within_days} days before infusion 1",
            source=setting,
        ),
    )
