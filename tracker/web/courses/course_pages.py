"""The finished words of the page of one course."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from tracker.charts.course_captions import comparison_words, point_words, total_caption
from tracker.charts.course_series import symptoms_series
from tracker.domain import instruments
from tracker.domain.course_change import course_change
from tracker.domain.course_progress import GAINS, SYMPTOMS, CourseProgress
from tracker.domain.due import AFTER_INFUSION, DAILY, WEEKLY, DueState
from tracker.domain.instruments import Scale
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.domain.progress import ChangeSummary, Point, Side
from tracker.domain.questionnaire_scores import QuestionnaireForm
from tracker.queries.board_duties import Duty
from tracker.queries.course_reviews import StoredReview
from tracker.web import access, formatting
from tracker.web.course_change_words import Headline, headline
from tracker.web.course_pictures import (
    Picture,
    Table,
    course_address,
    weekly_picture,
)
from tracker.web.course_words import (
    Banner,
    banner_of,
    course_title,
    first_rating_words,
    infusion_title,
)
from tracker.web.courses.timeline import Entry, timeline
from tracker.web.courses.to_do import Line, decided, to_do


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One figure that matters, as the macro takes it."""

    label: str
    value: str
    note: str
    tone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """Something that this person may do next. The first is the main one."""

    label: str
    href: str
    tone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CoursePage:
    """Everything that the template shows."""

    title: str
    lead: str
    banner: Banner
    headline: Headline | None
    alerts: str
    alerts_href: str
    figures: tuple[Figure, ...]
    actions: tuple[Action, ...]
    picture: Picture | None
    no_picture: str
    progress_href: str
    changes: Table
    timeline: tuple[Entry, ...]
    check_ins: tuple[tuple[str, str], ...]
    to_do: tuple[Line, ...]
    decided: tuple[Line, ...]


def course_page(
    progress: CourseProgress,
    forms: tuple[QuestionnaireForm, ...],
    reviews: tuple[StoredReview, ...],
    unsigned: tuple[Duty, ...],
) -> CoursePage:
    """The page as the person who asks may see it."""
    who, record = access.who(), progress.record
    scored = any(score.value is not None for score in record.scores[SYMPTOMS])
    alerts_href = url_for("alerts.index") if may(who, Act.CLOSE_ALERT) else ""
    return CoursePage(
        title=course_title(record),
        lead=_lead(progress),
        banner=banner_of(progress),
        headline=headline(course_change(progress, forms), progress)
        if may(who, Act.SEE_PROGRESS)
        else None,
        alerts=_alert_words(record.alerts_open),
        alerts_href=alerts_href,
        figures=_figures(progress),
        actions=_actions(progress, who),
        picture=_picture(progress) if scored else None,
        no_picture=first_rating_words(progress),
        progress_href=url_for("progress.show", course_id=record.id)
        if may(who, Act.SEE_PROGRESS)
        else "",
        changes=_changes(progress),
        timeline=timeline(progress, who),
        check_ins=_check_ins(progress),
        to_do=to_do(progress, reviews, unsigned, who),
        decided=decided(reviews),
    )


def _lead(progress: CourseProgress) -> str:
    record = progress.record
    protocol = f"{record.protocol.name}, version {record.protocol.version}."
    why = f" {record.indication}." if record.indication else ""
    ended = f" Reason for the end: {record.end_reason}." if record.end_reason else ""
    return f"{protocol}{why}{ended}"


def _alert_words(count: int) -> str:
    if not count:
        return ""
    verb = "is" if count == 1 else "are"
    return f"{formatting.count(count, 'safety alert')} {verb} open"


def _picture(progress: CourseProgress) -> Picture:
    return weekly_picture(
        "progress",
        symptoms_series(progress),
        course_address(progress.record.id),
        caption=total_caption(progress),
        note=comparison_words(progress, progress.changes[SYMPTOMS]),
    )


def _figures(progress: CourseProgress) -> tuple[Figure, ...]:
    return (
        _score_figure(progress, progress.changes[SYMPTOMS]),
        _score_figure(progress, progress.changes[GAINS]),
        _infusion_figure(progress),
        _check_in_figure(progress),
    )


_TONES = {Side.BETTER: "good", Side.WORSE: "stop", Side.SAME: "", Side.UNKNOWN: ""}


def _day_of(progress: CourseProgress, point: Point | None) -> str:
    return formatting.day_near(progress.on(point.occurred_at), progress.today) if point else ""


def _score_figure(progress: CourseProgress, summary: ChangeSummary) -> Figure:
    """The latest score and its day; before infusion 1 the baseline. Worse is as large as better."""
    scale = summary.scale
    now = point_words(summary.latest)
    start = point_words(summary.baseline)
    label = f"{scale.label}, {scale.direction.words.lower()}"
    if not now:
        note = "Baseline, none since" if start else ""
        return Figure(label=label, value=_of_maximum(start, scale), note=note, tone="")
    if not start:
        return Figure(
            label=label, value=_of_maximum(now, scale), note="No baseline to compare with", tone=""
        )
    rated_on = _day_of(progress, summary.latest)
    moved = ", ".join(part for part in (summary.change_words, summary.percent_words) if part)
    return Figure(
        label=label,
        value=_of_maximum(now, scale),
        note=f"On {rated_on}. Start {start}, {moved}: {summary.mark.words}",
        tone=_TONES[summary.mark.side],
    )


def _of_maximum(value: str, scale: Scale) -> str:
    return f"{value} of {scale.maximum}" if value else "No data"


def _infusion_figure(progress: CourseProgress) -> Figure:
    record, counts = progress.record, progress.adherence
    boosters = sum(each.is_booster and each.given is not None for each in record.infusions)
    coming = record.next_planned
    note = f"{formatting.count(boosters, 'booster')}. " if boosters else ""
    if record.running is not None:
        note += f"{infusion_title(record.running)} is running"
    elif coming is None:
        note += "None planned"
    else:
        note += f"{infusion_title(coming)}: {formatting.day(coming.planned_on)}"
    value = f"{counts.infusions_given} of {counts.infusions_planned}"
    return Figure(label="Infusions given", value=value, note=note, tone="")


def _check_in_figure(progress: CourseProgress) -> Figure:
    counts = progress.adherence
    last = progress.record.check_ins[-1:]
    note = f"Last: {formatting.day(progress.on(last[0].occurred_at))}" if last else "None sent yet"
    value = f"{counts.check_ins_answered} of {counts.check_ins_due}"
    if not counts.check_ins_due:
        value = "None due yet"
    return Figure(label="Check-ins answered of due", value=value, note=note, tone="")


def _actions(progress: CourseProgress, who: Person) -> tuple[Action, ...]:
    record = progress.record
    found = _next_infusion(progress, who)
    if may(who, Act.RECORD_THERAPY) and record.is_open:
        found.append(("Add therapy session", url_for("therapy_sessions.new", course_id=record.id)))
    if may(who, Act.PLAN_COURSE) and record.is_open:
        found.append(("Change plan", url_for("courses.replan", course_id=record.id)))
    if may(who, Act.ENTER_CHECK_IN_FOR_PATIENT) and record.is_open:
        found.append(("Enter a paper form", url_for("check_ins.papers", course_id=record.id)))
    if may(who, Act.SEND_CHECK_IN_LINK) and record.is_open:
        links = url_for("check_in_links.index", patient_id=record.patient.id)
        found.append(("Check-in links", links))
    if may(who, Act.RECORD_MEDICINES):
        found.append(("Medicines", url_for("medicines.index", patient_id=record.patient.id)))
    if may(who, Act.RECORD_HISTORY):
        assessment = url_for("course_assessments.edit", course_id=record.id)
        found.append(("Diagnosis and assessment", assessment))
    if may(who, Act.MAKE_REPORT):
        found.append(("Make report", url_for("reports.show", course_id=record.id)))
    return tuple(
        Action(label=label, href=href, tone="" if number == 0 else "quiet")
        for number, (label, href) in enumerate(found)
    )


def _next_infusion(progress: CourseProgress, who: Person) -> list[tuple[str, str]]:
    running, coming = progress.record.running, progress.record.next_planned
    if running is not None and running.given is not None:
        href = url_for("infusions.show", infusion_id=running.given.id)
        return [(f"Open run sheet of {infusion_title(running).lower()}", href)]
    if coming is None or not progress.record.is_open or not may(who, Act.LOG_INFUSION):
        return []
    href = url_for("infusions.arrive", planned_infusion_id=coming.id)
    return [(f"Open {infusion_title(coming).lower()}", href)]


def _changes(progress: CourseProgress) -> Table:
    columns = (
        "Scale",
        ("Baseline", "num"),
        ("Now", "num"),
        ("Change", "num"),
        "Percent",
        "What it counts as",
        "Answered",
        "Remarks",
    )
    rows = tuple(_change_row(progress, summary) for summary in progress.changes.values())
    return Table(caption="What changed since the baseline", columns=columns, rows=rows)


def _change_row(progress: CourseProgress, summary: ChangeSummary) -> tuple[str, ...]:
    scale = summary.scale
    score = progress.score_at(scale.id, summary.latest)
    higher = ", higher is better" if scale.direction.words.startswith("Higher") else ""
    return (
        f"{scale.label} (0–{scale.maximum}{higher})",
        point_words(summary.baseline),
        point_words(summary.latest),
        summary.change_words,
        summary.percent_words,
        summary.mark.words,
        "" if score is None else f"{score.answered} of {score.item_count}",
        "None" if score is None else ", ".join(progress.remarks(score)) or "None",
    )


def _check_ins(progress: CourseProgress) -> tuple[tuple[str, str], ...]:
    return tuple(
        (instruments.get(key).title, _counted(progress, key))
        for key in (WEEKLY, DAILY, AFTER_INFUSION)
    )


def _counted(progress: CourseProgress, key: str) -> str:
    answered, due = progress.answered_of_due(key)
    counted = f"{answered} of {due} answered" if due else "None due yet"
    following = progress.next_due(key)
    if following is None or not progress.record.is_open:
        return counted
    when = "can be answered now" if following.is_open else formatting.day(following.due_on)
    late = ", late" if following.state is DueState.LATE else ""
    return f"{counted}. Next: {when}{late}."
