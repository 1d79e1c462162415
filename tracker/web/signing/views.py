"""Sign a run sheet, a therapy session or a course review; add to one that is signed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request

from tracker.actions import signatures as signature_actions
from tracker.actions.signatures import Addition, SignOff
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.domain.signing import Meaning, RecordKind
from tracker.queries import signatures as signature_queries
from tracker.queries.signatures import SignedRecord, ToSign
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.formatting import clock_time
from tracker.web.signature_words import signing_key
from tracker.web.signing.forms import AmendForm, SignForm
from tracker.web.signing.pages import amend_page, record_href, sign_page

signing = Blueprint("signing", __name__)


@signing.route("/infusions/<uuid:infusion_id>/sign", methods=["GET", "POST"])
@allow(Act.SIGN_INFUSION, of="infusion")
def sign_infusion(infusion_id: UUID) -> Any:
    """Sign a run sheet, with the password entered again."""
    return _sign(RecordKind.RUN_SHEET, infusion_id)


@signing.route("/therapy-sessions/<uuid:therapy_session_id>/sign", methods=["GET", "POST"])
@allow(Act.SIGN_THERAPY, of="therapy_session")
def sign_therapy_session(therapy_session_id: UUID) -> Any:
    """Sign the chart note of a therapy session."""
    return _sign(RecordKind.THERAPY_SESSION, therapy_session_id)


@signing.route("/course-reviews/<uuid:course_review_id>/sign", methods=["GET", "POST"])
@allow(Act.REVIEW_COURSE, of="course_review")
def sign_course_review(course_review_id: UUID) -> Any:
    """Sign the decision in the middle of a course."""
    return _sign(RecordKind.COURSE_REVIEW, course_review_id)


@signing.route("/infusions/<uuid:infusion_id>/amend", methods=["GET", "POST"])
@allow(Act.SIGN_INFUSION, of="infusion")
def amend_infusion(infusion_id: UUID) -> Any:
    """Add to a signed run sheet."""
    return _amend(RecordKind.RUN_SHEET, infusion_id)


@signing.route("/therapy-sessions/<uuid:therapy_session_id>/amend", methods=["GET", "POST"])
@allow(Act.SIGN_THERAPY, of="therapy_session")
def amend_therapy_session(therapy_session_id: UUID) -> Any:
    """Add to the signed chart note of a therapy session."""
    return _amend(RecordKind.THERAPY_SESSION, therapy_session_id)


@signing.route("/course-reviews/<uuid:course_review_id>/amend", methods=["GET", "POST"])
@allow(Act.REVIEW_COURSE, of="course_review")
def amend_course_review(course_review_id: UUID) -> Any:
    """Add to a signed course review."""
    return _amend(RecordKind.COURSE_REVIEW, course_review_id)


def _sign(kind: RecordKind, record_id: UUID) -> Any:
    form = SignForm()
    if form.is_sent_and_fits():
        wanted = SignOff(
            kind=kind,
            record_id=record_id,
            meaning=Meaning(form.meaning.data),
            seen_hash=form.seen_hash.data or "",
            password=form.password.data,
            gaps_reason=form.gaps_reason.data or "",
        )
        try:
            signature_actions.sign(
                access.database(),
                access.who(),
                wanted,
                key=signing_key(),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _done(kind, record_id)
    found, signed = _look(kind, record_id)
    page = sign_page(found, signed, **_here())
    if not form.is_submitted():
        form.meaning.data, form.seen_hash.data = str(page.meaning), page.content_hash
    # Gaps are stepped over on a page of their own, with a reason.
    with_gaps = request.method == "POST" or "with-gaps" in request.args
    name = "gaps" if page.has_gaps and with_gaps else "sign"
    status = 422 if form.errors else 200
    return render_template(f"signing/{name}.html", form=form, page=page), status


def _amend(kind: RecordKind, record_id: UUID) -> Any:
    form = AmendForm()
    if form.is_sent_and_fits():
        wanted = Addition(
            kind=kind,
            record_id=record_id,
            addendum=form.addendum.data,
            reason=form.reason.data,
            password=form.password.data,
        )
        try:
            signature_actions.amend(
                access.database(),
                access.who(),
                wanted,
                key=signing_key(),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _done(kind, record_id)
    found, signed = _look(kind, record_id)
    page = amend_page(found, signed, **_here())
    status = 422 if form.errors else 200
    return render_template("signing/amend.html", form=form, page=page), status


def _look(kind: RecordKind, record_id: UUID) -> tuple[ToSign, SignedRecord]:
    db, who = access.database(), access.who()
    found = signature_queries.get_to_sign(db, who, kind, record_id, now=clock.now())
    signed = signature_queries.get_signed_record(db, who, kind, record_id, key=signing_key())
    return found, signed


def _here() -> dict[str, Any]:
    return {"clinic": access.clinic(), "who": access.who(), "now": clock.now()}


def _done(kind: RecordKind, record_id: UUID) -> Any:
    found, _signed = _look(kind, record_id)
    flash(f"Saved at {clock_time(access.clinic().local(clock.now()))}.", "done")
    return redirect(record_href(found.content), code=303)
