"""The controlled-drug ledger: amounts, and what has to be true of every entry.

Ketamine is a schedule III substance (DEA, since 1999): receipts, what was given to whom, waste and
counts are recorded apart from the rest of the record or readily found in it, for two years at
least (21 CFR 1304). A second person as witness of waste is a state rule or good practice rather
than federal law; here it is always asked for. The retention and the counts that a state asks for
are often stricter: default, needs clinical review.

Amounts are whole micrograms (`_ug`), so that sums are exact. A balance is never edited: what was
found otherwise is adjusted by two people, with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from tracker.domain.errors import Refused
from tracker.domain.infusion import plain
from tracker.domain.local_time import is_in_future

MG_PER_ML = (Decimal(1), Decimal(200))
VOLUME_ML = (Decimal("0.5"), Decimal(100))
MOST_VIALS_AT_ONCE = 50
DILUTE_FROM_MG_PER_ML = Decimal(100)
DILUTE_WORDS = "100 mg/mL must be diluted before it is given into a vein."
"""US labelling of ketamine 100 mg/mL."""
REASON_AFTER = timedelta(hours=24)
"""An entry for longer ago than this says why it comes so late."""

_UG_PER_MG = 1000
_THOUSANDTH = Decimal("0.001")


class EntryKind(StrEnum):
    """What an entry says about a vial."""

    RECEIVED = "received"
    DRAWN = "drawn"
    WASTED = "wasted"
    ADJUSTED = "adjusted"
    COUNTED = "counted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """Vials of one lot as they came in. `first_label` is the first of their running numbers."""

    first_label: str
    how_many: int
    drug: str
    lot: str
    ndc: str
    expires_on: date
    mg_per_ml: Decimal
    volume_ml: Decimal
    supplier: str
    invoice: str
    received_at: datetime
    reason: str = ""

    @property
    def content_ug(self) -> int:
        """What one vial holds."""
        return volume_ug(self.volume_ml, self.mg_per_ml, field="volume_ml")

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of all the vials. Raises `Refused` when they cannot be counted on."""
        return running_labels(self.first_label, self.how_many)


@dataclass(frozen=True, kw_only=True, slots=True)
class VialState:
    """What a vial holds now."""

    label: str
    expires_on: date
    mg_per_ml: Decimal
    received_at: datetime
    balance_ug: int

    def is_expired(self, on: date) -> bool:
        """A vial may be used on the day of its expiry, not after it."""
        return on > self.expires_on


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """When something happened: the instant, the clinic's date of it, and when it was typed."""

    at: datetime
    on: date
    now: datetime
    field: str = "occurred_time"


def mg_ug(amount_mg: Decimal, *, field: str = "amount_mg") -> int:
    """Milligrams as whole micrograms. Raises `Refused` for a fraction of a microgram."""
    amount = amount_mg * _UG_PER_MG
    if amount != amount.to_integral_value():
        raise Refused("Use at most 3 decimal places of a milligram.", field=field)
    return int(amount)


def volume_ug(volume_ml: Decimal, mg_per_ml: Decimal, *, field: str = "amount_ml") -> int:
    """What a volume holds, in whole micrograms. Raises `Refused` for a fraction of one."""
    return mg_ug(volume_ml * mg_per_ml, field=field)


def ug_mg(amount_ug: int) -> Decimal:
    """Micrograms as milligrams, exactly."""
    return Decimal(amount_ug) / _UG_PER_MG


def ug_ml(amount_ug: int, mg_per_ml: Decimal) -> Decimal:
    """The volume of an amount, to a thousandth of a millilitre."""
    return (ug_mg(amount_ug) / mg_per_ml).quantize(_THOUSANDTH)


def mg_words(amount_ug: int) -> str:
    """ "35 mg"."""
    return f"{plain(ug_mg(amount_ug))} mg"


def amount_words(amount_ug: int, mg_per_ml: Decimal) -> str:
    """ "35 mg (3.5 mL)"."""
    return f"{mg_words(amount_ug)} ({plain(ug_ml(amount_ug, mg_per_ml))} mL)"


def running_labels(first: str, how_many: int) -> tuple[str, ...]:
    """ "K-08", "K-09", "K-10" from "K-08" and 3. Raises `Refused` without a number at the end."""
    if how_many == 1:
        return (first,)
    found = re.fullmatch(r"(.*?)([0-9]{1,9})", first)
    if found is None:
        raise Refused(
            "End the label in a number, such as K-01: the other vials count on from it.",
            field="first_label",
        )
    start, digits = found.groups()
    return tuple(f"{start}{int(digits) + step:0{len(digits)}d}" for step in range(how_many))


def next_label(latest: str) -> str:
    """The label after the one that was given last; empty when it does not end in a number."""
    try:
        return running_labels(latest, 2)[1]
    except Refused:
        return ""


def check_time(when: Occurrence, *, earliest: datetime | None, reason: str | None) -> None:
    """Raise `Refused` for a time in the future, before the vial came, or long ago without reason.

    `reason` is None where the entry has no room for one.
    """
    if is_in_future(when.at, when.now):
        raise Refused("The time cannot be in the future.", field=when.field)
    if earliest is not None and when.at < earliest - timedelta(minutes=1):
        raise Refused(
            "That is before the vial was received. Check date and time.", field=when.field
        )
    if reason == "" and when.now - when.at > REASON_AFTER:
        raise Refused(
            f"This is {_ago(when.now - when.at)} ago. Say why it is entered only now.",
            field="reason",
        )


def _ago(how_long: timedelta) -> str:
    hours = int(how_long.total_seconds() // 3600)
    return f"{hours} hours" if hours < 72 else f"{hours // 24} days"


def check_receipt(receipt: Receipt, when: Occurrence) -> None:
    """Raise `Refused` for a receipt that cannot be, or that needs a reason."""
    _check_bounds(receipt.mg_per_ml, MG_PER_ML, "mg_per_ml", "mg/mL")
    _check_bounds(receipt.volume_ml, VOLUME_ML, "volume_ml", "mL")
    if not 1 <= receipt.how_many <= MOST_VIALS_AT_ONCE:
        raise Refused(f"Enter a number from 1 to {MOST_VIALS_AT_ONCE}.", field="how_many")
    if not receipt.lot:
        raise Refused("Enter the lot as it stands on the vial.", field="lot")
    check_time(when, earliest=None, reason=receipt.reason)
    if when.on > receipt.expires_on and not receipt.reason:
        raise Refused(
            "This lot has expired. Check the date, or say below why it is taken in.",
            field="expires_on",
        )
    if any(not 1 <= len(label) <= 80 for label in receipt.labels) or receipt.content_ug <= 0:
        raise Refused("Enter a label of at most 80 characters.", field="first_label")


def _check_bounds(value: Decimal, bounds: tuple[Decimal, Decimal], field: str, unit: str) -> None:
    low, high = bounds
    if not low <= value <= high:
        raise Refused(f"Enter a number from {low} to {high} {unit}.", field=field)


def check_draw(vial: VialState, amount_ug: int, when: Occurrence, *, reason: str) -> None:
    """Raise `Refused` for more than the vial holds, or for an expired vial without a reason."""
    check_time(when, earliest=vial.received_at, reason=reason)
    check_leaves(vial, amount_ug)
    if vial.is_expired(when.on) and not reason:
        raise Refused(
            f"Vial {vial.label} expired on {vial.expires_on:%-d %b %Y}. Take another one, or say "
            "why this one is used.",
            field="reason",
        )


def check_leaves(vial: VialState, amount_ug: int) -> None:
    """Raise `Refused` unless so much can leave the vial."""
    if amount_ug <= 0:
        raise Refused("Enter an amount above 0.", field="amount_mg")
    if amount_ug > vial.balance_ug:
        raise Refused(
            f"Vial {vial.label} holds {amount_words(vial.balance_ug, vial.mg_per_ml)}, and "
            f"{amount_words(amount_ug, vial.mg_per_ml)} were entered. Nothing was stored.",
            field="amount_mg",
        )


def check_account(drawn_ug: int, given_ug: int, wasted_ug: int) -> None:
    """Raise `Refused` unless what was given and wasted is what was drawn, to the microgram."""
    if given_ug < 0 or wasted_ug < 0:
        raise Refused("Enter an amount of 0 or more.", field="given_mg")
    accounted = given_ug + wasted_ug
    if accounted == drawn_ug:
        return
    gap = abs(drawn_ug - accounted)
    raise Refused(
        f"The drug amounts do not add up: {mg_words(given_ug)} given and {mg_words(wasted_ug)} "
        f"wasted are {mg_words(accounted)}, but {mg_words(drawn_ug)} were drawn. "
        f"{mg_words(gap)} {'are missing' if accounted < drawn_ug else 'are too much'}.",
        field="wasted_mg",
    )


def check_waste(vial: VialState, amount_ug: int, when: Occurrence, *, reason: str) -> None:
    """Raise `Refused` for a waste without a reason or of more than the vial holds."""
    check_time(when, earliest=vial.received_at, reason=None)
    check_leaves(vial, amount_ug)
    _check_reason(reason)


def check_adjustment(vial: VialState, found_ug: int, when: Occurrence, *, reason: str) -> int:
    """What an adjustment adds (or takes away) so that the balance is what was found.

    Raises `Refused` without a reason, or when nothing would change.
    """
    check_time(when, earliest=vial.received_at, reason=None)
    _check_found(found_ug)
    _check_reason(reason)
    if found_ug == vial.balance_ug:
        raise Refused(
            f"The ledger says {mg_words(vial.balance_ug)} too. There is nothing to adjust.",
            field="found_mg",
        )
    return found_ug - vial.balance_ug


def check_count(vial: VialState, counted_ug: int, when: Occurrence) -> int:
    """The difference of a count to the ledger: negative when drug is missing."""
    check_time(when, earliest=vial.received_at, reason=None)
    _check_found(counted_ug)
    return counted_ug - vial.balance_ug


def _check_found(found_ug: int) -> None:
    if found_ug < 0:
        raise Refused("Enter an amount of 0 or more.", field="found_mg")


def _check_reason(reason: str) -> None:
    if not reason:
        raise Refused("Say why. It stays in the ledger.", field="reason")


def difference_words(counted_ug: int, balance_ug: int) -> str:
    """What a count found against the ledger."""
    if counted_ug == balance_ug:
        return "agrees with the ledger"
    gap = counted_ug - balance_ug
    return f"{mg_words(abs(gap))} {'more' if gap > 0 else 'less'} than the ledger"
