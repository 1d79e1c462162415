"""Lock the screen, unlock it, or hand the tablet to somebody else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext

from tracker.actions import screen_locks, sign_ins
from tracker.domain.clinic import Clinic
from tracker.domain.errors import Refused
from tracker.queries.locked_screen import DueInRoom, has_pin, list_due_in_rooms
from tracker.web import access, clock
from tracker.web.access import signed_in, signed_in_even_locked
from tracker.web.formatting import clock_time
from tracker.web.lock.forms import PinForm, UnlockAndChoosePinForm, UnlockForm
from tracker.web.sign_in_end import time_left

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
    form = _password_form()
    if form.is_sent_and_fits():
        pin = form.new_pin.data if isinstance(form, UnlockAndChoosePinForm) else ""
        try:
            screen_locks.unlock_screen(db, who, form.password.data, new_pin=pin or "", now=now)
        except Refused as problem:
            form.show(problem)
        else:
            return redirect(access.remembered_page(), code=303)
    return _locked(form, PinForm(formdata=None))


@lock.post("/locked/pin")
@signed_in_even_locked
def unlock_with_pin() -> Any:
    """The same with the PIN that was chosen under this sign-in."""
    if not access.is_locked():
        return redirect(access.remembered_page(), code=303)
    db, who, now = access.database(), access.who(), clock.now()
    form, other = PinForm(), _password_form(formdata=None)
    if form.is_sent_and_fits():
        try:
            screen_locks.unlock_with_pin(db, who, form.pin.data, clinic=access.clinic(), now=now)
        except Refused as problem:
            (form if problem.field == "pin" else other).show(problem)
        except screen_locks.PinIsSpent:
            access.end()
            flash(gettext("The PIN was wrong five times. Sign in again."), "problem")
            return redirect(url_for("account.login"), code=303)
        else:
            return redirect(access.remembered_page(), code=303)
    return _locked(other, form)


def _password_form(**more: Any) -> UnlockForm:
    return UnlockAndChoosePinForm(**more) if access.who().is_staff else UnlockForm(**more)


def _locked(form: UnlockForm, pin_form: PinForm) -> Any:
    db, who, now = access.database(), access.who(), clock.now()
    due = list_due_in_rooms(db, who, now=now) if who.is_staff else ()
    page = {
        "name": who.name,
        "due": [_line(each, access.clinic()) for each in due],
        "has_pin": has_pin(db, who, access.clinic(), now=now),
    }
    status = 422 if form.errors or pin_form.errors else 200
    forms = {"password_form": form, "pin_form": pin_form}
    sent = pin_form if pin_form.errors else form
    return render_template("lock/locked.html", form=sent, **forms, page=page), status


def _line(each: DueInRoom, clinic: Clinic) -> str:
    where = each.room or "Room not named"
    return f"{where}: next vital signs {clock_time(clinic.local(each.due_at))}"


@lock.get("/still-here")
@signed_in
def still_here() -> Any:
    """How long the sign-in lasts yet. Asking is using it, unless a page asks in the background."""
    return jsonify(time_left())


@lock.post("/switch-person")
@signed_in_even_locked
def switch() -> Any:
    """Somebody else takes the tablet: this device's sign-in ends, nothing of it stays here."""
    sign_ins.sign_out(access.database(), access.who(), now=clock.now())
    access.end()
    answer = redirect(url_for("account.login"), code=303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
