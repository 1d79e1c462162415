"""Reset the account of a colleague who cannot sign in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for

from tracker.actions import account_resets
from tracker.domain.accounts import RESET_LINK_LASTS
from tracker.domain.errors import NotFound, Refused
from tracker.domain.permissions import Act
from tracker.queries import accounts as account_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.admin.forms import EmptyForm
from tracker.web.admin.views import admin


@admin.route("/people/<uuid:user_id>/reset", methods=["GET", "POST"])
@allow(Act.ADMINISTER_CLINIC, fresh=True)
def reset_account(user_id: UUID) -> Any:
    """Say what a reset ends; then end it and show the link, on the page that answers."""
    form = EmptyForm()
    colleague = _find(user_id)
    if not form.is_sent_and_fits():
        return render_template("admin/reset.html", form=form, name=colleague.name)
    try:
        token = account_resets.reset_colleague(
            access.database(), access.who(), user_id, now=clock.now()
        )
    except Refused as problem:
        flash(str(problem), "problem")
        return redirect(url_for("admin.index"), code=303)
    link = current_app.config["SETTINGS"].public_url + url_for("account.reset", token=token)
    hours = int(RESET_LINK_LASTS.total_seconds() // 3600)
    return render_template("admin/reset_done.html", name=colleague.name, link=link, hours=hours)


def _find(user_id: UUID) -> account_queries.Account:
    """The colleague on the list of people; 404 for anybody who is not on it, or closed."""
    people = account_queries.list_accounts(access.database(), access.who())
    found = next((each for each in people if each.user_id == user_id and each.is_active), None)
    if found is None:
        raise NotFound("user")
    return found
