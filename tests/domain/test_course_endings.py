"""Why a course ended: what was chosen and what was typed come back as they went in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.course_endings import EndKind, EndReason, end_words, read_reason
from tracker.domain.courses import CourseState


@given(
    st.sampled_from(EndKind),
    st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=60).map(str.strip),
)
def test_a_reason_is_read_as_it_was_stored(kind: EndKind, details: str) -> None:
    reason = EndReason(kind=kind, details=details)
    assert read_reason(reason.line) == reason


@pytest.mark.parametrize("line", ["", "Moved away", "Somebody said: side effects"])
def test_words_from_before_the_kinds_have_none(line: str) -> None:
    assert read_reason(line) == EndReason(details=line)


def test_the_sentence_says_how_far_it_came() -> None:
    words = end_words(CourseState.STOPPED, "12 Nov 2026", 4, 6)
    assert words == "Course stopped on 12 Nov 2026, after 4 of 6 infusions."
