"""What an inventory says of a PostgreSQL database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tracker.queries.assets import read_store


@pytest.mark.postgres
def test_a_database_of_its_own_is_named_without_user_and_password(postgres_engine: Engine) -> None:
    store = read_store(postgres_engine)
    assert store.engine == "PostgreSQL"
    assert store.version[0].isdigit()
    assert store.size_bytes > 0
    assert "@" not in store.place
