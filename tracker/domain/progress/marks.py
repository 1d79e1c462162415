"""The marks that a change can carry, the bad ones as many as the good ones."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """Which way a mark points."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    UNKNOWN = "unknown"


class ChangeMark(StrEnum):
    """What a change is called.

    The first six need a reliable-change value and are for scales that have one. The next six are
    for scales judged by percent, or by the smallest difference that matters: they make no claim
    about chance.
    """

    CLINICALLY_SIGNIFICANT = "clinically_significant"
    RELIABLY_IMPROVED = "reliably_improved"
    MINIMALLY_IMPROVED = "minimally_improved"
    NO_RELIABLE_CHANGE = "no_reliable_change"
    POSSIBLY_WORSE = "possibly_worse"
    RELIABLY_WORSE = "reliably_worse"
    BETTER = "better"
    RESPONSE = "response"
    PARTIAL_RESPONSE = "partial_response"
    NO_CLEAR_CHANGE = "no_clear_change"
    WORSE = "worse"
    MUCH_WORSE = "much_worse"
    NOT_JUDGED = "not_judged"

    @property
    def words(self) -> str:
        """For tables and reports."""
        return _WORDS[self]

    @property
    def side(self) -> Side:
        return _SIDES.get(self, Side.UNKNOWN)

    @property
    def is_beyond_noise(self) -> bool | None:
        """Whether the change is more than measurement error makes; None where nothing says so."""
        return _NOISE.get(self)


_WORDS = {
    ChangeMark.CLINICALLY_SIGNIFICANT: "Clinically significant improvement",
    ChangeMark.RELIABLY_IMPROVED: "Reliably improved",
    ChangeMark.MINIMALLY_IMPROVED: "Minimally improved",
    ChangeMark.NO_RELIABLE_CHANGE: "No reliable change",
    ChangeMark.POSSIBLY_WORSE: "Possibly worse",
    ChangeMark.RELIABLY_WORSE: "Reliably worse",
    ChangeMark.BETTER: "Better",
    ChangeMark.RESPONSE: "Response",
    ChangeMark.PARTIAL_RESPONSE: "Partial response",
    ChangeMark.NO_CLEAR_CHANGE: "No clear change",
    ChangeMark.WORSE: "Worse",
    ChangeMark.MUCH_WORSE: "Much worse",
    ChangeMark.NOT_JUDGED: "Not judged",
}

_SIDES = {
    ChangeMark.CLINICALLY_SIGNIFICANT: Side.BETTER,
    ChangeMark.RELIABLY_IMPROVED: Side.BETTER,
    ChangeMark.MINIMALLY_IMPROVED: Side.BETTER,
    ChangeMark.BETTER: Side.BETTER,
    ChangeMark.RESPONSE: Side.BETTER,
    ChangeMark.PARTIAL_RESPONSE: Side.BETTER,
    ChangeMark.NO_RELIABLE_CHANGE: Side.SAME,
    ChangeMark.NO_CLEAR_CHANGE: Side.SAME,
    ChangeMark.POSSIBLY_WORSE: Side.WORSE,
    ChangeMark.RELIABLY_WORSE: Side.WORSE,
    ChangeMark.WORSE: Side.WORSE,
    ChangeMark.MUCH_WORSE: Side.WORSE,
}

_NOISE = {
    ChangeMark.CLINICALLY_SIGNIFICANT: True,
    ChangeMark.RELIABLY_IMPROVED: True,
    ChangeMark.MINIMALLY_IMPROVED: False,
    ChangeMark.NO_RELIABLE_CHANGE: False,
    ChangeMark.POSSIBLY_WORSE: False,
    ChangeMark.RELIABLY_WORSE: True,
}
