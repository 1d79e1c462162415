"""Staff take over a paper form, with the paper's date: both times are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from tracker.actions import check_ins as check_in_actions
from tracker.domain.check_ins import Mode, Receipt
from tracker.domain.errors import Refused
from tracker.domain.instruments import Instrument
from tracker.domain.local_time import NoSuchLocalTime, to_instant
from tracker.queries import courses as course_queries
from tracker.web import access, clock
from tracker.web.check_ins import pages
from tracker.web.check_ins.forms import PaperForm, paper_form
from tracker.web.check_ins.pages import Question
from tracker.web.formatting import birthday, clock_time


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperPage:
    title: str
    patient_name: str
    born: str
    record_number: str
    course_href: str
    note: str
    questions: tuple[Question, ...]


def answer(course_id: UUID, asked: Instrument) -> Any:
    """The form with all questions; stores them and goes back to the course."""
    form = paper_form(asked)()
    if form.is_sent_and_fits():
        try:
            receipt = _store(course_id, form)
        except Refused as problem:
            form.show(problem)
        else:
            return _stored(course_id, receipt)
    elif not form.is_submitted():
        form.instrument_version.data = asked.version
    page = _page(course_id, asked, form)
    status = 422 if form.errors else 200
    return render_template("check_ins/paper.html", form=form, page=page), status


def _store(course_id: UUID, form: PaperForm) -> Receipt:
    if not form.is_of_this_version:
        raise Refused("The questions have changed meanwhile. Load the page again.")
    try:
        answered_at = to_instant(
            form.answered_on.data, form.answered_time.data, access.clinic().zone
        )
    except NoSuchLocalTime as problem:
        raise Refused(str(problem), field="answered_time") from None
    return check_in_actions.enter_for_patient(
        access.database(),
        access.who(),
        course_id,
        form.answers(),
        mode=Mode(form.mode.data),
        answered_at=answered_at,
        submission_id=form.submission().id,
        now=clock.now(),
    )


def _stored(course_id: UUID, receipt: Receipt) -> Any:
    flash(f"Saved at {clock_time(access.clinic().local(receipt.received_at))}.", "done")
    if receipt.raised is not None:
        return redirect(url_for("alerts.index"), code=303)
    return redirect(url_for("courses.show", course_id=course_id), code=303)


def _page(course_id: UUID, asked: Instrument, form: PaperForm) -> PaperPage:
    head = course_queries.get_head(access.database(), access.who(), course_id)
    return PaperPage(
        title=f"Enter a paper form: {asked.title}",
        patient_name=head.patient_name,
        born=birthday(head.born_on),
        record_number=head.record_number,
        course_href=url_for("courses.show", course_id=course_id),
        note=asked.attribution,
        questions=pages.questions(form, is_numbered=True),
    )
