"""Review a course in its middle, and read what was decided."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for

from tracker.actions import course_reviews as review_actions
from tracker.domain.course_progress import SYMPTOMS, CourseProgress
from tracker.domain.course_review import DECISION_WORDS, Review
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.domain.signing import RecordKind
from tracker.domain.treatment_decisions import ReviewDecision
from tracker.queries import course_reviews as review_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.course_pictures import read_progress
from tracker.web.course_words import banner_of
from tracker.web.fields import DecimalNumber, LongText, Tiles
from tracker.web.formatting import clock_time, moment, number
from tracker.web.forms import Form
from tracker.web.signature_words import sign_part

course_reviews = Blueprint("course_reviews", __name__)


class ReviewForm(Form):
    """Go on, change the dose or stop, with the reason."""

    decision = Tiles(
        "Decision", choices=[(each.value, words) for each, words in DECISION_WORDS.items()]
    )
    dose_mg_per_kg = DecimalNumber(
        "New dose",
        low=Decimal("0.01"),
        high=Decimal(10),
        places=3,
        unit="mg/kg",
        optional=True,
        hint="Only when the dose changes.",
    )
    reason = LongText("Reason", longest=4000)

    def review(self) -> Review:
        return Review(
            decision=ReviewDecision(self.decision.data),
            dose_mg_per_kg=self.dose_mg_per_kg.data,
            reason=self.reason.data,
        )


@course_reviews.route("/courses/<uuid:course_id>/reviews/new", methods=["GET", "POST"])
@allow(Act.REVIEW_COURSE, of="course")
def new(course_id: UUID) -> Any:
    """Decide with the facts beside the form. To stop leads on to the page that ends a course."""
    form = ReviewForm()
    if form.is_sent_and_fits():
        try:
            review_id = review_actions.review_course(
                access.database(),
                access.who(),
                course_id,
                form.review(),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(form, course_id, review_id)
    progress = read_progress(course_id)
    return render_template(
        "course_reviews/new.html",
        form=form,
        banner=banner_of(progress),
        facts=_facts(progress),
        back_href=url_for("courses.show", course_id=course_id),
    ), (422 if form.errors else 200)


@course_reviews.get("/course-reviews/<uuid:course_review_id>")
@allow(Act.SEE_COURSE, of="course_review")
def show(course_review_id: UUID) -> Any:
    """What was decided, as it was written."""
    found = review_queries.get_review(access.database(), access.who(), course_review_id)
    dose = f", {number(found.dose_mg_per_kg)} mg/kg" if found.dose_mg_per_kg else ""
    rows = (
        ("Decision", f"{DECISION_WORDS[found.decision]}{dose}"),
        ("After infusion", str(found.after_infusion)),
        ("Reason", found.reason),
        ("Written", f"{moment(found.recorded_at, access.clinic())} by {found.recorded_by}"),
    )
    progress = read_progress(found.course_id)
    return render_template(
        "course_reviews/show.html",
        banner=banner_of(progress),
        rows=rows,
        signing=sign_part(RecordKind.COURSE_REVIEW, course_review_id),
        back_href=url_for("courses.show", course_id=found.course_id),
    )


def _saved(form: ReviewForm, course_id: UUID, review_id: UUID) -> Any:
    flash(f"Saved at {clock_time(access.clinic().local(clock.now()))}.", "done")
    if form.decision.data == ReviewDecision.STOP:
        return redirect(url_for("courses.end", course_id=course_id), code=303)
    return redirect(url_for(".show", course_review_id=review_id), code=303)


def _facts(progress: CourseProgress) -> tuple[tuple[str, str], ...]:
    change = progress.changes[SYMPTOMS]
    given = progress.record.given
    doses = ", ".join(f"{number(each.dose_mg_per_kg)} mg/kg" for each in given)
    words = ", ".join(part for part in (change.change_words, change.percent_words) if part)
    return (
        ("Change since the baseline", f"{words}: {change.mark.words}" if words else "No data"),
        ("Infusions given", f"{len(given)} of {progress.record.infusion_count}"),
        ("Doses", doses or "None"),
        ("Events during infusions", str(sum(each.event_count for each in given))),
        ("Safety alerts open", str(progress.record.alerts_open)),
    )
