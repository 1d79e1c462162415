"""A real SMTP server on loopback that takes mail and can be told to misbehave."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.serving import free_port


@dataclass
class Mailbox:
    """What arrived, and what the server says to what comes next (an SMTP reply, in order)."""

    port: int = 0
    arrived: list[EmailMessage] = field(default_factory=list)
    says_to_recipient: deque[str] = field(default_factory=deque)
    says_to_content: deque[str] = field(default_factory=deque)
    on_arrival: Any = None  # called with the message once it is taken, before the server says so
    taken: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self) -> list[str]:
        """Who got something, in order."""
        return [str(each["To"]) for each in self.arrived]

    def wait_for(self, number: int, timeout: float = 60) -> None:
        with self.taken:
            fine = self.taken.wait_for(lambda: len(self.arrived) >= number, timeout)
        assert fine, f"{len(self.arrived)} arrived"

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        said = self.says_to_recipient.popleft() if self.says_to_recipient else "250 OK"
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        said = self.says_to_content.popleft() if self.says_to_content else "250 taken"
        if said.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            with self.taken:
                self.arrived.append(mail)  # type: ignore[arg-type]
                self.taken.notify_all()
            if self.on_arrival is not None:
                await self.on_arrival(mail)
        return said


@contextmanager
def serve_mail(**options: Any) -> Iterator[Mailbox]:
    """Serve until the block ends. `options` are aiosmtpd's, for encryption and logging in."""
    mailbox = Mailbox(port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
