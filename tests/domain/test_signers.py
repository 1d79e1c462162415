"""Who may sign that a run sheet was performed."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tracker.domain.errors import Refused
from tracker.domain.people import Person, Role
from tracker.domain.protocol import Protocol
from tracker.domain.sign_off import check_signer, may_sign_performed
from tracker.domain.sign_off_lines import STAND_IN, lines
from tracker.domain.signing import RecordContent, RecordKind

BEACON, JORDAN = UUID(int=1), UUID(int=2)


def person(user_id):
    return Person(
        user_id=user_id, clinic_id=uuid4(), name="Jordan", roles=frozenset({Role.CLINICIAN})
    )


def test_only_those_with_an_entry_sign_while_one_of_them_can():
    signers = {BEACON: "Dr. Beacon", UUID(int=3): "Alex"}
    assert may_sign_performed(signers, person(BEACON))
    check_signer(signers, person(BEACON))
    assert not may_sign_performed(signers, person(JORDAN))
    with pytest.raises(Refused, match=r"Alex or Dr\. Beacon can sign that it was performed"):
        check_signer(signers, person(JORDAN))


def test_anybody_signs_where_nobody_of_them_can_any_more():
    assert may_sign_performed({}, person(JORDAN))
    check_signer({}, person(JORDAN))


def test_what_a_stand_in_signs_says_so():
    content = RecordContent(
        kind=RecordKind.RUN_SHEET,
        record_id=uuid4(),
        about={},
        tables={
            "run_sheets": {"1": {"stage": "no_show", "recorded_by": JORDAN}},
            "run_sheet_moves": {
                "2": {
                    "id": UUID(int=9),
                    "corrects_id": None,
                    "is_struck": False,
                    "move": "arrive",
                    "recorded_by": BEACON,
                }
            },
        },
    )

    def gaps(signer_id):
        return [each.gap for each in lines(content, Protocol(), signer_id=signer_id) if each.gap]

    assert gaps(BEACON) == []
    assert gaps(JORDAN) == [STAND_IN]
