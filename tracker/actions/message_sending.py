"""One run of the sender: queue what is due, pass on what is overdue, send what waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.actions import (
    asked_resets,
    check_in_links,
    escalations,
    message_claims,
    reminder_plans,
)
from tracker.actions.asked_resets import ResetRules
from tracker.actions.message_claims import Claimed
from tracker.domain import message_words
from tracker.domain.accounts import FORGOTTEN_LINK_LASTS
from tracker.domain.errors import NotFound, Refused
from tracker.domain.messages import (
    Channel,
    ChannelDown,
    Kind,
    MessageState,
    Outcome,
    Outgoing,
    Result,
)
from tracker.domain.reminders import RemindBy, ReminderRules
from tracker.models.reach import reaching

LINKS_AT_MOST = 3


@dataclass(frozen=True, kw_only=True)
class Post:
    """What a run works with. ``clock`` gives the moment anew: a run may take a while.

    ``link_url``, ``reset_url`` and ``stop_url`` make addresses, of a link's token and of a
    patient's id.
    """

    channels: Mapping[str, Channel]
    rules: ReminderRules
    clock: Callable[[], datetime]
    link_url: Callable[[str], str]
    stop_url: Callable[[UUID], str]
    alerts_url: str
    reset_url: Callable[[str], str]
    forgotten_url: str
    resets: ResetRules


@dataclass(kw_only=True)
class Counts:
    """What a run did. ``asked`` counts links for people who forgot the password, ``untold`` overdue
    alerts that nobody is named for.
    """

    planned: int = 0
    asked: int = 0
    escalated: int = 0
    untold: int = 0
    interrupted: int = 0
    sent: int = 0
    again_later: int = 0
    failed: int = 0

    def as_numbers(self) -> dict[str, int]:
        return asdict(self)


def prepare(
    db: Session, rules: ReminderRules, resets: ResetRules, counts: Counts, *, now: datetime
) -> None:
    """Everything that a run does before anything goes out. Needs no channel."""
    counts.planned = reminder_plans.plan_reminders(db, rules, now=now)
    counts.asked = asked_resets.queue_links(db, resets, now=now)
    counts.escalated, counts.untold = escalations.escalate_overdue(db, now=now)
    counts.interrupted = message_claims.settle_interrupted(db, now=now)


def send_waiting(db: Session, post: Post, counts: Counts) -> tuple[str, ...]:
    """Send what waits, one message after the other; what went wrong with the channels themselves.

    A channel that does not work is left alone for the rest of the run.
    """
    working, problems = set(post.channels), []
    while working:
        claimed = message_claims.claim_next(db, working, post.rules.quiet, now=post.clock())
        if claimed is None:
            break
        try:
            outcome = _send(db, post, claimed)
        except ChannelDown as problem:
            working.discard(claimed.channel)
            problems.append(str(problem))
            outcome = Outcome(result=Result.TRY_AGAIN, problem="no connection")
        _count(counts, message_claims.settle(db, claimed, outcome, now=post.clock()))
    return tuple(problems)


def _count(counts: Counts, state: MessageState) -> None:
    counts.sent += state is MessageState.SENT
    counts.failed += state is MessageState.FAILED
    counts.again_later += state is MessageState.QUEUED


def _send(db: Session, post: Post, claimed: Claimed) -> Outcome:
    try:
        with reaching(db, claimed.clinic_id):
            outgoing = _write(db, post, claimed)
    except (NotFound, Refused):  # answered or closed since it was claimed
        return Outcome(result=Result.NOT_NEEDED, problem="no longer needed")
    return post.channels[claimed.channel].send(outgoing)


def _write(db: Session, post: Post, claimed: Claimed) -> Outgoing:
    """The message, with links that are made at this moment and stored as hashes only."""
    if claimed.patient_id is None:
        return _outgoing(claimed, _words_to_account(db, post, claimed), stop_url="")
    stop_url = post.stop_url(claimed.patient_id)
    is_sms = claimed.channel == RemindBy.SMS
    if claimed.due_key is None:
        test = message_words.trial_sms if is_sms else message_words.trial_mail
        return _outgoing(claimed, test(claimed.language, stop_url=stop_url), stop_url)
    links = _links(db, post, claimed.patient_id, claimed.due_key, 1 if is_sms else LINKS_AT_MOST)
    words = (
        message_words.reminder_sms(claimed.language, link=links[0], stop_url=stop_url)
        if is_sms
        else message_words.reminder_mail(claimed.language, links=links, stop_url=stop_url)
    )
    return _outgoing(claimed, words, stop_url)


def _words_to_account(db: Session, post: Post, claimed: Claimed) -> message_words.Words:
    if claimed.kind is Kind.FORGOTTEN:
        token = asked_resets.make_link(db, claimed, post.resets, now=post.clock())
        minutes = int(FORGOTTEN_LINK_LASTS.total_seconds() // 60)
        link = post.reset_url(token)
        return message_words.forgotten_mail(claimed.language, link=link, minutes=minutes)
    if claimed.kind is Kind.PASSWORD:
        return message_words.password_mail(claimed.language, link=post.forgotten_url)
    return message_words.staff_mail(claimed.kind, link=post.alerts_url)


def _outgoing(claimed: Claimed, words: message_words.Words, stop_url: str) -> Outgoing:
    return Outgoing(
        to=claimed.address,
        subject=words.subject,
        text=words.text,
        language=str(claimed.language),
        stop_url=stop_url,
    )


def _links(db: Session, post: Post, patient_id: UUID, due_key: str, most: int) -> list[str]:
    """A link for the check-in that the reminder is about, then for others that are open now."""
    now = post.clock()
    patient = reminder_plans.find_reached(db, patient_id)
    due = reminder_plans.open_now(db, patient, now) if patient else ()
    keys = [due_key, *(one.due_key for one in due if one.due_key != due_key)]
    made = [check_in_links.make_link(db, None, patient_id, key, now=now) for key in keys[:most]]
    return [post.link_url(link.token) for link in made]
