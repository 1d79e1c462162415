"""The page of one course: judge it in seconds, then act."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template

from tracker.domain.course_change import CHANGE_SCALES
from tracker.domain.permissions import Act
from tracker.queries.board_duties import list_unsigned_of_course
from tracker.queries.course_reviews import list_reviews
from tracker.queries.questionnaire_scores import list_questionnaires
from tracker.queries.signed_reports import list_signed_reports
from tracker.web import access
from tracker.web.access import allow
from tracker.web.course_pictures import WEEKLY_SCALES, read_progress
from tracker.web.courses.blueprint import courses
from tracker.web.courses.course_pages import course_page
from tracker.web.signature_words import signed_lines

PAGE_SCALES = tuple(dict.fromkeys((*WEEKLY_SCALES, *CHANGE_SCALES)))


@courses.get("/courses/<uuid:course_id>")
@allow(Act.SEE_COURSE, of="course")
def show(course_id: UUID) -> Any:
    """What was planned and given, what changed, and what can be done next."""
    progress = read_progress(course_id, scales=PAGE_SCALES, with_events=True)
    db, who = access.database(), access.who()
    forms = list_questionnaires(db, who, course_id)
    reviews = list_reviews(db, who, course_id)
    page = course_page(progress, forms, reviews, list_unsigned_of_course(db, who, course_id))
    signed = signed_lines(list_signed_reports(db, who, course_id), access.clinic())
    return render_template("courses/show.html", page=page, signed_reports=signed)
