"""What a password costs to check, how many are checked at once, and which ones are taken."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerifyMismatchError

from tests.quick import REAL_HASHER
from tracker.actions import passwords
from tracker.actions.accounts import common_passwords
from tracker.domain import accounts

GOOD = "four words in a row"


@pytest.fixture(autouse=True)
def _real_hasher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", REAL_HASHER)
    monkeypatch.setattr(passwords, "_dummy_hash", cache(passwords._dummy_hash.__wrapped__))


@cache
def stored() -> str:
    return passwords.hash_password(GOOD)


def test_hashes_are_argon2id_with_parameters_of_today() -> None:
    found = extract_parameters(stored())
    assert found.type is Type.ID
    assert found.memory_cost >= 64 * 1024  # KiB
    assert found.time_cost >= 3
    assert found.salt_len >= 16
    assert found.hash_len >= 32


def test_two_hashes_of_one_password_differ() -> None:
    assert passwords.hash_password(GOOD) != stored()
    assert passwords.verify(stored(), GOOD)


def test_the_hash_for_unknown_names_costs_what_a_real_one_costs() -> None:
    assert extract_parameters(passwords._dummy_hash()) == extract_parameters(stored())
    assert not passwords.verify(None, "nobody's password")


@pytest.mark.parametrize(
    "near", [GOOD + " ", " " + GOOD, GOOD.upper(), GOOD[:-1], GOOD + "\x00", ""]
)
def test_a_password_counts_exactly_as_typed(near: str) -> None:
    assert not passwords.verify(stored(), near)


@pytest.mark.parametrize(
    "password", ["пароль из четырёх слов", "x" * 1020 + "y z ", "a  b  c  d  e  f"]
)
def test_long_ones_spaces_and_any_script_are_welcome(password: str) -> None:
    accounts.check_password(password, email="x@y.test", common=frozenset())
    assert passwords.verify(passwords.hash_password(password), password)


def test_an_old_hash_is_made_anew() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(GOOD)
    assert passwords.needs_rehash(weak)
    assert not passwords.needs_rehash(stored())


def test_the_list_ofcommon_passwords_is_long_and_used() -> None:
    common = common_passwords()
    assert len(common) >= 10_000
    long_enough = max(common, key=len)
    with pytest.raises(accounts.UnfitPassword, match="easy to guess"):
        accounts.check_password(
            long_enough.ljust(15, "x"), email="x@y.test", common={long_enough.ljust(15, "x")}
        )


@pytest.mark.parametrize("password", ["short", "x" * 14, "ab" * 10, "somebody@example.test"])
def test_a_password_that_is_easy_to_guess_is_not_taken(password: str) -> None:
    with pytest.raises(accounts.UnfitPassword):
        accounts.check_password(password, email="somebody@example.test", common=frozenset())


class WaitingHasher:
    """Stands in for argon2: counts how many are at work at the same moment."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.at_work = 0
        self.most = 0
        self.two_are_in = threading.Event()

    def verify(self, _stored: str, _password: str) -> bool:
        with self.lock:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
            if self.at_work == 2:
                self.two_are_in.set()
        self.two_are_in.wait(10)
        with self.lock:
            self.at_work -= 1
        raise VerifyMismatchError


def test_two_are_hashed_at_once_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = WaitingHasher()
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    threads = [threading.Thread(target=passwords.verify, args=("stored", "x")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hasher.most == 2


def test_who_would_wait_too_long_is_asked_to_come_back(
    app: Any, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_LONGEST_WAIT_SECONDS", 0)
    with passwords._slot(), passwords._slot():
        answer = browser(None).submit("/login", {"email": "a@b.test", "password": "x"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert browser(None).submit("/login", {"email": "a@b.test", "password": "x"}).status_code == 422
