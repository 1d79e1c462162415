"""LOINC codes: their check digit, and the notice that goes with them."""

from __future__ import annotations

import re

NOTICE = (
    "This material contains content from LOINC (https://loinc.org). LOINC is copyright © "
    "Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) "
    "Committee and is available at no cost under the license at https://loinc.org/license. "
    "LOINC® is a registered United States trademark of Regenstrief Institute, Inc."
)
"""Goes with every output that shows a code."""

_CODE = re.compile(r"(LA)?([0-9]{1,7})-([0-9])")


def is_loinc_code(text: str) -> bool:
    """Whether this is a code of a term or of an answer (LA…) whose check digit is right.

    The check digit is the Luhn digit of the number; with the letters of an answer it is five more
    (so in every answer code that was looked at: LA33-6, LA6568-5).
    """
    found = _CODE.fullmatch(text)
    if found is None:
        return False
    letters = 5 if found[1] else 0
    return (_check_digit(found[2]) + letters) % 10 == int(found[3])


def _check_digit(number: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10
