"""Choose a new password with the link of a reset."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext

from tracker.actions import account_resets
from tracker.actions.accounts import LINK_IS_SPENT
from tracker.actions.tokens import token_hash
from tracker.domain.errors import Refused
from tracker.queries import accounts as account_queries
from tracker.web import access, clock, errors
from tracker.web.access import anyone
from tracker.web.account.forms import NewPasswordForm
from tracker.web.account.views import account
from tracker.web.cookies import may_carry_cookie


@account.route("/reset/<string(length=43):token>", methods=["GET", "POST"])
@anyone
def reset(token: str) -> Any:
    """Looking at the link uses nothing up; a new password does. It says nothing of anybody."""
    if not may_carry_cookie(request):
        return errors.page(403, problem=gettext("Open this site with https:// to sign in."))
    db, now = access.database(), clock.now()
    if not account_queries.is_reset_open(db, token_hash(token), now=now):
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
                now=now,
            )
        except Refused as problem:
            form.show(problem)
        else:
            access.start(new)
            return redirect(url_for("home.index"), code=303)
    must = current_app.config["SETTINGS"].needs_second_factor
    status = 422 if form.errors else 200
    return render_template("account/reset.html", form=form, must=must), status
