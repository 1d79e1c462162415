"""The instruments that ship with the project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from tracker.domain.instruments.definition import Instrument
from tracker.domain.instruments.reading import BrokenInstrument, from_json

FOLDER = Path(__file__).parent


class UnknownInstrument(KeyError):
    """No instrument of this key and version ships with the project."""

    def __str__(self) -> str:
        return str(self.args[0])


def load(path: Path) -> Instrument:
    """One data file. Raises `BrokenInstrument` naming the file and what is wrong with it."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenInstrument(path.name, f"cannot be read: {error}") from None
    instrument = from_json(data, path.name)
    wanted = f"{instrument.key}.v{instrument.version}.json"
    if path.name != wanted:
        raise BrokenInstrument(path.name, f"its key and version want the name {wanted}")
    return instrument


def load_all(folder: Path) -> dict[tuple[str, int], Instrument]:
    """Every version in a folder. A scale id belongs to one instrument, for scores go by it."""
    loaded = [load(path) for path in sorted(folder.glob("*.json"))]
    owners: dict[str, str] = {}
    for instrument in loaded:
        for scale in instrument.scales:
            if owners.setdefault(scale.id, instrument.key) != instrument.key:
                name = f"{instrument.key}.v{instrument.version}.json"
                raise BrokenInstrument(
                    name, f"the scale {scale.id!r} belongs to {owners[scale.id]}"
                )
    return {(instrument.key, instrument.version): instrument for instrument in loaded}


@cache
def _shipped() -> Mapping[tuple[str, int], Instrument]:
    return MappingProxyType(load_all(FOLDER))


@cache
def definitions() -> Mapping[str, Instrument]:
    """The newest version of every instrument, by key; read once. Raises `BrokenInstrument`."""
    newest = {}
    for key, version in sorted(_shipped()):
        newest[key] = _shipped()[key, version]
    return MappingProxyType(newest)


def get(key: str, version: int | None = None) -> Instrument:
    """One instrument, the newest version unless told. Raises `UnknownInstrument`."""
    if version is None and key in definitions():
        return definitions()[key]
    if version is not None and (key, version) in _shipped():
        return _shipped()[key, version]
    wanted = key if version is None else f"{key} version {version}"
    raise UnknownInstrument(f"There is no instrument {wanted}.")
