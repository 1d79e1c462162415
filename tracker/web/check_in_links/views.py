"""A private link opens one check-in with a date of birth. Staff make links and take them back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_login import current_user

from tracker.actions import check_in_links as actions
from tracker.actions.check_in_links import LinkMadeBefore, LinkNotOpened, MadeLink
from tracker.actions.throttles import TooManyAttempts
from tracker.actions.tokens import token_hash
from tracker.domain import instruments
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.queries import check_in_links as link_queries
from tracker.queries import patients as patient_queries
from tracker.queries.patients import PatientRecord
from tracker.web import access, clock, errors
from tracker.web.access import allow, anyone
from tracker.web.check_in_links import pages
from tracker.web.check_in_links.forms import BirthDateForm, MakeLinkForm
from tracker.web.cookies import may_carry_cookie
from tracker.web.forms import Form

check_in_links = Blueprint("check_in_links", __name__)

NO_PATH_IN_REFERER = "strict-origin"
"""The address holds the token: what this page loads, and where it leads, must not learn it."""


@check_in_links.route("/open/<string(length=43):token>", methods=["GET", "POST"])
@anyone
def open_link(token: str) -> Any:
    """Ask for the date of birth. Looking at a link uses nothing up: mail scanners look at each."""
    answer = make_response(_open(token))
    answer.headers["Referrer-Policy"] = NO_PATH_IN_REFERER
    return answer


def _open(token: str) -> Any:
    if not may_carry_cookie(request):
        return errors.page(403, problem=gettext("Open this site with https:// to go on."))
    instrument_key = _opened_before(token)
    if instrument_key is not None:
        return _to_check_in(instrument_key)
    form = BirthDateForm()
    if form.is_sent_and_fits():
        opened = _try(token, form)
        if opened is not None:
            return opened
    status = 422 if form.errors else 200
    return render_template("check_in_links/open.html", form=form), status


def _opened_before(token: str) -> str | None:
    if not current_user.is_authenticated:
        return None
    return link_queries.find_opened(access.database(), access.who(), token_hash(token))


def _try(token: str, form: BirthDateForm) -> Response | None:
    try:
        opened = actions.open_link(
            access.database(),
            token,
            form.born_on(),
            address=request.remote_addr or "",
            device=request.user_agent.string,
            now=clock.now(),
        )
    except Refused as problem:
        form.show(problem)
    except LinkNotOpened:
        form.show(pages.does_not_open())
    except TooManyAttempts as problem:
        form.show(problem.refusal(clock.now()))
    else:
        access.start(opened.sign_in)
        return _to_check_in(opened.instrument_key)
    return None


def _to_check_in(instrument_key: str) -> Any:
    return redirect(url_for("check_ins.answer", instrument=instrument_key), code=303)


@check_in_links.post("/me/new-link")
@allow(Act.SEND_OWN_CHECK_IN, by_link=True)
def ask() -> Any:
    """A patient came too late and asks for another link."""
    only = access.who().only
    if only is None:
        return redirect(url_for("check_ins.home"), code=303)
    if Form().is_sent_and_fits():
        actions.ask_for_another(access.database(), access.who(), now=clock.now())
        flash(gettext("Your care team sees that you asked for a new link."), "done")
    return _to_check_in(only.instrument_key)


@check_in_links.route("/patients/<uuid:patient_id>/check-in-links", methods=["GET", "POST"])
@allow(Act.SEND_CHECK_IN_LINK, of="patient", seen_as=AuditEvent.PAGE_SEEN)
def index(patient_id: UUID) -> Any:
    """The links of one patient, and making one. It is on the page that answers and nowhere else."""
    db, who, now = access.database(), access.who(), clock.now()
    patient = patient_queries.get_patient(db, who, patient_id, now=now)
    found = link_queries.list_links(db, who, patient_id, now=now)
    form, names = MakeLinkForm(), _names()
    form.offer(found.due, names)
    if form.is_sent_and_fits() and (made := _make(patient_id, form)) is not None:
        return _show_once(patient, made)
    page = pages.links_page(patient, found, names=names, clinic=access.clinic())
    status = 422 if form.errors else 200
    return render_template("check_in_links/index.html", page=page, form=form, button=Form()), status


def _show_once(patient: PatientRecord, made: MadeLink) -> Any:
    public_url = current_app.config["SETTINGS"].public_url
    page = pages.made_page(patient, made, public_url=public_url, clinic=access.clinic())
    return render_template("check_in_links/made.html", page=page)


def _make(patient_id: UUID, form: MakeLinkForm) -> MadeLink | None:
    try:
        return actions.make_link(
            access.database(),
            access.who(),
            patient_id,
            form.due_key.data,
            submission=form.submission(),
            now=clock.now(),
        )
    except LinkMadeBefore:
        form.show(Refused("This link was made and shown already. Make another if it is lost."))
    except Refused as problem:
        form.show(problem)
    return None


@check_in_links.post("/check-in-links/<uuid:check_in_link_id>/revoke")
@allow(Act.SEND_CHECK_IN_LINK, of="check_in_link")
def revoke(check_in_link_id: UUID) -> Any:
    """Take a link back, with every browser that it opened."""
    db, who = access.database(), access.who()
    Form().refuse_unknown()
    patient_id = actions.revoke_link(db, who, check_in_link_id, now=clock.now())
    flash("The link is taken back.", "done")
    return redirect(pages.links_href(patient_id), code=303)


def _names() -> dict[str, str]:
    return {key: each.title for key, each in instruments.definitions().items()}
