"""What a patient says for the record of safety: lines seen, and that nobody watches."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from tracker.actions import help_seen as help_actions
from tracker.actions import not_watched as not_watched_actions
from tracker.domain.permissions import Act
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.check_ins import desk
from tracker.web.check_ins.forms import ConfirmForm
from tracker.web.check_ins.page_by_page import CHECK
from tracker.web.check_ins.views import check_ins


@check_ins.post("/me/check-in/<instrument>/help-seen")
@allow(Act.SEND_OWN_CHECK_IN, by_link=True)
def help_seen(instrument: str) -> Any:
    """The patient saw the lines for help; on with the page that they stood on."""
    asked = desk.find_instrument(instrument)
    ConfirmForm().refuse_unknown()
    help_actions.confirm_help_seen(access.database(), access.who(), now=clock.now())
    page = request.args.get("page", "")
    if page not in {CHECK, *(str(each.number) for each in asked.pages)}:
        return redirect(url_for("check_ins.sent"), code=303)
    return redirect(url_for("check_ins.answer", instrument=asked.key, page=page), code=303)


@check_ins.post("/me/check-in/<instrument>/not-watched")
@allow(Act.SEND_OWN_CHECK_IN, by_link=True)
def agree_not_watched(instrument: str) -> Any:
    """The patient agrees that nobody watches; on with the questions."""
    asked = desk.find_instrument(instrument)
    ConfirmForm().refuse_unknown()
    not_watched_actions.agree_not_watched(access.database(), access.who(), now=clock.now())
    return redirect(url_for("check_ins.answer", instrument=asked.key), code=303)


__all__ = ["check_ins"]  # with the routes of this module and of the other one
