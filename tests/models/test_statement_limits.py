"""On PostgreSQL a statement of a request ends in time; a migration or a backup may take hours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.models.conftest import make_database
from tracker.models import postgres
from tracker.models.postgres import postgres_options, prepare_postgres

pytestmark = pytest.mark.postgres


@pytest.fixture(params=[True, False], ids=["for a request", "for something else"])
def opened(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[tuple[Engine, bool]]:
    engine = create_engine(make_database(postgres_url), **postgres_options(1))
    prepare_postgres(engine, is_for_a_request=lambda: request.param)
    yield engine, request.param
    engine.dispose()


def test_only_what_answers_somebody_is_limited(opened: tuple[Engine, bool]) -> None:
    engine, is_for_a_request = opened
    with engine.connect() as connection:
        said = connection.execute(text("SHOW statement_timeout")).scalar_one()
    assert said == ("15s" if is_for_a_request else "0")


def test_a_failed_transaction_does_not_take_the_limit_back(opened: tuple[Engine, bool]) -> None:
    engine, is_for_a_request = opened
    with engine.connect() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 10"))
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT pg_sleep(5)"))
    with engine.connect() as connection:
        said = connection.execute(text("SHOW statement_timeout")).scalar_one()
    assert said == ("15s" if is_for_a_request else "0")


def test_a_statement_that_takes_too_long_ends(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "STATEMENT_MS", 50)
    engine = create_engine(make_database(postgres_url), **postgres_options(1))
    prepare_postgres(engine, is_for_a_request=lambda: True)
    with engine.connect() as connection, pytest.raises(OperationalError, match="timeout"):
        connection.execute(text("SELECT pg_sleep(30)"))
    engine.dispose()
