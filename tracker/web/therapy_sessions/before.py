"""What stands on the page of a planned therapy session, so that five minutes are enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from tracker.charts.course_captions import change_line
from tracker.domain.before_session import (
    BeforeSession,
    HeldSession,
    LastInfusion,
    OpenAlert,
    Standing,
    before_session,
)
from tracker.domain.course_change import CHANGE_SCALES
from tracker.domain.course_progress import CourseProgress
from tracker.domain.permissions import Act, may
from tracker.domain.progress import ChangeSummary
from tracker.domain.safety import NONE_OPEN
from tracker.queries.patient_alerts import list_open_of_patient
from tracker.queries.questionnaire_scores import list_questionnaires
from tracker.queries.therapy_sessions import TherapyCourse, find_last_held
from tracker.reports import change_words
from tracker.web import access, formatting
from tracker.web.alert_words import TONES, due_words
from tracker.web.course_change_words import Headline, day_words, headline
from tracker.web.course_pictures import WEEKLY_SCALES, read_progress
from tracker.web.course_words import infusion_title

_SCALES = tuple(dict.fromkeys((*WEEKLY_SCALES, *CHANGE_SCALES)))
_NOTHING = "Nothing written"
_ALL_ANSWERED = "None of those that were due"

Row = tuple[str, str] | tuple[str, str, tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertLine:
    """An open alert: how urgent, by when, and where it is closed."""

    word: str
    tone: str
    due: str
    href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BeforePart:
    """The finished words. What somebody may not see is empty."""

    alerts: tuple[AlertLine, ...]
    no_alert: str
    headline: Headline | None
    rows: tuple[Row, ...]
    last_heading: str
    last_rows: tuple[Row, ...]
    last_href: str
    progress_href: str


def before_part(course: TherapyCourse) -> BeforePart:
    """Read and put into words as this person may see it."""
    db, who = access.database(), access.who()
    sees_scores, sees_alerts = may(who, Act.SEE_PROGRESS), may(who, Act.CLOSE_ALERT)
    progress = read_progress(course.course_id, scales=_SCALES)
    found = before_session(
        progress,
        forms=list_questionnaires(db, who, course.course_id) if sees_scores else None,
        alerts=list_open_of_patient(db, who, course.patient_id) if sees_alerts else None,
        last_held=find_last_held(db, who, course.course_id),
    )
    return part_of(found, progress)


def part_of(found: BeforeSession, progress: CourseProgress) -> BeforePart:
    """The words of what was found."""
    stands, last = found.standing, found.last_held
    return BeforePart(
        alerts=tuple(_alert(each, progress) for each in found.alerts or ()),
        no_alert=NONE_OPEN if found.alerts == () else "",
        headline=headline(stands.change, progress) if stands else None,
        rows=tuple(_rows(stands, found.last_infusion, progress)),
        last_heading=_last_heading(last),
        last_rows=_last_rows(last) if last else (),
        last_href=_session_href(last) if last else "",
        progress_href=url_for("progress.show", course_id=progress.record.id) if stands else "",
    )


def _alert(one: OpenAlert, progress: CourseProgress) -> AlertLine:
    return AlertLine(
        word=one.level.words,
        tone=TONES[one.level],
        due=due_words(one.due_at, access.clinic(), progress.now),
        href=url_for("alerts.close", alert_id=one.id),
    )


def _rows(
    stands: Standing | None, last: LastInfusion | None, progress: CourseProgress
) -> Iterator[Row]:
    if stands is not None:
        if not _is_told(stands):
            yield stands.weekly.scale.label, _weekly_words(stands.weekly, progress)
        yield "Symptom groups", _group_words(stands)
    yield "Last infusion", _infusion_words(last, progress)
    if stands is not None:
        missed = change_words.missed_lines(progress, day_words(progress))
        yield "Check-ins missed", " ".join(missed) or _ALL_ANSWERED


def _is_told(stands: Standing) -> bool:
    """Whether the headline has the weekly total already: a published scale may lead it."""
    told = change_words.told_scales(stands.change)
    return any(each.scale.id == stands.weekly.scale.id for each in told)


def _weekly_words(weekly: ChangeSummary, progress: CourseProgress) -> str:
    """ "58 → 34 of 80, 41 % better (−24) on Mon 9 Nov: Response"."""
    line = change_line(weekly)
    if weekly.latest is None or weekly.change is None:
        return line
    on = formatting.day_near(progress.on(weekly.latest.occurred_at), progress.today)
    return f"{line} ({weekly.change_words} points), on {on}: {weekly.mark.words}"


def _group_words(stands: Standing) -> str:
    return "; ".join(f"{each.scale.label} {change_line(each)}" for each in stands.groups)


def _infusion_words(last: LastInfusion | None, progress: CourseProgress) -> str:
    if last is None or last.planned.given is None:
        return "None was given yet"
    on = formatting.day_near(progress.on(last.planned.given.started_at), progress.today)
    ago = f"{formatting.count(last.days_ago, 'day')} ago" if last.days_ago else "today"
    return f"{infusion_title(last.planned)}, {ago} ({on})"


def _last_heading(last: HeldSession | None) -> str:
    if last is None:
        return "No therapy session of this course was held yet"
    by = f", {last.therapist}" if last.therapist else ""
    return f"Last session: {formatting.moment(last.occurred_at, access.clinic())}{by}"


def _last_rows(last: HeldSession) -> tuple[Row, ...]:
    return (
        ("Focus", last.focus or _NOTHING),
        ("Plan", last.next_steps or _NOTHING),
        ("Homework set", last.homework or _NOTHING),
    )


def _session_href(last: HeldSession) -> str:
    return url_for("therapy_sessions.show", therapy_session_id=last.id)
