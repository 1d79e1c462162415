"""What a form tells the phone, so that it can be filled in and sent later without a connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import jsonify, render_template, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from tracker.domain.due import DueCheckIn
from tracker.domain.instruments import Instrument
from tracker.queries import check_ins as check_in_queries
from tracker.queries.check_ins import Draft
from tracker.web import access, clock, context
from tracker.web.check_ins import desk, names, pages
from tracker.web.check_ins.forms import AnswerForm, filled_in, own_form
from tracker.web.check_ins.pages import Question

ALL = "all"
"""The page of an address that takes every answer at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One page of questions, shown by the phone itself."""

    number: int
    title: str
    words: str
    lead: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PhonePart:
    """``due``: [key, opens, closes] of what can be answered now and in the next days.

    ``worries``: the values of each field that call for help at once. ``saved_at``: when the answers
    that the page holds were kept on the server, for whoever has newer ones on the phone.
    """

    name: str
    due: list[list[str]]
    worries: dict[str, list[str]]
    whole_action: str
    blank_href: str
    saved_at: str
    steps: tuple[Step, ...]
    words: dict[str, str]


def phone_part(
    form: AnswerForm,
    *,
    windows: Sequence[DueCheckIn] = (),
    draft: Draft | None = None,
    title: str,
) -> PhonePart:
    """The part of a form, of one page or of all of them. ``title`` is the check-in's name."""
    asked = form.instrument
    is_whole = len(asked.pages) == 1 or asked.has_branches
    whole = form if is_whole else _whole(asked, draft)
    return PhonePart(
        name=title,
        due=[[one.due_key, _instant(one.opens_at), _instant(one.closes_at)] for one in windows],
        worries=whole.worrying,
        whole_action=_whole_action(asked),
        blank_href=url_for("check_ins.blank", instrument=asked.key),
        saved_at=_instant(draft.saved_at) if draft else "",
        steps=() if is_whole else _steps(whole, title),
        words=_words(),
    )


def _whole_action(asked: Instrument) -> str:
    """Where a phone sends every answer at once. Empty where answers decide what is asked next: such
    a check-in is led by the server, page by page.
    """
    if asked.has_branches:
        return ""
    page = ALL if len(asked.pages) > 1 else None
    return url_for("check_ins.answer", instrument=asked.key, page=page)


def _whole(asked: Instrument, draft: Draft | None) -> AnswerForm:
    kept = filled_in(asked.items, draft.answers) if draft else {}
    return own_form(asked)(formdata=None, **kept)


def _steps(form: AnswerForm, title: str) -> tuple[Step, ...]:
    asked = form.instrument
    by_item = dict(
        zip((item.id for item in form.items), pages.questions(form, is_numbered=True), strict=True)
    )
    return tuple(
        Step(
            number=page.number,
            title=pages.page_title(title, page.number, asked),
            words=pages.step_words(asked, asked.items_on(page.number)),
            lead=page.lead,
            questions=tuple(by_item[item.id] for item in asked.items_on(page.number)),
        )
        for page in asked.pages
    )


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _words() -> dict[str, str]:
    """The sentences that a phone says by itself."""
    return {
        "again": gettext("Choose an answer, or “Skip this one”."),
        "check": gettext("Check your answers"),
        "check_lead": gettext(
            "Not sent yet. You can change any of them, or send them as they are."
        ),
        "change": gettext("Change"),
        "send": gettext("Send check-in"),
        "waiting": gettext("Saved on this phone"),
        "waiting_lead": gettext(
            "It has not reached your clinic yet. It will be sent by itself when there is a "
            "connection. You can close this page."
        ),
        "opens_offline": gettext("This page opens without a connection now."),
        "nothing": gettext("There is nothing to do now."),
    }


def blank_form(asked: Instrument) -> Any:
    """The form without an answer, a key or a name: what a phone may keep to open it again."""
    windows = check_in_queries.list_windows(
        access.database(), access.who(), asked.key, now=clock.now()
    )
    form = own_form(asked, 1 if len(asked.pages) > 1 else None)(formdata=None)
    desk.prefill(form, asked, "")
    page = pages.form_page(
        form,
        page=1 if len(asked.pages) > 1 else None,
        due_on=None,
        today=desk.today(),
        clinic=access.clinic(),
        by_link=access.came_by_link(),
    )
    phone = phone_part(form, windows=windows, title=names.name_of(asked.key))
    shown = {"form": form, "page": page, "help": None, "phone": phone}
    return render_template("check_ins/answer.html", **shown)


def sending() -> Any:
    """For whom this browser is signed in, a fresh token for its forms, and the right time."""
    return jsonify(
        sender=context.sender_key(),
        token=generate_csrf(),
        now=f"{clock.now().astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
    )
