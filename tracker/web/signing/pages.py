"""The finished words of the pages for signing and for adding to a signed record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.people import Person
from tracker.domain.sign_off import MEANING_WORDS, RECORD_WORDS, role_words
from tracker.domain.signing import Meaning, RecordContent, RecordKind
from tracker.queries.signatures import SignedRecord, ToSign
from tracker.reports.report_rows import NOT_RECORDED
from tracker.web.formatting import birthday, moment
from tracker.web.signature_words import state_words

Cell = tuple[str, str] | tuple[str, str, tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class SignPage:
    """Everything on the page beside its form. `problem` forbids signing for now."""

    banner: dict[str, object]
    title: str
    state: str
    rows: tuple[Cell, ...]
    gaps: tuple[str, ...]
    signing_as: str
    late: str
    problem: str
    meaning: Meaning
    content_hash: str
    record_href: str
    has_gaps: bool


def sign_page(
    found: ToSign, signed: SignedRecord, *, clinic: Clinic, who: Person, now: datetime
) -> SignPage:
    """What is looked at before signing, and as whom."""
    meaning = Meaning.REVIEWED if signed.is_signed else Meaning.PERFORMED
    href = record_href(found.content)
    is_first = meaning is Meaning.PERFORMED
    gaps = tuple(line.gap for line in found.lines if line.gap) if is_first else ()
    local = clinic.local(now)
    return SignPage(
        banner=_banner(found),
        title=f"Sign: {record_title(found.content)}",
        state=state_words(signed, clinic),
        rows=tuple(
            (line.subject, f"Not done: {line.gap}", ("Record", f"{href}#{line.place}"))
            if line.gap and is_first
            else (line.subject, line.words)
            for line in found.lines
        ),
        gaps=gaps,
        has_gaps=bool(gaps),
        signing_as=f"Signing as {who.name}, {role_words(who)}, {moment(now, clinic)} "
        f"{local.tzname()}. Meaning: {MEANING_WORDS[meaning]}.",
        late="This is signed more than a day later and is labelled a late entry."
        if found.is_late and is_first
        else "",
        problem=_problem(found, signed, who),
        meaning=meaning,
        content_hash=found.content.content_hash,
        record_href=href,
    )


def _problem(found: ToSign, signed: SignedRecord, who: Person) -> str:
    if not signed.is_signed:
        return found.problem
    return "You have signed this already." if signed.is_signed_by(who) else ""


def _banner(found: ToSign) -> dict[str, object]:
    return {
        "name": f"{found.given_name} {found.family_name}".strip(),
        "born": birthday(found.born_on),
        "record_number": found.record_number,
        "lines": (("Allergies", found.allergies or NOT_RECORDED),),
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class AmendPage:
    banner: dict[str, object]
    title: str
    state: str
    signing_as: str
    is_signed: bool
    record_href: str


def amend_page(
    found: ToSign, signed: SignedRecord, *, clinic: Clinic, who: Person, now: datetime
) -> AmendPage:
    """Whose record it is, and as whom something is added."""
    return AmendPage(
        banner=_banner(found),
        title=f"Add to: {record_title(found.content)}",
        state=state_words(signed, clinic),
        signing_as=f"Adding as {who.name}, {role_words(who)}, {moment(now, clinic)} "
        f"{clinic.local(now).tzname()}.",
        is_signed=signed.is_signed,
        record_href=record_href(found.content),
    )


def record_title(content: RecordContent) -> str:
    """ "infusion 3", "therapy session"."""
    if content.kind is RecordKind.RUN_SHEET:
        return f"infusion {content.about['infusion_number']}"
    return RECORD_WORDS[content.kind]


def record_href(content: RecordContent) -> str:
    """Where the record itself is shown."""
    course_id: UUID = content.about["course_id"]
    if content.kind is RecordKind.RUN_SHEET:
        return url_for("infusions.show", infusion_id=content.record_id)
    if content.kind is RecordKind.THERAPY_SESSION:
        return url_for("therapy_sessions.show", therapy_session_id=content.record_id)
    return url_for("courses.show", course_id=course_id)
