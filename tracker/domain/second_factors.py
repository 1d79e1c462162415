"""The second factor of a sign-in: codes of an authenticator app, and codes kept for a lost phone.

Sources: RFC 6238 (codes by time), OWASP ASVS 5.0 (6.5.1: each code works once; 6.5.5: no wider
than what slow typing needs), NIST SP 800-63B-4 (a second factor allows shorter passwords; ours
stay long).
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from tracker.domain.clock_set_back import was_set_back

STEP_SECONDS = 30
TYPING_SECONDS = 5
"""How long after its end a code still counts: it was on the screen when the typing began."""

CODE_DIGITS = 6
RECOVERY_CODE_COUNT = 10
HALF_SIGN_IN_LASTS = timedelta(minutes=10)
"""How long a right password waits for the second factor."""

PROOF_LASTS = timedelta(minutes=5)
"""How fresh the password or code has to be for exports, people and factors (ASVS 7.5)."""

PROOF_LASTS_FOR_A_FORM = timedelta(minutes=15)
"""For what is sent from a page that asked for a fresh proof: filling it in takes a while."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else
_GROUPS, _GROUP_LENGTH = 6, 4
_GROUPS_BEFORE = 4  # in codes that were handed out before they were made longer
_RECOVERY_CODE = re.compile(
    "|".join(f"[{_ALPHABET}]{{{many * _GROUP_LENGTH}}}" for many in (_GROUPS, _GROUPS_BEFORE))
)
_APP_CODE = re.compile(f"[0-9]{{{CODE_DIGITS}}}")


class Missing(StrEnum):
    """What a signed-in browser still lacks before it may open anything."""

    NOTHING = "nothing"
    CODE = "code"
    SET_UP = "set-up"


def missing(*, has_factor: bool, shown_at: datetime | None, must_have: bool) -> Missing:
    """What is missing. Without an app, whoever must have one sets it up first.

    A passkey that was shown counts like a code.
    """
    if shown_at is not None:
        return Missing.NOTHING
    if has_factor:
        return Missing.CODE
    return Missing.SET_UP if must_have else Missing.NOTHING


def is_fresh(proved_at: datetime | None, now: datetime, *, sends_a_form: bool) -> bool:
    """Whether a password or code was entered lately enough for what asks for it."""
    lasts = PROOF_LASTS_FOR_A_FORM if sends_a_form else PROOF_LASTS
    if proved_at is None or was_set_back(proved_at, now):
        return False
    return now - proved_at <= lasts


def steps_now(now: datetime) -> tuple[int, ...]:
    """The numbers of the half-minutes whose codes count now, the latest first."""
    seconds = int(now.timestamp())
    return tuple(
        sorted({(seconds - late) // STEP_SECONDS for late in (0, TYPING_SECONDS)}, reverse=True)
    )


def app_code(typed: str) -> str | None:
    """The six digits that were typed, without the gap that apps show; None for anything else."""
    plain = re.sub(r"[\s-]", "", typed)
    return plain if plain.isascii() and _APP_CODE.fullmatch(plain) else None


def recovery_code(typed: str) -> str | None:
    """A recovery code in the form in which it is hashed; None for anything else."""
    plain = re.sub(r"[\s-]", "", typed).casefold()
    return plain if _RECOVERY_CODE.fullmatch(plain) else None


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 118 bits each, in fours: too many to guess, so a plain hash keeps them."""
    return tuple(
        "-".join(
            "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)
        )
        for _ in range(RECOVERY_CODE_COUNT)
    )


def bound_to(*, user_id: UUID, factor_id: UUID) -> str:
    """The row that a sealed secret belongs to: moved to another row, it does not open."""
    return f"second_factors|{user_id}|{factor_id}"
