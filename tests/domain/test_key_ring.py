"""Rings of keys: which one seals, which ones open, and how a new one becomes known."""

from __future__ import annotations

import pytest

from tracker.domain.key_ring import KeyRing, key_id

OLD, NEW, OTHER = (bytes([each]) * 32 for each in (1, 2, 3))


def test_the_newest_seals_and_every_one_is_found_by_its_digits():
    ring = KeyRing([NEW, OLD])
    assert ring.to_seal() == ring.newest == NEW
    assert [ring.find(each) for each in ring.ids] == [NEW, OLD]
    assert ring.find(key_id(OTHER)) is None


def test_a_key_that_was_added_meanwhile_is_used_before_anything_new_is_sealed():
    kept = [[OLD]]
    ring = KeyRing(kept[-1], reread=lambda: kept[-1])
    assert ring.to_seal() == OLD
    kept.append([NEW, OLD])
    assert ring.find(key_id(NEW)) == NEW
    assert ring.to_seal() == NEW
    assert ring.find(key_id(OLD)) == OLD


def test_a_ring_says_nothing_of_its_keys():
    assert "\\x01" not in repr(KeyRing([OLD]))
    assert key_id(OLD) in repr(KeyRing([OLD]))


def test_an_empty_ring_is_none():
    with pytest.raises(ValueError, match="needs a key"):
        KeyRing([])
