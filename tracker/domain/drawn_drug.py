"""What was drawn for an infusion, held against what is typed at its start.

The vial of the ledger and the order are two accounts of one syringe: where they do not fit,
somebody says which is meant before anything is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.confirmation import Question
from tracker.domain.drug_ledger import mg_ug, mg_words
from tracker.domain.infusion import Dose
from tracker.domain.numbers_in_words import plain

MUCH_MORE_THAN_ORDERED = Decimal("1.5")
"""From above this multiple of the order on, what was drawn is asked about.

A guard of this project against typing, neither a clinical rule nor a limit of the law.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """One draw from one vial, without what of it was wasted already."""

    vial_label: str
    mg_per_ml: Decimal
    amount_ug: int


def drawn_questions(dose: Dose, drawn: Sequence[Drawn]) -> tuple[Question, ...]:
    """What to ask when the vials do not fit the strength that was typed, or the sum the order.

    Nothing drawn yet asks nothing: some draw up after the start is decided.
    """
    return (*_strength_questions(dose, drawn), *_amount_questions(dose, drawn))


def _strength_questions(dose: Dose, drawn: Sequence[Drawn]) -> Iterator[Question]:
    if dose.prepared is None:
        return
    typed = dose.prepared.vial_mg_per_ml
    others = {each.vial_label: each.mg_per_ml for each in drawn if each.mg_per_ml != typed}
    for label, mg_per_ml in sorted(others.items()):
        yield Question(
            key=f"strength {plain(typed)} {plain(mg_per_ml)} {label}",
            words=f"{plain(typed)} mg/mL is entered, but vial {label}, drawn for this infusion, "
            f"holds {plain(mg_per_ml)} mg/mL. Is {plain(typed)} mg/mL right?",
        )


def _amount_questions(dose: Dose, drawn: Sequence[Drawn]) -> Iterator[Question]:
    sum_ug = sum(each.amount_ug for each in drawn)
    ordered_ug = mg_ug(dose.ordered_mg)
    if not drawn or ordered_ug <= sum_ug <= MUCH_MORE_THAN_ORDERED * ordered_ug:
        return
    how = "less than" if sum_ug < ordered_ug else "much more than"
    yield Question(
        key=f"drawn {sum_ug} {ordered_ug}",
        words=f"{mg_words(sum_ug)} is drawn for this infusion, {how} the {mg_words(ordered_ug)} "
        "ordered. Is this right?",
    )
