"""`/`: everybody's own first page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_login import current_user

from tracker.domain.permissions import Act, may
from tracker.domain.second_factors import Missing
from tracker.web.access import anyone

home_views = Blueprint("home", __name__)


@home_views.get("/")
@anyone
def index() -> Any:
    """Send people to where they work: the board, their own page, or the clinic's settings."""
    if current_user.missing is Missing.CODE:
        return redirect(url_for("second_factor.enter"), code=303)
    if current_user.missing is Missing.SET_UP:
        return redirect(url_for("second_factor.set_up"), code=303)
    if not current_user.is_authenticated:
        return redirect(url_for("account.login"), code=303)
    person = current_user.person
    if person.only is not None:
        own = url_for("check_ins.answer", instrument=person.only.instrument_key)
        return redirect(own, code=303)
    if person.is_patient:
        return redirect(url_for("check_ins.home"), code=303)
    if may(person, Act.READ_AS_PROXY):
        return redirect(url_for("proxies.read"), code=303)
    if may(person, Act.SEE_BOARD):
        return redirect(url_for("board.show"), code=303)
    return redirect(url_for("admin.index"), code=303)
