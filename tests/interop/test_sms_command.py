"""Text messages through a real little program."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tracker.domain.messages import ChannelDown, Outgoing, Result
from tracker.interop import sms_command
from tracker.interop.sms_command import SmsCommand

PROGRAM = """
import pathlib, sys, time
pathlib.Path(sys.argv[1]).open("a").write(sys.stdin.read())
if sys.argv[2] == "hang":
    time.sleep(60)
if sys.argv[2] == "die":
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
sys.exit(int(sys.argv[2]))
"""
MESSAGE = Outgoing(to="+1 555 0100", subject="", text="¡Hola! $(id) `x`", language="es")


def command(tmp_path: Path, what: str) -> SmsCommand:
    program = tmp_path / "send_sms.py"
    program.write_text(PROGRAM)
    return SmsCommand([sys.executable, str(program), str(tmp_path / "got"), what])


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("0", Result.ACCEPTED),
        ("75", Result.TRY_AGAIN),
        ("1", Result.REFUSED),
        ("die", Result.UNKNOWN),
    ],
)
def test_the_exit_code_says_what_came_of_it(tmp_path, code, result):
    assert command(tmp_path, code).send(MESSAGE).result is result
    got = json.loads((tmp_path / "got").read_text())
    assert got == {"to": "+1 555 0100", "text": "¡Hola! $(id) `x`", "language": "es"}


def test_a_program_that_does_not_end_is_ended_and_nobody_knows(tmp_path, monkeypatch):
    monkeypatch.setattr(sms_command, "TAKES_AT_MOST_SECONDS", 1)
    assert command(tmp_path, "hang").send(MESSAGE).result is Result.UNKNOWN


def test_a_program_that_is_not_there_is_a_channel_that_is_down(tmp_path):
    with pytest.raises(ChannelDown, match="TRACKER_SMS_COMMAND: .*nothing: No such file"):
        SmsCommand([str(tmp_path / "nothing")]).send(MESSAGE)
