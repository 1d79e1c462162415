"""Whom an address is counted for."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.accounts import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_address_stands_for_itself_or_its_network(address, network):
    assert network_of(address) == network


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_nobody_gets_a_fresh_count_by_choosing_another_end_of_their_address(net, one, other):
    net |= 1 << 63  # no mapped IPv4 address
    first, second = (str(IPv6Address((net << 64) | end)) for end in (one, other))
    assert network_of(first) == network_of(second)
