"""How a number stands in a working: without needless zeros, and rounded once, halves up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def plain(number: Decimal) -> str:
    """A number without needless zeros: 41.20 becomes 41.2, 80.0 becomes 80."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(exact: Fraction | Decimal, places: int) -> Decimal:
    """The nearest number with so many decimal places; halves go up (away from zero)."""
    value = Fraction(exact)
    scaled = abs(value) * 10**places
    whole = int(scaled + Fraction(1, 2))  # halves up, exactly: no binary number is between
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def is_exact(exact: Fraction | Decimal, shown: Decimal) -> bool:
    """Whether nothing was lost by rounding."""
    return Fraction(exact) == Fraction(shown)
