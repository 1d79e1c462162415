"""The finished words of the pages about private links."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from tracker.actions.check_in_links import MadeLink
from tracker.domain.check_in_links import WRONG_DATES_UNTIL_LOCKED, LinkState
from tracker.domain.clinic import Clinic
from tracker.domain.errors import Refused
from tracker.domain.languages import to_say
from tracker.queries.check_in_links import LinkLine, LinksOfPatient
from tracker.queries.patients import PatientRecord
from tracker.web.formatting import birthday, moment


def does_not_open() -> Refused:
    """The one answer to every link and date that open nothing."""
    words = to_say(
        "This link and this date do not open a check-in. Check the date and try again. "
        "After %(wrong)s wrong dates a link stays shut: ask your care team for a new one."
    )
    return Refused(words, values={"wrong": WRONG_DATES_UNTIL_LOCKED})


STATE_WORDS = {
    LinkState.LIVE: "Can be used",
    LinkState.ANSWERED: "Answered",
    LinkState.ENDED: "Its time is over",
    LinkState.REVOKED: "Taken back",
    LinkState.LOCKED: "Locked: too many wrong dates of birth",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkRow:
    """One link that was made."""

    what: str
    state: str
    rows: tuple[tuple[str, str], ...]
    revoke_href: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LinksPage:
    """The links of one patient."""

    name: str
    born: str
    record_number: str
    back_href: str
    may_make: bool
    nothing_due: str
    links: tuple[LinkRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MadePage:
    """A fresh link, on the page that answers and nowhere else."""

    name: str
    born: str
    record_number: str
    back_href: str
    link: str
    until: str


def links_page(
    patient: PatientRecord, found: LinksOfPatient, *, names: dict[str, str], clinic: Clinic
) -> LinksPage:
    """What can be sent now and what was sent."""
    return LinksPage(
        name=patient.details.name,
        born=birthday(patient.details.born_on),
        record_number=patient.details.record_number,
        back_href=url_for("patients.show", patient_id=patient.id),
        may_make=bool(found.due),
        nothing_due="" if found.due else "No check-in is open for this patient now.",
        links=tuple(_row(link, names, clinic) for link in found.links),
    )


def _row(link: LinkLine, names: dict[str, str], clinic: Clinic) -> LinkRow:
    by = f" by {link.made_by}" if link.made_by else ", for a reminder"
    opened = moment(link.opened_at, clinic) if link.opened_at else "Not yet"
    rows = [
        ("Made", f"{moment(link.made_at, clinic)}{by}"),
        ("First opened", opened),
        ("Ends", moment(link.ends_at, clinic)),
    ]
    if link.another_asked_at:
        rows.append(("Patient asked for a new link", moment(link.another_asked_at, clinic)))
    is_live = link.state is LinkState.LIVE
    return LinkRow(
        what=names.get(link.instrument_key, link.instrument_key),
        state=STATE_WORDS[link.state],
        rows=tuple(rows),
        revoke_href=url_for("check_in_links.revoke", check_in_link_id=link.link_id)
        if is_live
        else None,
    )


def made_page(
    patient: PatientRecord, made: MadeLink, *, public_url: str, clinic: Clinic
) -> MadePage:
    """The link, to be handed over."""
    return MadePage(
        name=patient.details.name,
        born=birthday(patient.details.born_on),
        record_number=patient.details.record_number,
        back_href=links_href(patient.id),
        link=public_url + url_for("check_in_links.open_link", token=made.token),
        until=moment(made.expires_at, clinic),
    )


def links_href(patient_id: UUID) -> str:
    """The page of one patient's links."""
    return url_for("check_in_links.index", patient_id=patient_id)
