"""Messages that leave the clinic: what states one has, and what becomes of it when it is sent.

    queued -> sending -> sent | failed | not_needed
                      -> queued (again, later)

Between "the mail server took it" and "we wrote that down" a sender can die, and then nobody knows
whether the message went out. What happens next differs by kind, on purpose: a reminder is never
sent a second time (it is settled as failed, and staff see it), an alert is sent again, for two
mails to a colleague do less harm than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

RETRY_FIRST = timedelta(minutes=1)
RETRY_AT_MOST = timedelta(minutes=15)
MOST_ATTEMPTS = 99
"""Then a message is given up: after about a day. A reminder's own time is over long before."""

TOLD_WITH_ANOTHER = "told with another"
"""Why a message is not sent: one to the same person names all that it would have been about."""

LEASE = timedelta(minutes=10)
"""So long a sender may work on one message before another takes it for dead."""


class Kind(StrEnum):
    """What a message is about."""

    REMINDER = "reminder"
    ALERT = "alert"
    ESCALATION = "escalation"
    RESET = "reset"
    GLASS = "glass"
    FORGOTTEN = "forgotten"
    PASSWORD = "password"  # noqa: S105 - the name of a kind

    @property
    def is_to_account(self) -> bool:
        """Whether it goes to the address of an account, and not where a patient is reminded."""
        return self is not Kind.REMINDER

    @property
    def may_go_out_twice(self) -> bool:
        """Whether a message that may have gone out is sent again."""
        return self.is_to_account


class MessageState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    NOT_NEEDED = "not_needed"

    @property
    def is_settled(self) -> bool:
        return self in {MessageState.SENT, MessageState.FAILED, MessageState.NOT_NEEDED}


class Result(StrEnum):
    """What a channel says of one try.

    TRY_AGAIN: surely not sent, and another try may help. REFUSED: surely not sent, and none will.
    UNKNOWN: handed over, but no answer came. NOT_NEEDED: not handed over, it is of no use now.
    """

    ACCEPTED = "accepted"
    TRY_AGAIN = "try again"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The result of one try, and the kind of problem in a few words; never an address or a text."""

    result: Result
    problem: str = ""


ACCEPTED = Outcome(result=Result.ACCEPTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """A finished message for one address. `stop_url` is empty for staff, who cannot opt out."""

    to: str
    subject: str
    text: str
    language: str
    stop_url: str = ""


class ChannelDown(Exception):
    """The channel itself does not work: no message's fault. Its text is one line for a terminal."""


class Channel(Protocol):
    """A way for messages to leave. One is used by one sender at a time."""

    def send(self, message: Outgoing) -> Outcome:
        """Hand one message over. Raises `ChannelDown` when it was surely not handed over."""

    def close(self) -> None:
        """Let go of what is open."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What is written down after a try. ``not_before`` is set when it is to be tried again."""

    state: MessageState
    problem: str = ""
    not_before: datetime | None = None


def after_try(kind: Kind, outcome: Outcome, *, attempts: int, now: datetime) -> Settled:
    """What becomes of a message after a try; ``attempts`` counts this one."""
    match outcome.result:
        case Result.ACCEPTED:
            return Settled(state=MessageState.SENT)
        case Result.NOT_NEEDED:
            return Settled(state=MessageState.NOT_NEEDED, problem=outcome.problem)
        case Result.REFUSED:
            return Settled(state=MessageState.FAILED, problem=outcome.problem)
        case Result.UNKNOWN if not kind.may_go_out_twice:
            return Settled(state=MessageState.FAILED, problem=outcome.problem)
    if attempts >= MOST_ATTEMPTS:
        return Settled(state=MessageState.FAILED, problem=outcome.problem)
    return Settled(
        state=MessageState.QUEUED,
        problem=outcome.problem,
        not_before=now + retry_after(attempts),
    )


def after_interruption(kind: Kind, *, attempts: int, now: datetime) -> Settled:
    """What becomes of a message whose sender did not come back."""
    outcome = Outcome(result=Result.UNKNOWN, problem="interrupted")
    return after_try(kind, outcome, attempts=attempts, now=now)


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: one minute, two, four, eight, then a quarter hour."""
    waited = RETRY_FIRST
    for _ in range(1, min(attempts, 10)):
        waited *= 2
    return min(waited, RETRY_AT_MOST)


def when_too_late(*, attempts: int, problem: str) -> Settled:
    """What becomes of a message whose time is over: failed if it was tried, else not needed."""
    if attempts:
        return Settled(state=MessageState.FAILED, problem=problem or "too late")
    return Settled(state=MessageState.NOT_NEEDED, problem="too late")
