"""Protocols: what a new clinic starts with, and the way to the stored JSON and back."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.instrument_uses import Weekly
from tracker.domain.protocol import (
    Bound,
    ChangeRules,
    DoseRules,
    InstrumentUse,
    Monitoring,
    Protocol,
    VitalLimit,
    VitalStage,
    default_protocol,
)
from tracker.domain.schedule import CannotPlan


def stored_and_read(protocol: Protocol) -> Protocol:
    definition = json.loads(json.dumps(protocol.definition()))
    return Protocol.read(
        name=protocol.name,
        version=protocol.version,
        infusion_count=protocol.infusion_count,
        gaps=(protocol.min_gap_days, protocol.max_gap_days, protocol.preferred_gap_days),
        dose_mg_per_kg=protocol.dose.dose_mg_per_kg,
        infusion_minutes=protocol.dose.infusion_minutes,
        definition=definition,
    )


def test_the_default_comes_back_the_same_when_stored_and_read() -> None:
    assert stored_and_read(default_protocol()) == default_protocol()


@given(
    limits=st.lists(
        st.builds(
            VitalLimit,
            stage=st.sampled_from(VitalStage),
            measure=st.sampled_from(["systolic_mmhg", "rass"]),
            bound=st.sampled_from(Bound),
            value=st.integers(-5, 300),
            again_within_minutes=st.none() | st.integers(1, 60),
        ),
        max_size=4,
    ),
    every=st.none() | st.integers(1, 60),
    most=st.integers(6, 30),
    confirm=st.decimals("0.5", "1.5", places=3),
)
def test_every_site_setting_comes_back_the_same_when_stored_and_read(
    limits: list[VitalLimit], every: int | None, most: int, confirm: Decimal
) -> None:
    site = replace(
        default_protocol(),
        vital_limits=tuple(limits),
        most_infusions=most,
        instruments=(InstrumentUse(key="weekly", rules=(Weekly(every_days=every),)),),
        dose=DoseRules(dose_mg_per_kg=Decimal("0.2"), confirm_above_mg_per_kg=confirm),
        monitoring=Monitoring(during_every_minutes=5),
        change=ChangeRules(response_percent=30),
    )
    assert stored_and_read(site) == site


def test_defaults_fill_in_when_an_older_definition_lacks_a_part() -> None:
    read = Protocol.read(
        name="Ketamine with psychotherapy",
        version=1,
        infusion_count=6,
        gaps=(3, 5, 4),
        dose_mg_per_kg=Decimal("0.5"),
        infusion_minutes=40,
        definition={},
    )
    assert read == default_protocol()


@pytest.mark.parametrize(
    ("bound", "measured", "met"),
    [
        (Bound.AT_LEAST, 140, True),
        (Bound.AT_LEAST, 139, False),
        (Bound.ABOVE, 140, False),
        (Bound.ABOVE, 141, True),
        (Bound.BELOW, 139, True),
        (Bound.BELOW, 140, False),
        (Bound.AT_MOST, 140, True),
        (Bound.AT_MOST, 141, False),
        (Bound.AT_LEAST, None, False),
        (Bound.BELOW, None, False),
    ],
)
def test_a_limit_is_met_on_its_own_side_only(bound: Bound, measured: int | None, met: bool) -> None:
    limit = VitalLimit(stage=VitalStage.URGENT, measure="systolic_mmhg", bound=bound, value=140)
    assert limit.is_met_by(measured) is met


def test_limits_grow_stricter_from_warning_to_urgent() -> None:
    def systolic_at_least(stage: VitalStage) -> int:
        return min(
            limit.value
            for limit in default_protocol().limits_at(stage)
            if limit.measure == "systolic_mmhg" and limit.bound is Bound.AT_LEAST
        )

    values = [systolic_at_least(stage) for stage in VitalStage]
    assert values == sorted(set(values))


def test_the_planner_gets_another_count_when_one_is_given() -> None:
    assert default_protocol().plan_rules().infusion_count == 6
    assert default_protocol().plan_rules(8).infusion_count == 8


def test_the_planner_refuses_when_the_preferred_gap_is_outside_the_window() -> None:
    with pytest.raises(CannotPlan):
        replace(default_protocol(), preferred_gap_days=9).plan_rules()
