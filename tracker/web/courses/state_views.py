"""Ending a course, going on to maintenance, and planning boosters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for

from tracker.actions import course_states
from tracker.domain.courses import CourseState, PlannedState, TherapyState
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.queries import courses as course_queries
from tracker.queries.courses import CoursePlan
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.courses.blueprint import courses
from tracker.web.courses.change_pages import banner_of
from tracker.web.courses.forms import BoosterForm, EndForm
from tracker.web.courses.plan_views import saved
from tracker.web.formatting import count, listing


@courses.route("/courses/<uuid:course_id>/end", methods=["GET", "POST"])
@allow(Act.PLAN_COURSE, of="course")
def end(course_id: UUID) -> Any:
    """Stop or complete a course, or go on to maintenance."""
    db, who = access.database(), access.who()
    plan = course_queries.get_plan(db, who, course_id, now=clock.now())
    form = EndForm(seen_version=plan.head.version, ended_on=plan.around.today)
    form.offer(plan.head.state)
    course_href = url_for("courses.show", course_id=course_id)
    if not form.to.choices and not form.is_submitted():
        return redirect(course_href, code=303)
    if form.is_sent_and_fits():
        try:
            course_states.end_course(
                db,
                who,
                course_id,
                to=CourseState(form.to.data),
                ended_on=form.ended_on.data,
                reason=form.reason_line,
                seen_version=form.seen_version.data,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return saved(course_id)
    return render_template(
        "courses/end.html",
        form=form,
        banner=banner_of(plan.head),
        falls_away=_falls_away(plan),
        course_href=course_href,
    ), 422 if form.errors else 200


@courses.route("/courses/<uuid:course_id>/boosters", methods=["GET", "POST"])
@allow(Act.PLAN_COURSE, of="course")
def booster(course_id: UUID) -> Any:
    """Plan a booster infusion of a course in maintenance."""
    db, who = access.database(), access.who()
    plan = course_queries.get_plan(db, who, course_id, now=clock.now())
    last = plan.appointments[-1] if plan.appointments else None
    form = BoosterForm(
        seen_version=plan.head.version,
        time_of_day=last.planned_time if last else None,
        room=last.room if last else "",
    )
    plan_href = url_for("courses.replan", course_id=course_id)
    if plan.head.state is not CourseState.MAINTENANCE and not form.is_submitted():
        return redirect(plan_href, code=303)
    if form.is_sent_and_fits():
        try:
            course_states.add_booster(
                db,
                who,
                course_id,
                on=form.on.data,
                time_of_day=form.time_of_day.data,
                room=form.room.data or "",
                note=form.note.data or "",
                seen_version=form.seen_version.data,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return saved(course_id)
    return render_template(
        "courses/booster.html", form=form, banner=banner_of(plan.head), plan_href=plan_href
    ), 422 if form.errors else 200


def _falls_away(plan: CoursePlan) -> str:
    """What is still planned, in words; "" when nothing is."""
    infusions = sum(each.state is PlannedState.PLANNED for each in plan.appointments)
    therapy = sum(each.state is TherapyState.PLANNED for each in plan.standing.therapy)
    words = [count(infusions, "planned infusion")] if infusions else []
    words += [count(therapy, "planned therapy session")] if therapy else []
    return listing(words)
