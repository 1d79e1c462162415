"""What every page of a patient says whose restricted record was opened without being named."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, has_request_context, url_for

from tracker.queries import restrictions as restriction_queries
from tracker.web import access
from tracker.web.formatting import clock_time


@dataclass(frozen=True, kw_only=True, slots=True)
class GlassBanner:
    words: str
    close_label: str
    close_href: str


def glass_banner() -> GlassBanner | None:
    """None on every page of anybody else."""
    patient_id = g.get("glass_of") if has_request_context() else None
    if patient_id is None:
        return None
    until = restriction_queries.find_open_until(access.database(), access.who(), patient_id)
    if until is None:  # closed by this very request
        return None
    return GlassBanner(
        words=f"You opened this restricted record. It closes at"
        f" {clock_time(access.clinic().local(until))}.",
        close_label="Close it now",
        close_href=url_for("restrictions.close_glass", patient_id=patient_id),
    )
