"""A query that is no UTF-8 is read as what it spells, and breaks no page."""

from __future__ import annotations

import pytest

from tests.browsing import BASE


@pytest.mark.parametrize("query", ["\xb5", "q=\xff\xfe", "paper=\xed\xa0\x80", "%ff=%00", "=\xc3"])
def test_bytes_that_are_no_text_in_a_query(app, query):
    client = app.test_client()
    answer = client.get("/login", base_url=BASE, environ_overrides={"QUERY_STRING": query})
    assert answer.status_code == 200


def test_text_in_a_query_is_read(app):
    raw = "name=é".encode().decode("latin-1")
    with app.test_request_context("/", environ_overrides={"QUERY_STRING": raw}) as context:
        assert context.request.args["name"] == "é"
