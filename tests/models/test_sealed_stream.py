"""A sealed stream opens as it was, or not at all."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.models.sealed_stream import (
    HEADER_BYTES,
    PIECE_BYTES,
    TAG_BYTES,
    AnotherKey,
    NotWhole,
    open_stream,
    seal_stream,
)

KEY = b"k" * 32
SEALED_PIECE = PIECE_BYTES + TAG_BYTES


def sealed(*pieces: bytes, key: bytes = KEY) -> bytes:
    out = BytesIO()
    seal_stream(pieces, key, out)
    return out.getvalue()


def opened(stream: bytes, key: bytes = KEY) -> bytes:
    return b"".join(open_stream(BytesIO(stream), key))


LONG = bytes(range(256)) * 1024  # four pieces
STREAM = sealed(LONG)


@pytest.mark.parametrize("length", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 200_000])
def test_any_length_comes_back_however_it_was_handed_over(length):
    text = (LONG * 2)[:length]
    assert opened(sealed(text)) == text
    assert opened(sealed(*(text[at : at + 999] for at in range(0, length, 999)))) == text


def test_the_same_text_is_sealed_differently_each_time():
    assert sealed(b"text")[HEADER_BYTES:] != sealed(b"text")[HEADER_BYTES:]


@given(at=st.integers(0, len(STREAM) - 1), bit=st.integers(0, 7))
def test_one_changed_bit_anywhere_is_noticed(at, bit):
    changed = bytearray(STREAM)
    changed[at] ^= 1 << bit
    with pytest.raises((NotWhole, AnotherKey)):
        opened(bytes(changed))


@given(length=st.integers(0, len(STREAM) - 1))
def test_a_cut_anywhere_is_noticed(length):
    with pytest.raises(NotWhole):
        opened(STREAM[:length])


@pytest.mark.parametrize(
    "order", [(0, 2, 1, 3), (0, 1, 3), (0, 1, 2), (0, 0, 1, 2, 3), (0, 1, 2, 3, 3), ()]
)
def test_pieces_that_moved_are_noticed(order):
    body = STREAM[HEADER_BYTES:]
    pieces = [body[at : at + SEALED_PIECE] for at in range(0, len(body), SEALED_PIECE)]
    with pytest.raises(NotWhole):
        opened(STREAM[:HEADER_BYTES] + b"".join(pieces[each] for each in order))


def test_something_added_is_noticed():
    with pytest.raises(NotWhole):
        opened(STREAM + b"x")


def test_pieces_of_another_stream_do_not_fit():
    with pytest.raises(NotWhole):
        opened(STREAM[:HEADER_BYTES] + sealed(LONG)[HEADER_BYTES:])


def test_another_key_is_named_and_neither_key_is_shown():
    with pytest.raises(AnotherKey) as problem:
        opened(STREAM, b"o" * 32)
    assert "kkkk" not in str(problem.value)
    with pytest.raises(NotWhole):
        opened(b"SQLite format 3\0" * 10)
