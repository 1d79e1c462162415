"""The tables of the outcomes: the page shows them, the download has the same cells."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.domain.cohort.courses import END_DAYS, FOLLOW_UPS
from tracker.domain.cohort.judging import Verdict
from tracker.domain.cohort.outcomes import Adverse, Part
from tracker.domain.cohort.published import published_for
from tracker.domain.cohort.report import CohortReport, Timed
from tracker.domain.cohort.statistics import Interval, Middle, Share
from tracker.domain.percents import fraction_number, share_number
from tracker.web.course_pictures import Table
from tracker.web.formatting import number
from tracker.web.outcomes.forms import GROUP_WORDS

VERDICT_WORDS = {
    Verdict.MUCH_BETTER: "Clearly improved",
    Verdict.BETTER: "Somewhat improved",
    Verdict.SAME: "No clear change",
    Verdict.WORSE: "Somewhat worse",
    Verdict.MUCH_WORSE: "Clearly worse",
    Verdict.NOT_JUDGED: "Cannot be judged (baseline near the best score)",
}
TOO_SMALL = "group too small to show"
NOT_REACHED = "not reached"
_DUE_SCORES = (
    "Scores on this scale that were due for the outcomes (before infusion 1, at the end, "
    + " and ".join(f"{days} days" for days, _, _ in FOLLOW_UPS)
    + " after)"
)
NO_SHARE = Share(count=0, of=0)


def all_tables(report: CohortReport) -> Iterator[tuple[str, Table]]:
    """Each table under its name, in the order of the page."""
    yield "flow", flow_table(report)
    yield "verdicts", verdict_table(report)
    yield "infusions", infusion_table(report)
    yield "times", times_table(report)
    yield "kept", kept_table(report)
    yield "adverse", adverse_table(report)
    if published := published_table(report):
        yield "published", published


def flow_table(report: CohortReport) -> Table:
    flow = report.flow
    rows = [
        ("Started (infusion 1 begun)", str(flow.started), ""),
        ("Under way", _of(flow.under_way, flow.started), "not in the outcomes yet"),
        ("Completed", _of(flow.completed, flow.started), "every planned infusion given"),
        ("Stopped before the last infusion", _of(flow.stopped, flow.started), _stops(report)),
        ("No baseline", _of(flow.no_baseline, flow.started), "change cannot be told"),
        _scored(
            "Score at the end",
            (flow.with_end_score, flow.finished),
            f"within {END_DAYS} days after the last infusion",
            report,
        ),
    ]
    windows = {days: (low, high) for days, low, high in FOLLOW_UPS}
    for days, scored, due in flow.follow_ups:
        low, high = windows[days]
        words = f"day {low} to {high}, of those whose day {high} has come"
        rows.append(_scored(f"Score {days} days after", (scored, due), words, report))
    rows += [(f"Stopped: {words}", str(count), "") for words, count in flow.reasons]
    if flow.other_reasons:
        note = f"reasons that fewer than {report.smallest} share, or none written down"
        rows.append(("Stopped: other reasons", str(flow.other_reasons), note))
    return Table(
        caption="Who started, and who is missing",
        columns=("Courses", ("Number", "num"), "Remarks"),
        rows=tuple((one, two, three or "–") for one, two, three in rows),
    )


def _scored(
    words: str, counted: tuple[int, int], note: str, report: CohortReport
) -> tuple[str, str, str]:
    """How many have a score of so many, and how many have not; nothing of a few."""
    scored, of = counted
    if 0 < of < report.smallest:
        return words, TOO_SMALL, note
    return words, _of(scored, of), f"{note}; missing: {of - scored}"


def _stops(report: CohortReport) -> str:
    after = ", ".join(f"{n} after {given}" for given, n in report.flow.stopped_after)
    return f"infusions given: {after}" if after else ""


def verdict_table(report: CohortReport) -> Table:
    """Worsening has its rows beside improvement, of the same whole."""
    rows = []
    for verdict, words in VERDICT_WORDS.items():
        outcome = report.verdicts[verdict]
        if verdict is not Verdict.NOT_JUDGED or outcome.measured.count:
            rows.append((words, *_outcome_cells(outcome.measured, outcome.of_all, report)))
    response = report.response
    rows.append(("Response", *_outcome_cells(response.measured, response.of_all, report)))
    if report.remission is not None:
        remission = report.remission
        words = "Remission (of those not in remission at baseline)"
        rows.append((words, *_outcome_cells(remission.measured, remission.of_all, report)))
    return Table(
        caption="Change at the end of the course",
        columns=(
            "Change",
            ("Of those measured", "num"),
            ("95 % interval", "num"),
            ("Of all whose course is over", "num"),
        ),
        rows=tuple(rows),
    )


def _outcome_cells(measured: Share, of_all: Share, report: CohortReport) -> tuple[str, str, str]:
    if measured.of < report.smallest:
        return TOO_SMALL, "–", "–"
    return share_words(measured), percent_interval(measured), share_words(of_all)


def infusion_table(report: CohortReport) -> Table:
    rows = []
    for each in report.by_infusion:
        found = each.middle
        cells = (TOO_SMALL, "–", "–") if found is None else _middle_cells(found)
        rows.append((str(each.infusion), str(each.n), *cells))
    end = report.change
    cells = (TOO_SMALL, "–", "–") if end is None else _middle_cells(end)
    rows.append(("End of the course", str(len(report.changes)), *cells))
    return Table(
        caption="Change since the baseline, in points",
        columns=(
            "After infusion",
            ("n", "num"),
            ("Mean (95 % interval)", "num"),
            ("Median", "num"),
            ("95 % interval of the median", "num"),
        ),
        rows=tuple(rows),
    )


def _middle_cells(found: Middle) -> tuple[str, str, str]:
    mean = points(found.mean)
    if found.mean_interval:
        mean += f" ({_points_interval(found.mean_interval)})"
    middle_interval = _points_interval(found.median_interval) if found.median_interval else "–"
    return mean, points(found.median), middle_interval


def times_table(report: CohortReport) -> Table:
    rows = []
    told = [
        ("Days from infusion 1 to response", report.to_response),
        ("Days from the last infusion until response was lost", report.to_loss),
    ]
    if report.relapse_rules:
        told.append(("Days from the last infusion until relapse", report.to_relapse))
    for words, timed in told:
        rows += list(_timed_rows(words, timed))
    return Table(
        caption="Times, with those who were last seen without it (Kaplan–Meier)",
        columns=(
            "Time",
            "Group",
            ("n", "num"),
            ("Had it", "num"),
            ("Had boosters before", "num"),
            ("Median days", "num"),
            ("95 % interval", "num"),
            ("Log-rank p", "num"),
        ),
        rows=tuple(rows),
    )


def _timed_rows(words: str, timed: Timed | None) -> Iterator[tuple[str, ...]]:
    if timed is None:
        yield (words, "Everybody", TOO_SMALL, "–", "–", "–", "–", "–")
        return
    for group in timed.groups:
        curve = group.curve
        low, high = (_day(each) for each in curve.median_interval)
        yield (
            words,
            GROUP_WORDS.get(group.name, group.name),
            str(curve.n),
            str(curve.events),
            f"{group.boosted} of {curve.n}",
            _day(curve.median),
            "–" if low == high == NOT_REACHED else f"{low} to {high}",
            "–" if timed.p is None else f"{timed.p:.3f}" if timed.p >= 0.001 else "below 0.001",
        )


def _day(value: float | None) -> str:
    return NOT_REACHED if value is None else f"{value:.0f}"


def kept_table(report: CohortReport) -> Table:
    kept = report.kept
    return Table(
        caption="How much of what was planned took place",
        columns=("What", ("Took place", "num")),
        rows=(
            ("Infusions of courses that are over", _part_words(kept.infusions, report)),
            ("Gaps between infusions inside the window", _part_words(kept.gaps, report)),
            ("Therapy sessions that were due", _part_words(kept.therapy, report)),
            (_DUE_SCORES, _part_words(kept.scores, report)),
        ),
    )


def _part_words(part: Part, report: CohortReport) -> str:
    return TOO_SMALL if 0 < part.courses < report.smallest else share_words(part.share)


def adverse_table(report: CohortReport) -> Table:
    """Of the infusions of courses, and beside them of the boosters, each row with its interval."""
    course, after = report.adverse, report.adverse_of_boosters
    terms = list(dict.fromkeys([*course.terms, *after.terms]))
    rows = [
        ("Infusions with any event", course.with_events, after.with_events),
        ("Infusions stopped early", course.stopped_early, after.stopped_early),
        ("Infusions with a severe event (grade 3 or more)", course.severe, after.severe),
        ("Infusions with a serious event", course.serious, after.serious),
    ]
    rows += [
        (f"Infusions with: {term}", _of_term(course, term), _of_term(after, term)) for term in terms
    ]
    rows.append(("Infusions with: other events, each in few courses", course.rare, after.rare))
    few = after.courses < report.smallest
    boosters = "" if few else f" and {after.infusions} boosters"
    return Table(
        caption=f"Adverse events in {course.infusions} infusions{boosters}",
        columns=(
            "Event",
            ("Infusions of the course", "num"),
            ("95 % interval", "num"),
            ("Boosters", "num"),
            ("95 % interval (boosters)", "num"),
        ),
        rows=tuple(
            (words, *_shares(one), *((TOO_SMALL, "–") if few else _shares(other)))
            for words, one, other in rows
        ),
    )


def _of_term(found: Adverse, term: str) -> Share:
    """A term that is not named here was recorded nowhere or in few courses: it is of no share."""
    return found.terms.get(term, NO_SHARE)


def published_table(report: CohortReport) -> Table | None:
    rows = tuple(
        (each.study, each.design, each.n, each.result)
        for each in published_for(report.measured.instrument.key)
    )
    if not rows:
        return None
    return Table(
        caption="Published results, for clinicians",
        columns=("Study", "Design", "n", "Result"),
        rows=rows,
    )


def share_words(share: Share) -> str:
    """ "33 of 55 (60 %)"."""
    return _of(share.count, share.of)


def percent_interval(share: Share) -> str:
    """ "47 to 72 %"."""
    if share.interval is None:
        return "–"
    low, high = fraction_number(share.interval.low), fraction_number(share.interval.high)
    return f"{low} to {high} %"


def _shares(share: Share) -> tuple[str, str]:
    if share is NO_SHARE:
        return "among the others, if at all", "–"
    return share_words(share), percent_interval(share)


def _of(count: int, whole: int) -> str:
    return f"{count} of {whole} ({share_number(count, whole)} %)" if whole else "none yet"


def points(value: float) -> str:
    """With its sign: "−17.2", "+3"."""
    sign = "+" if round(value, 1) > 0 else "−" if round(value, 1) < 0 else ""
    return sign + number(round(abs(value), 1))


def _points_interval(interval: Interval) -> str:
    return f"{points(interval.low)} to {points(interval.high)}"
