"""Who is asking, and may they? Decided before any view runs; what is not allowed is refused.

Every view carries a policy (`allow`, `anyone`, `signed_in`); `check_policies` stops the start when
one is missing. `allow(..., of="course")` names the kind of record whose id is in the address: it
must be this clinic's (and, for a patient, their own), or the answer is 404 as for an unknown id.
Somebody who came by a private link reaches the routes that say `by_link=True` and no other.
A page that shows somebody's record is written into the audit trail before it is made.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, Response, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from tracker.actions import audit, sign_ins, viewing
from tracker.actions.tokens import token_hash
from tracker.domain import accounts, second_factors
from tracker.domain.clinic import Clinic
from tracker.domain.clock_set_back import was_set_back
from tracker.domain.errors import NotFound
from tracker.domain.languages import Language
from tracker.domain.people import Person
from tracker.domain.permissions import Act, NotPermitted, check_may
from tracker.domain.restrictions import RecordRestricted
from tracker.domain.second_factors import HALF_SIGN_IN_LASTS, Missing
from tracker.queries import accounts as account_queries
from tracker.queries import scope
from tracker.web import clock, languages
from tracker.web.cookies import may_carry_cookie
from tracker.web.policies import (
    ANYTHING,
    Policy,
    allow,
    anyone,
    half_way,
    leaving,
    signed_in,
    signed_in_even_locked,
    signed_in_lately,
)

TOKEN = "token"  # noqa: S105 - the name of a key in the cookie
PAGE = "page"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOKING = frozenset(
    {
        Act.SEE_BOARD,
        Act.SEE_PATIENTS,
        Act.SEE_COURSE,
        Act.SEE_PROGRESS,
        Act.SEE_LEDGER,
        Act.SEE_TRAIL,
    }
)
"""Acts that show records whatever the method: a search is a POST so that no name is in a URL."""


class BeyondTheLink(Exception):
    """Somebody who came by a private link asked for something else than their check-in."""


class RouteWithoutPolicy(SystemExit):
    """A view function that says nothing of who may call it."""


def check_policies(app: Flask) -> None:
    """Stop the start unless every route says who may call it and finds the id that it names."""
    for rule in app.url_map.iter_rules():
        policy = getattr(app.view_functions[rule.endpoint], "policy", None)
        if policy is None:
            raise RouteWithoutPolicy(f"{rule.endpoint}: the route {rule.rule} has no policy")
        if policy.of and f"{policy.of}_id" not in rule.arguments:
            raise RouteWithoutPolicy(f"{rule.endpoint}: {rule.rule} has no <uuid:{policy.of}_id>")


def database() -> Session:
    """This request's database session."""
    if "db" not in g:
        g.db = current_app.extensions["sqlalchemy"].session()
    found: Session = g.db
    return found


def who() -> Person:
    """The person behind this request. Only for routes that need a sign-in."""
    person: Person = current_user.person
    return person


def came_by_link() -> bool:
    """Whether this browser was let in by a private link: for one check-in and nothing else."""
    return bool(current_user.is_authenticated and current_user.person.only is not None)


def clinic() -> Clinic:
    """The clinic of the person behind this request."""
    found: Clinic = current_user.clinic
    return found


class SignedInUser(UserMixin):
    """What Flask-Login wants, around the domain's person."""

    def __init__(
        self,
        found: account_queries.SignedIn,
        missing: Missing,
        limits: accounts.SignInLimits,
        seen_at: datetime,
    ) -> None:
        self.person = found.person
        self.clinic = found.clinic
        self.locked_at = found.locked_at
        self.language = found.language
        self.missing = missing
        self.has_factor = found.has_factor
        self.proved_at = found.proved_at
        self._ends = (seen_at + limits.idle, found.expires_at)

    @property
    def is_authenticated(self) -> bool:
        """A right password alone is nobody yet where a second factor is asked for."""
        return self.missing is Missing.NOTHING

    def get_id(self) -> str:
        return str(self.person.user_id)

    def time_left(self, now: datetime) -> tuple[timedelta, timedelta]:
        """How long the sign-in lasts without use, and at all."""
        idle, absolute = self._ends
        return idle - now, absolute - now


class Nobody(AnonymousUserMixin):
    person: Person | None = None
    clinic: Clinic | None = None
    locked_at: datetime | None = None
    language: Language | None = None
    missing = Missing.NOTHING
    has_factor = False
    proved_at: datetime | None = None


def treat_as_nobody_unless_known() -> None:
    """Do not look the person up again: for error pages of a database that does not answer."""
    if "_login_user" not in g:  # where Flask-Login keeps this request's person
        g._login_user = Nobody()


def load_signed_in(_request: Any = None) -> SignedInUser | None:
    """The sign-in of this request's cookie, if it is live."""
    user = _find_live()
    if user is None and "db" in g:
        account_queries.forget_signed_in(g.db)
    return user


def _find_live() -> SignedInUser | None:
    token = session.get(TOKEN)
    if not isinstance(token, str) or not may_carry_cookie(request):
        return None
    db, now = database(), clock.now()
    found = account_queries.find_signed_in(db, token_hash(token), now=now)
    if found is None or found.expires_at <= now:
        return None
    if found.clinic.is_demo and not current_app.config["SETTINGS"].demo:
        return None  # demonstration accounts live in demonstrations only
    limits = accounts.sign_in_limits(found.person.roles, by_link=found.person.only is not None)
    if now - found.last_seen_at > limits.idle or was_set_back(found.last_seen_at, now):
        return None
    missing = _missing(found)
    if missing is not Missing.NOTHING and now - found.began_at > HALF_SIGN_IN_LASTS:
        return None
    is_due = abs(now - found.last_seen_at) >= sign_ins.LAST_SEEN_EVERY
    if is_due and not _is_background():
        sign_ins.mark_seen(db, found.person.sign_in_id, now=now)  # type: ignore[arg-type]
        g.is_marked = True
    seen_at = now if g.get("is_marked") else found.last_seen_at
    return SignedInUser(found, missing, limits, seen_at)


def _missing(found: account_queries.SignedIn) -> Missing:
    if found.person.only is not None:  # a private link opens one check-in, as it says itself
        return Missing.NOTHING
    return second_factors.missing(
        has_factor=found.has_factor,
        shown_at=found.factor_at,
        must_have=must_have_factor(found.person, found.clinic),
    )


def must_have_factor(person: Person, clinic: Clinic) -> bool:
    """Whether somebody's role needs a second factor at this installation."""
    settings = current_app.config["SETTINGS"]
    return bool(settings.needs_second_factor and person.is_staff and not clinic.is_demo)


def _is_background() -> bool:
    # A page that refreshes itself is no sign of a person: it must not keep a sign-in alive.
    # A request that claims this only shortens its own sign-in.
    return request.headers.get("X-Background-Refresh") == "1"


def start(new: sign_ins.NewSignIn) -> None:
    """Put a fresh sign-in into the cookie; the one before it, if any, is over on the server too."""
    if current_user.person is not None:
        sign_ins.sign_out(database(), who(), now=clock.now())
    _empty_cookie()
    renew(new.token)


def renew(token: str) -> None:
    """Go on with the same sign-in under a new token: the one before it opens nothing any more."""
    session[TOKEN] = token
    session.permanent = False


def end() -> None:
    """Empty the cookie, but for the language: whoever reads the next page read this one."""
    _empty_cookie()


def _empty_cookie() -> None:
    language = session.get(languages.CHOICE)
    session.clear()
    if language is not None:
        session[languages.CHOICE] = language


def enforce() -> Any:
    """Runs before every view: the policy, the record in the address, the audit of what is seen."""
    if request.endpoint is None:
        return None  # no such route: 404 follows
    policy: Policy = getattr(current_app.view_functions[request.endpoint], "policy")  # noqa: B009
    _refuse_cross_site()
    if not policy.needs_sign_in:
        return None
    if current_user.person is None:
        return redirect(url_for("account.login"), code=303)
    person = who()
    if is_locked() and not policy.while_locked:
        return _answer_locked()
    if current_user.missing is not Missing.NOTHING and not is_locked():
        return None if policy.half_way in {current_user.missing, ANYTHING} else _answer_half_way()
    if person.only is not None and not policy.by_link:
        raise BeyondTheLink
    return _what_is_asked_first(policy, person)


def _what_is_asked_first(policy: Policy, person: Person) -> Any:
    """Another page that comes first; None when the view may run, and what it shows is audited."""
    if policy.act is not None:
        check_may(person, policy.act)
    if policy.fresh and not _is_fresh():
        return _ask_again()
    _open_record(policy, person)
    return None


def is_locked() -> bool:
    """Whether the screen of this sign-in waits for its person's password."""
    return current_user.locked_at is not None


def _answer_half_way() -> Any:
    if _is_part():
        return _NO_PART
    is_code = current_user.missing is Missing.CODE
    endpoint = "second_factor.enter" if is_code else "second_factor.set_up"
    return redirect(url_for(endpoint), code=303)


def _is_fresh() -> bool:
    # A form of its own page was opened while the proof was fresh; a button or a search was not.
    methods = request.url_rule.methods if request.url_rule else None
    sends_a_form = request.method == "POST" and "GET" in (methods or ())
    return second_factors.is_fresh(
        current_user.proved_at, clock.now(), sends_a_form=sends_a_form and not _is_search()
    )


def _is_search() -> bool:
    view: Any = current_app.view_functions[request.endpoint or ""]
    return view.policy.act in LOOKING


def _ask_again() -> Any:
    """The password page, and from there back to the page that was asked for."""
    session.pop(PAGE, None)
    if request.method == "GET":
        session[PAGE] = request.full_path.rstrip("?")
    else:
        remember_page(urlsplit(request.referrer or "").path)
        flash(gettext("Nothing was done yet: press it again afterwards."), "problem")
    return redirect(url_for("second_factor.confirm"), code=303)


def _is_part() -> bool:
    """Whether a script or a picture asks, which has no use for another page."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or _is_background()


_NO_PART = ("", 401, {"Content-Type": "text/plain; charset=utf-8"})


def _answer_locked() -> Any:
    """A page leads to the locked screen; what a script fetches, or a picture, is just refused."""
    if _is_part():
        return _NO_PART
    if request.method == "GET":
        remember_page(request.path)
    return redirect(url_for("lock.show"), code=303)


def remember_page(path: str) -> None:
    """Keep one of our own pages for after the unlocking, in the signed cookie."""
    try:
        endpoint, _values = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return
    view: Any = current_app.view_functions[endpoint]
    if view.policy.act is not None or endpoint == "second_factor.account":
        session[PAGE] = path


def remembered_page() -> str:
    """The page that was open when the screen was locked, or the person's first one."""
    found = session.pop(PAGE, None)
    return found if isinstance(found, str) else url_for("home.index")


def _open_record(policy: Policy, person: Person) -> None:
    arguments = request.view_args or {}
    object_id: UUID | None = arguments.get(f"{policy.of}_id") if policy.of else None
    looks = request.method in SAFE_METHODS or policy.act in LOOKING
    if looks and policy.seen_as is not None and policy.act is not None:
        patient_id = viewing.open_page(
            database(),
            person,
            page=request.endpoint or "",
            event=policy.seen_as,
            kind=policy.of,
            object_id=object_id,
            even_restricted=policy.even_restricted,
            now=clock.now(),
        )
    elif policy.of is not None and object_id is not None:
        patient_id = scope.patient_of(
            database(), person, policy.of, object_id, even_restricted=policy.even_restricted
        )
    else:
        return
    if patient_id in person.opened:
        g.glass_of = patient_id  # every page of this patient says so


class CrossSite(Exception):
    """Another site asked the browser to send this."""


def _refuse_cross_site() -> None:
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site") not in {None, "same-origin", "none"}:
        raise CrossSite


_WHY_REFUSED: dict[type[Exception], str] = {
    NotPermitted: "role",
    BeyondTheLink: "private link",
    RecordRestricted: "restricted record",
}


def record_refusal(problem: Exception) -> None:
    """Write a refusal into the audit trail: who, which route, why. Never the address typed."""
    if current_user.person is None:
        return
    why = _WHY_REFUSED.get(type(problem), "not found")
    rule = request.url_rule.rule if request.url_rule else "unknown"
    audit.record_refusal(database(), who(), now=clock.now(), rule=rule, why=why)


def _store_marks(response: Response) -> Response:
    # After a failure nothing is written: the sign-in seems unused for longer, which harms nobody.
    if g.get("is_marked") and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        sign_ins.store_marks(database())
    return response


def init_app(app: Flask) -> None:
    app.after_request(_store_marks)
    manager = LoginManager(app)
    manager.session_protection = None  # our rows do the work; a phone may change its network
    manager.anonymous_user = Nobody
    manager.request_loader(load_signed_in)
    app.before_request(enforce)


__all__ = [
    "NotFound",
    "Policy",
    "allow",
    "anyone",
    "check_policies",
    "clinic",
    "database",
    "g",
    "half_way",
    "init_app",
    "leaving",
    "signed_in",
    "signed_in_even_locked",
    "signed_in_lately",
    "who",
]
