"""The dose of a run sheet as it was computed, and how it runs in: for every page that shows it."""

from __future__ import annotations

from tracker.domain.dosing_weight import WeightRule
from tracker.domain.infusion import Dose
from tracker.domain.infusion_volume import Preparation
from tracker.domain.protocol import Protocol
from tracker.domain.rates import Flow, RateStep, pauses_of
from tracker.queries.run_sheets import Given, RunSheet


def dose_of(given: Given, protocol: Protocol) -> Dose:
    """The dose as it was computed at the start; `protocol` is the version of the course."""
    return Dose(
        weight_kg=given.weight_kg,
        dose_mg_per_kg=given.dose_mg_per_kg,
        planned_minutes=given.planned_minutes,
        rule=WeightRule(
            basis=given.weight_basis,
            height_cm=given.height_cm,
            ideal_for=given.ideal_weight_for,
            cap_kg=protocol.dose.weight_cap_kg or given.dosing_weight_kg,
        ),
        prepared=_prepared(given),
    )


def _prepared(given: Given) -> Preparation | None:
    if given.vial_mg_per_ml is None:
        return None
    alone = Preparation(vial_mg_per_ml=given.vial_mg_per_ml)
    if alone.drug_ml(given.ordered_mg) == given.total_ml:
        return alone
    return Preparation(vial_mg_per_ml=given.vial_mg_per_ml, bag_ml=given.total_ml)


def flow_of(sheet: RunSheet) -> Flow | None:
    """How the infusion ran by its rates and pauses; None when no volume was written down."""
    given = sheet.given
    if given is None or given.total_ml is None:
        return None
    moves = sorted((each for each in sheet.entries.moves if each.stands), key=lambda each: each.seq)
    return Flow(
        started_at=given.started_at,
        planned_minutes=given.planned_minutes,
        total_ml=given.total_ml,
        ended_at=given.ended_at,
        changes=tuple(
            RateStep(from_at=each.occurred_at, ml_per_h=each.rate_ml_per_h)
            for each in sheet.entries.rates
            if each.stands and each.rate_ml_per_h is not None
        ),
        pauses=pauses_of((each.move, each.occurred_at) for each in moves),
    )
