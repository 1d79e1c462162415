"""The patient's own pages: home, answering a check-in, what was sent. And paper, for staff."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for

from tracker.domain import instruments
from tracker.domain.check_ins import CannotAnswer
from tracker.domain.due import DueCheckIn
from tracker.domain.instruments import Instrument
from tracker.domain.permissions import Act
from tracker.queries import check_ins as check_in_queries
from tracker.queries.own_numbers import find_own_numbers
from tracker.web import access, clock, languages
from tracker.web.access import allow
from tracker.web.check_ins import desk, on_phone, page_by_page, pages, paper_entry, receipts
from tracker.web.check_ins.before_part import ask_to_agree, needs_agreement
from tracker.web.check_ins.forms import own_form
from tracker.web.check_ins.help_part import help_for, help_for_sent

check_ins = Blueprint("check_ins", __name__)


@check_ins.get("/me")
@allow(Act.SEE_OWN_RECORD)
def home() -> Any:
    """What is due today, the next visit, help."""
    now = clock.now()
    language = languages.of_request()
    found = check_in_queries.get_home(access.database(), access.who(), now=now, language=language)
    minutes = {key: each.minutes for key, each in instruments.definitions().items()}
    page = pages.home_page(found, clinic=access.clinic(), now=now, minutes=minutes)
    return render_template("check_ins/home.html", page=page)


@check_ins.route("/me/check-in/<instrument>", methods=["GET", "POST"])
@allow(Act.SEND_OWN_CHECK_IN, by_link=True)
def answer(instrument: str) -> Any:
    """Ask what is due of one instrument: on one page, or page by page."""
    asked = desk.find_instrument(instrument)
    only = access.who().only
    if only is not None and (answered := desk.answer_to_link(only, asked)) is not None:
        return answered
    if needs_agreement():
        return ask_to_agree(asked)
    try:
        return page_by_page.answer(asked) if asked.has_steps else _one_page(asked)
    except CannotAnswer as problem:
        return desk.cannot_answer(problem)


def _one_page(asked: Instrument) -> Any:
    form = own_form(asked)()
    if form.is_sent_and_fits():
        return desk.send(form.answers(), form)
    windows: tuple[DueCheckIn, ...] = ()
    if form.is_submitted():
        desk.raise_unstored(form)
    else:
        found = check_in_queries.find_to_answer(
            access.database(), access.who(), asked.key, now=clock.now()
        )
        desk.prefill(form, asked, found.due.due_key)
        windows = found.windows
    due_on = desk.day_of(form.due_key.data)
    page = pages.form_page(
        form,
        page=None,
        due_on=due_on,
        today=desk.today(),
        clinic=access.clinic(),
        by_link=access.came_by_link(),
    )
    phone = on_phone.phone_part(form, windows=windows, title=page.title)
    status = 422 if form.errors else 200
    due_key, worries = form.due_key.data or "", bool(form.errors) and form.worries
    lines = help_for(asked.key, due_key, back="1", worries=worries)
    shown = {"form": form, "page": page, "help": lines, "phone": phone}
    return render_template("check_ins/answer.html", **shown), status


@check_ins.get("/me/check-in/<instrument>/blank")
@allow(Act.SEND_OWN_CHECK_IN, seen_as=None, by_link=True)
def blank(instrument: str) -> Any:
    """The empty form, for a patient's own phone to keep."""
    asked = desk.find_instrument(instrument)
    only = access.who().only
    if only is not None and only.instrument_key != asked.key:
        raise access.BeyondTheLink
    try:
        return on_phone.blank_form(asked)
    except CannotAnswer as problem:
        return desk.cannot_answer(problem)


@check_ins.get("/me/sending")
@allow(Act.SEND_OWN_CHECK_IN, seen_as=None, by_link=True)
def sending() -> Any:
    """What a phone asks before it sends what waited."""
    return on_phone.sending()


@check_ins.get("/me/check-ins/sent")
@allow(Act.SEND_OWN_CHECK_IN, by_link=True)
def sent() -> Any:
    """The receipt of the newest check-in, or of the one that a private link is for."""
    db, who, now = access.database(), access.who(), clock.now()
    found = check_in_queries.find_last_sent(db, who, now=now, language=languages.of_request())
    if found is None:
        return redirect(url_for("check_ins.home"), code=303)
    sees_trend = not access.came_by_link() and check_in_queries.sees_own_trend(db, who)
    page = receipts.sent_page(
        found,
        clinic=access.clinic(),
        now=now,
        by_link=access.came_by_link(),
        sees_trend=sees_trend,
        numbers=find_own_numbers(db, who, found.instrument_key) if sees_trend else None,
    )
    lines = help_for_sent(found.instrument_key, found.level)
    return render_template("check_ins/sent.html", page=page, help=lines)


@check_ins.get("/courses/<uuid:course_id>/check-ins")
@allow(Act.ENTER_CHECK_IN_FOR_PATIENT, of="course")
def papers(course_id: UUID) -> Any:
    """Which paper forms can be entered."""
    return render_template("check_ins/papers.html", page=paper_entry.list_page(course_id))


@check_ins.route("/courses/<uuid:course_id>/check-ins/<instrument>", methods=["GET", "POST"])
@allow(Act.ENTER_CHECK_IN_FOR_PATIENT, of="course")
def paper(course_id: UUID, instrument: str) -> Any:
    """Enter what a patient wrote on paper, or said in the room."""
    return paper_entry.answer(course_id, desk.find_definition(instrument))
