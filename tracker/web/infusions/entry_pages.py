"""The finished words beside the form of an entry: one page for every kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from tracker.queries.run_sheets import RunSheet
from tracker.web.infusions.words import banner, infusion_title

_MACROS = {"Choice": "select", "LongText": "long", "Ticks": "ticks", "Tiles": "tiles"}


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryPage:
    """`rows` are the fields in the order of the form: how each is drawn, and the field."""

    banner: dict[str, object]
    sheet_title: str
    title: str
    lead: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, Any], ...]
    asks: bool  # whether its action may ask before it stores
    button: str
    other: tuple[str, str] | None
    sheet_href: str


def entry_form_page(
    sheet: RunSheet,
    form: Any,
    *,
    title: str,
    button: str,
    lead: str = "",
    lines: tuple[str, ...] = (),
    other: tuple[str, str] | None = None,
) -> EntryPage:
    """The page of one form; `other` is a link to what might be meant instead."""
    shown = [
        field
        for field in form
        if getattr(field.widget, "input_type", "") != "hidden" and field.name != "confirmed"
    ]
    return EntryPage(
        banner=banner(sheet.bearer),
        sheet_title=infusion_title(sheet.appointment),
        title=title,
        lead=lead,
        lines=lines,
        rows=tuple((_MACROS.get(field.type, "field"), field) for field in shown),
        asks="confirmed" in form,
        button=button,
        other=other,
        sheet_href=url_for("infusions.show", infusion_id=sheet.id),
    )
