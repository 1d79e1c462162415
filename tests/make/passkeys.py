"""A passkey in software: it signs what a page asks, well or in every wrong way."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from tracker.domain.people import Person
from tracker.models.database import transaction
from tracker.models.passkeys import PasskeyRow

PRESENT, VERIFIED = 0x01, 0x04


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class SoftPasskey:
    """A device with one key, for one site."""

    def __init__(self, host: str = "localhost", origin: str = "http://localhost:8000") -> None:
        self.host, self.origin = host, origin
        self.id = uuid4().bytes
        self._key = ec.generate_private_key(ec.SECP256R1())

    def public_key(self) -> bytes:
        """In the form of COSE, as the database keeps it."""
        at = self._key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (at.x, at.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def give_to(self, db: Session, person: Person, *, now: datetime) -> None:
        with transaction(db):
            db.add(
                PasskeyRow(
                    id=uuid4(),
                    clinic_id=person.clinic_id,
                    user_id=person.user_id,
                    credential_id=self.id,
                    public_key=self.public_key(),
                    sign_count=3,
                    can_be_backed_up=False,
                    is_backed_up=False,
                    name="Soft key",
                    added_at=now,
                )
            )

    def sign(
        self, options: dict[str, Any], *, flags: int = PRESENT | VERIFIED, count: int = 4
    ) -> str:
        """The answer of a browser to these options."""
        said = {"type": "webauthn.get", "challenge": options["challenge"], "origin": self.origin}
        client = json.dumps(said).encode()
        data = hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + count.to_bytes(4)
        signed = data + hashlib.sha256(client).digest()
        return json.dumps(
            {
                "id": encoded(self.id),
                "rawId": encoded(self.id),
                "type": "public-key",
                "response": {
                    "clientDataJSON": encoded(client),
                    "authenticatorData": encoded(data),
                    "signature": encoded(self._key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                },
            }
        )
