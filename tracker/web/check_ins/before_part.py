"""The statement before a patient's first check-in: nobody watches the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext

from tracker.domain.instruments import Instrument
from tracker.queries import patient_safety
from tracker.web import access
from tracker.web.check_ins.forms import ConfirmForm
from tracker.web.check_ins.pages import not_watched


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreePage:
    title: str
    lines: tuple[str, ...]
    button: str
    href: str
    home_href: str


def needs_agreement() -> bool:
    """Whether to ask first. What is sent without having been asked is taken all the same."""
    if request.method == "POST":
        return False
    return not patient_safety.has_agreed_not_watched(access.database(), access.who())


def ask_to_agree(asked: Instrument) -> Any:
    """The statement that stands before a patient's first check-in."""
    page = AgreePage(
        title=gettext("Before you begin"),
        lines=(
            not_watched(),
            gettext("Your care team reads them while the clinic is open."),
            gettext(
                "If you are in danger or need somebody now, do not wait for them: "
                "“Get help now” is on every page."
            ),
        ),
        button=gettext("I understand"),
        href=url_for("check_ins.agree_not_watched", instrument=asked.key),
        home_href="" if access.came_by_link() else url_for("check_ins.home"),
    )
    form = ConfirmForm(formdata=None)
    return render_template("check_ins/before.html", page=page, form=form)
