"""The blueprint of infusions; and saying that one was not given."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for

from tracker.actions import missed_infusions
from tracker.domain.courses import PlannedState
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.queries import infusions as infusion_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.formatting import clock_time
from tracker.web.infusions.forms import NotGivenForm
from tracker.web.infusions.start_pages import not_given_page

infusions = Blueprint("infusions", __name__)


@infusions.route("/planned-infusions/<uuid:planned_infusion_id>/not-given", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="planned_infusion")
def not_given(planned_infusion_id: UUID) -> Any:
    """Missed or cancelled, with the reason; then on to planning it again."""
    db, who = access.database(), access.who()
    form = NotGivenForm()
    if form.is_sent_and_fits():
        try:
            course_id = missed_infusions.not_given(
                db,
                who,
                planned_infusion_id,
                state=PlannedState(form.state.data),
                reason=form.reason.data,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            saved(" Plan the infusion again here, if it is to be given.")
            return redirect(url_for("courses.replan", course_id=course_id), code=303)
    page = not_given_page(*infusion_queries.get_appointment(db, who, planned_infusion_id))
    status = 422 if form.errors else 200
    return render_template("infusions/not_given.html", form=form, page=page), status


def here() -> dict[str, Any]:
    """The clinic and this request's moment."""
    return {"clinic": access.clinic(), "now": clock.now()}


def saved(more: str = "") -> None:
    """Say on the next page that it was stored, and when."""
    flash(f"Saved at {clock_time(access.clinic().local(clock.now()))}.{more}", "done")
