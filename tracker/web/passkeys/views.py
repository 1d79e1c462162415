"""Add a passkey, sign in with one, show one after the password, remove it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from tracker.actions import passkeys as passkey_actions
from tracker.actions.passkey_proofs import NOT_TAKEN
from tracker.domain.errors import NotFound, Refused
from tracker.domain.passkeys import Party
from tracker.domain.second_factors import Missing
from tracker.queries import passkeys as passkey_queries
from tracker.web import access, clock, errors
from tracker.web.access import anyone, half_way, signed_in, signed_in_lately
from tracker.web.cookies import may_carry_cookie
from tracker.web.languages import said
from tracker.web.passkey_questions import (
    PasskeyForm,
    Purpose,
    ask_to_make,
    challenge_of,
    party,
)
from tracker.web.passkeys.forms import AddPasskeyForm, RemovePasskeyForm

passkeys = Blueprint("passkeys", __name__)


@passkeys.route("/account/passkeys/new", methods=["GET", "POST"])
@signed_in_lately
def add() -> Any:
    """Make a passkey on this device and keep its public half."""
    site = party()
    if site is None:
        abort(404)
    db, who = access.database(), access.who()
    form = AddPasskeyForm()
    if form.is_sent_and_fits():
        try:
            passkey_actions.add_passkey(
                db,
                who,
                party=site,
                credential=form.credential.data or "",
                challenge=_challenge(form, Purpose.ADD),
                name=form.name.data,
                now=clock.now(),
            )
        except Refused as problem:
            form.show(Refused(problem.sentence, values=problem.values))
        else:
            flash(gettext("The passkey is added."), "done")
            return redirect(url_for("second_factor.account"), code=303)
    known = [each.credential_id for each in passkey_queries.list_own_passkeys(db, who)]
    question = ask_to_make(site, who, action=url_for("passkeys.add"), known=known)
    status = 422 if form.errors else 200
    return render_template("passkeys/new.html", form=form, question=question), status


def _challenge(form: PasskeyForm, purpose: Purpose) -> bytes:
    """Raises `Refused` for a page that was open for too long."""
    who = None if purpose is Purpose.SIGN_IN else access.who()
    found = challenge_of(form.sealed.data or "", purpose, who)
    if found is None:
        raise Refused(NOT_TAKEN)
    return found


@passkeys.post("/account/passkeys/remove")
@signed_in_lately
def remove() -> Any:
    """This passkey opens nothing any more."""
    form = RemovePasskeyForm()
    if not form.is_sent_and_fits() or form.passkey_id.data is None:
        abort(400, description=gettext("Load the page again and choose once more."))
    try:
        passkey_actions.remove_passkey(
            access.database(), access.who(), form.passkey_id.data, now=clock.now()
        )
    except NotFound:
        flash(gettext("This passkey was removed before."), "note")
    else:
        flash(gettext("The passkey is removed."), "done")
    return redirect(url_for("second_factor.account"), code=303)


@passkeys.post("/second-factor/passkey")
@half_way(Missing.CODE)
def show() -> Any:
    """The passkey instead of a code, after the password."""
    site = party()
    if site is None or current_user.missing is Missing.NOTHING:
        return redirect(url_for("home.index"), code=303)
    is_shown = _is_shown(passkey_actions.show_passkey, site, Purpose.SHOW)
    return redirect(url_for("home.index" if is_shown else "second_factor.enter"), code=303)


@passkeys.post("/confirm/passkey")
@signed_in
def confirm() -> Any:
    """The passkey instead of the password once more; then back to where that was asked."""
    site = party()
    if site is None or not _is_shown(passkey_actions.confirm_with_passkey, site, Purpose.CONFIRM):
        return redirect(url_for("second_factor.confirm"), code=303)
    return redirect(access.remembered_page(), code=303)


def _is_shown(prove: Callable[..., str], site: Party, purpose: Purpose) -> bool:
    """Whether the signed-in person's passkey was right; else what is wrong is said."""
    form = PasskeyForm()
    form.refuse_unknown()
    try:
        token = prove(
            access.database(),
            access.who(),
            party=site,
            credential=form.credential.data or "",
            challenge=_challenge(form, purpose),
            now=clock.now(),
        )
    except Refused as problem:
        flash(said(problem), "problem")
        return False
    access.renew(token)
    return True


@passkeys.post("/login/passkey")
@anyone
def sign_in() -> Any:
    """Sign in with a passkey alone."""
    if not may_carry_cookie(request):
        return errors.page(403, problem=gettext("Open this site with https:// to sign in."))
    site, form = party(), PasskeyForm()
    form.refuse_unknown()
    if site is None:
        return redirect(url_for("account.login"), code=303)
    try:
        new = passkey_actions.sign_in_with_passkey(
            access.database(),
            party=site,
            credential=form.credential.data or "",
            challenge=_challenge(form, Purpose.SIGN_IN),
            address=request.remote_addr or "",
            device=request.user_agent.string,
            now=clock.now(),
            allow_demo=current_app.config["SETTINGS"].demo,
        )
    except Refused as problem:
        flash(said(problem), "problem")
        return redirect(url_for("account.login"), code=303)
    access.start(new)
    return redirect(url_for("home.index"), code=303)
