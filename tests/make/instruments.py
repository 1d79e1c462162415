"""Instruments for tests: a long one whose second page holds a question that worries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tracker.domain.instruments import SafetyRule, catalogue
from tracker.web.check_ins import forms

ASKED = "blame"
"""A question of the second page of the weekly rating; its answers are 0 to 4."""

RULES = (
    SafetyRule(id="asked-at-the-top", item=ASKED, answers=(4,), level=3, deadline_hours=0),
    SafetyRule(id="asked-often", item=ASKED, answers=(3,), level=2, deadline_hours=4),
    SafetyRule(id="asked-skipped", item=ASKED, answers=(None,), level=1),
)


@contextmanager
def worrying_weekly() -> Iterator[None]:
    """The weekly rating, with `RULES` instead of its own."""
    shipped = dict(catalogue._shipped())
    for (key, version), each in shipped.items():
        if key == "weekly":
            shipped[key, version] = replace(each, safety_rules=RULES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "_shipped", lambda: shipped)
        _forget()
        yield
    _forget()


def _forget() -> None:
    catalogue.definitions.cache_clear()
    forms._kept_class.cache_clear()
