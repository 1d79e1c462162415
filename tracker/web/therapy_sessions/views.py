"""Therapy sessions: plan or record a new one, record or change one that is planned."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for

from tracker.actions import therapy_sessions as therapy_actions
from tracker.domain.courses import TherapyState
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.domain.signing import RecordKind
from tracker.queries import therapy_sessions as therapy_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.formatting import clock_time
from tracker.web.moments import twice_note
from tracker.web.signature_words import SignPart, sign_part
from tracker.web.therapy_sessions.before import BeforePart, before_part
from tracker.web.therapy_sessions.forms import TherapyForm, as_typed
from tracker.web.therapy_sessions.pages import TherapyPage, new_page, therapy_page

therapy_sessions = Blueprint("therapy_sessions", __name__)


@therapy_sessions.route("/courses/<uuid:course_id>/therapy-sessions/new", methods=["GET", "POST"])
@allow(Act.RECORD_THERAPY, of="course")
def new(course_id: UUID) -> Any:
    """Plan a therapy session, or record one that nobody planned."""
    db, who = access.database(), access.who()
    form = TherapyForm(planned_on=clock.today(access.clinic().timezone))
    if form.is_sent_and_fits():
        try:
            therapy_session_id = therapy_actions.add_therapy_session(
                db,
                who,
                course_id,
                form.record(access.clinic(), clock.now()),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(form, therapy_session_id)
    return _render(form, new_page(therapy_queries.get_course(db, who, course_id)))


@therapy_sessions.route("/therapy-sessions/<uuid:therapy_session_id>", methods=["GET", "POST"])
@allow(Act.RECORD_THERAPY, of="therapy_session")
def show(therapy_session_id: UUID) -> Any:
    """The chart note of one therapy session, to be read and to be changed."""
    db, who, clinic = access.database(), access.who(), access.clinic()
    course, stored = therapy_queries.get_therapy_session(db, who, therapy_session_id)
    form = TherapyForm(**as_typed(stored, clinic))
    if form.is_sent_and_fits():
        try:
            therapy_actions.record_therapy_session(
                db,
                who,
                therapy_session_id,
                form.record(clinic, clock.now()),
                seen_version=form.seen_version.data,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(form, therapy_session_id)
    signing = sign_part(
        RecordKind.THERAPY_SESSION,
        therapy_session_id,
        is_over=stored.state is not TherapyState.PLANNED,
    )
    is_planned = stored.state is TherapyState.PLANNED
    before = before_part(course) if is_planned else None
    return _render(form, therapy_page(course, stored, clinic), signing, before)


def _render(
    form: TherapyForm,
    page: TherapyPage,
    signing: SignPart | None = None,
    before: BeforePart | None = None,
) -> Any:
    status = 422 if form.errors else 200
    body = render_template(
        "therapy_sessions/edit.html", form=form, page=page, signing=signing, before=before
    )
    return body, status


def _saved(form: TherapyForm, therapy_session_id: UUID) -> Any:
    clinic, now = access.clinic(), clock.now()
    twice = twice_note(
        form.held_on.data or form.planned_on.data, form.held_time.data, clinic=clinic, now=now
    )
    flash(f"Saved at {clock_time(clinic.local(now))}.{twice}", "done")
    where = url_for("therapy_sessions.show", therapy_session_id=therapy_session_id)
    return redirect(where, code=303)
