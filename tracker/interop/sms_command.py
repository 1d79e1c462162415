"""Text messages through a program of the clinic's own: no provider is built in.

The program gets one line of JSON on standard input, `{"to": …, "text": …, "language": …}`, and says
by its exit code what came of it: 0 accepted, 75 try again later (EX_TEMPFAIL), anything else
refused.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence

from tracker.domain.messages import ACCEPTED, ChannelDown, Outcome, Outgoing, Result

TAKES_AT_MOST_SECONDS = 30
TRY_AGAIN_LATER = 75


class SmsCommand:
    """Runs the program once for each message."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)

    def send(self, message: Outgoing) -> Outcome:
        """Hand one message over. Raises `ChannelDown` when the program cannot be started."""
        line = {"to": message.to, "text": message.text, "language": message.language}
        try:
            done = subprocess.run(  # noqa: S603 - the program is named in the settings, no shell
                self._command,
                input=json.dumps(line).encode() + b"\n",
                capture_output=True,
                timeout=TAKES_AT_MOST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome(result=Result.UNKNOWN, problem="no answer")
        except OSError as problem:
            raise ChannelDown(
                f"TRACKER_SMS_COMMAND: {self._command[0]}: {problem.strerror}"
            ) from None
        if done.returncode == 0:
            return ACCEPTED
        if done.returncode == TRY_AGAIN_LATER:
            return Outcome(result=Result.TRY_AGAIN, problem="try again")
        if done.returncode < 0:  # it was killed: nobody knows how far it came
            return Outcome(result=Result.UNKNOWN, problem="no answer")
        return Outcome(result=Result.REFUSED, problem=f"refused with {done.returncode}")

    def close(self) -> None:
        """Nothing stays open."""
