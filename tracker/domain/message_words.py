"""What messages say: that something short is waiting, and nothing else.

Whoever reads over a shoulder or over a locked screen learns nothing: no name, no kind of clinic, no
instrument, no reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.languages import Language
from tracker.domain.messages import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Subject and text. A text message has no subject."""

    subject: str
    text: str


def reminder_mail(language: Language, *, links: Sequence[str], stop_url: str) -> Words:
    """An e-mail with a link for each check-in that is open; the one that closes first leads."""
    say = language.say
    return Words(
        subject=say("Something short is waiting for you"),
        text=_paragraphs(
            say_waiting(language, len(links)),
            "\n".join(links),
            say("Nobody reads answers to this message."),
            say("To stop these messages: %(address)s", address=stop_url),
        ),
    )


def reminder_sms(language: Language, *, link: str, stop_url: str) -> Words:
    """One line with one link."""
    text = language.say(
        "You have a check-in waiting. It takes about a minute: %(address)s To stop: %(stop)s",
        address=link,
        stop=stop_url,
    )
    return Words(subject="", text=text)


def trial_mail(language: Language, *, stop_url: str) -> Words:
    """What somebody gets who asks for a test."""
    say = language.say
    return Words(
        subject=say("The test that you asked for"),
        text=_paragraphs(
            say("This is the test that you asked for: messages reach you here."),
            say("Nobody reads answers to this message."),
            say("To stop these messages: %(address)s", address=stop_url),
        ),
    )


def trial_sms(language: Language, *, stop_url: str) -> Words:
    """The same as one line."""
    text = language.say(
        "This is the test that you asked for. To stop messages: %(stop)s", stop=stop_url
    )
    return Words(subject="", text=text)


def staff_mail(kind: Kind, *, link: str) -> Words:
    """Tells a colleague to look, in English: staff pages are. ``link`` is the page with alerts."""
    if kind is Kind.RESET:
        return Words(
            subject="How you sign in was reset",
            text=_paragraphs(
                "Somebody has reset how you sign in. Your password opens nothing any more, and"
                " every browser in which you were signed in was signed out.",
                "The link to choose a new password is not in this message: you get it from the"
                " person who made it.",
                "If you did not ask for this, speak to an administrator now, by telephone or in"
                " person. Nobody reads answers to this message.",
            ),
        )
    if kind is Kind.GLASS:
        return Words(
            subject="Something to look at in the audit trail",
            text=_paragraphs(
                "Somebody opened a record that they are not named for, and gave a reason. Please"
                " sign in and look at the page Audit trail.",
                "This message says nothing of whose record it is, and nobody reads answers to it.",
            ),
        )
    if kind is Kind.ESCALATION:
        return Words(
            subject="Something has waited for too long: please look now",
            text=_paragraphs(
                "Something should have been looked at by now, and nobody has written down that it"
                " was. Please sign in and look:",
                link,
                "This message says nothing of what it is about, and nobody reads answers to it.",
            ),
        )
    return Words(
        subject="Something is waiting for you: please look",
        text=_paragraphs(
            "Something has come in that somebody has to look at. Please sign in and look:",
            link,
            "This message says nothing of what it is about, and nobody reads answers to it.",
        ),
    )


def forgotten_mail(language: Language, *, link: str, minutes: int) -> Words:
    """The link for somebody who forgot the password; whoever did not ask learns that too."""
    say = language.say
    return Words(
        subject=say("The link that you asked for"),
        text=_paragraphs(
            say("Somebody, probably you, asked for a new password for this address."),
            say("This link works once, for %(minutes)s minutes:", minutes=minutes),
            link,
            say("If you did not ask for it, do nothing: your password stays as it is."),
            say("Nobody reads answers to this message."),
        ),
    )


def password_mail(language: Language, *, link: str) -> Words:
    """Tells somebody that the password is another one. ``link`` is where one asks for a link."""
    say = language.say
    return Words(
        subject=say("Your password was changed"),
        text=_paragraphs(
            say("Your password was changed, and you were signed out everywhere else."),
            say("If that was not you, choose another one now: %(address)s", address=link),
            say("Then look at the page of your account, and tell the people who invited you."),
            say("Nobody reads answers to this message."),
        ),
    )


def say_waiting(language: Language, count: int) -> str:
    """How many check-ins are open."""
    if count > 1:
        return language.say(
            "You have %(number)s check-ins waiting. Each takes a few minutes at most:", number=count
        )
    return language.say("You have a check-in waiting. It takes about a minute:")


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
