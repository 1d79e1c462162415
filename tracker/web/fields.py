"""Form fields that take any input without breaking, and say what to do when it does not fit.

The stock fields raise on a signalling NaN, on numbers beyond 64 bit, on NUL characters and on lone
surrogates. These accept a strict notation, are bounded, and keep what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from wtforms import Field
from wtforms.fields import (
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import RadioField as StockRadioField
from wtforms.validators import Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, DateInput, FileInput, ListWidget, TextInput, TimeInput

from tracker.domain.accounts import normal_email

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,190}\.[^@\s,;<>\".]{2,}")


def clean(text: str | None, *, many_lines: bool = False) -> str:
    """Text without control characters and lone surrogates, composed, trimmed."""
    found = _CONTROL.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    if not many_lines:
        found = found.replace("\n", " ").replace("\t", " ")
    return unicodedata.normalize("NFC", found).strip()


class _Described:
    """What a field says about itself beside its label: a hint, a unit, what to do when missing."""

    hint = ""
    unit = ""
    data: Any

    def _describe(self, kwargs: dict[str, Any]) -> None:
        self.hint = kwargs.pop("hint", "")
        self.unit = kwargs.pop("unit", "")
        self.optional = kwargs.pop("optional", False)
        self.missing = kwargs.pop("missing", "")


class Words(_Described, StringField):
    """One line of text, trimmed. `longest` in characters; `offered` is what a browser suggests."""

    many_lines = False

    def __init__(
        self, label: str, *, longest: int = 200, offered: Sequence[str] = (), **kwargs: Any
    ) -> None:
        self._describe(kwargs)
        self.longest = longest
        self.offered = offered
        super().__init__(label, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = clean(valuelist[0], many_lines=self.many_lines)

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            if self.optional:
                raise StopValidation
            what = _lower_first(self.label.text)
            raise StopValidation(self.missing or gettext("Enter %(what)s.", what=what))
        if len(self.data) > self.longest:
            words = gettext(
                "Shorten this to %(longest)s characters. It has %(length)s now.",
                longest=self.longest,
                length=len(self.data),
            )
            raise StopValidation(words)
        self.check(self.data)

    def check(self, text: str) -> None:
        """What a kind of text has to look like; raises `StopValidation`."""


class LongText(Words):
    """Several lines of plain text."""

    many_lines = True
    widget = TextAreaField.widget

    def __init__(self, label: str, *, longest: int = 4000, **kwargs: Any) -> None:
        super().__init__(label, longest=longest, **kwargs)


class Email(Words):
    """An e-mail address."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, longest=254, **kwargs)

    def check(self, text: str) -> None:
        # Also in the form in which it is looked up: composing can lengthen it or make a second @.
        normal = normal_email(text)
        fits = _EMAIL.fullmatch(text) and _EMAIL.fullmatch(normal)
        if not fits or len(normal) > self.longest:
            raise StopValidation(gettext("Enter an e-mail address such as name@example.org."))


class Secret(_Described, PasswordField):
    """A password: kept exactly as typed, never shown again."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        self._describe(kwargs)
        super().__init__(label, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if not self.data and not self.optional:
            raise StopValidation(self.missing or gettext("Enter your password."))


class _Typed(_Described, Field):
    """A value in one strict notation. What was typed is shown again as it was."""

    widget = TextInput()
    notation = re.compile("")

    def __init__(self, label: str, *, says: str, **kwargs: Any) -> None:
        self._describe(kwargs)
        self.says = says
        super().__init__(label, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)

    def show(self, value: Any) -> str:
        return str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = clean(valuelist[0]) if valuelist else ""
        if not text:
            return
        if len(text) > 40 or not text.isascii() or not self.notation.fullmatch(text):
            raise ValidationError(self.says)
        self.data = self.read(text)

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation
        if self.data is None:
            if self.optional:
                raise StopValidation
            raise StopValidation(self.missing or self.says)


class WholeNumber(_Typed):
    """A whole number inside bounds."""

    notation = re.compile(r"[+-]?\d{1,9}")

    def __init__(self, label: str, *, low: int, high: int, **kwargs: Any) -> None:
        bounds = {"low": low, "high": high, "unit": kwargs.get("unit")}
        says = lazy_gettext("Enter a whole number from %(low)s to %(high)s.", **bounds)
        if kwargs.get("unit"):
            says = lazy_gettext("Enter a whole number from %(low)s to %(high)s %(unit)s.", **bounds)
        kwargs.setdefault("says", says)
        self.low, self.high = low, high
        super().__init__(label, **kwargs)

    def read(self, text: str) -> int:
        number = int(text)
        if not self.low <= number <= self.high:
            raise ValidationError(self.says)
        return number


class DecimalNumber(_Typed):
    """A decimal number inside bounds, with a point or a comma."""

    notation = re.compile(r"\d{1,7}(?:[.,]\d{1,6})?")

    def __init__(
        self, label: str, *, low: Decimal, high: Decimal, places: int, **kwargs: Any
    ) -> None:
        bounds = {"low": low, "high": high, "unit": kwargs.get("unit")}
        says = lazy_gettext("Enter a number from %(low)s to %(high)s.", **bounds)
        if kwargs.get("unit"):
            says = lazy_gettext("Enter a number from %(low)s to %(high)s %(unit)s.", **bounds)
        kwargs.setdefault("says", says)
        self.low, self.high, self.places = low, high, places
        super().__init__(label, **kwargs)

    def show(self, value: Any) -> str:
        return f"{Decimal(value).normalize():f}"

    def read(self, text: str) -> Decimal:
        number = Decimal(text.replace(",", "."))
        if not self.low <= number <= self.high:
            raise ValidationError(self.says)
        if number != number.quantize(Decimal(1).scaleb(-self.places)):
            words = gettext("Use at most %(places)s decimal places.", places=self.places)
            raise ValidationError(words)
        return number


class Day(_Typed):
    """A calendar date, as the browser's date field sends it (2026-11-23)."""

    widget = DateInput()
    notation = re.compile(r"\d{4}-\d{2}-\d{2}")

    def __init__(self, label: str, **kwargs: Any) -> None:
        kwargs.setdefault("says", lazy_gettext("Enter a date such as 2026-11-23."))
        super().__init__(label, **kwargs)

    def read(self, text: str) -> date:
        try:
            found = date.fromisoformat(text)
        except ValueError:
            words = gettext("This date does not exist.")
            raise ValidationError(f"{words} {self.says}") from None
        if not 1900 <= found.year <= 2100:
            raise ValidationError(gettext("Enter a year from 1900 to 2100."))
        return found


class TimeOfDay(_Typed):
    """A time on the clinic's wall clock (14:05)."""

    widget = TimeInput()
    notation = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")

    def __init__(self, label: str, **kwargs: Any) -> None:
        kwargs.setdefault("says", lazy_gettext("Enter a time such as 14:05."))
        super().__init__(label, **kwargs)

    def show(self, value: Any) -> str:
        return f"{value:%H:%M}"

    def read(self, text: str) -> time:
        try:
            return datetime.strptime(text[:5].rjust(5, "0"), "%H:%M").time()  # noqa: DTZ007
        except ValueError:
            raise ValidationError(self.says) from None


def a_uuid(text: str) -> UUID | None:
    """The UUID that a text is; None for any other text."""
    try:
        return UUID(text[:40])
    except ValueError:
        return None


class Unseen(HiddenField):
    """What a form carries and nobody sees: it needs no label, which would be looked for."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)


class Identifier(Unseen):
    """A UUID that the form carries. A damaged one counts as missing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = a_uuid(valuelist[0]) if valuelist else None


class Version(Unseen):
    """The version of the record that the form showed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class Taken(Unseen):
    """When the browser says that the entry was made: a UTC instant such as 2026-11-23T15:20:07.5Z.

    It is a claim, held to the same rules as a typed time. A damaged one counts as missing: an entry
    is worth more than its stamp.
    """

    _notation = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z", re.ASCII)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = valuelist[0][:40] if valuelist else ""
        if not self._notation.fullmatch(text):
            return
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return
        self.data = found.astimezone(UTC) if 2000 <= found.year <= 2100 else None

    def _value(self) -> str:
        return f"{self.data:%Y-%m-%dT%H:%M:%S.%fZ}" if self.data else ""


class Carried(Unseen):
    """Text that a form carries from one step to the next. A longer one counts as none."""

    def __init__(self, label: str = "", *, longest: int, **kwargs: Any) -> None:
        self.longest = longest
        super().__init__(label, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = "" if len(text) > self.longest else _CONTROL.sub("", text)


class Upload(_Described, Field):
    """A small file. ``data`` is its bytes, None without one; its name is not looked at."""

    widget = FileInput()

    def __init__(self, label: str, *, most_bytes: int, **kwargs: Any) -> None:
        self._describe(kwargs)
        self.most_bytes = most_bytes
        super().__init__(label, **kwargs)

    def _value(self) -> str:
        return ""  # a browser does not let a page choose a file

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        files = [each for each in valuelist if hasattr(each, "stream") and each.filename]
        if not files:
            return
        found = files[0].stream.read(self.most_bytes + 1)
        if len(found) > self.most_bytes:
            raise ValidationError(f"Choose a file of at most {self.most_bytes // 1024} KB.")
        self.data = found

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation
        if not self.data and not self.optional:
            raise StopValidation(self.missing or "Choose a file.")


class Choice(_Described, SelectField):
    """One of a list, from a drop-down."""

    def __init__(self, label: str, *, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        self._describe(kwargs)
        super().__init__(label, **kwargs)
        self.choices = list(choices)

    def pre_validate(self, form: Any) -> None:
        if not self.data and self.optional:
            raise StopValidation
        if not self.data and self.missing:  # the first line of the list may be empty
            raise StopValidation(self.missing)
        if self.data not in {value for value, _ in self.choices}:
            what = _lower_first(self.label.text)
            raise StopValidation(self.missing or gettext("Choose %(what)s.", what=what))


class Tiles(_Described, StockRadioField):
    """One of a few, as large tiles. Nothing is chosen beforehand unless the view says so."""

    def __init__(self, label: str, *, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        self._describe(kwargs)
        kwargs.setdefault("default", None)
        super().__init__(label, **kwargs)
        self.choices = list(choices)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else None

    def pre_validate(self, form: Any) -> None:
        if self.data in {None, ""}:
            if self.optional:
                self.data = None
                raise StopValidation
            raise StopValidation(self.missing or gettext("Choose one of the answers."))
        if self.data not in {str(value) for value, _ in self.choices}:
            raise StopValidation(self.missing or gettext("Choose one of the answers."))

    validate_choice = False


class Ticks(_Described, SelectMultipleField):
    """Any number of a list, as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, *, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        self._describe(kwargs)
        super().__init__(label, **kwargs)
        self.choices = list(choices)

    def pre_validate(self, form: Any) -> None:
        known = {value for value, _ in self.choices}
        if any(value not in known for value in self.data or ()):
            raise StopValidation(gettext("Choose from the list."))


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


__all__ = [
    "Carried",
    "Choice",
    "Day",
    "DecimalNumber",
    "Email",
    "Identifier",
    "LongText",
    "Optional",
    "Secret",
    "Taken",
    "Ticks",
    "Tiles",
    "TimeOfDay",
    "Unseen",
    "Upload",
    "Version",
    "WholeNumber",
    "Words",
    "a_uuid",
]
