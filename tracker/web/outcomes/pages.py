"""The finished words of the clinic's outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tracker.charts.cohort_series import CohortSeries, SortedSeries, SurvivalSeries
from tracker.charts.cohort_words import cohort_sentence
from tracker.domain.cohort.judging import Verdict
from tracker.domain.cohort.published import LARGEST_TRIAL, PCL_5, UNCONTROLLED
from tracker.domain.cohort.report import CohortReport
from tracker.domain.cohort.statistics import Share
from tracker.domain.percents import share_number
from tracker.web.course_pictures import Picture, Table
from tracker.web.formatting import count
from tracker.web.outcomes.tables import TOO_SMALL, all_tables, percent_interval, points
from tracker.web.pictures import sources

Address = Callable[[str, str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One number that matters, with what it is of."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading with pictures and a table, or the words that stand for a picture."""

    id: str
    heading: str
    lead: str
    pictures: tuple[Picture, ...]
    table: Table
    empty: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomesPage:
    """Everything that the template shows; ``too_small`` stands for all of it where it is said."""

    title: str
    lead: str
    too_small: str
    figures: tuple[Figure, ...] = ()
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()
    download_href: str = ""


def outcomes_page(
    report: CohortReport,
    series: Mapping[str, CohortSeries],
    address: Address,
    *,
    download_href: str,
) -> OutcomesPage:
    """The page of courses that may be shown, with the charts that there are enough of them for."""
    flow = report.flow
    return OutcomesPage(
        title="Outcomes",
        lead=(
            f"{flow.started} courses started: {flow.completed} completed, {flow.stopped} stopped "
            f"early, {flow.under_way} under way. {_scored_words(report)}"
        ),
        too_small="",
        figures=_figures(report),
        sections=_sections(report, series, address),
        notes=_notes(report),
        download_href=download_href,
    )


def hidden_page(smallest: int, *, is_narrowed: bool) -> OutcomesPage:
    """The page of courses that are too few, or that leave too few out."""
    what = (
        f"This group is too small to show, or it leaves out so few courses (under {smallest}) "
        "that one person could be told from the difference. Take a filter away."
        if is_narrowed
        else f"Fewer than {smallest} courses have started. Outcomes are shown from {smallest} on, "
        "so that nobody can be recognised."
    )
    return OutcomesPage(title="Outcomes", lead="What became of all courses.", too_small=what)


def unread_page() -> OutcomesPage:
    """The page of a filter that could not be read."""
    return OutcomesPage(
        title="Outcomes",
        lead="What became of all courses.",
        too_small="Choose each filter from its list, then show the outcomes again.",
    )


def _scored_words(report: CohortReport) -> str:
    flow = report.flow
    if flow.finished < report.smallest:
        return f"Fewer than {report.smallest} courses are over."
    return f"Score at the end for {flow.with_end_score} of {flow.finished} whose course is over."


def _figures(report: CohortReport) -> tuple[Figure, ...]:
    change = report.change
    return (
        _side("Improved", report.better, report.verdicts[Verdict.MUCH_BETTER].measured, report),
        _side("Worse", report.worse, report.verdicts[Verdict.MUCH_WORSE].measured, report),
        Figure(
            label="Mean change",
            value=points(change.mean) if change else TOO_SMALL,
            note=f"points of {report.measured.scale.label}, n {len(report.changes)}",
        ),
        _without_end_score(report),
    )


def _without_end_score(report: CohortReport) -> Figure:
    label, flow = "No score at the end", report.flow
    if flow.finished < report.smallest:
        return Figure(label=label, value=TOO_SMALL, note=f"n {flow.finished}")
    return Figure(
        label=label,
        value=str(flow.no_end_score),
        note=f"of {flow.finished} whose course is over; {flow.with_end_score} have one",
    )


def _side(label: str, all_of_it: Share, clearly: Share, report: CohortReport) -> Figure:
    """Improvement and worsening are told in the same words, of the same whole."""
    if all_of_it.of < report.smallest:
        return Figure(label=label, value=TOO_SMALL, note=f"n {all_of_it.of}")
    note = f"{all_of_it.count} of {all_of_it.of} ({percent_interval(all_of_it)}), "
    return Figure(
        label=label,
        value=_percent(all_of_it),
        note=f"{note}clearly: {clearly.count}",
    )


def _percent(share: Share) -> str:
    return f"{share_number(share.count, share.of)} %" if share.of else "–"


def _sections(
    report: CohortReport, series: Mapping[str, CohortSeries], address: Address
) -> tuple[Section, ...]:
    tables = dict(all_tables(report))

    def pictures(*names: str) -> tuple[Picture, ...]:
        return tuple(_picture(name, series[name], address) for name in names if name in series)

    few = f"Fewer than {report.smallest} courses have the scores that a picture needs."
    sections = [
        Section(
            id="flow",
            heading="Who started, and who is missing",
            lead="Everybody whose first infusion began is counted, whatever came after.",
            pictures=(),
            table=tables["flow"],
        ),
        Section(
            id="change",
            heading="Better and worse at the end",
            lead=_change_words(report, series.get("changes")),
            pictures=pictures("changes"),
            table=tables["verdicts"],
            empty=few,
        ),
        Section(
            id="infusions",
            heading="Change by infusion",
            lead="Fewer people stand behind the later infusions: compare the numbers n.",
            pictures=pictures("trajectories"),
            table=tables["infusions"],
            empty=few,
        ),
        Section(
            id="times",
            heading="How soon, and how long it lasts",
            lead=_times_words(report),
            pictures=pictures("response", "kept"),
            table=tables["times"],
            empty=few,
        ),
        Section(
            id="months",
            heading="The clinic month by month",
            lead=_months_words(report),
            pictures=pictures("months"),
            table=tables["kept"],
            empty=f"Two months with {report.smallest} scored courses each are needed.",
        ),
        Section(
            id="adverse",
            heading="Adverse events",
            lead="Per infusion, as recorded on the run sheets, however often on each of them.",
            pictures=(),
            table=tables["adverse"],
        ),
    ]
    if published := tables.get("published"):
        sections.append(
            Section(
                id="published",
                heading="What studies reported",
                lead=(
                    "For clinicians, beside their own numbers: designs, doses and people differ. "
                    "Not what any patient is to expect."
                ),
                pictures=(),
                table=published,
            )
        )
    return tuple(sections)


def _change_words(report: CohortReport, drawn: CohortSeries | None) -> str:
    """The rules, and what a line of a study in the picture must not be read without."""
    words = [_rules_words(report)]
    if report.measured.instrument.key in PCL_5:
        words.append(LARGEST_TRIAL)
    if isinstance(drawn, SortedSeries) and drawn.references:
        words.append(UNCONTROLLED)
    return " ".join(words)


def _rules_words(report: CohortReport) -> str:
    rules = {report.measured.rules_of(course) for course in report.courses}
    names = sorted({f"{each.name}. {each.source}" for each in rules})
    return "Improved and worse are judged by the same size of change. " + " / ".join(names) + "."


def _times_words(report: CohortReport) -> str:
    lost = "Response as above. Lost: the first later score that is no response any more."
    ends = (
        f"Curves, shares and medians end where fewer than {report.smallest} are still at risk. "
        "Boosters are included."
    )
    words = f"{lost} {ends} {_relapse_words(report)}"
    if report.compare is None or report.is_compared:
        return words
    return f"{words} Not compared: a group is too small, or there is only one."


def _relapse_words(report: CohortReport) -> str:
    """Which definitions of relapse are looked for here."""
    rules = report.relapse_rules
    if not rules:
        return "No definition of relapse that the protocols chose can be seen on this scale."
    named = "; ".join(rule.words for rule in rules)
    return (
        "Relapse: the first score from the last infusion on that meets a definition which the "
        f"course's protocol chose ({named}). Counted are courses that had improved by then, by the "
        "rule of change above; the others had nothing to lose. Suicidal thoughts are not looked "
        "for here."
    )


def _months_words(report: CohortReport) -> str:
    found = report.months
    left_out = found.left_out if found else 0
    more = (
        f" Left out: {count(left_out, 'month')} with fewer than {report.smallest} scored courses."
        if left_out
        else ""
    )
    return (
        f"By month of infusion 1. For the clinic as a whole, never for one patient.{more} How many "
        "of all check-ins due were answered stands with each course and in the list of check-ins."
    )


def _notes(report: CohortReport) -> tuple[str, ...]:
    own = not report.measured.instrument.validated
    notes = [
        "No comparison group: people also change without treatment, and those who answer may "
        "differ from those who do not.",
        f"Every share, mean and curve is of {report.smallest} courses or more; groups of fewer "
        "are not shown, nor a choice that leaves fewer out. How many of such a group had "
        "something may be a smaller number.",
        "Intervals: Wilson for shares, t for means, ranks for medians; curves by Kaplan and Meier.",
    ]
    if own:
        notes.append("This scale is the system's own and not validated.")
    return tuple(notes)


def _picture(name: str, series: CohortSeries, address: Address) -> Picture:
    tall = isinstance(series, SurvivalSeries)
    return Picture(
        sources=sources(name, series, address),
        alt=cohort_sentence(series),
        caption=series.title,
        note="",
        width=760,
        height=470 if tall else 440,
        table=Table(caption="", columns=(), rows=()),
    )
