"""The finished words of what the patient and the proxy read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext

from tracker.domain.clinic import Clinic
from tracker.domain.proxies import ProxyAuthority, ProxyState
from tracker.queries.proxies import Proxy, ProxyPage
from tracker.web.formatting import NO_BREAK, day, sentence
from tracker.web.visit_words import visit_words

STANDING = frozenset({ProxyState.INVITED, ProxyState.LINK_RAN_OUT, ProxyState.OPEN})


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One person who reads, or read."""

    id: UUID
    name: str
    words: tuple[str, ...]
    can_end: bool
    end_href: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingPage:
    lead: str
    visits: tuple[tuple[str, str], ...]
    nothing: str
    about: tuple[str, ...]
    clinic: str


def last_day(until_at: datetime, clinic: Clinic) -> date:
    """A microsecond before the end is still the last day."""
    return clinic.date_of(until_at - datetime.resolution)


def own_lines(found: Iterable[Proxy], clinic: Clinic) -> tuple[Line, ...]:
    """Who reads for the signed-in patient, in the patient's words."""
    return tuple(
        Line(
            id=each.id,
            name=each.name,
            words=(_own_arranged(each, clinic), _own_state(each, clinic)),
            can_end=each.state in STANDING,
        )
        for each in found
    )


def _own_arranged(each: Proxy, clinic: Clinic) -> str:
    values = {"who": each.arranged_by, "day": day(clinic.date_of(each.arranged_at))}
    if each.authority is ProxyAuthority.LEGAL:
        return gettext(
            "Arranged by %(who)s on %(day)s, because the law lets this person act for you.",
            **values,
        )
    return gettext("Arranged by %(who)s on %(day)s, because you agreed to it in writing.", **values)


def _own_state(each: Proxy, clinic: Clinic) -> str:
    if each.ended_at is not None:
        return sentence(gettext("Ended on %(day)s", day=day(clinic.date_of(each.ended_at))))
    if each.state is not ProxyState.OPEN:
        return gettext("Has not opened the account yet.")
    if each.until_at is not None:
        until = day(last_day(each.until_at, clinic))
        return sentence(gettext("Sees your visits until %(day)s", day=until))
    return gettext("Sees your visits until you or the clinic end it.")


def reading_page(found: ProxyPage, *, clinic: Clinic, today: date) -> ReadingPage:
    """What a proxy reads."""
    name = found.patient_name
    talk = gettext("Talk with the therapist")
    return ReadingPage(
        lead=gettext("You see here the visits of %(name)s.", name=name),
        visits=tuple(visit_words(each, today, talk=talk) for each in found.visits),
        nothing=gettext("No visits are planned at present."),
        about=tuple(_about(found, clinic)),
        clinic=sentence(
            gettext(
                "The clinic’s telephone number: %(phone)s",
                phone=clinic.phone.replace(" ", NO_BREAK),
            )
        )
        if clinic.phone
        else "",
    )


def _about(found: ProxyPage, clinic: Clinic) -> Iterable[str]:
    name = found.patient_name
    yield gettext(
        "You see the visits, and what to do before and after them. Answers, results, notes and "
        "letters stay between %(name)s and the clinic.",
        name=name,
    )
    yield gettext(
        "Only %(name)s can say how they feel: there are no questions to answer here.",
        name=name,
    )
    yield gettext("%(name)s sees on which days you opened this page, and can end it.", name=name)
    if found.until_at is not None:
        until = day(last_day(found.until_at, clinic))
        yield sentence(gettext("You can see this page until %(day)s", day=until))
