"""Write what a course is for and how it is judged: code, kind of trauma, assessment, plan."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for

from tracker.actions.course_assessments import assess_course
from tracker.domain.course_assessments import (
    TRAUMA_WORDS,
    Assessment,
    StoredAssessment,
    Trauma,
    read_code,
)
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.queries.course_assessments import find_assessment
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.course_pictures import read_progress
from tracker.web.course_words import banner_of
from tracker.web.fields import Choice, LongText, Words
from tracker.web.formatting import clock_time, moment
from tracker.web.forms import Form

course_assessments = Blueprint("course_assessments", __name__)


class AssessmentForm(Form):
    """Every answer may be left open."""

    icd10_code = Words(
        "ICD-10 code of the indication",
        longest=10,
        optional=True,
        hint="Such as F43.10 or F43.12. Only its shape is checked.",
    )
    trauma = Choice(
        "Kind of the index trauma",
        choices=[("", "Not stated"), *((each.value, said) for each, said in TRAUMA_WORDS.items())],
        optional=True,
        default="",
        hint="The kind only: what happened is in no letter.",
    )
    assessment = LongText(
        "Assessment", longest=4000, optional=True, hint="For the referring clinician's letter."
    )
    plan = LongText(
        "Plan",
        longest=4000,
        optional=True,
        hint="What comes next and who does what, for the same letter.",
    )

    def typed(self) -> Assessment:
        """Raises `Refused` for a code that is none."""
        return Assessment(
            icd10_code=read_code(self.icd10_code.data or ""),
            trauma=Trauma(self.trauma.data) if self.trauma.data else None,
            assessment=self.assessment.data or "",
            plan=self.plan.data or "",
        )


@course_assessments.route("/courses/<uuid:course_id>/assessment", methods=["GET", "POST"])
@allow(Act.RECORD_HISTORY, of="course")
def edit(course_id: UUID) -> Any:
    """Change it; every version stays in the record."""
    stored = find_assessment(access.database(), access.who(), course_id)
    form = _form(stored)
    if form.is_sent_and_fits():
        try:
            assess_course(
                access.database(),
                access.who(),
                course_id,
                form.typed(),
                seen_revision=form.seen_version.data or 0,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            flash(f"Saved at {clock_time(access.clinic().local(clock.now()))}.", "done")
            return redirect(url_for("courses.show", course_id=course_id), code=303)
    progress = read_progress(course_id)
    patient_id = progress.record.patient.id
    return render_template(
        "course_assessments/edit.html",
        form=form,
        banner=banner_of(progress),
        lead=_lead(stored),
        trials_href=url_for("prior_treatments.index", patient_id=patient_id),
        back_href=url_for("courses.show", course_id=course_id),
    ), (422 if form.errors else 200)


def _form(stored: StoredAssessment | None) -> AssessmentForm:
    if stored is None:
        return AssessmentForm(seen_version=0)
    found = stored.assessment
    return AssessmentForm(
        icd10_code=found.icd10_code,
        trauma=found.trauma.value if found.trauma else "",
        assessment=found.assessment,
        plan=found.plan,
        seen_version=stored.revision,
    )


def _lead(stored: StoredAssessment | None) -> str:
    if stored is None:
        return "Not written yet."
    written = moment(stored.recorded_at, access.clinic())
    return f"Version {stored.revision}, written {written} by {stored.recorded_by}."
