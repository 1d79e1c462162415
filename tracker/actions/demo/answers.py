"""What a patient ticks on a day: the curve under it, habits, good and bad days."""

from __future__ import annotations

from random import Random
from typing import Any

from tracker.actions.demo.moments import dice
from tracker.actions.demo.severity import rated
from tracker.actions.demo.story import Story
from tracker.domain import instruments
from tracker.domain.due import DAILY, WEEKLY, DueCheckIn

_SIDE_EFFECTS = ("nausea", "dizziness", "headache", "tired", "detached", "blurred_vision")
_RISES = (0.85, 0.95, 1.0, 1.0, 1.05, 1.15)
"""How much a symptom stands out against the others; shuffled for each patient."""


def raw_answers(story: Story, due: DueCheckIn, level: float, chance: Random) -> dict[str, Any]:
    """Answers to every question but the one about self-harm, for a severity from 0 to 1."""
    if due.instrument_key == WEEKLY:
        raw = _weekly(story, level, chance)
    elif due.instrument_key == DAILY:
        raw = _ratings(story, ("memories", "sleep", "anxiety", "mood", "safety"), level, chance)
    else:
        raw = _ratings(story, ("memories", "anxiety", "mood", "safety"), level * 0.8, chance)
        felt = [effect for effect in _SIDE_EFFECTS if chance.random() < 0.22]
        raw["side_effects"] = felt or ["none"]
    _keep_from_alarming(due.instrument_key, raw)
    if chance.random() < 0.03:
        raw[chance.choice(sorted(raw))] = None  # now and then a question is skipped
    return raw


def _keep_from_alarming(instrument_key: str, raw: dict[str, Any]) -> None:
    """The story says who worries when: no other answer reaches what a safety rule looks for."""
    for rule in instruments.get(instrument_key).safety_rules:
        looked_for = [answer for answer in rule.answers if answer]
        if rule.item in raw and raw[rule.item] in looked_for:
            raw[rule.item] = min(looked_for) - 1


def _ratings(story: Story, items: tuple[str, ...], level: float, chance: Random) -> dict[str, Any]:
    rises = _rises(story)
    day = chance.gauss(0, 0.05)  # good and bad days colour every answer
    return {
        item: rated(level * rise + day, 10, chance, noise=0.7)
        for item, rise in zip(items, rises, strict=False)
    }


def _weekly(story: Story, level: float, chance: Random) -> dict[str, Any]:
    rises = _rises(story)
    raw: dict[str, Any] = {}
    for count, item in enumerate(instruments.get(WEEKLY).items):
        rise = rises[count % len(rises)]
        worst = 0.92 - 0.75 * level if item.page == 5 else level * rise
        raw[item.id] = rated(worst, 4, chance, noise=0.45)
    return raw


def _rises(story: Story) -> list[float]:
    rises = list(_RISES)
    dice(f"{story.key} rises").shuffle(rises)
    return rises
