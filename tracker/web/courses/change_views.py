"""Changing the plan of a course: a form, a preview of what moves, and the saving."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for

from tracker.actions import courses as course_actions
from tracker.actions.courses import PlanIsAnother, refusal
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.domain.plan_change import ChangeKind, ChangeWish
from tracker.domain.schedule import CannotPlan
from tracker.queries import courses as course_queries
from tracker.queries.courses import CoursePlan
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.courses.blueprint import courses
from tracker.web.courses.change_pages import change_page, move_page, offered_days, plan_page
from tracker.web.courses.forms import ACCEPT, EDIT, CountForm, MoveForm, ReasonForm
from tracker.web.courses.plan_views import saved


@courses.route("/courses/<uuid:course_id>/plan", methods=["GET", "POST"])
@allow(Act.PLAN_COURSE, of="course")
def replan(course_id: UUID) -> Any:
    """The plan as it stands; another number of infusions, or new dates for lost ones."""
    plan = _plan(course_id)
    form = CountForm(seen_version=plan.head.version, infusion_count=plan.head.infusion_count)
    if not form.is_submitted():
        form.offer(lacks_dates=plan.lacks_dates)
    if form.is_sent_and_fits() and form.wants != EDIT:
        answer = _go_on(plan, form)
        if answer is not None:
            return answer
    status = 422 if form.errors else 200
    return render_template("courses/plan.html", form=form, page=plan_page(plan)), status


@courses.route("/courses/<uuid:course_id>/plan/<int(max=200):number>", methods=["GET", "POST"])
@allow(Act.PLAN_COURSE, of="course")
def move(course_id: UUID, number: int) -> Any:
    """Move one infusion, or say that it was missed or cancelled and find it a new day."""
    plan = _plan(course_id)
    form = MoveForm(seen_version=plan.head.version, change=ChangeKind.MOVE, later="follow")
    if number not in plan.standing.live and not form.is_submitted():
        return redirect(url_for("courses.replan", course_id=course_id), code=303)
    if not form.is_submitted() and plan.standing.live[number].planned_on > plan.around.today:
        form.leave_out_missed()
    found = plan.suggestions(number)
    form.offer(offered_days(found, number))
    if form.is_sent_and_fits() and form.wants != EDIT:
        answer = _go_on(plan, form, number)
        if answer is not None:
            return answer
    page = move_page(plan, number, found)
    status = 422 if form.errors else 200
    return render_template("courses/plan_move.html", form=form, page=page), status


def _plan(course_id: UUID) -> CoursePlan:
    return course_queries.get_plan(access.database(), access.who(), course_id, now=clock.now())


def _go_on(plan: CoursePlan, form: ReasonForm, number: int = 0) -> Any:
    """The preview, or the way back to the course once stored; None to show the form again."""
    try:
        wish = form.wish(number) if isinstance(form, MoveForm) else form.wish()
        if form.wants == ACCEPT:
            return _accept(plan, form, wish)
        return _preview(plan, form, wish)
    except CannotPlan as problem:
        form.show(refusal(problem))
    except Refused as problem:
        form.show(problem)
    return None


def _preview(
    plan: CoursePlan, form: ReasonForm, wish: ChangeWish, *, is_changed: bool = False
) -> Any:
    change = course_queries.preview_change(
        access.database(), access.who(), plan.head.course_id, wish, now=clock.now()
    )
    if change.changes_nothing:
        raise Refused("Nothing would change: the plan is like this already.")
    page = change_page(plan, change, reason=form.reason_words, is_changed=is_changed)
    return render_template("courses/plan_change.html", form=form, page=page)


def _accept(plan: CoursePlan, form: ReasonForm, wish: ChangeWish) -> Any:
    try:
        course_id = course_actions.change_course_plan(
            access.database(),
            access.who(),
            plan.head.course_id,
            wish,
            reason=form.reason_words,
            shown=form.shown.data or "",
            seen_version=form.seen_version.data,
            submission=form.submission(),
            now=clock.now(),
        )
    except PlanIsAnother:
        return _preview(plan, form, wish, is_changed=True)
    return saved(course_id)
