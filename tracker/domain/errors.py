"""What can go wrong in an action or a query, as the web layer and the command line report it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class NotFound(Exception):
    """Nothing with this id is visible to this person: the same whether it exists or not."""


class StorageBusy(Exception):
    """Other writers kept the database for too long. Nothing was stored."""


class Refused(Exception):
    """A rule stands in the way. The text says what to do; `field` names the answer it is about.

    Where a patient may read it, the text is a sentence of the catalogue (`languages.later`) with
    its `values` apart, so that the web layer can say it in another language.
    """

    def __init__(
        self,
        sentence: str,
        *,
        field: str | None = None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = dict(values or {})
        self.field = field


class CorrectedBefore(Refused):
    """Another entry took the place of the one that a form is about, or it was struck out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One field of a form that somebody else changed meanwhile."""

    label: str
    yours: str
    stored: str


class StaleForm(Exception):
    """The record changed after the form was opened: nothing was saved, both versions are shown."""

    def __init__(self, differences: Sequence[Difference], *, stored_version: int) -> None:
        super().__init__("Somebody else changed this record while the form was open.")
        self.differences = tuple(differences)
        self.stored_version = stored_version


class SubmittedDifferently(Exception):
    """A form that was already stored came again with other answers."""


def differences(
    yours: Mapping[str, str], stored: Mapping[str, str], labels: Mapping[str, str]
) -> tuple[Difference, ...]:
    """The fields on which two versions of a record differ, in the order of the labels."""
    return tuple(
        Difference(label=label, yours=yours.get(name, ""), stored=stored.get(name, ""))
        for name, label in labels.items()
        if yours.get(name, "") != stored.get(name, "")
    )
