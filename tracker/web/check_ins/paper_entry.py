"""Staff take over a paper form, with the paper's date: both times are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from tracker.actions import check_ins as check_in_actions
from tracker.domain import instruments
from tracker.domain.check_ins import Mode, Receipt
from tracker.domain.errors import Refused
from tracker.domain.instruments import AnsweredBy, Instrument
from tracker.domain.local_time import NoSuchLocalTime, to_instant
from tracker.domain.permissions import Act, may
from tracker.queries import courses as course_queries
from tracker.web import access, clock
from tracker.web.check_ins.forms import PREFIX
from tracker.web.check_ins.paper_forms import PaperForm, paper_form
from tracker.web.formatting import birthday, clock_time

_KEYS = (
    "With a keyboard: the digit of an answer goes on to the next question, s skips, "
    "Backspace goes back, x is 10."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperQuestion:
    """One question with its place and its topic."""

    field: Any
    kind: str
    place: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPage:
    """Which paper forms can be entered; the rows are title with address, questions and note."""

    title: str
    patient_name: str
    born: str
    record_number: str
    course_href: str
    rows: tuple[tuple[Any, ...], ...]
    wording_href: str
    """Where the words of the clinic's own copies are loaded; empty for who may not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperPage:
    title: str
    patient_name: str
    born: str
    record_number: str
    course_href: str
    note: str
    keys: str
    heading: str
    asks_twice: bool
    questions: tuple[PaperQuestion, ...]


def list_page(course_id: UUID) -> ListPage:
    """Every instrument whose numbers can be taken over from paper."""
    head = course_queries.get_head(access.database(), access.who(), course_id)
    may_load = may(access.who(), Act.LOAD_WORDING)
    return ListPage(
        wording_href=url_for("admin.list_instruments") if may_load else "",
        title="Enter a paper form",
        patient_name=head.patient_name,
        born=birthday(head.born_on),
        record_number=head.record_number,
        course_href=url_for("courses.show", course_id=course_id),
        rows=tuple(
            (
                (each.title, url_for("check_ins.paper", course_id=course_id, instrument=each.key)),
                each.recall,
                len(each.items),
                "Rated by a clinician"
                if each.answered_by is AnsweredBy.CLINICIAN
                else "Answered by the patient",
            )
            for each in sorted(instruments.definitions().values(), key=lambda one: one.title)
        ),
    )


def answer(course_id: UUID, asked: Instrument) -> Any:
    """The form with all questions; stores them and goes back to the course."""
    form = paper_form(asked)()
    if form.is_sent_and_fits():
        if form.is_first_of_two:
            return _ask_again(course_id, asked, form)
        if not form.name_differences():
            try:
                return _stored(course_id, _store(course_id, form))
            except Refused as problem:
                form.show(problem)
    elif not form.is_submitted():
        form.instrument_version.data = asked.version
    return _show(course_id, asked, form)


def _ask_again(course_id: UUID, asked: Instrument, first: PaperForm) -> Any:
    """An empty form for the second pass, with the first one carried along."""
    second = paper_form(asked)(formdata=None)
    second.keep_first_pass(first)
    return _show(course_id, asked, second)


def _show(course_id: UUID, asked: Instrument, form: PaperForm) -> Any:
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
    is_second = bool(form.first_pass.data)
    return PaperPage(
        title=f"Enter a paper form: {asked.title}",
        patient_name=head.patient_name,
        born=birthday(head.born_on),
        record_number=head.record_number,
        course_href=url_for("courses.show", course_id=course_id),
        note=_note(asked),
        keys=_KEYS,
        heading="Enter it once more" if is_second else "Answers on the paper",
        asks_twice=len(asked.items) > 1,
        questions=_questions(asked, form),
    )


def _note(asked: Instrument) -> str:
    if asked.answered_by is AnsweredBy.CLINICIAN:
        return f"The clinician’s own rating is entered here. {asked.attribution}"
    if asked.has_wording:
        return asked.attribution
    return f"Short topics of ours stand for the questions of the paper. {asked.attribution}"


def _questions(asked: Instrument, form: PaperForm) -> tuple[PaperQuestion, ...]:
    count = len(asked.items)
    return tuple(
        PaperQuestion(
            field=form[PREFIX + item.id],
            kind=str(asked.answer_scale(item).kind),
            place=f"{number} of {count}",
        )
        for number, item in enumerate(asked.items, 1)
    )
