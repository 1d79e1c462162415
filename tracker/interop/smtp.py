"""E-mail over SMTP, with the standard library.

`smtp://` speaks TLS after STARTTLS, and does not go on without it unless the server is on this
machine; `smtps://` speaks TLS from the first byte.
"""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as ON_THE_WIRE
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from tracker.domain.messages import ACCEPTED, ChannelDown, Outcome, Outgoing, Result

ANSWERS_WITHIN_SECONDS = 20
DEFAULT_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, kw_only=True, slots=True)
class MailServer:
    """Where mail is handed over, and as whom. Without a user nobody logs in."""

    host: str
    port: int
    tls_from_start: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> MailServer:
        """`smtp://user:password@host:587`, as config.py has checked it."""
        parts = urlsplit(url)
        return cls(
            host=parts.hostname or "",
            port=parts.port or DEFAULT_PORTS[parts.scheme],
            tls_from_start=parts.scheme == "smtps",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    @property
    def is_on_this_machine(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class SmtpChannel:
    """One connection, opened for the first message and kept for the others of a run."""

    def __init__(self, server: MailServer, *, sender: str, clock: Callable[[], datetime]) -> None:
        self._server, self._sender, self._clock = server, sender, clock
        self._connection: smtplib.SMTP | None = None

    def send(self, message: Outgoing) -> Outcome:
        """Hand one message over. Raises `ChannelDown` when there is no way to the server."""
        try:
            content = self._content(message)
        except ValueError:  # an address with a line break in it, say
            return Outcome(result=Result.REFUSED, problem="address not valid")
        connection = self._connected()
        try:
            envelope = _envelope(connection, self._sender, message.to)
        except (OSError, smtplib.SMTPException) as problem:
            self.close()
            raise ChannelDown(self._line(problem)) from None
        if envelope is not None:
            return envelope
        return self._hand_over(connection, content)

    def close(self) -> None:
        """Say goodbye; whatever goes wrong then does not matter any more."""
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._connection.quit()
            self._connection.close()
        self._connection = None

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            try:
                self._connection = _connect(self._server)
            except (OSError, smtplib.SMTPException, _NoTls) as problem:
                raise ChannelDown(self._line(problem)) from None
        return self._connection

    def _hand_over(self, connection: smtplib.SMTP, content: bytes) -> Outcome:
        """After this nobody can call it back: without an answer nobody knows."""
        try:
            code, _said = connection.data(content)
        except smtplib.SMTPDataError as problem:  # refused before the content was sent
            connection.rset()
            return _outcome(problem.smtp_code)
        except (OSError, smtplib.SMTPException):
            self.close()
            return Outcome(result=Result.UNKNOWN, problem="no answer")
        return ACCEPTED if code == 250 else _outcome(code)

    def _content(self, message: Outgoing) -> bytes:
        if "@" not in message.to:
            raise ValueError("no address")
        mail = EmailMessage(policy=ON_THE_WIRE)
        mail.set_content(message.text)
        mail["Subject"] = message.subject
        mail["From"] = self._sender
        mail["To"] = Address(addr_spec=message.to)
        mail["Date"] = format_datetime(self._clock())
        mail["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        mail["Content-Language"] = message.language
        mail["Auto-Submitted"] = "auto-generated"  # no holiday answers, please (RFC 3834)
        if message.stop_url:  # RFC 8058: a mail program's own button
            mail["List-Unsubscribe"] = f"<{message.stop_url}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return mail.as_bytes()

    def _line(self, problem: Exception) -> str:
        where = f"{self._server.host}:{self._server.port}"
        if isinstance(problem, smtplib.SMTPResponseException):
            return f"TRACKER_SMTP_URL: {where} answered {problem.smtp_code}"
        why = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
        return f"TRACKER_SMTP_URL: {where}: {why}"


class _NoTls(Exception):
    """The server does not offer the encryption that a server elsewhere must have."""


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    connection = _open(server, context)
    try:
        connection.ehlo_or_helo_if_needed()
        if not server.tls_from_start:
            _start_tls(connection, server, context)
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _open(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    where, wait = (server.host, server.port), ANSWERS_WITHIN_SECONDS
    if server.tls_from_start:
        return smtplib.SMTP_SSL(*where, timeout=wait, context=context)
    return smtplib.SMTP(*where, timeout=wait)


def _start_tls(connection: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    if connection.has_extn("starttls"):
        connection.starttls(context=context)
        connection.ehlo()
    elif not server.is_on_this_machine:
        raise _NoTls("the server offers no STARTTLS")


def _envelope(connection: smtplib.SMTP, sender: str, to: str) -> Outcome | None:
    """Name sender and recipient; what the server has against the recipient, or None.

    Raises `SMTPException` for what is no recipient's fault.
    """
    code, said = connection.mail(sender)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, said, sender)
    code, said = connection.rcpt(to)
    if code in {250, 251}:
        return None
    connection.rset()
    if code == 421:  # the server closes the connection
        raise smtplib.SMTPResponseException(code, said)
    return _outcome(code)


def _outcome(code: int) -> Outcome:
    """4xx may pass, 5xx will not (RFC 5321, 4.2.1)."""
    result = Result.REFUSED if 500 <= code <= 599 else Result.TRY_AGAIN
    return Outcome(result=result, problem=f"refused with {code}")
