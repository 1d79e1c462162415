"""Sign in, sign out, and open an account with a one-time link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from tracker.actions import accounts as account_actions
from tracker.actions import sign_ins
from tracker.actions.sign_ins import SignInRefused
from tracker.actions.throttles import TooManyAttempts
from tracker.actions.tokens import token_hash
from tracker.domain.errors import Refused
from tracker.domain.languages import to_say
from tracker.domain.people import Role
from tracker.queries import accounts as account_queries
from tracker.queries.accounts import Invitation
from tracker.web import access, clock, errors
from tracker.web.access import anyone, leaving
from tracker.web.account.forms import AcceptForm, LoginForm, ProxyAcceptForm, SetUpForm
from tracker.web.cookies import may_carry_cookie
from tracker.web.passkey_questions import Purpose, ask_to_sign

account = Blueprint("account", __name__)

_DEMO_ROLES = (
    to_say("Clinician"),
    to_say("Nurse"),
    to_say("Therapist"),
    to_say("Admin"),
    to_say("Patient"),
    to_say("Proxy"),
)


@account.route("/login", methods=["GET", "POST"])
@anyone
def login() -> Any:
    """Ask for name and password; answer a wrong pair the same whichever part is wrong."""
    if not may_carry_cookie(request):
        return errors.page(403, problem=gettext("Open this site with https:// to sign in."))
    if current_user.is_authenticated and not access.came_by_link():
        return redirect(url_for("home.index"), code=303)
    form = LoginForm()
    if form.is_sent_and_fits():
        try:
            new = sign_ins.sign_in(
                access.database(),
                email=form.email.data,
                password=form.password.data,
                address=request.remote_addr or "",
                device=request.user_agent.string,
                now=clock.now(),
                allow_demo=current_app.config["SETTINGS"].demo,
            )
        except SignInRefused:
            form.show(
                Refused(to_say("The e-mail address or the password is not right. Try again."))
            )
        except TooManyAttempts as problem:
            form.show(problem.refusal(clock.now()))
        else:
            access.start(new)
            return redirect(url_for("home.index"), code=303)
    status = 422 if form.errors else 200
    question = ask_to_sign(Purpose.SIGN_IN, action=url_for("passkeys.sign_in"))
    return render_template(
        "account/login.html", form=form, demo=_demo_accounts(), question=question
    ), status


def _demo_accounts() -> list[tuple[str, str]]:
    if not current_app.config["SETTINGS"].demo:
        return []
    return [(gettext(role), f"{role.lower()}@demo.test") for role in _DEMO_ROLES]


@account.post("/logout")
@leaving
def logout() -> Any:
    """End the sign-in on the server and empty the cookie."""
    sign_ins.sign_out(access.database(), access.who(), now=clock.now())
    access.end()
    flash(gettext("You are signed out."), "done")
    answer = redirect(url_for("account.login"), code=303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@account.route("/welcome/<string(length=43):token>", methods=["GET", "POST"])
@anyone
def accept(token: str) -> Any:
    """Open the account that a one-time link is for. Looking at the link does not use it up."""
    if not may_carry_cookie(request):
        return errors.page(403, problem=gettext("Open this site with https:// to sign in."))
    found = account_queries.find_invitation(access.database(), token_hash(token), now=clock.now())
    if found is None:
        return errors.page(404, problem=gettext(account_actions.LINK_IS_SPENT))
    is_setup = found.role is Role.ADMINISTRATOR and not found.clinic_name
    is_proxy = found.role is Role.PROXY
    form = _accept_form(found, is_setup=is_setup)
    if form.is_sent_and_fits():
        try:
            new = account_actions.accept_invitation(
                access.database(),
                token,
                email=form.email.data,
                name=found.name if is_proxy else form.name.data,
                password=form.password.data,
                clinic_name=form.clinic_name.data if is_setup else "",
                timezone=form.timezone.data if is_setup else "UTC",
                address=request.remote_addr or "",
                device=request.user_agent.string,
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            access.start(new)
            return redirect(url_for("home.index"), code=303)
    status = 422 if form.errors else 200
    page = {"is_setup": is_setup, "is_patient": found.role is Role.PATIENT, "is_proxy": is_proxy}
    return render_template("account/accept.html", form=form, **page), status


def _accept_form(found: Invitation, *, is_setup: bool) -> Any:
    if is_setup:
        return SetUpForm(timezone=current_app.config["SETTINGS"].clinic_timezone)
    if found.role is Role.PROXY:
        return ProxyAcceptForm(email=found.email)
    return AcceptForm(name=found.name, email=found.email)
