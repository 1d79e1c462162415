"""Fields that take any input: what fits is read exactly, anything else comes back with words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form as StockForm

from tests.conventions.test_junk import ZOO
from tracker.domain.accounts import normal_email
from tracker.web import fields

FIELDS: dict[str, Any] = {
    "words": lambda: fields.Words("Name", longest=80),
    "long": lambda: fields.LongText("Note", longest=400),
    "email": lambda: fields.Email("E-mail"),
    "whole": lambda: fields.WholeNumber("Count", low=1, high=12),
    "decimal": lambda: fields.DecimalNumber("Weight", low=Decimal(20), high=Decimal(400), places=1),
    "day": lambda: fields.Day("Day"),
    "time": lambda: fields.TimeOfDay("Time"),
    "choice": lambda: fields.Choice("Kind", choices=[("a", "A")]),
    "tiles": lambda: fields.Tiles("Kind", choices=[("a", "A")]),
    "version": lambda: fields.Version(),
    "identifier": lambda: fields.Identifier(),
    "taken": lambda: fields.Taken(),
}


def read(kind: str, text: str | None) -> tuple[Any, list[str]]:
    """What a field of this kind makes of the text: its value and its complaints."""
    one = type("OneField", (StockForm,), {"field": FIELDS[kind]()})
    form = one(MultiDict([("field", text)] if text is not None else []))
    form.validate()
    return form["field"].data, [str(each) for each in form["field"].errors]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("words", "  Ana\tMaria\x00\n ", "Ana Maria"),
        ("words", "e\u0301", "\u00e9"),
        ("long", "one\r\ntwo\rthree\x07", "one\ntwo\nthree"),
        ("email", " Kim@Example.org ", "Kim@Example.org"),
        ("whole", "12", 12),
        ("whole", "+7", 7),
        ("decimal", "80,5", Decimal("80.5")),
        ("decimal", "80.50", Decimal("80.50")),
        ("day", "2026-02-28", date(2026, 2, 28)),
        ("time", "9:05", time(9, 5)),
        ("time", "23:59:59", time(23, 59)),
        ("choice", "a", "a"),
        ("tiles", "a", "a"),
        ("version", "3", 3),
    ],
)
def test_what_fits_is_read(kind: str, text: str, value: Any) -> None:
    assert read(kind, text) == (value, [])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("words", None),
        ("words", "\x00\x1f\u200b"[:2]),
        ("words", "x" * 81),
        ("long", "x" * 401),
        ("email", "a@b"),
        ("email", "a@b.example\r\nBcc: x@y.example"),
        ("email", "\ufdfa" * 60 + "@b.example"),
        ("email", "a\uff20b@c.example"),
        ("whole", "sNaN"),
        ("whole", str(2**63)),
        ("whole", "\u0661\u0662"),
        ("whole", "1_0"),
        ("whole", "0"),
        ("whole", "13"),
        ("decimal", "sNaN"),
        ("decimal", "Infinity"),
        ("decimal", "1e2"),
        ("decimal", "80.55"),
        ("decimal", "-80"),
        ("decimal", "401"),
        ("day", "2026-02-30"),
        ("day", "0001-01-01"),
        ("day", "2101-01-01"),
        ("day", "23.11.2026"),
        ("time", "24:00"),
        ("time", "\u0661\u0662:00"),
        ("choice", "b"),
        ("choice", None),
        ("tiles", "b"),
        ("tiles", None),
    ],
)
def test_what_does_not_fit_comes_back_with_words(kind: str, text: str | None) -> None:
    _, complaints = read(kind, text)
    assert complaints
    assert all(each.endswith(".") for each in complaints)


@given(kind=st.sampled_from(sorted(FIELDS)), text=st.one_of(st.sampled_from(ZOO), st.text()))
def test_anything_at_all_is_read_or_refused(kind: str, text: str) -> None:
    value, complaints = read(kind, text)
    if isinstance(value, str) and not complaints and kind in {"words", "long", "email"}:
        value.encode("utf-8")
        assert not fields._CONTROL.search(value)


@given(local=st.text(min_size=1, max_size=64), domain=st.text(min_size=1, max_size=60))
def test_an_accepted_address_still_fits_in_the_form_that_is_stored(local: str, domain: str) -> None:
    value, complaints = read("email", f"{local}@{domain}.example")
    if not complaints:
        stored = normal_email(value)
        assert len(stored) <= 254
        assert stored.count("@") == 1


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T15:20:07.500Z", datetime(2026, 11, 23, 15, 20, 7, 500_000, tzinfo=UTC)),
        ("2026-11-23T15:20:07Z", datetime(2026, 11, 23, 15, 20, 7, tzinfo=UTC)),
        ("2026-11-23T15:20:07", None),
        ("2026-11-23T15:20:07+02:00", None),
        ("2026-13-23T15:20:07Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("10:20", None),
        ("", None),
    ],
)
def test_the_time_taken_is_read_or_counts_as_missing(text, moment):
    assert read("taken", text) == (moment, [])
