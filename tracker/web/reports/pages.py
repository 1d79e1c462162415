"""The report on screen: the same value as the PDF's, laid out as tables and paragraphs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain.as_of import progress_as_of
from tracker.domain.course_progress import CourseProgress
from tracker.domain.report_facts import ReportFacts
from tracker.reports.progress_report import Audience, ProgressReport, SignatureLine
from tracker.reports.report_rows import NO_DATA, NONE_RECORDED, NOT_RECORDED, InfusionRow
from tracker.web import access
from tracker.web.course_pictures import SIZES, Table, course_address
from tracker.web.pictures import Sources
from tracker.web.reports.making import MAKERS, picture_keys, printed_charts
from tracker.web.reports.wishes import Wish


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintedPicture:
    """A picture as it is drawn for paper; on a phone the phone's drawing stands in."""

    sources: Sources
    alt: str
    caption: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading with sentences or a table, or the words that stand for an empty one."""

    id: str
    heading: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportPage:
    """Everything that the template shows."""

    title: str
    clinic_lines: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    verdict: str
    summary: tuple[str, ...]
    pictures: tuple[PrintedPicture, ...]
    sections: tuple[Section, ...]
    limits: tuple[str, ...]
    crisis: tuple[str, ...]
    to_fill_in: tuple[str, ...]
    signatures: tuple[SignatureLine, ...]


def report_page(progress: CourseProgress, facts: ReportFacts, wish: Wish) -> ReportPage:
    """The page of one course's letter to another professional."""
    report = MAKERS[wish.kind](progress, access.clinic(), wish.making(), facts=facts)
    return ReportPage(
        title=report.title,
        clinic_lines=(report.clinic.name, *report.clinic.address_lines, report.clinic.phone),
        facts=_facts(report),
        verdict=report.verdict,
        summary=report.summary,
        pictures=_pictures(progress_as_of(progress, wish.period.last_on), wish),
        sections=_sections(report),
        limits=report.limits,
        crisis=report.crisis,
        to_fill_in=report.to_fill_in,
        signatures=report.signatures,
    )


def _facts(report: ProgressReport) -> tuple[tuple[str, str], ...]:
    return (
        ("Patient", report.patient.name),
        ("Date of birth", report.patient.born),
        ("Record number", report.patient.record_number),
        ("Course", report.course.number_and_phase),
        ("Period", report.period),
        ("Protocol", report.course.protocol),
        *_indication(report),
        ("Made", f"{report.generated_text}, by {report.generated_by}"),
    )


def _indication(report: ProgressReport) -> tuple[tuple[str, str], ...]:
    """The code for everybody, the words for colleagues only."""
    code = ("ICD-10 code", report.course.diagnosis)
    if report.audience is Audience.INSURER:
        return (code,)
    words = ("Indication", report.course.indication)
    trauma = ("Index trauma, kind only", report.course.trauma)
    return (code, words, trauma) if report.course.trauma else (code, words)


def _pictures(progress: CourseProgress, wish: Wish) -> tuple[PrintedPicture, ...]:
    return tuple(
        printed_picture(progress, name, alt, caption, last_on=wish.period.last_on)
        for name, alt, caption in printed_charts(progress, wish.kind)
    )


def printed_picture(
    progress: CourseProgress, name: str, alt: str, caption: str, *, last_on: date | None
) -> PrintedPicture:
    """A picture by its address; it is drawn when a browser asks for it."""
    address = course_address(progress.record.id, last_on=last_on)
    for_print, for_phone = picture_keys(progress, name)
    width, height = SIZES.get(name, SIZES["progress"])
    return PrintedPicture(
        sources=Sources(
            src=address(f"{name}-print", for_print),
            phone_src=address(f"{name}-phone", for_phone),
        ),
        alt=alt,
        caption=caption,
        width=width,
        height=height,
    )


def _sections(report: ProgressReport) -> tuple[Section, ...]:
    found = [
        *_not_measured(report),
        *_notes(report),
        *((_trials(report),) if report.trials is not None else ()),
        _scores(report),
        *((_groups(report),) if report.groups is not None else ()),
        Section(id="check-ins", heading="Check-ins", sentences=report.adherence),
        _infusions(report),
        *_therapy(report),
        *_homework(report),
        *_drug(report),
        *((_medicines(report),) if report.medicines is not None else ()),
        *((_events(report),) if report.events is not None else ()),
    ]
    if report.safety:
        found.append(Section(id="safety", heading="Safety", sentences=(report.safety,)))
    return (*found, _instruments(report), _thresholds(report))


def _table_or_words(
    id: str, heading: str, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], words: str
) -> Section:
    if not rows:
        return Section(id=id, heading=heading, sentences=(words,))
    return Section(id=id, heading=heading, table=Table(caption=heading, columns=columns, rows=rows))


def _unbroken(date: str) -> str:
    """A date that stays on one line in a narrow column."""
    return date.replace(" ", "\u00a0")


def _trials(report: ProgressReport) -> Section:
    columns = (
        "Treatment",
        "Class",
        "Dose",
        "When",
        "Duration",
        "Taken",
        "Dose and duration",
        "Outcome",
        "Why it ended",
    )
    rows = tuple(
        (
            row.treatment,
            row.treatment_class,
            row.dose,
            row.when,
            row.duration,
            row.taken,
            row.adequacy,
            row.outcome,
            row.ended_because,
        )
        for row in report.trials or ()
    )
    return _table_or_words("trials", "Prior treatments", columns, rows, f"{NOT_RECORDED}.")


def _scores(report: ProgressReport) -> Section:
    columns = (
        "Date",
        "Instrument",
        "Score",
        "Change",
        "Change, %",
        "Status",
        "Answered",
        "Remarks",
    )
    rows = tuple(
        (
            _unbroken(row.date),
            row.instrument,
            row.total,
            row.change,
            row.percent,
            row.status,
            row.answered,
            row.flags,
        )
        for row in report.scores or ()
    )
    return _table_or_words("scores", "Scores", columns, rows, "No data: no scores in this period.")


def _groups(report: ProgressReport) -> Section:
    columns = ("Group", "Range", "Baseline", "Latest", "Change", "Change, %")
    rows = tuple(
        (row.group, row.range, row.baseline, row.latest, row.change, row.percent)
        for row in report.groups or ()
    )
    return _table_or_words("groups", "Symptom groups and gains", columns, rows, "No data.")


def _infusions(report: ProgressReport) -> Section:
    columns = (
        "No.",
        "Date",
        "Day",
        "mg/kg",
        "Weight kg",
        "Dose mg",
        "Min",
        "Peak BP mmHg",
        "Lowest SpO₂ %",
        *(() if _is_least(report) else ("Highest CADSS-6",)),
        "Min after",
        *(() if _is_least(report) else ("Events",)),
        "State",
    )
    rows = tuple(_infusion_cells(row, is_least=_is_least(report)) for row in report.infusions or ())
    return _table_or_words("infusions", "Infusions", columns, rows, "No data: no infusions.")


def _is_least(report: ProgressReport) -> bool:
    """An insurer gets the minimum: what is left out has no column."""
    return report.audience is Audience.INSURER


def _infusion_cells(row: InfusionRow, *, is_least: bool) -> tuple[str, ...]:
    """The cells of one infusion; of one that was not given nothing was to be recorded."""
    given = (
        row.dose_per_kg,
        row.weight,
        row.dose,
        row.minutes,
        row.peak_blood_pressure,
        row.lowest_oxygen,
        *(() if is_least else (row.cadss6,)),
        row.observed,
        *(() if is_least else (row.events,)),
    )
    blank = set(given) <= {NOT_RECORDED, NONE_RECORDED}
    cells = (NO_DATA,) * len(given) if blank else given
    return (row.number, _unbroken(row.date), row.day, *cells, row.state)


def _therapy(report: ProgressReport) -> tuple[Section, ...]:
    if report.therapy is None:
        return ()
    therapy, is_least = report.therapy, _is_least(report)
    columns = ("Date", "Kind", *(() if is_least else ("Therapist",)), "Min", "State")
    rows = tuple(
        (
            _unbroken(row.date),
            row.kind,
            *(() if is_least else (row.therapist,)),
            row.minutes,
            row.state,
        )
        for row in therapy.sessions
    )
    counts = f"Planned {therapy.planned}, held {therapy.held}, missed {therapy.missed}"
    return (
        _table_or_words(
            "therapy",
            f"Therapy sessions: {counts.lower()}",
            columns,
            rows,
            "No data: no therapy sessions in this period.",
        ),
    )


def _not_measured(report: ProgressReport) -> tuple[Section, ...]:
    if not report.not_measured:
        return ()
    heading = "What was not measured"
    return (Section(id="not-measured", heading=heading, sentences=report.not_measured),)


def _notes(report: ProgressReport) -> tuple[Section, ...]:
    """What the writer thinks comes before the tables that it rests on."""
    return tuple(
        Section(id=f"note-{number}", heading=note.title, sentences=note.paragraphs)
        for number, note in enumerate(report.notes, start=1)
    )


def _homework(report: ProgressReport) -> tuple[Section, ...]:
    if not report.homework:
        return ()
    columns = ("Date", "Agreed", "Done of the time before")
    rows = tuple((_unbroken(row.date), row.agreed, row.done) for row in report.homework)
    return (_table_or_words("homework", "Homework", columns, rows, ""),)


def _drug(report: ProgressReport) -> tuple[Section, ...]:
    if not report.drug:
        return ()
    return (Section(id="drug", heading="Controlled substance", sentences=report.drug),)


def _medicines(report: ProgressReport) -> Section:
    rows = tuple((_unbroken(row.date), row.what, row.when) for row in report.medicines or ())
    return _table_or_words(
        "medicines",
        "Medicines beside the treatment",
        ("Date", "Medicine", "When"),
        rows,
        f"{NOT_RECORDED}.",
    )


def _events(report: ProgressReport) -> Section:
    columns = ("Date", "What", "Grade", "Action", "Outcome")
    rows = tuple(
        (_unbroken(row.date), row.what, row.grade, row.action, row.outcome)
        for row in report.events or ()
    )
    return _table_or_words("events", "Side effects and events", columns, rows, "None recorded.")


def _instruments(report: ProgressReport) -> Section:
    columns = ("Instrument", "Version", "Asks about", "Direction", "Standing")
    rows = tuple(
        (row.name, row.version, row.recall, row.direction, row.standing)
        for row in report.instruments
    )
    return _table_or_words(
        "instruments", "Instruments in this report", columns, rows, "No check-in was sent."
    )


def _thresholds(report: ProgressReport) -> Section:
    rows = tuple((row.what, row.value, row.source) for row in report.thresholds)
    return _table_or_words(
        "thresholds", "Thresholds used", ("What", "Threshold", "Source"), rows, "None."
    )
