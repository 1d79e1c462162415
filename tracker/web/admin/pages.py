"""The finished words of the clinic's settings page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for

from tracker.domain.instrument_uses import InstrumentUse
from tracker.domain.instruments import definitions
from tracker.domain.on_call import Tier
from tracker.domain.people import Person
from tracker.domain.remote_use import unwatched_words
from tracker.queries.accounts import Account
from tracker.queries.clinics import Closure, ProtocolVersion
from tracker.queries.on_call import OnCallList
from tracker.web.admin.on_call_pages import on_call_line


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonLine:
    name: str
    email: str
    roles: str
    state: str
    action: str
    href: str | None
    reset_href: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosureLine:
    day: str
    reason: str
    open_href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AdminPage:
    people: tuple[PersonLine, ...]
    closures: tuple[ClosureLine, ...]
    protocols: tuple[tuple[str, ...], ...]
    on_call: str
    unwatched: tuple[str, ...]  # what protocols ask and nobody is sent while nobody is on call


def admin_page(
    accounts: Sequence[Account],
    closures: Sequence[Closure],
    protocols: Sequence[ProtocolVersion],
    *,
    uses: Iterable[InstrumentUse],
    on_call: OnCallList,
    me: Person,
) -> AdminPage:
    """Everything that the page shows. ``uses`` are those of the newest protocols."""
    return AdminPage(
        people=tuple(_person(account, me) for account in accounts),
        closures=tuple(
            ClosureLine(
                day=f"{closure.closed_on:%a %-d %b %Y}",
                reason=closure.reason or "No reason given",
                open_href=url_for("admin.open_day", day=closure.closed_on.isoformat()),
            )
            for closure in closures
        ),
        protocols=tuple(
            (
                protocol.name,
                f"version {protocol.version}",
                f"{protocol.infusion_count} infusions",
                f"{protocol.min_gap_days} to {protocol.max_gap_days} days apart",
            )
            for protocol in protocols
        ),
        on_call=on_call_line(on_call),
        unwatched=unwatched_words(uses, definitions(), has_watcher=bool(on_call.named(Tier.FIRST))),
    )


def _person(account: Account, me: Person) -> PersonLine:
    verb = "close" if account.is_active else "reopen"
    return PersonLine(
        name=account.name,
        email=account.email,
        roles=", ".join(sorted(account.roles)),
        state=_state(account),
        action=f"{verb.capitalize()} account of {account.name}",
        href=None
        if account.user_id == me.user_id
        else url_for("admin.set_account", user_id=account.user_id, verb=verb),
        reset_href=url_for("admin.reset_account", user_id=account.user_id)
        if account.is_active and account.user_id != me.user_id
        else None,
    )


def _state(account: Account) -> str:
    state = "Active" if account.is_active else "Closed"
    factor = "with a second factor" if account.has_factor else "without a second factor"
    return f"{state}, {factor}"
