"""A clock that was set back must not make anything live longer: sign-ins, links, fresh proofs.

What was made, used or proved at a moment that has not come yet is over. A minute is forgiven: small
corrections of a clock end nobody's sign-in, and the clocks of two servers differ by seconds.
"""

from __future__ import annotations

from datetime import datetime, timedelta

CLOCKS_MAY_DIFFER = timedelta(minutes=1)


def was_set_back(since: datetime, now: datetime) -> bool:
    """Whether the clock was set back after `since`, by more than clocks differ anyway."""
    return since - now > CLOCKS_MAY_DIFFER
