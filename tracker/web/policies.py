"""What a route asks of whoever calls it, said beside the view. `access` holds everybody to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tracker.domain.audit import AuditEvent
from tracker.domain.permissions import Act
from tracker.domain.second_factors import Missing
from tracker.queries import scope

ANYTHING = "anything"
"""Whatever is missing of a sign-in: for leaving."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What a route asks of whoever calls it."""

    act: Act | None = None
    needs_sign_in: bool = True
    of: str | None = None
    seen_as: AuditEvent | None = None
    while_locked: bool = False
    by_link: bool = False
    half_way: Missing | str = Missing.NOTHING
    fresh: bool = False
    even_restricted: bool = False


def allow(
    act: Act,
    *,
    of: str | None = None,
    seen_as: AuditEvent | None = AuditEvent.PAGE_SEEN,
    by_link: bool = False,
    fresh: bool = False,
    even_restricted: bool = False,
) -> Callable[[View], View]:
    """The route is for people who may do `act`; `of` names the record in its address.

    A GET is audited as `seen_as`; None for parts of a page that was audited itself (charts).
    `by_link` opens it to whoever came by a private link, for their one check-in. `fresh` asks for
    the password again unless it was entered a moment ago. `even_restricted` lets somebody in who is
    not named for a restricted record: to the page that says so.
    """
    if of is not None and of not in scope.KINDS:
        raise ValueError(f"no such kind of record: {of}")
    return _with(
        Policy(
            act=act,
            of=of,
            seen_as=seen_as,
            by_link=by_link,
            fresh=fresh,
            even_restricted=even_restricted,
        )
    )


def anyone(view: View) -> View:
    """The route is public: it shows nothing of anybody."""
    return _with(Policy(needs_sign_in=False))(view)


def signed_in(view: View) -> View:
    """The route is for everybody who signed in, whatever their role."""
    return _with(Policy())(view)


def signed_in_lately(view: View) -> View:
    """The route is for everybody who entered the password a moment ago, or enters it again now."""
    return _with(Policy(fresh=True))(view)


def half_way(missing: Missing, *, fresh: bool = False) -> Callable[[View], View]:
    """The route is open to whoever lacks just this of a sign-in, and to whoever lacks nothing."""
    return _with(Policy(half_way=missing, fresh=fresh))


def signed_in_even_locked(view: View) -> View:
    """The route works on a locked screen too: unlocking it, or leaving."""
    return _with(Policy(while_locked=True))(view)


def leaving(view: View) -> View:
    """The route ends the sign-in: it works however far somebody came, locked, and by a link."""
    return _with(Policy(while_locked=True, by_link=True, half_way=ANYTHING))(view)


def _with(policy: Policy) -> Callable[[View], View]:
    def put(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return put
