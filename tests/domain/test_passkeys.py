"""For which addresses there are passkeys, and how many somebody may have."""

from __future__ import annotations

import pytest

from tracker.domain.errors import Refused
from tracker.domain.passkeys import MOST_PASSKEYS, Party, check_room, party_of


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("https://clinic.example", "clinic.example", "https://clinic.example"),
        ("https://clinic.example:8443/", "clinic.example", "https://clinic.example:8443"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_a_named_site_with_tls_has_passkeys(url, host, origin):
    assert party_of(url) == Party(host=host, origin=origin)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8000", "https://[::1]", "https://10.0.0.1", "http://clinic.example", ""],
)
def test_an_address_without_a_name_or_without_tls_has_none(url):
    assert party_of(url) is None


def test_there_is_a_most():
    check_room(MOST_PASSKEYS - 1)
    with pytest.raises(Refused, match="Remove one first"):
        check_room(MOST_PASSKEYS)
