"""The worklist of check-ins: who falls behind, what is open, what staff have to enter."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from tracker.domain.permissions import Act
from tracker.queries.check_in_links import list_asked_for
from tracker.queries.check_in_worklist import list_check_ins
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.check_in_worklist.pages import worklist_page

check_in_worklist = Blueprint("check_in_worklist", __name__)


@check_in_worklist.get("/check-ins")
@allow(Act.SEE_PATIENTS)
def index() -> Any:
    """Everybody in treatment, whoever missed most in a row first."""
    db, who = access.database(), access.who()
    found = list_check_ins(db, who, now=clock.now())
    page = worklist_page(found, list_asked_for(db, who), clinic=access.clinic())
    return render_template("check_in_worklist/index.html", page=page)
