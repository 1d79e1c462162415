"""Show the second factor, set it up, and look after one's own account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pyotp
from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from tracker.actions import accounts as account_actions
from tracker.actions import second_factors, sign_ins
from tracker.domain.errors import NotFound, Refused
from tracker.domain.key_ring import KeyRing
from tracker.domain.second_factors import HALF_SIGN_IN_LASTS, Missing
from tracker.queries import accounts as account_queries
from tracker.queries import passkeys as passkey_queries
from tracker.web import access, clock, context, languages
from tracker.web.access import half_way, signed_in, signed_in_lately
from tracker.web.forms import Form
from tracker.web.languages import said
from tracker.web.passkey_questions import PasskeyQuestion, Purpose, ask_to_sign, party
from tracker.web.second_factor.forms import (
    AppCodeForm,
    ConfirmForm,
    ConfirmWithCodeForm,
    EndSignInForm,
    PasswordForm,
    RecoveryCodeForm,
    SetUpFactorForm,
)
from tracker.web.second_factor.pages import account_page, in_groups, square_code

second_factor = Blueprint("second_factor", __name__)


@second_factor.route("/second-factor", methods=["GET", "POST"])
@half_way(Missing.CODE)
def enter() -> Any:
    """The page between the password and everything else."""
    if current_user.missing is Missing.NOTHING:
        return redirect(url_for("home.index"), code=303)
    with_recovery = "recovery" in request.args
    form: Any = RecoveryCodeForm() if with_recovery else AppCodeForm()
    if form.is_sent_and_fits():
        try:
            token = _show(form.code.data, with_recovery=with_recovery)
        except Refused as problem:
            form.show(problem)
        else:
            access.renew(token)
            if with_recovery:
                flash(_left_words(), "note")
            return redirect(url_for("home.index"), code=303)
    page = {
        "with_recovery": with_recovery,
        "name": access.who().name,
        "question": None if with_recovery else _passkey_question(Purpose.SHOW, "passkeys.show"),
    }
    status = 422 if form.errors else 200
    return render_template("second_factor/enter.html", form=form, page=page), status


def _passkey_question(purpose: Purpose, endpoint: str) -> PasskeyQuestion | None:
    """For somebody who has a passkey: it is shown instead of a code or a password."""
    db, who = access.database(), access.who()
    known = [each.credential_id for each in passkey_queries.list_own_passkeys(db, who)]
    if not known:
        return None
    return ask_to_sign(purpose, action=url_for(endpoint), who=who, known=known)


def _show(typed: str, *, with_recovery: bool) -> str:
    db, who, now = access.database(), access.who(), clock.now()
    if with_recovery:
        return second_factors.show_recovery_code(db, who, typed, now=now)
    return second_factors.show_code(db, who, typed, ring=_ring(), now=now)


def _left_words() -> str:
    found = account_queries.find_own_factor(access.database(), access.who())
    left = found.codes_left if found else 0
    return ngettext(
        "%(num)s recovery code is left. Set up a new app on the page of your account.",
        "%(num)s recovery codes are left. Set up a new app on the page of your account.",
        left,
    )


@second_factor.route("/second-factor/set-up", methods=["GET", "POST"])
@half_way(Missing.SET_UP, fresh=True)
def set_up() -> Any:
    """Take an authenticator app into use; the answer shows the recovery codes, this once."""
    form = SetUpFactorForm()
    secret = _opened(form.sealed_secret.data or "")
    if secret is None:
        if form.is_submitted():
            flash(gettext("The picture was too old. Scan the new one."), "problem")
            return redirect(url_for("second_factor.set_up"), code=303)
        secret = second_factors.new_secret()
    form.sealed_secret.data = _sealer().dumps([str(access.who().user_id), secret])
    if form.is_sent_and_fits():
        db, who, now = access.database(), access.who(), clock.now()
        try:
            codes, token = second_factors.set_up(
                db,
                who,
                secret=secret,
                typed=form.code.data,
                ring=_ring(),
                may_replace=current_user.missing is Missing.NOTHING,
                now=now,
            )
        except Refused as problem:
            form.show(problem)
        else:
            access.renew(token)
            return render_template("second_factor/codes.html", codes=codes)
    app_address = pyotp.TOTP(secret).provisioning_uri(
        name=access.who().name, issuer_name=str(context.APP_TITLE)
    )
    page = {
        "code": square_code(app_address),
        "secret": in_groups(secret),
        "must": current_user.missing is Missing.SET_UP,
    }
    status = 422 if form.errors else 200
    return render_template("second_factor/set_up.html", form=form, page=page), status


@second_factor.route("/confirm", methods=["GET", "POST"])
@signed_in
def confirm() -> Any:
    """The password once more, before something weighty; then back to where that was asked."""
    form: Any = ConfirmWithCodeForm() if current_user.has_factor else ConfirmForm()
    if form.is_sent_and_fits():
        try:
            token = second_factors.prove_again(
                access.database(),
                access.who(),
                form.password.data,
                code=form.code.data if "code" in form else "",
                ring=_ring(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            access.renew(token)
            return redirect(access.remembered_page(), code=303)
    question = _passkey_question(Purpose.CONFIRM, "passkeys.confirm")
    status = 422 if form.errors else 200
    return render_template("second_factor/confirm.html", form=form, question=question), status


@second_factor.get("/account")
@signed_in
def account() -> Any:
    """How one signs in, and where one is signed in."""
    db, who = access.database(), access.who()
    page = account_page(
        account_queries.find_own_factor(db, who),
        account_queries.list_own_sign_ins(db, who, now=clock.now()),
        access.clinic(),
        passkey_queries.list_own_passkeys(db, who),
        must_have=access.must_have_factor(who, access.clinic()),
        may_add_passkey=party() is not None,
    )
    return render_template(
        "second_factor/account.html", page=page, button=Form(), end_form=EndSignInForm()
    )


@second_factor.route("/account/password", methods=["GET", "POST"])
@signed_in
def change_password() -> Any:
    """Another password; whoever is signed in elsewhere with the old one is not any more."""
    form = PasswordForm()
    if form.is_sent_and_fits():
        try:
            account_actions.change_own_password(
                access.database(),
                access.who(),
                current=form.password.data,
                new=form.new_password.data,
                language=languages.of_request(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            flash(gettext("The password is changed. Other sign-ins have ended."), "done")
            return redirect(url_for("second_factor.account"), code=303)
    status = 422 if form.errors else 200
    return render_template("second_factor/password.html", form=form), status


@second_factor.post("/account/sign-ins/end")
@signed_in
def end_sign_in() -> Any:
    """End one sign-in elsewhere."""
    form = EndSignInForm()
    if not form.is_sent_and_fits() or form.sign_in_id.data is None:
        abort(400, description=gettext("Load the page again and choose once more."))
    return _end(only=form.sign_in_id.data)


@second_factor.post("/account/sign-ins/end-others")
@signed_in
def end_other_sign_ins() -> Any:
    """End every sign-in but this one."""
    Form().refuse_unknown()
    return _end(only=None)


def _end(*, only: UUID | None) -> Any:
    ended = sign_ins.end_other_sign_ins(access.database(), access.who(), only=only, now=clock.now())
    flash(ngettext("%(num)s sign-in ended.", "%(num)s sign-ins ended.", ended), "done")
    return redirect(url_for("second_factor.account"), code=303)


@second_factor.post("/account/recovery-codes")
@signed_in_lately
def new_recovery_codes() -> Any:
    """Ten new recovery codes; the earlier ones are void."""
    Form().refuse_unknown()
    try:
        codes = second_factors.replace_recovery_codes(
            access.database(), access.who(), now=clock.now()
        )
    except NotFound:
        return redirect(url_for("second_factor.set_up"), code=303)
    return render_template("second_factor/codes.html", codes=codes)


@second_factor.post("/account/second-factor/remove")
@signed_in_lately
def remove() -> Any:
    """Sign in with the password alone again, where the role allows it."""
    Form().refuse_unknown()
    must_have = access.must_have_factor(access.who(), access.clinic())
    try:
        second_factors.remove_own(
            access.database(), access.who(), must_have=must_have, now=clock.now()
        )
    except Refused as problem:
        flash(said(problem), "problem")
    else:
        flash(gettext("The second factor is removed."), "done")
    return redirect(url_for("second_factor.account"), code=303)


def _ring() -> KeyRing:
    ring: KeyRing = current_app.config["SETTINGS"].field_keys
    return ring


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SETTINGS"].secret_key, salt="second factor")


def _opened(sealed: str) -> str | None:
    """The secret of a page that this person was shown lately."""
    try:
        whose, secret = _sealer().loads(sealed, max_age=int(HALF_SIGN_IN_LASTS.total_seconds()))
    except (BadSignature, ValueError, TypeError):
        return None
    return secret if whose == str(access.who().user_id) else None
