"""Every look-up by id answers for one's own clinic and record only, whoever calls it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.conventions.test_code import PARTS, functions
from tests.make.everything import ids_of, make_everything
from tests.make.patients import make_patient
from tracker.domain.errors import NotFound
from tracker.models import ownership


@pytest.fixture
def full(db: Any, world: Any, clock: Any) -> Any:
    make_everything(db, world, now=clock())
    db.rollback()
    return db


NEEDS_A_WISH = {"queries.courses.preview_change"}  # reads the course as `get_plan` does


def lookups() -> Iterator[tuple[str, Callable[..., Any], str]]:
    """Queries of a person by the id of a record: name, function, kind of record."""
    for name, function in functions("queries"):
        names = list(inspect.signature(function).parameters)
        if names[:2] != ["db", "who"] or name.rsplit(".", 1)[0] in PARTS or len(names) < 3:
            continue
        if name in NEEDS_A_WISH:
            continue
        kind = names[2].removesuffix("_id")
        if names[2].endswith("_id") and kind in ownership.KINDS:
            yield name, function, kind


def arguments(function: Callable[..., Any], world: Any, clock: Any) -> dict[str, Any]:
    """What else the query takes, from what every test has."""
    known = {
        "now": clock(),
        "today": clock().date(),
        "clinic": world.a.clinic,
        "zone": world.a.clinic.zone,
        "scales": ["memories"],
    }
    wanted = list(inspect.signature(function).parameters.values())[3:]
    return {
        each.name: known[each.name] for each in wanted if each.default is inspect.Parameter.empty
    }


def test_there_are_lookups_to_try() -> None:
    assert len(list(lookups())) >= 6


@pytest.mark.parametrize(
    ("name", "function", "kind"), list(lookups()), ids=lambda each: getattr(each, "__name__", str(each))
)
def test_a_lookup_finds_one_s_own_and_nothing_of_another_clinic(
    full: Any, world: Any, clock: Any, name: str, function: Any, kind: str
) -> None:
    more = arguments(function, world, clock)
    assert function(full, world.a.clinician, ids_of("a")[kind], **more) is not None
    for foreign in (ids_of("b")[kind], uuid4()):
        with pytest.raises(NotFound):
            function(full, world.a.clinician, foreign, **more)


@pytest.mark.parametrize("kind", sorted(ownership.KINDS))
def test_a_record_is_its_clinic_s_and_its_patient_s_only(
    full: Any, world: Any, clock: Any, kind: str
) -> None:
    own, foreign = ids_of("a")[kind], ids_of("b")[kind]
    for staff in (world.a.clinician, world.a.therapist, world.a.administrator):
        assert ownership.patient_of(full, staff, kind, own) == world.a.patient_id
        with pytest.raises(NotFound):
            ownership.patient_of(full, staff, kind, foreign)
    assert ownership.patient_of(full, world.a.patient, kind, own) == world.a.patient_id
    full.rollback()
    neighbour = replace(world.a.patient, patient_id=make_patient(full, world.a.clinician))
    nobody = replace(world.a.patient, patient_id=None)
    for other in (neighbour, nobody, world.b.patient):
        with pytest.raises(NotFound):
            ownership.patient_of(full, other, kind, own)
