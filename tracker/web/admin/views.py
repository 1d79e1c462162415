"""The clinic's settings: for administrators, who see nothing clinical here or elsewhere."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for

from tracker.actions import accounts as account_actions
from tracker.actions import clinics as clinic_actions
from tracker.domain.errors import Refused
from tracker.domain.people import Role
from tracker.domain.permissions import Act
from tracker.queries import accounts as account_queries
from tracker.queries import clinics as clinic_queries
from tracker.queries import on_call as on_call_queries
from tracker.queries import protocols as protocol_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.admin.forms import ClinicForm, ClosureForm, EmptyForm, InviteForm
from tracker.web.admin.pages import admin_page

admin = Blueprint("admin", __name__, url_prefix="/admin")


def _saved() -> Any:
    local = access.clinic().local(clock.now())
    flash(f"Saved at {local:%H:%M}.", "done")
    return redirect(url_for("admin.index"), code=303)


@admin.get("")
@allow(Act.ADMINISTER_CLINIC)
def index() -> Any:
    """People, closures and protocols on one page."""
    db, who = access.database(), access.who()
    since = clock.today(access.clinic().timezone) - timedelta(days=7)
    newest = protocol_queries.newest_protocols(db, who)
    page = admin_page(
        account_queries.list_accounts(db, who),
        clinic_queries.list_closures(db, who, since=since),
        clinic_queries.list_protocols(db, who),
        uses=[use for choice in newest for use in choice.protocol.instruments],
        on_call=on_call_queries.get_on_call(db, who),
        me=who,
    )
    return render_template("admin/index.html", page=page, button=EmptyForm())


@admin.route("/clinic", methods=["GET", "POST"])
@allow(Act.ADMINISTER_CLINIC)
def clinic() -> Any:
    """Name, address, zone, open weekdays, paper."""
    db, who = access.database(), access.who()
    stored = clinic_queries.get_settings(db, who)
    form = ClinicForm(
        name=stored.name,
        address=stored.address,
        phone=stored.phone,
        timezone=stored.timezone,
        open_weekdays=list(stored.open_weekdays),
        alert_waits_days=stored.alert_waits_days,
        paper=stored.paper,
        seen_version=stored.version,
    )
    if form.is_sent_and_fits():
        try:
            clinic_actions.change_settings(
                db,
                who,
                name=form.name.data,
                address=form.address.data or "",
                phone=form.phone.data or "",
                timezone=form.timezone.data,
                open_weekdays=form.open_weekdays.data or [],
                alert_waits_days=form.alert_waits_days.data,
                paper=form.paper.data,
                seen_version=form.seen_version.data,
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved()
    return render_template("admin/clinic.html", form=form), 422 if form.errors else 200


@admin.route("/closures", methods=["GET", "POST"])
@allow(Act.ADMINISTER_CLINIC)
def closures() -> Any:
    """Add a day on which the clinic is closed."""
    form = ClosureForm()
    if form.is_sent_and_fits():
        clinic_actions.close_on(
            access.database(),
            access.who(),
            day=form.day.data,
            reason=form.reason.data or "",
            now=clock.now(),
        )
        return _saved()
    return render_template("admin/closure.html", form=form), 422 if form.errors else 200


@admin.post("/closures/<day>/open")
@allow(Act.ADMINISTER_CLINIC)
def open_day(day: str) -> Any:
    """Take a closed day back."""
    EmptyForm().refuse_unknown()
    try:
        when = date.fromisoformat(day)
    except ValueError:
        abort(404)
    clinic_actions.open_on(access.database(), access.who(), day=when, now=clock.now())
    return _saved()


@admin.route("/people/invite", methods=["GET", "POST"])
@allow(Act.ADMINISTER_CLINIC, fresh=True)
def invite() -> Any:
    """Make a one-time link for a colleague; it is shown once, on the page that answers."""
    form = InviteForm()
    if form.is_sent_and_fits():
        try:
            token = account_actions.invite_staff(
                access.database(),
                access.who(),
                email=form.email.data,
                name=form.name.data,
                role=Role(form.role.data),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            link = current_app.config["SETTINGS"].public_url + url_for(
                "account.accept", token=token
            )
            return render_template("admin/invited.html", name=form.name.data, link=link)
    return render_template("admin/invite.html", form=form), 422 if form.errors else 200


@admin.post("/people/<uuid:user_id>/<any(close, reopen):verb>")
@allow(Act.ADMINISTER_CLINIC, fresh=True)
def set_account(user_id: UUID, verb: str) -> Any:
    """Close or reopen a colleague's account."""
    EmptyForm().refuse_unknown()
    try:
        account_actions.set_active(
            access.database(),
            access.who(),
            user_id,
            active=verb == "reopen",
            now=clock.now(),
        )
    except Refused as problem:
        flash(str(problem), "problem")
        return redirect(url_for("admin.index"), code=303)
    return _saved()
