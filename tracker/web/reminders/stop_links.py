"""The address that stops reminders: signed, good for one patient and for nothing else.

It holds the record's random id and a signature over it, and no data. It never expires: a stop link
in an old mail has to work.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from uuid import UUID

from itsdangerous import BadSignature, Signer

TOKEN_LENGTH = 66
PURPOSE = "stop reminders"


def stop_token(secret_key: str, patient_id: UUID) -> str:
    """The token of a patient's stop link."""
    held = base64.urlsafe_b64encode(patient_id.bytes).rstrip(b"=")
    return _signer(secret_key).sign(held).decode("ascii")


def patient_of(secret_key: str, token: str) -> UUID | None:
    """Whose token it is; None for one that we did not make for this purpose."""
    try:
        held = _signer(secret_key).unsign(token.encode("utf-8"))
        return UUID(bytes=base64.urlsafe_b64decode(held + b"=="))
    except (BadSignature, binascii.Error, ValueError):
        return None


def _signer(secret_key: str) -> Signer:
    return Signer(secret_key, salt=PURPOSE, key_derivation="hmac", digest_method=hashlib.sha256)
