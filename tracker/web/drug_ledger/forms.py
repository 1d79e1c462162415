"""The forms of the ledger. Amounts are typed as milligrams or as millilitres."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import current_app
from wtforms.validators import StopValidation

from tracker.actions.drug_counts import Adjustment, Counted
from tracker.actions.drug_draws import Account, Draw
from tracker.actions.vial_entries import Credential
from tracker.actions.vials import Waste
from tracker.domain.clinic import Clinic
from tracker.domain.drug_ledger import (
    MG_PER_ML,
    MOST_VIALS_AT_ONCE,
    VOLUME_ML,
    Receipt,
    amount_words,
    mg_ug,
    volume_ug,
)
from tracker.domain.errors import Refused
from tracker.queries.drug_ledger import VialLine
from tracker.web.fields import (
    Day,
    DecimalNumber,
    Email,
    Secret,
    Tiles,
    TimeOfDay,
    Version,
    WholeNumber,
    Words,
)
from tracker.web.forms import Form
from tracker.web.moments import typed_moment

MOST_MG = MG_PER_ML[1] * VOLUME_ML[1]
COUNTED = "counted_"


class EitherNumber(DecimalNumber):
    """One of two ways to give an amount: no label calls it optional, the rule wants one of them."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.type = DecimalNumber.__name__  # drawn as what it is

    def pre_validate(self, form: Any) -> None:
        if self.data is None and not self.process_errors:
            raise StopValidation
        super().pre_validate(form)


def _mg(label: str, kind: type[DecimalNumber] = DecimalNumber, **kwargs: Any) -> DecimalNumber:
    return kind(label, low=Decimal(0), high=MOST_MG, places=3, unit="mg", **kwargs)


def _ml(label: str, kind: type[DecimalNumber] = DecimalNumber, **kwargs: Any) -> DecimalNumber:
    return kind(label, low=Decimal(0), high=VOLUME_ML[1], places=3, unit="mL", **kwargs)


class WitnessEmail(Email):
    """Left empty where nobody has to witness anything; the rule knows when."""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            raise StopValidation
        super().pre_validate(form)


class WitnessPassword(Secret):
    """Left empty where nobody has to witness anything; the rule knows when."""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            raise StopValidation


class HappenedForm(Form):
    """Something that happened now, or at a time that is typed."""

    occurred_time = TimeOfDay("Time", optional=True, hint="Empty means now.")
    occurred_day = Day("Date", optional=True, hint="Empty means today.")

    def occurred_at(self, clinic: Clinic, now: datetime) -> datetime:
        """When it happened. Raises `Refused` for a time that the clocks skipped."""
        return typed_moment(
            self.occurred_day.data,
            self.occurred_time.data,
            clinic=clinic,
            now=now,
            field="occurred_time",
        )


class WitnessedForm(HappenedForm):
    """Something for which a second person stands by and types their own password."""

    witness_email = WitnessEmail("Witness: e-mail address", render_kw={"autocomplete": "off"})
    witness_password = WitnessPassword(
        "Witness: password", render_kw={"autocomplete": "new-password"}
    )
    witness_code = Words(
        "Witness: code",
        longest=20,
        optional=True,
        hint="Six digits, if the witness signs in with an authenticator app.",
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )

    def witness(self) -> Credential | None:
        """What the second person typed; None when nobody did."""
        if not self.witness_email.data:
            return None
        return Credential(
            email=self.witness_email.data,
            password=self.witness_password.data or "",
            code=self.witness_code.data or "",
            ring=current_app.config["SETTINGS"].field_keys,
        )


def typed_amount(mg: DecimalNumber, ml: DecimalNumber, mg_per_ml: Decimal) -> int:
    """Micrograms from whichever of two fields was filled in.

    Raises `Refused` when neither was, or when they do not say the same.
    """
    if mg.data is None and ml.data is None:
        raise Refused("Enter the amount in mg or in mL.", field=mg.name)
    by_volume = None if ml.data is None else volume_ug(ml.data, mg_per_ml, field=ml.name)
    by_mass = by_volume if mg.data is None else mg_ug(mg.data, field=mg.name)
    if by_volume not in {None, by_mass}:
        raise Refused(
            f"{amount_words(by_volume or 0, mg_per_ml)} and {amount_words(by_mass or 0, mg_per_ml)}"
            " are not the same. Enter one of the two.",
            field=mg.name,
        )
    return by_mass or 0


class ReceiveForm(Form):
    """Vials of one lot that came in."""

    drug = Words("Drug", longest=80, default="Ketamine")
    lot = Words("Lot", longest=80, hint="As it stands on the vial.")
    expires_on = Day("Expires on", hint="For a month without a day: the last day of the month.")
    mg_per_ml = DecimalNumber(
        "Concentration",
        low=MG_PER_ML[0],
        high=MG_PER_ML[1],
        places=1,
        unit="mg/mL",
        hint="As it stands on the vial: 10, 50 or 100.",
    )
    volume_ml = DecimalNumber(
        "Volume of one vial", low=VOLUME_ML[0], high=VOLUME_ML[1], places=2, unit="mL"
    )
    how_many = WholeNumber("Number of vials", low=1, high=MOST_VIALS_AT_ONCE, default=1)
    first_label = Words(
        "Label of the first vial",
        longest=80,
        hint="The clinic's own number, written on the vial. The others count on from it.",
    )
    ndc = Words("NDC", longest=80, optional=True)
    supplier = Words("Supplier", longest=200, optional=True)
    invoice = Words("Invoice", longest=80, optional=True)
    received_time = TimeOfDay("Received at", optional=True, hint="Empty means now.")
    received_day = Day("Received on", optional=True, hint="Empty means today.")
    reason = Words(
        "Reason",
        longest=200,
        optional=True,
        hint="For a lot that has expired, or one that came more than a day ago.",
    )

    def receipt(self, clinic: Clinic, now: datetime) -> Receipt:
        """What was typed. Raises `Refused` for a time that the clocks skipped."""
        return Receipt(
            first_label=self.first_label.data,
            how_many=self.how_many.data,
            drug=self.drug.data,
            lot=self.lot.data,
            ndc=self.ndc.data or "",
            expires_on=self.expires_on.data,
            mg_per_ml=self.mg_per_ml.data,
            volume_ml=self.volume_ml.data,
            supplier=self.supplier.data or "",
            invoice=self.invoice.data or "",
            received_at=typed_moment(
                self.received_day.data,
                self.received_time.data,
                clinic=clinic,
                now=now,
                field="received_time",
            ),
            reason=self.reason.data or "",
        )


class DrawForm(HappenedForm):
    """Drug drawn from one of the vials in stock."""

    vial = Tiles("Vial", choices=[], missing="Choose the vial that you drew from.")
    amount_mg = _mg("Amount drawn", EitherNumber)
    amount_ml = _ml("or as a volume", EitherNumber)
    reason = Words(
        "Reason",
        longest=200,
        optional=True,
        hint="For a vial that has expired, or a draw more than a day ago.",
    )

    def chosen(self) -> UUID | None:
        """The vial that was chosen, if it is an id at all."""
        try:
            return UUID((self.vial.data or "")[:40])
        except ValueError:
            return None

    def draw(self, vials: Sequence[VialLine], clinic: Clinic, now: datetime) -> Draw:
        """What was typed. Raises `Refused` for an amount that is not clear."""
        vial = next(each for each in vials if str(each.id) == self.vial.data)
        return Draw(
            vial_id=vial.id,
            amount_ug=typed_amount(self.amount_mg, self.amount_ml, vial.mg_per_ml),
            occurred_at=self.occurred_at(clinic, now),
            reason=self.reason.data or "",
        )


class AccountForm(WitnessedForm):
    """What became of a drawn amount."""

    given_mg = _mg("Given to the patient")
    wasted_mg = _mg("Wasted", hint="Enter 0 when nothing was wasted.")

    def account(self, clinic: Clinic, now: datetime) -> Account:
        """What was typed."""
        return Account(
            given_ug=mg_ug(self.given_mg.data, field="given_mg"),
            wasted_ug=mg_ug(self.wasted_mg.data, field="wasted_mg"),
            occurred_at=self.occurred_at(clinic, now),
        )


class WasteForm(WitnessedForm):
    """Drug from a vial that nobody is given."""

    amount_mg = _mg("Amount wasted", EitherNumber)
    amount_ml = _ml("or as a volume", EitherNumber)
    reason = Words("Reason", longest=200, missing="Say why it is wasted. It stays in the ledger.")

    def waste(self, mg_per_ml: Decimal, clinic: Clinic, now: datetime) -> Waste:
        """What was typed."""
        return Waste(
            amount_ug=typed_amount(self.amount_mg, self.amount_ml, mg_per_ml),
            occurred_at=self.occurred_at(clinic, now),
            reason=self.reason.data,
        )


class AdjustForm(WitnessedForm):
    """What two people found in a vial, against what the ledger says."""

    seen_balance = Version()
    found_mg = _mg("Found in the vial", EitherNumber)
    found_ml = _ml("or as a volume", EitherNumber)
    reason = Words(
        "Reason",
        longest=200,
        missing="Say why the ledger said otherwise. It stays in the ledger.",
        hint="What you think happened: spilled, overfill, broken.",
    )

    def adjustment(self, mg_per_ml: Decimal, clinic: Clinic, now: datetime) -> Adjustment:
        """What was typed."""
        return Adjustment(
            found_ug=typed_amount(self.found_mg, self.found_ml, mg_per_ml),
            occurred_at=self.occurred_at(clinic, now),
            reason=self.reason.data,
        )


class CountForm(HappenedForm):
    """What is in each vial. It does not say what the ledger expects."""

    vials: Sequence[VialLine] = ()

    def counts(self) -> list[Counted]:
        """What was counted, of the vials that were."""
        return [
            Counted(
                vial_id=vial.id,
                found_ug=volume_ug(field.data, vial.mg_per_ml, field=field.name),
            )
            for vial in self.vials
            if (field := self[COUNTED + vial.id.hex]).data is not None
        ]


def count_form(vials: Sequence[VialLine]) -> CountForm:
    """The form for counting these vials, a question for each."""
    questions = {COUNTED + vial.id.hex: _counted(vial) for vial in vials}
    made: CountForm = type("CountForm", (CountForm,), {"vials": vials, **questions})()
    return made


def _counted(vial: VialLine) -> DecimalNumber:
    return _ml(f"Vial {vial.label}, lot {vial.lot}", EitherNumber)


class LotForm(Form):
    """The lot that is asked about, for example in a recall."""

    lot = Words("Lot", longest=80, hint="As it stands on the vial.")


class PrintForm(Form):
    """The period of a printed ledger."""

    from_day = Day("From")
    to_day = Day("To")

    def check_order(self) -> None:
        """Raise `Refused` when the period ends before it begins."""
        if self.to_day.data < self.from_day.data:
            raise Refused("The period ends before it begins.", field="to_day")
