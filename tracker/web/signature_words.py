"""The part of a page that says who signed its record, what was added, and whether it still fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app, url_for

from tracker.domain.clinic import Clinic
from tracker.domain.permissions import may
from tracker.domain.sign_off import MEANING_WORDS, act_of_signing, may_sign_performed
from tracker.domain.sign_off_lines import STAND_IN
from tracker.domain.signing import Meaning, RecordKind, SigningKey
from tracker.queries.signatures import (
    Addendum,
    Signature,
    SignedRecord,
    find_signers,
    get_signed_record,
)
from tracker.queries.signed_reports import SignedReport
from tracker.web import access
from tracker.web.formatting import moment

_ROUTES = {
    RecordKind.RUN_SHEET: ("infusion", "infusion_id"),
    RecordKind.THERAPY_SESSION: ("therapy_session", "therapy_session_id"),
    RecordKind.COURSE_REVIEW: ("course_review", "course_review_id"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedLine:
    """One signature or addendum in words: who, when, meaning what; and what else it says."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SignPart:
    """Signatures and addenda of one record. `tone` and `state` are empty before the first."""

    is_signed: bool
    tone: str
    state: str
    signatures: tuple[SignedLine, ...]
    addenda: tuple[SignedLine, ...]
    sign_label: str
    sign_href: str | None
    amend_href: str | None


def signing_key() -> SigningKey:
    """This installation's key."""
    return SigningKey(secret=current_app.config["SETTINGS"].signing_key)


def sign_part(kind: RecordKind, record_id: UUID, *, is_over: bool = True) -> SignPart:
    """What a page shows below its record. `is_over`: it may be signed by now."""
    who, clinic = access.who(), access.clinic()
    found = get_signed_record(access.database(), who, kind, record_id, key=signing_key())
    noun, argument = _ROUTES[kind]
    ids: dict[str, Any] = {argument: record_id}
    meaning = Meaning.REVIEWED if found.is_signed else Meaning.PERFORMED
    may_amend = may(who, act_of_signing(kind, Meaning.PERFORMED)) and found.is_signed
    may_sign = may(who, act_of_signing(kind, meaning)) and not found.is_signed_by(who)
    offers = may_sign and (found.is_signed or (is_over and _may_sign_first(kind, record_id)))
    return SignPart(
        is_signed=found.is_signed,
        tone="" if not found.is_signed else "stop" if found.differing else "good",
        state=state_words(found, clinic),
        signatures=tuple(signature_line(each, clinic) for each in found.signatures),
        addenda=tuple(addendum_line(each, clinic) for each in found.addenda),
        sign_label="Sign as reviewed" if found.is_signed else "Sign",
        sign_href=url_for(f"signing.sign_{noun}", **ids) if offers else None,
        amend_href=url_for(f"signing.amend_{noun}", **ids) if may_amend else None,
    )


def _may_sign_first(kind: RecordKind, record_id: UUID) -> bool:
    who = access.who()
    return may_sign_performed(find_signers(access.database(), who, kind, record_id), who)


def state_words(found: SignedRecord, clinic: Clinic) -> str:
    """ "Signed Mon 23 Nov 2026, 14:05 EST · matches what was signed", or what differs."""
    if found.differing:
        return f"DIFFERS from what was signed: {'; '.join(found.differing)}"
    if not found.is_signed:
        return ""
    return f"Signed {zoned(found.signatures[0], clinic)} · matches what was signed"


def zoned(signature: Signature, clinic: Clinic) -> str:
    """The moment of a signature with the zone."""
    local = clinic.local(signature.signed_at)
    return f"{moment(signature.signed_at, clinic)} {local.tzname()}"


def signature_line(each: Signature, clinic: Clinic) -> SignedLine:
    """Printed name, role, date and time with zone, and meaning."""
    late = ("Late entry: signed more than a day later.",) if each.is_late_entry else ()
    gaps = tuple(f"Open when signed: {gap}" for gap in each.gaps)
    reason = (f"Reason: {each.gaps_reason}",) if each.gaps_reason else ()
    verb = "Signed by" if STAND_IN in each.gaps else MEANING_WORDS[each.meaning].capitalize()
    return SignedLine(
        heading=f"{verb} {each.signer_name}, {each.signer_role}, {zoned(each, clinic)}",
        lines=(*late, *gaps, *reason),
    )


def addendum_line(each: Addendum, clinic: Clinic) -> SignedLine:
    """What was added, by whom, when and why."""
    at = f"{moment(each.amended_at, clinic)} {clinic.local(each.amended_at).tzname()}"
    return SignedLine(
        heading=f"Addendum by {each.author_name}, {each.author_role}, {at}",
        lines=(each.addendum, f"Reason: {each.reason}"),
    )


def signed_lines(signed: Sequence[SignedReport], clinic: Clinic) -> tuple[tuple[str, str], ...]:
    """Each signed report in words, with the address of its file."""
    return tuple(
        (
            f"{each.kind.words}, signed {moment(each.signed_at, clinic)} by {each.signer_name}",
            url_for("reports.signed_file", signed_report_id=each.id),
        )
        for each in signed
    )
