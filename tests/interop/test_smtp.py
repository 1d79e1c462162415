"""Mail against a real server on loopback: encryption, logging in, what a server may answer."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.mailbox import Mailbox, serve_mail
from tests.make.patients import NOW
from tests.serving import free_port
from tracker.domain.messages import ChannelDown, Outgoing, Result
from tracker.interop import smtp
from tracker.interop.smtp import MailServer, SmtpChannel


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with serve_mail() as served:
        yield served


def channel_to(url: str) -> SmtpChannel:
    return SmtpChannel(MailServer.of(url), sender="hello@post.test", clock=lambda: NOW)


def message(**changes: Any) -> Outgoing:
    values = {"to": "sam@home.test", "subject": "Le espera algo", "text": "¿Sí?", "language": "es"}
    return Outgoing(**(values | changes))


def test_one_connection_carries_many_and_every_letter_arrives(mailbox):
    channel = channel_to(mailbox.url)
    for number in range(3):
        assert channel.send(message(to=f"p{number}@home.test")).result is Result.ACCEPTED
    channel.close()
    assert mailbox.to() == ["p0@home.test", "p1@home.test", "p2@home.test"]
    assert mailbox.arrived[0].get_content().strip() == "¿Sí?"
    assert mailbox.arrived[0]["Date"].datetime == NOW


@pytest.mark.parametrize(
    ("says", "result"),
    [("450 busy", Result.TRY_AGAIN), ("550 unknown", Result.REFUSED), ("552 full", Result.REFUSED)],
)
@pytest.mark.parametrize("where", ["says_to_recipient", "says_to_content"])
def test_4xx_may_pass_and_5xx_will_not_and_the_next_one_goes_out(mailbox, says, result, where):
    getattr(mailbox, where).append(says)
    channel = channel_to(mailbox.url)
    outcome = channel.send(message())
    assert (outcome.result, outcome.problem) == (result, f"refused with {says[:3]}")
    assert channel.send(message(to="next@home.test")).result is Result.ACCEPTED
    channel.close()


@pytest.mark.parametrize(
    "address",
    ["a@b.test\r\nBcc: c@d.test", "a@b.test\nX: y", "no address", "a@b.test, c@d.test", ""],
)
def test_an_address_that_is_none_is_refused_and_adds_no_header(mailbox, address):
    channel = channel_to(mailbox.url)
    assert channel.send(message(to=address)).result is Result.REFUSED
    channel.close()
    assert mailbox.arrived == []


def test_no_server_is_a_channel_that_is_down():
    port = free_port()
    with pytest.raises(ChannelDown, match=f"TRACKER_SMTP_URL: 127.0.0.1:{port}: "):
        channel_to(f"smtp://127.0.0.1:{port}").send(message())


def test_a_connection_that_breaks_before_the_content_was_surely_not_sent(mailbox):
    channel = channel_to(mailbox.url)
    channel.send(message())
    channel._connection.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
    with pytest.raises(ChannelDown):
        channel.send(message())
    assert channel.send(message()).result is Result.ACCEPTED, "it connects anew"
    channel.close()


def test_a_server_that_says_goodbye_to_the_content_has_not_taken_it(mailbox):
    mailbox.says_to_content.append("421 bye")
    channel = channel_to(mailbox.url)
    assert channel.send(message()).result is Result.TRY_AGAIN
    channel.close()


def test_a_server_elsewhere_without_encryption_gets_nothing(mailbox, monkeypatch):
    monkeypatch.setattr(MailServer, "is_on_this_machine", False)
    with pytest.raises(ChannelDown, match="no STARTTLS"):
        channel_to(mailbox.url).send(message())
    assert mailbox.arrived == []


def test_no_answer_to_the_content_means_that_nobody_knows(mailbox, monkeypatch):
    """It may have been taken: the message is there, and the server never says so."""

    async def say_nothing(_mail: Any) -> None:
        await asyncio.Event().wait()

    mailbox.on_arrival = say_nothing
    monkeypatch.setattr(smtp, "ANSWERS_WITHIN_SECONDS", 1)
    channel = channel_to(mailbox.url)
    outcome = channel.send(message())
    assert (outcome.result, outcome.problem) == (Result.UNKNOWN, "no answer")
    assert len(mailbox.arrived) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody but these tests trusts."""
    folder = tmp_path_factory.mktemp("tls")
    key_file, cert_file = folder / "key.pem", folder / "cert.pem"
    key, here = ec.generate_private_key(ec.SECP256R1()), ipaddress.ip_address("127.0.0.1")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(here))])
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(here)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(pem, form, plain))
    cert_file.write_bytes(cert.public_bytes(pem))
    return key_file, cert_file


def server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    key, cert = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.create_default_context(cafile=str(certificate[1]))
    trusting = SimpleNamespace(create_default_context=lambda: context)
    monkeypatch.setattr(smtp, "ssl", trusting)  # the module's name, not the module for everybody


def right_password(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> Any:
    is_right = data.login == b"us er" and data.password == b"p@ss"
    return AuthResult(success=is_right, handled=False)


def test_it_logs_in_over_starttls(certificate, trusted):
    with serve_mail(
        tls_context=server_context(certificate),
        require_starttls=True,
        authenticator=right_password,
        auth_required=True,
        auth_exclude_mechanism=["LOGIN"],
    ) as mailbox:
        channel = channel_to(f"smtp://us%20er:p%40ss@127.0.0.1:{mailbox.port}")
        assert channel.send(message()).result is Result.ACCEPTED
        channel.close()
        with pytest.raises(ChannelDown, match="answered 535"):
            channel_to(f"smtp://us%20er:wrong@127.0.0.1:{mailbox.port}").send(message())
        assert len(mailbox.arrived) == 1


def test_a_certificate_that_is_not_trusted_stops_it(certificate):
    with serve_mail(tls_context=server_context(certificate)) as mailbox:
        with pytest.raises(ChannelDown):
            channel_to(mailbox.url).send(message())
        assert mailbox.arrived == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # aiosmtpd's own
def test_smtps_is_encrypted_from_the_first_byte(certificate, trusted):
    with serve_mail(ssl_context=server_context(certificate)) as mailbox:
        channel = channel_to(f"smtps://127.0.0.1:{mailbox.port}")
        assert channel.send(message()).result is Result.ACCEPTED
        channel.close()


def test_a_password_is_never_shown():
    server = MailServer.of("smtp://user:secret@mail.test")
    assert "secret" not in repr(server)
    assert (server.port, server.user, server.password) == (587, "user", "secret")
    assert MailServer.of("smtps://mail.test").port == 465
