"""Where answers are handed in: what every kind of check-in form does with them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from tracker.actions import check_ins as check_in_actions
from tracker.actions import unstored_answers
from tracker.domain import instruments
from tracker.domain.check_ins import CannotAnswer, WhyNot
from tracker.domain.errors import NotFound
from tracker.domain.instruments import Answers, Instrument, UnknownInstrument
from tracker.domain.languages import Language, language_of
from tracker.domain.people import OneCheckIn
from tracker.domain.safety import concerns
from tracker.queries import check_ins as check_in_queries
from tracker.queries import wordings as wording_queries
from tracker.queries.wordings import WordedInstrument
from tracker.web import access, acknowledging, clock, languages
from tracker.web.check_ins import receipts
from tracker.web.check_ins.forms import OwnAnswerForm
from tracker.web.fields import a_uuid
from tracker.web.formatting import sentence, spoken_time
from tracker.web.forms import Form, carried


def find_definition(key: str) -> Instrument:
    """The instrument of an address, for staff: topics are enough for them. Raises `NotFound`."""
    try:
        return instruments.get(key)
    except UnknownInstrument:
        raise NotFound("instrument") from None


def find_instrument(key: str) -> Instrument:
    """The instrument of an address as its reader reads it: in the language of the page, or in the
    one that a sent form was opened in. Raises `NotFound`, also where its wording is not loaded.
    """
    asked = _worded(key)
    g.wording_id = asked.wording_id
    return asked.instrument


def _worded(key: str) -> WordedInstrument:
    db, who = access.database(), access.who()
    find_definition(key)
    wording_id = a_uuid(carried("wording"))  # a form may be older than a change
    if wording_id is not None:
        return wording_queries.find_worded_as(db, who, key, wording_id)
    first = language_of(carried("shown_in")) or languages.of_request()
    for language in (first, *Language):
        found = wording_queries.find_worded(db, who, key, language)
        if found is not None:
            return found
    raise NotFound("wording")


def prefill(form: OwnAnswerForm, asked: Instrument, due_key: str) -> None:
    """What the form carries unseen."""
    form.due_key.data = due_key
    form.instrument_version.data = asked.version
    form.shown_in.data = language_of(asked.language)
    form.wording.data = g.wording_id


def today() -> date:
    """The clinic's date."""
    return clock.today(access.clinic().timezone)


def day_of(due_key: str | None) -> date | None:
    """The day that a due check-in's key names, if it names one."""
    try:
        return date.fromisoformat((due_key or "").rpartition(":")[2])
    except ValueError:
        return None


def send(answers: Answers, form: OwnAnswerForm) -> Any:
    """Store the answers and go to the receipt, which shows help first where it is needed."""
    if not form.is_of_this_version:
        raise_unstored(form)
        problem = CannotAnswer(WhyNot.OTHER_VERSION)
        return cannot_answer(problem, was_sent=True, needs_help=form.worries)
    try:
        receipt = check_in_actions.send_check_in(
            access.database(),
            access.who(),
            answers,
            due_key=form.due_key.data or "",
            submission_id=form.submission().id,
            wording_id=g.wording_id,
            given_at=form.taken_at.data,
            now=clock.now(),
        )
    except CannotAnswer as problem:
        worries = bool(concerns(form.instrument, answers))
        return cannot_answer(problem, was_sent=True, needs_help=worries)
    acknowledging.note_received()
    if not receipt.is_new:
        flash(received_words(receipt.received_at, is_same=receipt.is_same), "done")
    return redirect(url_for("check_ins.sent"), code=303)


def answer_to_link(only: OneCheckIn, asked: Instrument) -> Any:
    """What a private link shows instead of its form: when the answers came, or nothing of another.

    None while there is something to answer; a form that is sent again is answered like any other.
    """
    if only.instrument_key != asked.key:
        raise access.BeyondTheLink
    if request.method == "POST":
        return None
    at = check_in_queries.find_received_at(access.database(), access.who(), only.due_key)
    return None if at is None else redirect(url_for("check_ins.sent"), code=303)


def raise_unstored(form: OwnAnswerForm) -> None:
    """Nothing of the form is stored now; what worries in it must not wait for it to come again."""
    unstored_answers.raise_worries(
        access.database(),
        access.who(),
        form.instrument,
        form.readable(),
        due_key=form.due_key.data or "",
        now=clock.now(),
    )


def received_words(received_at: datetime, *, is_same: bool = True) -> str:
    """A second sending learns when the first one came."""
    at = spoken_time(access.clinic().local(received_at))
    words = sentence(gettext("This was already received at %(time)s", time=at))
    stand = gettext("Those first answers stand.")
    return words if is_same else f"{words} {stand}"


def cannot_answer(
    problem: CannotAnswer, *, was_sent: bool = False, needs_help: bool = False
) -> Any:
    """The page that says what can be done instead."""
    page = receipts.cannot_page(
        problem,
        clinic=access.clinic(),
        was_sent=was_sent,
        needs_help=needs_help,
        by_link=access.came_by_link(),
    )
    code = 409 if request.method == "POST" else 200
    return render_template("check_ins/cannot.html", page=page, button=Form()), code
