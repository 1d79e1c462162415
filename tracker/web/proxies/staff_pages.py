"""The finished words of the page on which staff arrange and end what a proxy reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.proxies import ProxyAuthority, ProxyEnd, ProxyState
from tracker.queries.proxies import ProxiesOfPatient, Proxy
from tracker.web.formatting import birthday, capital, day, moment
from tracker.web.proxies.pages import STANDING, Line, last_day

_AUTHORITY = {
    ProxyAuthority.AUTHORISED: "written authorisation of the patient",
    ProxyAuthority.LEGAL: "legal representative",
}
_ENDED = {
    ProxyEnd.BY_PATIENT: "ended by the patient",
    ProxyEnd.BY_CLINIC: "ended",
    ProxyEnd.RAN_OUT: "ran out",
    ProxyEnd.RESTRICTED: "ended: the record was restricted",
    ProxyEnd.ACCOUNT_CLOSED: "ended: an account was closed",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffPage:
    name: str
    born: str
    record_number: str
    lines: tuple[Line, ...]
    back_href: str


def staff_page(found: ProxiesOfPatient, patient_id: UUID, clinic: Clinic) -> StaffPage:
    """Who reads for a patient, and the way to end it."""
    return StaffPage(
        name=found.patient_name,
        born=birthday(found.born_on),
        record_number=found.record_number,
        lines=tuple(_staff_line(each, clinic) for each in found.proxies),
        back_href=url_for("patients.show", patient_id=patient_id),
    )


def _staff_line(each: Proxy, clinic: Clinic) -> Line:
    arranged = f"Arranged by {each.arranged_by} on {day(clinic.date_of(each.arranged_at))}"
    return Line(
        id=each.id,
        name=each.name,
        words=(f"{arranged}, {_AUTHORITY[each.authority]}.", _staff_state(each, clinic)),
        can_end=each.state in STANDING,
        end_href=url_for("proxies.end", proxy_id=each.id),
    )


def _staff_state(each: Proxy, clinic: Clinic) -> str:
    if each.ended_why is not None and each.ended_at is not None:
        by = f" by {each.ended_by}" if each.ended_why is ProxyEnd.BY_CLINIC else ""
        words = _ENDED[each.ended_why]
        return f"{capital(words)}{by} on {day(clinic.date_of(each.ended_at))}."
    if each.state is ProxyState.INVITED:
        return f"Invited. The link works once, until {moment(each.link_ends_at, clinic)}."
    if each.state is ProxyState.LINK_RAN_OUT:
        return "The link was not used and has run out. End this, and arrange it anew."
    return f"Sees the visits {_until_english(each.until_at, clinic)}."


def _until_english(until_at: datetime | None, clinic: Clinic) -> str:
    return f"until {day(last_day(until_at, clinic))}" if until_at else "until somebody ends it"
