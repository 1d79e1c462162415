"""The finished words of the account page, and the picture that an authenticator app reads."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import segno
from flask_babel import gettext, ngettext

from tracker.domain.clinic import Clinic
from tracker.queries.accounts import OwnFactor, OwnSignIn
from tracker.queries.passkeys import OwnPasskey
from tracker.web.formatting import day, spoken_time

_QUIET_ZONE = 4  # modules of white around the code (ISO/IEC 18004)
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SquareCode:
    """A QR code as one path in a square of `size` modules a side."""

    size: int
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInLine:
    id: UUID
    device: str
    when: str
    can_end: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PasskeyLine:
    id: UUID
    name: str
    when: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountPage:
    factor: str
    codes_left: str
    has_factor: bool
    can_remove: bool
    sign_ins: tuple[SignInLine, ...]
    has_others: bool
    passkeys: tuple[PasskeyLine, ...]
    may_add_passkey: bool


def account_page(
    factor: OwnFactor | None,
    sign_ins: tuple[OwnSignIn, ...],
    clinic: Clinic,
    passkeys: tuple[OwnPasskey, ...],
    *,
    must_have: bool,
    may_add_passkey: bool,
) -> AccountPage:
    """What the page of one's own account shows."""
    lines = tuple(_line(each, clinic) for each in sign_ins)
    return AccountPage(
        factor=_factor_words(factor, clinic),
        codes_left=_codes_words(factor),
        has_factor=factor is not None,
        can_remove=factor is not None and not must_have,
        sign_ins=lines,
        has_others=any(line.can_end for line in lines),
        passkeys=tuple(_passkey_line(each, clinic) for each in passkeys),
        may_add_passkey=may_add_passkey,
    )


def _passkey_line(found: OwnPasskey, clinic: Clinic) -> PasskeyLine:
    words = gettext("Added on %(on)s.", on=day(clinic.date_of(found.added_at)))
    if found.last_used_at is not None:
        on = day(clinic.date_of(found.last_used_at))
        words = gettext("%(words)s Used last on %(on)s.", words=words, on=on)
    if found.is_backed_up:
        words = gettext("%(words)s Kept by the maker of the device too.", words=words)
    return PasskeyLine(id=found.id, name=found.name, when=words)


def _factor_words(factor: OwnFactor | None, clinic: Clinic) -> str:
    if factor is None:
        return gettext("You sign in with your password alone.")
    on = day(clinic.date_of(factor.set_up_at))
    return gettext(
        "You sign in with your password and a code of your app, set up on %(on)s.", on=on
    )


def _codes_words(factor: OwnFactor | None) -> str:
    if factor is None:
        return ""
    return ngettext(
        "%(num)s recovery code is left.", "%(num)s recovery codes are left.", factor.codes_left
    )


def _line(found: OwnSignIn, clinic: Clinic) -> SignInLine:
    local = clinic.local(found.last_seen_at)
    used = gettext("Used on %(day)s at %(at)s", day=day(local.date()), at=spoken_time(local))
    return SignInLine(
        id=found.id,
        device=device_words(found.device),
        when=gettext("This browser") if found.is_this_one else used,
        can_end=not found.is_this_one,
    )


def device_words(user_agent: str) -> str:
    """ "Chrome on Windows", as far as the browser says what it is."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if browser and system:
        return gettext("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or gettext("A browser that does not say what it is")


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in known if sign in text), "")


def square_code(address: str) -> SquareCode:
    """The QR code of an address, as a path that needs neither style nor script."""
    rows = list(segno.make(address, error="m", micro=False).matrix)
    path = "".join(
        f"M{x + _QUIET_ZONE} {y + _QUIET_ZONE}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return SquareCode(size=len(rows) + 2 * _QUIET_ZONE, path=path)


def in_groups(secret: str) -> str:
    """The secret for typing by hand: groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
