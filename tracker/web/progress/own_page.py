"""The finished words of a patient's own progress page: good news and bad news in the same type."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, ngettext

from tracker.charts.course_series import own_series
from tracker.domain import instruments
from tracker.domain.course_progress import SYMPTOMS, CourseProgress
from tracker.domain.due import WEEKLY
from tracker.domain.languages import to_say
from tracker.web import formatting, languages
from tracker.web.course_pictures import Address, Picture, weekly_picture

OWN_PICTURE = "progress"

CAN_TELL = (
    to_say(
        "It shows how you rated the past 7 days, and whether that is different from the week "
        "before your first infusion."
    ),
)
CANNOT_TELL = (
    to_say(
        "A score describes the past week. It is not a diagnosis, and we cannot tell from it alone "
        "what caused a change."
    ),
    to_say("One score says little. Weeks go up and down for everybody."),
    to_say("These are this clinic system's own questions, not a validated scale."),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnPage:
    """What the patient sees: sentences, then the picture, then what a score can tell."""

    sentences: tuple[str, ...]
    picture: Picture | None
    can_tell: tuple[str, ...]
    cannot_tell: tuple[str, ...]
    counts: tuple[str, ...]
    talk: str
    settings_href: str = ""


def hidden_page(*, phone: str) -> OwnPage:
    """What somebody reads who chose not to be shown how it goes: where to change it, no number."""
    return OwnPage(
        sentences=(
            gettext("You chose not to be shown how your answers go."),
            gettext("Your team sees them. You can change your choice at any time."),
        ),
        picture=None,
        can_tell=(),
        cannot_tell=(),
        counts=(),
        talk=_talk(phone),
        settings_href=url_for("my_settings.edit"),
    )


def own_page(progress: CourseProgress | None, address: Address, *, phone: str) -> OwnPage:
    """The page of the patient's own course, or of a patient without one."""
    nothing = gettext("There is no course yet.")
    return OwnPage(
        sentences=(nothing,) if progress is None else _sentences(progress),
        picture=None if progress is None else _picture(progress, address),
        can_tell=tuple(map(gettext, CAN_TELL)),
        cannot_tell=tuple(map(gettext, CANNOT_TELL)),
        counts=() if progress is None else _counts(progress),
        talk=_talk(phone),
    )


def _talk(phone: str) -> str:
    if not phone:
        return gettext(
            "Talk about it with your team at your next visit, or call the clinic. "
            "Nobody watches these numbers day and night."
        )
    return gettext(
        "Talk about it with your team at your next visit, or call the clinic: %(phone)s. "
        "Nobody watches these numbers day and night.",
        phone=phone,
    )


def _scored(progress: CourseProgress) -> list[tuple[str, str]]:
    return [
        (formatting.number(score.value), formatting.day(progress.on(score.occurred_at)))
        for score in progress.record.scores[SYMPTOMS]
        if score.value is not None
    ]


def _sentences(progress: CourseProgress) -> tuple[str, ...]:
    scored = _scored(progress)
    if not scored:
        return (
            gettext("You have no score yet."),
            gettext("Your first chart appears after your second score."),
        )
    if len(scored) == 1:
        value, on = scored[0]
        return (
            gettext("Your weekly symptom score was %(value)s on %(day)s.", value=value, day=on),
            gettext(
                "It can be 0 to 80, and lower is better. "
                "Your first chart appears after your second score."
            ),
        )
    language = languages.of_request()
    weekly = instruments.in_language(instruments.get(WEEKLY), language)
    name = weekly.scale(SYMPTOMS).in_sentence
    said = progress.changes[SYMPTOMS].sentences_in(language, name=name)
    return (*said, gettext("Lower is better."))


def _picture(progress: CourseProgress, address: Address) -> Picture | None:
    if len(_scored(progress)) < 2:
        return None
    return weekly_picture(
        OWN_PICTURE,
        own_series(progress, languages.of_request()),
        address,
        caption=gettext("Your weekly symptom score. Lower is better."),
    )


def _counts(progress: CourseProgress) -> tuple[str, ...]:
    answered, due = progress.answered_of_due(WEEKLY)
    given = len(progress.record.given)
    counts = []
    if given:
        counts.append(
            ngettext("You have had %(num)s infusion.", "You have had %(num)s infusions.", given)
        )
    if due:
        counts.append(
            gettext(
                "You sent %(answered)s of %(due)s weekly ratings that were due.",
                answered=answered,
                due=due,
            )
        )
    return tuple(counts)
