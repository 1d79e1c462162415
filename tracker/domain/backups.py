"""What is true of backups: what a copy must have in common with its original, which are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


class BackupFailed(Exception):
    """A backup could not be made, read or restored. The text is one line without a stored value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What two copies of one database have in common: nothing of what stands in a row."""

    revision: str
    rows: Mapping[str, int]
    """How many each table has."""
    digests: Mapping[str, str]
    """SHA-256 over every row of the tables that prove something: audit trail and signatures."""

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    def differs_in(self, other: Facts) -> str:
        """The first difference, in words without a patient's; empty when there is none."""
        if self.revision != other.revision:
            return f"the schema is {other.revision}, not {self.revision}"
        for name in sorted({*self.rows, *other.rows}):
            if self.rows.get(name) != other.rows.get(name):
                return f"{name} has {other.rows.get(name)} rows, not {self.rows.get(name)}"
        for name, digest in self.digests.items():
            if other.digests.get(name) != digest:
                return f"the rows of {name} are not those that were copied"
        return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """How many backups stay: the newest, and the last of each day and of each month."""

    newest: int
    days: int = 0
    months: int = 0

    @classmethod
    def of(cls, counts: tuple[int, int, int]) -> Retention:
        """As the setting has it: newest, days, months."""
        newest, days, months = counts
        return cls(newest=newest, days=days, months=months)

    def kept(self, made: Iterable[datetime]) -> frozenset[datetime]:
        """Those of the moments whose backups stay. At least the newest one always does."""
        newest_first = sorted(set(made), reverse=True)
        kept = set(newest_first[: max(self.newest, 1)])
        kept |= _last_of_each(newest_first, lambda each: each.date(), self.days)
        kept |= _last_of_each(newest_first, lambda each: (each.year, each.month), self.months)
        return frozenset(kept)


def _last_of_each(
    newest_first: list[datetime], period: Callable[[datetime], object], count: int
) -> set[datetime]:
    last: dict[object, datetime] = {}
    for each in newest_first:
        last.setdefault(period(each), each)
    return set(list(last.values())[:count])
