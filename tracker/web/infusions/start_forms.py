"""The form that starts an infusion: weight, dose and preparation, then the start itself."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tracker.domain.clinic import Clinic
from tracker.domain.dosing_weight import HEIGHT_CM, WeightRule
from tracker.domain.infusion import DOSE_MG_PER_KG, PLANNED_MINUTES, WEIGHT_KG, Dose
from tracker.domain.infusion_volume import TOTAL_ML, VIAL_MG_PER_ML, Preparation
from tracker.domain.run_sheet import Start
from tracker.domain.vital_signs import Measure
from tracker.domain.weight_basis import IdealWeightFor, WeightBasis
from tracker.web.fields import Choice, Day, DecimalNumber, Tiles, TimeOfDay, WholeNumber, Words
from tracker.web.infusions.forms import AskingForm, Carried, VitalFields
from tracker.web.moments import typed_moment


class DoseFields:
    """From the weight to the millilitres."""

    weight_kg = DecimalNumber(
        "Weight today", low=WEIGHT_KG[0], high=WEIGHT_KG[1], places=2, unit="kg"
    )
    weight_basis = Tiles(
        "Dose computed from",
        choices=[
            (WeightBasis.ACTUAL.value, "Weight measured today"),
            (WeightBasis.IDEAL.value, "Ideal weight, from the height"),
            (WeightBasis.CAPPED.value, "Weight up to the protocol's cap"),
        ],
        missing="Choose what the dose is computed from.",
        default=WeightBasis.ACTUAL.value,
    )
    height_cm = WholeNumber("Height", low=HEIGHT_CM[0], high=HEIGHT_CM[1], unit="cm", optional=True)
    ideal_weight_for = Choice(
        "Formula for",
        choices=[
            ("", "Choose"),
            (IdealWeightFor.MAN.value, "Man (50 kg at 152.4 cm)"),
            (IdealWeightFor.WOMAN.value, "Woman (45.5 kg at 152.4 cm)"),
        ],
        optional=True,
        default="",
    )
    dose_mg_per_kg = DecimalNumber(
        "Dose per kilogram", low=DOSE_MG_PER_KG[0], high=DOSE_MG_PER_KG[1], places=3, unit="mg/kg"
    )
    planned_minutes = WholeNumber(
        "Planned duration", low=PLANNED_MINUTES[0], high=PLANNED_MINUTES[1], unit="min"
    )
    vial_mg_per_ml = DecimalNumber(
        "Vial",
        low=VIAL_MG_PER_ML[0],
        high=VIAL_MG_PER_ML[1],
        places=3,
        unit="mg/mL",
        optional=True,
        hint="As printed on the vial. Without it no volumes and no rate are computed.",
    )
    bag_ml = DecimalNumber(
        "Diluted to",
        low=TOTAL_ML[0],
        high=TOTAL_ML[1],
        places=2,
        unit="mL",
        optional=True,
        hint="All that runs in, the drug included. Empty means undiluted.",
    )
    dose_reason = Words("Reason for a dose above the usual one", longest=200, optional=True)


class StartForm(AskingForm, DoseFields, VitalFields):
    """`shown_dose` is what the page last showed: nothing starts that nobody has seen."""

    started_day = Day("Start date", optional=True, hint="Empty means today.")
    started_time = TimeOfDay("Start time", optional=True, hint="Empty means now.")
    shown_dose = Carried()
    step = Words("Step", longest=20, optional=True)

    def dose(self, cap_kg: Decimal | None) -> Dose:
        """The dose that was typed; `cap_kg` is the protocol's."""
        ideal_for = self.ideal_weight_for.data
        return Dose(
            weight_kg=self.weight_kg.data,
            dose_mg_per_kg=self.dose_mg_per_kg.data,
            planned_minutes=self.planned_minutes.data,
            rule=WeightRule(
                basis=WeightBasis(self.weight_basis.data),
                height_cm=self.height_cm.data,
                ideal_for=IdealWeightFor(ideal_for) if ideal_for else None,
                cap_kg=cap_kg,
            ),
            prepared=self._preparation(),
        )

    def _preparation(self) -> Preparation | None:
        if self.vial_mg_per_ml.data is None:
            return None
        return Preparation(vial_mg_per_ml=self.vial_mg_per_ml.data, bag_ml=self.bag_ml.data)

    def start(self, dose: Dose, clinic: Clinic, now: datetime) -> Start:
        """What was decided. Raises `Refused` for a time that cannot be."""
        started_at = typed_moment(
            self.started_day.data,
            self.started_time.data,
            clinic=clinic,
            now=now,
            field="started_time",
        )
        return Start(
            dose=dose,
            started_at=started_at,
            baseline=self.signs(),
            dose_reason=self.dose_reason.data or "",
        )

    @property
    def has_typed_set(self) -> bool:
        """Whether something was typed into the vital signs, right or wrong."""
        names = {measure.value for measure in Measure} & set(self._fields)
        return any(self[name].raw_data and self[name].raw_data[0] for name in names)

    def dose_was_seen(self, dose: Dose) -> bool:
        """Whether the button was pressed under the very working that is ordered now."""
        return self.wants_start and bool(self.shown_dose.data == _mark(dose))

    @property
    def wants_start(self) -> bool:
        """Whether the button that starts was pressed, whatever the page had shown."""
        return bool(self.step.data == "start")

    def remember_dose(self, dose: Dose) -> None:
        """Note that the page shows this working."""
        self.shown_dose.data = _mark(dose)


def _mark(dose: Dose) -> str:
    drawn = dose.prepared.drug_ml(dose.ordered_mg) if dose.prepared else ""
    return f"{dose.ordered_mg}/{dose.planned_minutes}/{drawn}/{dose.total_ml or ''}"
