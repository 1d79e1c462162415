"""Lock the screen, unlock it, or hand the tablet to somebody else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for

from tracker.actions import screen_locks, sign_ins
from tracker.domain.clinic import Clinic
from tracker.domain.errors import Refused
from tracker.queries.locked_screen import DueInRoom, list_due_in_rooms
from tracker.web import access, clock
from tracker.web.access import signed_in_even_locked
from tracker.web.formatting import clock_time
from tracker.web.lock.forms import UnlockForm

lock = Blueprint("lock", __name__)


@lock.post("/lock")
@signed_in_even_locked
def lock_now() -> Any:
    """Lock this sign-in's screen, and keep the page that was open for the way back."""
    if not access.is_locked():
        access.remember_page(urlsplit(request.referrer or "").path)
        screen_locks.lock_screen(access.database(), access.who(), now=clock.now())
    return redirect(url_for("lock.show"), code=303)


@lock.route("/locked", methods=["GET", "POST"])
@signed_in_even_locked
def show() -> Any:
    """The locked screen: whose it is, and when something is due in which room. No patient."""
    if not access.is_locked():
        return redirect(access.remembered_page(), code=303)
    db, who, now = access.database(), access.who(), clock.now()
    form = UnlockForm()
    if form.is_sent_and_fits():
        try:
            screen_locks.unlock_screen(db, who, form.password.data, now=now)
        except Refused as problem:
            form.show(problem)
        else:
            return redirect(access.remembered_page(), code=303)
    due = list_due_in_rooms(db, who, now=now) if who.is_staff else ()
    lines = [_line(each, access.clinic()) for each in due]
    status = 422 if form.errors else 200
    page = {"name": who.name, "due": lines}
    return render_template("lock/locked.html", form=form, page=page), status


def _line(each: DueInRoom, clinic: Clinic) -> str:
    where = each.room or "Room not named"
    return f"{where}: next vital signs {clock_time(clinic.local(each.due_at))}"


@lock.post("/switch-person")
@signed_in_even_locked
def switch() -> Any:
    """Somebody else takes the tablet: this device's sign-in ends, nothing of it stays here."""
    sign_ins.sign_out(access.database(), access.who(), now=clock.now())
    access.end()
    answer = redirect(url_for("account.login"), code=303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
