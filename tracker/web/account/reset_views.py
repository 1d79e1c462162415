"""Ask for a link because the password is forgotten; choose a new one with the link of a reset."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext

from tracker.actions import account_resets, asked_resets
from tracker.actions.accounts import LINK_IS_SPENT
from tracker.actions.throttles import TooManyAttempts
from tracker.actions.tokens import token_hash
from tracker.domain.accounts import FORGOTTEN_LINK_LASTS
from tracker.domain.errors import Refused
from tracker.queries import accounts as account_queries
from tracker.web import access, clock, errors, languages
from tracker.web.access import anyone
from tracker.web.account.forms import ForgottenForm, NewPasswordForm
from tracker.web.account.views import account
from tracker.web.cookies import may_carry_cookie


@account.route("/reset", methods=["GET", "POST"])
@anyone
def forgotten() -> Any:
    """Ask for a link. Every address gets the same answer: whose it is is looked up later."""
    if not may_carry_cookie(request):
        return errors.page(403, problem=gettext("Open this site with https:// to sign in."))
    form = ForgottenForm()
    can_mail = bool(current_app.config["SETTINGS"].smtp_url)
    if can_mail and form.is_sent_and_fits():
        try:
            asked_resets.ask_for_link(
                access.database(),
                form.email.data,
                address=request.remote_addr or "",
                language=languages.of_request(),
                now=clock.now(),
            )
        except TooManyAttempts as problem:
            form.show(problem.refusal(clock.now()))
        else:
            return redirect(url_for("account.asked"), code=303)
    status = 422 if form.errors else 200
    return render_template("account/forgotten.html", form=form, can_mail=can_mail), status


@account.get("/reset/asked")
@anyone
def asked() -> Any:
    """What happens next, if anything does."""
    minutes = int(FORGOTTEN_LINK_LASTS.total_seconds() // 60)
    return render_template("account/asked.html", minutes=minutes)


@account.route("/reset/<string(length=43):token>", methods=["GET", "POST"])
@anyone
def reset(token: str) -> Any:
    """Looking at the link uses nothing up; a new password does. It says nothing of anybody."""
    if not may_carry_cookie(request):
        return errors.page(403, problem=gettext("Open this site with https:// to sign in."))
    db, now = access.database(), clock.now()
    link = account_queries.find_reset(db, token_hash(token), now=now)
    if link is None:
        return errors.page(404, problem=gettext(LINK_IS_SPENT))
    form = NewPasswordForm()
    if form.is_sent_and_fits():
        try:
            new = account_resets.use_reset(
                db,
                token,
                password=form.password.data,
                address=request.remote_addr or "",
                device=request.user_agent.string,
                language=languages.of_request(),
                now=now,
            )
        except Refused as problem:
            form.show(problem)
        else:
            access.start(new)
            return redirect(url_for("home.index"), code=303)
    must = link.is_void and current_app.config["SETTINGS"].needs_second_factor
    status = 422 if form.errors else 200
    return render_template("account/reset.html", form=form, link=link, must=must), status
