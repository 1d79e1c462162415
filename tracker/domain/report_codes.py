"""The short code in the foot of a signed report: what the paper in one's hand is found by.

It is the beginning of the SHA-256 of what was signed, twelve hexadecimal digits in three groups.
Two reports of one clinic have the same code with a chance of about one in 10 to the 14.
"""

from __future__ import annotations

import re

from tracker.domain.errors import Refused

DIGITS = 12
GROUP = 4
NO_CODE = "A code has twelve digits and letters from A to F, such as 3F9C-07B1-E2D4."

_ALIKE = str.maketrans({"o": "0", "i": "1", "l": "1"})
"""Letters that no code has, and the digit that they were meant for."""


def report_code(content_hash: str) -> str:
    """The code of a hash, as it is printed."""
    start = content_hash[:DIGITS].upper()
    return "-".join(start[at : at + GROUP] for at in range(0, DIGITS, GROUP))


def read_report_code(typed: str) -> str:
    """The beginning of the hash that a typed code stands for. Raises `Refused`."""
    start = re.sub(r"[\s\-\u2010-\u2015]", "", typed).lower().translate(_ALIKE)
    if not re.fullmatch(f"[0-9a-f]{{{DIGITS}}}", start):
        raise Refused(NO_CODE)
    return start
