"""What forbids a signature, and what it is labelled with.

Gaps (`sign_off_lines.py`) do not forbid it. A record that is not over, and drug amounts that do
not add up, do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from tracker.domain.courses import TherapyState
from tracker.domain.drug_ledger import EntryKind
from tracker.domain.errors import Refused
from tracker.domain.infusion import plain
from tracker.domain.people import Person
from tracker.domain.permissions import Act
from tracker.domain.run_sheet_stages import OVER, STAGE_WORDS, Stage
from tracker.domain.signing import Meaning, RecordContent, RecordKind, Row

LATE_AFTER = timedelta(hours=24)
"""A signature later than this after the record was over is labelled as a late entry."""

RECORD_WORDS: dict[RecordKind, str] = {
    RecordKind.RUN_SHEET: "run sheet",
    RecordKind.THERAPY_SESSION: "therapy session",
    RecordKind.COURSE_REVIEW: "course review",
}
MEANING_WORDS: dict[Meaning, str] = {
    Meaning.PERFORMED: "performed by",
    Meaning.REVIEWED: "reviewed by",
}

_ACTS: dict[RecordKind, Act] = {
    RecordKind.RUN_SHEET: Act.SIGN_INFUSION,
    RecordKind.THERAPY_SESSION: Act.SIGN_THERAPY,
    RecordKind.COURSE_REVIEW: Act.REVIEW_COURSE,
}


def act_of_signing(kind: RecordKind, meaning: Meaning) -> Act:
    """Who may sign a kind of record and add to it. A run sheet is co-signed by a prescriber."""
    if (kind, meaning) == (RecordKind.RUN_SHEET, Meaning.REVIEWED):
        return Act.COSIGN_INFUSION
    return _ACTS[kind]


def role_words(who: Person) -> str:
    """The roles that a signature prints beside the name."""
    return " and ".join(sorted(who.roles)).capitalize()


def check_ready(content: RecordContent) -> None:
    """Raise `Refused` while the record is not over, or when its drug amounts do not add up."""
    if content.kind is RecordKind.RUN_SHEET:
        stage = Stage(record_of(content)["stage"])
        if stage not in OVER:
            raise Refused(
                f"The run sheet says “{STAGE_WORDS[stage]}”. It is signed after the patient left."
            )
        check_drug_amounts(content)
    is_therapy = content.kind is RecordKind.THERAPY_SESSION
    if is_therapy and record_of(content)["state"] == TherapyState.PLANNED:
        raise Refused("Record first what became of this therapy session.")


def may_sign_performed(signers: Mapping[UUID, str], who: Person) -> bool:
    """Whether somebody may sign that a run sheet was performed.

    `signers` are the names of those who have a step or an entry on it and can still sign. Where
    nobody of them can, anybody entitled may, and what is signed says so.
    """
    return not signers or who.user_id in signers


def check_signer(signers: Mapping[UUID, str], who: Person) -> None:
    """Raise `Refused` for somebody who has nothing on the run sheet to sign for."""
    if may_sign_performed(signers, who):
        return
    names = " or ".join(sorted(signers.values()))
    raise Refused(
        f"You have no entry on this run sheet. {names} can sign that it was performed; "
        "afterwards a prescriber can sign as reviewed."
    )


def is_late_entry(content: RecordContent, now: datetime) -> bool:
    """Whether it is signed more than a day after it was over."""
    return now - finished_at(content) > LATE_AFTER


def finished_at(content: RecordContent) -> datetime:
    """When the record was over: the last step, or the end of what was held."""
    record = record_of(content)
    if content.kind is RecordKind.RUN_SHEET:
        steps = [row["occurred_at"] for row in content.standing("run_sheet_moves")]
        over_at: datetime = max(steps, default=record["recorded_at"])
        return over_at
    at: datetime = record["occurred_at"] or record["recorded_at"]
    return at + timedelta(minutes=record.get("minutes") or 0)


def check_drug_amounts(content: RecordContent) -> None:
    """Raise `Refused` unless what was drawn is given and wasted, and given is what the sheet says.

    A sheet without any draw is a gap, not a contradiction.
    """
    drug = DrugAmounts.of(content)
    if drug is None:
        return
    if missing := drug.drawn_ug - drug.given_ug - drug.wasted_ug:
        raise Refused(
            f"The drug amounts do not add up: drawn {mg(drug.drawn_ug)} mg, given "
            f"{mg(drug.given_ug)}, wasted {mg(drug.wasted_ug)}. {mg(missing)} mg is missing."
        )
    if drug.sheet_ug != drug.given_ug:
        raise Refused(
            f"The drug amounts do not add up: the run sheet says {mg(drug.sheet_ug)} mg given, "
            f"the ledger {mg(drug.given_ug)} mg."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class DrugAmounts:
    """What the ledger and the sheet say, in micrograms."""

    drawn_ug: int
    given_ug: int
    wasted_ug: int
    sheet_ug: int

    @classmethod
    def of(cls, content: RecordContent) -> DrugAmounts | None:
        """None when nothing was drawn for this run sheet."""
        draws = [row for row in content.rows("vial_entries") if row["kind"] == EntryKind.DRAWN]
        if not draws:
            return None
        accounts = content.rows("draw_accounts")
        given = [row["given_mg"] or 0 for row in content.rows("given_infusions")]
        return cls(
            drawn_ug=-sum(row["amount_ug"] for row in draws),
            given_ug=sum(row["given_ug"] for row in accounts),
            wasted_ug=sum(row["wasted_ug"] for row in accounts),
            sheet_ug=int(sum(given) * 1000),
        )


def mg(amount_ug: int) -> str:
    """Micrograms as milligrams, without the unit."""
    return plain(Decimal(amount_ug) / 1000)


def record_of(content: RecordContent) -> Row:
    """The row of the record itself."""
    first = next(iter(content.tables.values()))
    return next(iter(first.values()))
