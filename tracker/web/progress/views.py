"""The progress page of a course and its pictures; a patient's own page and its picture."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from tracker.charts.course_series import (
    ALL_SERIES,
    INSURER_SERIES,
    OWN_SERIES,
    CourseSeries,
    own_series,
)
from tracker.charts.form_series import charted_forms, form_names, form_series
from tracker.charts.phases import in_window, split_phase, windows
from tracker.charts.series import ProgressSeries
from tracker.domain.as_of import progress_as_of
from tracker.domain.course_change import CHANGE_SCALES
from tracker.domain.course_progress import CourseProgress
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Act
from tracker.queries.check_ins import sees_own_trend
from tracker.queries.progress import find_own_course_record
from tracker.queries.questionnaire_scores import list_questionnaires
from tracker.web import access, clock, languages
from tracker.web.access import allow
from tracker.web.course_pictures import ALL_SCALES, WEEKLY_SCALES, course_address, read_progress
from tracker.web.pictures import split_name
from tracker.web.progress.charts import chart_answer
from tracker.web.progress.own_page import OWN_PICTURE, hidden_page, own_page
from tracker.web.progress.pages import progress_page
from tracker.web.progress.zoom import asked_phase

PAGE_SCALES = tuple(dict.fromkeys((*ALL_SCALES, *CHANGE_SCALES)))

progress = Blueprint("progress", __name__)


@progress.get("/courses/<uuid:course_id>/progress")
@allow(Act.SEE_PROGRESS, of="course")
def show(course_id: UUID) -> Any:
    """Every picture of the course with its numbers, and how complete they are."""
    course = read_progress(course_id, scales=PAGE_SCALES, with_events=True, with_moves=True)
    forms = list_questionnaires(access.database(), access.who(), course_id)
    page = progress_page(course, forms, phase=asked_phase(request.args.getlist("phase")))
    return render_template("progress/show.html", page=page)


@progress.get("/courses/<uuid:course_id>/charts/<name>/<content_key:key>.svg")
@allow(Act.SEE_PROGRESS, of="course", seen_as=None)
def chart(course_id: UUID, name: str, key: str) -> Any:
    """One picture of the course."""
    base, variant = split_name(name)
    known = split_phase(base)[0]
    if known not in ALL_SERIES and known not in form_names():
        raise NotFound("chart")
    last_on = _asked_day()
    return chart_answer(
        key,
        of=str(course_id),
        variant=variant,
        read=lambda: _series_of(base, course_id, last_on),
        address=lambda present: course_address(course_id, last_on=last_on)(name, present),
    )


def _asked_day() -> date | None:
    """The last day of the letter that a picture is in. Raises `NotFound`."""
    typed = request.args.get("to", "")
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise NotFound("chart") from None


def _series_of(name: str, course_id: UUID, last_on: date | None) -> CourseSeries:
    """What the picture of this name shows of the course. Raises `NotFound`."""
    name, phase = split_phase(name)
    course = progress_as_of(_read_for(name, course_id), last_on)
    series = _whole_series(name, course_id, course)
    if phase is None:
        return series
    window = next((each for each in windows(course) if each.key is phase), None)
    if window is None or not isinstance(series, ProgressSeries):
        raise NotFound("chart")
    return in_window(series, window)


def _whole_series(name: str, course_id: UUID, course: CourseProgress) -> CourseSeries:
    if name in ALL_SERIES:
        return ALL_SERIES[name](course)
    forms = list_questionnaires(access.database(), access.who(), course_id)
    instrument = dict(charted_forms(forms)).get(name)
    if instrument is None:
        raise NotFound("chart")
    return form_series(instrument, forms, course)


_WITHOUT_SAFETY = {"groups", "daily", "effects", "plan", *OWN_SERIES, *INSURER_SERIES}
_SCALES_OF = {"daily": ALL_SCALES, "effects": CHANGE_SCALES}


def _read_for(name: str, course_id: UUID) -> CourseProgress:
    """The course with what this picture needs, and no more."""
    return read_progress(
        course_id,
        scales=_SCALES_OF.get(name, WEEKLY_SCALES),
        with_events=name not in _WITHOUT_SAFETY,
        with_moves=name == "plan",
    )


@progress.get("/me/progress")
@allow(Act.SEE_OWN_RECORD)
def own() -> Any:
    """The patient's own score over time, in plain words."""
    phone = access.clinic().phone
    if not sees_own_trend(access.database(), access.who()):
        return render_template("progress/own.html", page=hidden_page(phone=phone))
    page = own_page(_own_course(), _own_address, phone=phone)
    return render_template("progress/own.html", page=page)


@progress.get("/me/progress/charts/<name>/<content_key:key>.svg")
@allow(Act.SEE_OWN_RECORD, seen_as=None)
def own_chart(name: str, key: str) -> Any:
    """The patient's own picture."""
    base, variant = split_name(name)
    if base != OWN_PICTURE or not sees_own_trend(access.database(), access.who()):
        raise NotFound("chart")
    return chart_answer(
        key,
        of=f"own {access.who().patient_id}",
        variant=variant,
        read=lambda: own_series(_own_course_or_not_found(), languages.of_request()),
        address=lambda present: _own_address(name, present),
    )


def _own_address(name: str, key: str) -> str:
    return url_for("progress.own_chart", name=name, key=key)


def _own_course() -> CourseProgress | None:
    record = find_own_course_record(access.database(), access.who(), scales=WEEKLY_SCALES)
    if record is None:
        return None
    return CourseProgress(record=record, zone=access.clinic().zone, now=clock.now())


def _own_course_or_not_found() -> CourseProgress:
    found = _own_course()
    if found is None:
        raise NotFound("course")
    return found
