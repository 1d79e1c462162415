"""Arrange and end what a proxy reads; what the patient sees of it; what the proxy reads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext

from tracker.actions import proxies as proxy_actions
from tracker.actions import proxy_ends
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.queries import proxies as proxy_queries
from tracker.queries import scope
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.proxies.forms import ArrangeForm, ButtonForm, EndForm
from tracker.web.proxies.pages import own_lines, reading_page
from tracker.web.proxies.staff_pages import staff_page

proxies = Blueprint("proxies", __name__)


@proxies.route("/patients/<uuid:patient_id>/proxies", methods=["GET", "POST"])
@allow(Act.ARRANGE_PROXY, of="patient", fresh=True)
def index(patient_id: UUID) -> Any:
    """Who reads for a patient. Arranging it shows a one-time link, on the page that answers."""
    db, who, now = access.database(), access.who(), clock.now()
    form, link = ArrangeForm(), ""
    if form.is_sent_and_fits():
        try:
            token = proxy_actions.arrange(db, who, patient_id, form.wish(), now=now)
        except Refused as problem:
            form.show(problem)
        else:
            public_url = current_app.config["SETTINGS"].public_url
            link = public_url + url_for("account.accept", token=token)
    found = proxy_queries.get_of_patient(db, who, patient_id, now=now)
    page = staff_page(found, patient_id, access.clinic())
    if link:
        back = url_for("proxies.index", patient_id=patient_id)
        return render_template(
            "proxies/invited.html", page=page, link=link, name=form.name.data, back_href=back
        )
    status = 422 if form.errors else 200
    return render_template("proxies/index.html", form=form, page=page, button=ButtonForm()), status


@proxies.post("/proxies/<uuid:proxy_id>/end")
@allow(Act.ARRANGE_PROXY, of="proxy")
def end(proxy_id: UUID) -> Any:
    """The clinic ends it: every sign-in of the proxy is over."""
    ButtonForm().refuse_unknown()
    db, who = access.database(), access.who()
    proxy_ends.end(db, who, proxy_id, now=clock.now())
    flash("Ended. That account is closed and signed out everywhere.", "done")
    patient_id = scope.patient_of(db, who, "proxy", proxy_id)
    return redirect(url_for("proxies.index", patient_id=patient_id), code=303)


@proxies.get("/me/proxies")
@allow(Act.END_OWN_PROXY)
def own() -> Any:
    """Who reads the visits of the signed-in patient."""
    found = proxy_queries.list_own(access.database(), access.who(), now=clock.now())
    lines = own_lines(found, access.clinic())
    return render_template("proxies/own.html", lines=lines, button=ButtonForm())


@proxies.post("/me/proxies/end")
@allow(Act.END_OWN_PROXY)
def end_own() -> Any:
    """The patient ends it, at once."""
    form = EndForm()
    if not form.is_sent_and_fits() or form.proxy_id.data is None:
        abort(400, description=gettext("Load the page again and choose once more."))
    proxy_ends.end_own(access.database(), access.who(), form.proxy_id.data, now=clock.now())
    flash(gettext("Ended. This person is signed out and sees nothing any more."), "done")
    return redirect(url_for("proxies.own"), code=303)


@proxies.get("/for")
@allow(Act.READ_AS_PROXY)
def read() -> Any:
    """What a proxy reads: the visits, and what to do before and after them. No id is asked for."""
    today = clock.today(access.clinic().timezone)
    found = proxy_queries.get_page(access.database(), access.who(), today=today)
    page = reading_page(found, clinic=access.clinic(), today=today)
    return render_template("proxies/read.html", page=page)
