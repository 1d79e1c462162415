"""What a browser signed with a passkey: the one module that knows the library.

Loaded with the first passkey: most processes never see one.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tracker.domain.languages import to_say
from tracker.domain.passkeys import CHALLENGE_LASTS, Party

NOT_TAKEN = to_say("This passkey was not taken. Try again, or sign in another way.")


class NotProved(Exception):
    """What was sent is no answer of this passkey to this challenge."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewKey:
    """A passkey that a browser made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    can_be_backed_up: bool
    is_backed_up: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """What a passkey says of itself each time that it signs."""

    sign_count: int
    is_backed_up: bool


def creation_options(
    party: Party, *, title: str, user_id: UUID, name: str, challenge: bytes, known: Sequence[bytes]
) -> str:
    """What the browser is asked to make, as JSON. No passkey of a device that has one."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name=title,
        user_id=user_id.bytes,
        user_name=name,
        user_display_name=name,
        challenge=challenge,
        timeout=_timeout_ms(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return webauthn.options_to_json(options)


def request_options(party: Party, *, challenge: bytes, known: Sequence[bytes] = ()) -> str:
    """What the browser is asked to sign, as JSON. Without known ones it offers what it has.

    Written without the library: the page for signing in does not wait for it.
    """
    return json.dumps(
        {
            "rpId": party.host,
            "challenge": _base64url(challenge),
            "timeout": _timeout_ms(),
            "userVerification": "required",
            "allowCredentials": [{"type": "public-key", "id": _base64url(each)} for each in known],
        }
    )


def check_new(party: Party, credential: str, *, challenge: bytes) -> NewKey:
    """Raises `NotProved`."""
    import webauthn
    from webauthn.helpers.structs import CredentialDeviceType

    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _faults() as problem:
        raise NotProved from problem
    return NewKey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        can_be_backed_up=made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        is_backed_up=made.credential_backed_up,
    )


def id_of(credential: str) -> bytes:
    """Which passkey says that it signed. Raises `NotProved`."""
    from webauthn.helpers import parse_authentication_credential_json

    try:
        return bytes(parse_authentication_credential_json(credential).raw_id)
    except _faults() as problem:
        raise NotProved from problem


def check_use(
    party: Party, credential: str, *, challenge: bytes, public_key: bytes, sign_count: int
) -> Use:
    """Raises `NotProved`, also for a count that does not rise: a copy of the passkey signs too."""
    import webauthn

    try:
        shown = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except _faults() as problem:
        raise NotProved from problem
    return Use(sign_count=shown.new_sign_count, is_backed_up=shown.credential_backed_up)


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _timeout_ms() -> int:
    return int(CHALLENGE_LASTS.total_seconds() * 1000)


def _faults() -> tuple[type[Exception], ...]:
    """What the library raises for what a browser may send; junk ends in plain errors too."""
    from webauthn.helpers.exceptions import WebAuthnException

    return (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError)
