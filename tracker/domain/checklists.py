"""The two checklists of a protocol: before an infusion starts, and before somebody may leave.

What is on them is data of the protocol, so that a clinic edits them. The items here are this
project's starting points in its own words: default, needs clinical review.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.errors import Refused

LONGEST_ITEM = 160
MOST_ITEMS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckItem:
    """One item. `key` stays the same when the words change; `asks` is what to note beside it."""

    key: str
    words: str
    hint: str = ""
    may_not_apply: bool = False
    asks: str = ""


WEIGHT = "weight"
BASELINE_VITAL_SIGNS = "baseline_vital_signs"

DEFAULT_CHECKS_BEFORE = (
    CheckItem(
        key="identity",
        words="Identity confirmed by two identifiers",
        hint="For example name and date of birth, said by the patient.",
    ),
    CheckItem(key="allergies", words="Allergies read out and confirmed"),
    CheckItem(
        key="consent",
        words="Consent is signed and in date, also for use outside the label",
        asks="Date of the consent",
    ),
    CheckItem(
        key="escort",
        words="Escort and ride home are arranged",
        asks="Name and telephone of the escort",
    ),
    CheckItem(
        key="fasting",
        words="Fasting as the clinic asks",
        asks="Last meal and last drink",
    ),
    CheckItem(
        key="pregnancy",
        words="Pregnancy test where it applies",
        may_not_apply=True,
        asks="Result and date",
    ),
    CheckItem(
        key="substances",
        words="Alcohol, cannabis, opioids and stimulants asked about",
        asks="What, and when last",
    ),
    CheckItem(
        key="medicines",
        words="Interacting medicines asked about",
        hint="Benzodiazepines, lamotrigine, stimulants, MAO inhibitors, sedatives, opioids.",
        asks="What, and when last",
    ),
    CheckItem(
        key="antihypertensive",
        words="Own blood pressure medicine taken",
        may_not_apply=True,
    ),
    CheckItem(
        key="symptoms",
        words="New symptoms asked about: heart, nerves, bladder, infection",
        asks="What was reported",
    ),
    CheckItem(
        key="safety",
        words="Safety screen done: thoughts of suicide, psychosis, mania",
        asks="What was found",
    ),
    CheckItem(key=WEIGHT, words="Weight measured today", asks="Weight"),
    CheckItem(key=BASELINE_VITAL_SIGNS, words="Vital signs taken before the start"),
    CheckItem(
        key="access",
        words="Venous access works; oxygen, suction and emergency kit are checked",
        asks="Site of the line",
    ),
)
"""Fields of the checklist in use at ketamine clinics and of the esketamine programme's forms."""

DEFAULT_CHECKS_DISCHARGE = (
    CheckItem(key="orientation", words="Oriented, and walks steadily"),
    CheckItem(key="nausea", words="Nausea is under control"),
    CheckItem(
        key="dissociation",
        words="Dissociation has faded to about what it was before",
    ),
    CheckItem(
        key="suicidality",
        words="Brief check: no new thoughts of suicide",
        asks="What was found",
    ),
    CheckItem(key="line_removed", words="Line removed, site looked at", may_not_apply=True),
    CheckItem(key="escort", words="Escort is here", asks="Name"),
    CheckItem(
        key="instructions",
        words="Written instructions given and explained",
        hint="No driving and no legal decisions until the day after, following a night's sleep; "
        "no alcohol for 24 hours; whom to call in a crisis.",
    ),
)
"""What is answered by hand; score, blood pressure and observation are computed from the sheet."""


def check_items(items: Iterable[CheckItem], *, field: str) -> None:
    """Raise `Refused` for a checklist that cannot be used: empty words, a key or words twice."""
    found = tuple(items)
    if len(found) > MOST_ITEMS:
        raise Refused(f"A checklist has at most {MOST_ITEMS} items.", field=field)
    if any(not item.words or len(item.words) > LONGEST_ITEM for item in found):
        raise Refused(f"An item has from 1 to {LONGEST_ITEM} characters.", field=field)
    if len({item.key for item in found}) < len(found):
        raise Refused("Two items of the checklist have the same key.", field=field)
    if len({item.words.casefold() for item in found}) < len(found):
        raise Refused("The same item is on the checklist twice. Remove one.", field=field)


def own_key(words: str) -> str:
    """The key of an item that a clinic added: the same words, the same key."""
    return "own_" + hashlib.sha256(words.casefold().encode()).hexdigest()[:12]
