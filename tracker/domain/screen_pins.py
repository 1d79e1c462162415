"""A short number that opens a locked screen again, for the person who locked it.

It stands for the password in one thing only: showing this browser's screen to whoever is signed in
on it. Signing, exports and the like ask for the password all the same.
"""

from __future__ import annotations

from tracker.domain.errors import Refused
from tracker.domain.languages import to_say

DIGITS = 6
TRIES = 5
"""Wrong ones in a row until the sign-in ends (security review: six digits, five tries, one day)."""


def check_pin(pin: str) -> None:
    """Raises `Refused` (field "new_pin") for what is not six digits or would be guessed first."""
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdigit()):
        raise Refused(to_say("A PIN has six digits."), field="new_pin")
    steps = {(int(later) - int(earlier)) % 10 for earlier, later in zip(pin, pin[1:], strict=False)}
    is_a_row = len(steps) == 1 and steps <= {0, 1, 9}
    is_repeated = pin[:3] == pin[3:] or pin[:2] * 3 == pin
    if is_a_row or is_repeated:
        raise Refused(
            to_say("Others would try this one first. Choose six digits that do not repeat."),
            field="new_pin",
        )
