"""What a page asks a passkey to sign: a challenge that is sealed for one purpose and one person.

Nothing is stored before it is answered: the challenge travels in the form, signed and dated.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from tracker.actions import passkey_proofs
from tracker.domain.passkeys import CHALLENGE_LASTS, Party, party_of
from tracker.domain.people import Person
from tracker.web import context
from tracker.web.fields import Carried
from tracker.web.forms import Form


class Purpose(StrEnum):
    """What an answer is good for."""

    ADD = "add"
    SIGN_IN = "sign in"
    SHOW = "show"
    CONFIRM = "confirm"


@dataclass(frozen=True, kw_only=True, slots=True)
class PasskeyQuestion:
    """What the script hands to the browser, and the sealed challenge that goes back with it."""

    options: str
    sealed: str
    action: str


class PasskeyForm(Form):
    """What the script filled in."""

    credential = Carried(longest=8000)
    sealed = Carried(longest=400)


def party() -> Party | None:
    """None where this installation has no address that passkeys can be made for."""
    return party_of(current_app.config["SETTINGS"].public_url)


def ask_to_sign(
    purpose: Purpose, *, action: str, who: Person | None = None, known: Sequence[bytes] = ()
) -> PasskeyQuestion | None:
    """A challenge for a passkey; None where there can be none."""
    site = party()
    if site is None:
        return None
    challenge = secrets.token_bytes(32)
    options = passkey_proofs.request_options(site, challenge=challenge, known=known)
    return PasskeyQuestion(options=options, sealed=_seal(purpose, who, challenge), action=action)


def ask_to_make(
    site: Party, who: Person, *, action: str, known: Sequence[bytes]
) -> PasskeyQuestion:
    """A challenge for making a passkey."""
    challenge = secrets.token_bytes(32)
    options = passkey_proofs.creation_options(
        site,
        title=str(context.APP_TITLE),
        user_id=who.user_id,
        name=who.name,
        challenge=challenge,
        known=known,
    )
    sealed = _seal(Purpose.ADD, who, challenge)
    return PasskeyQuestion(options=options, sealed=sealed, action=action)


def challenge_of(sealed: str, purpose: Purpose, who: Person | None = None) -> bytes | None:
    """The challenge of a question that this person was asked lately, for this purpose."""
    try:
        asked_for, whose, challenge = _sealer().loads(
            sealed, max_age=int(CHALLENGE_LASTS.total_seconds())
        )
        found = bytes.fromhex(challenge)
    except (BadSignature, ValueError, TypeError):
        return None
    return found if (asked_for, whose) == (str(purpose), _whose(who)) else None


def _seal(purpose: Purpose, who: Person | None, challenge: bytes) -> str:
    sealed: str = _sealer().dumps([str(purpose), _whose(who), challenge.hex()])
    return sealed


def _whose(who: Person | None) -> str:
    return str(who.sign_in_id) if who else ""


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SETTINGS"].secret_key, salt="passkey")
