"""The finished words of a patient's own progress page: good news and bad news in the same type."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.charts.course_series import own_series
from tracker.domain.course_progress import SYMPTOMS, CourseProgress
from tracker.domain.due import WEEKLY
from tracker.web import formatting
from tracker.web.course_pictures import Address, Picture, weekly_picture

OWN_PICTURE = "progress"

CAN_TELL = (
    "It shows how you rated the past 7 days, and whether that is different from the week "
    "before your first infusion.",
)
CANNOT_TELL = (
    "A score describes the past week. It is not a diagnosis, and we cannot tell from it alone "
    "what caused a change.",
    "One score says little. Weeks go up and down for everybody.",
    "These are this clinic system's own questions, not a validated scale.",
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


def own_page(progress: CourseProgress | None, address: Address, *, phone: str) -> OwnPage:
    """The page of the patient's own course, or of a patient without one."""
    call = f", or call the clinic: {phone}" if phone else ", or call the clinic"
    return OwnPage(
        sentences=("There is no course yet.",) if progress is None else _sentences(progress),
        picture=None if progress is None else _picture(progress, address),
        can_tell=CAN_TELL,
        cannot_tell=CANNOT_TELL,
        counts=() if progress is None else _counts(progress),
        talk=f"Talk about it with your team at your next visit{call}. "
        "Nobody watches these numbers day and night.",
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
        return ("You have no score yet.", "Your first chart appears after your second score.")
    if len(scored) == 1:
        value, on = scored[0]
        return (
            f"Your weekly symptom score was {value} on {on}.",
            "It can be 0 to 80, and lower is better. "
            "Your first chart appears after your second score.",
        )
    return (*progress.changes[SYMPTOMS].sentences, "Lower is better.")


def _picture(progress: CourseProgress, address: Address) -> Picture | None:
    if len(_scored(progress)) < 2:
        return None
    return weekly_picture(
        OWN_PICTURE,
        own_series(progress),
        address,
        caption="Your weekly symptom score. Lower is better.",
    )


def _counts(progress: CourseProgress) -> tuple[str, ...]:
    answered, due = progress.answered_of_due(WEEKLY)
    given = len(progress.record.given)
    counts = [f"You have had {formatting.count(given, 'infusion')}."] if given else []
    if due:
        counts.append(f"You sent {answered} of {due} weekly ratings that were due.")
    return tuple(counts)
