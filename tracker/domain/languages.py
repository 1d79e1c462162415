"""The languages that patients are spoken to in. Staff pages are English."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """As a BCP 47 tag, which is also how HTML and the stored wordings name it."""

    ENGLISH = "en"
    SPANISH = "es"
