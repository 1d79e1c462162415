"""The instruments and wordings that ship with the project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tracker.domain.instruments.basics import WordingState
from tracker.domain.instruments.definition import Instrument
from tracker.domain.instruments.reading import BrokenInstrument, from_json
from tracker.domain.instruments.wording import Wording, misfits, worded, wording_from_json

FOLDER = Path(__file__).parent / "definitions"
WORDINGS = Path(__file__).parent / "wordings"


class UnknownInstrument(KeyError):
    """No instrument of this key and version ships with the project."""

    def __str__(self) -> str:
        return str(self.args[0])


def load(path: Path) -> Instrument:
    """One data file. Raises `BrokenInstrument` naming the file and what is wrong with it."""
    instrument = from_json(_read(path), path.name)
    wanted = f"{instrument.key}.v{instrument.version}.json"
    if path.name != wanted:
        raise BrokenInstrument(path.name, f"its key and version want the name {wanted}")
    if instrument.wording is WordingState.LOADED:
        raise BrokenInstrument(path.name, "no file can say that a site's wording is loaded")
    return instrument


def _read(path: Path) -> Any:
    try:
        return json.loads(
            path.read_text(encoding="utf-8"),
            parse_constant=_refuse_constant,
            object_pairs_hook=_once,
        )
    except (OSError, ValueError, RecursionError) as error:
        raise BrokenInstrument(path.name, f"cannot be read: {error}") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        raise ValueError(f"a field stands there twice among {', '.join(names)}")
    return found


def load_all(folder: Path) -> dict[tuple[str, int], Instrument]:
    """Every version in a folder. A scale id belongs to one instrument, for scores go by it."""
    loaded = [load(path) for path in sorted(folder.glob("*.json"))]
    owners: dict[str, str] = {}
    keys = {instrument.key for instrument in loaded}
    for instrument in loaded:
        name = f"{instrument.key}.v{instrument.version}.json"
        for scale in instrument.scales:
            if owners.setdefault(scale.id, instrument.key) != instrument.key:
                raise BrokenInstrument(
                    name, f"the scale {scale.id!r} belongs to {owners[scale.id]}"
                )
        for other in {instrument.variant_of, instrument.instead} - {""}:
            if other not in keys:
                raise BrokenInstrument(name, f"there is no instrument {other!r}")
    return {(instrument.key, instrument.version): instrument for instrument in loaded}


def load_wording(path: Path, known: Mapping[tuple[str, int], Instrument]) -> Wording:
    """One wording file, held against its definition. Raises `BrokenInstrument`."""
    wording = wording_from_json(_read(path), path.name)
    wanted = f"{wording.key}.v{wording.version}.{wording.language}.json"
    if path.name != wanted:
        raise BrokenInstrument(path.name, f"its key, version and language want the name {wanted}")
    instrument = known.get((wording.key, wording.version))
    if instrument is None:
        raise BrokenInstrument(path.name, "there is no definition that it words")
    if wording.language == instrument.language:
        raise BrokenInstrument(path.name, "the definition itself is in this language")
    faults = misfits(instrument, wording)
    if faults:
        raise BrokenInstrument(path.name, " ".join(faults))
    return wording


@cache
def _shipped() -> Mapping[tuple[str, int], Instrument]:
    return MappingProxyType(load_all(FOLDER))


@cache
def _shipped_wordings() -> Mapping[tuple[str, int], Mapping[str, Wording]]:
    found: dict[tuple[str, int], dict[str, Wording]] = {}
    for path in sorted(WORDINGS.glob("*.json")):
        wording = load_wording(path, _shipped())
        found.setdefault((wording.key, wording.version), {})[wording.language] = wording
    return MappingProxyType({key: MappingProxyType(each) for key, each in found.items()})


@cache
def definitions() -> Mapping[str, Instrument]:
    """The newest version of every instrument, by key; read once. Raises `BrokenInstrument`."""
    newest = {}
    for key, version in sorted(_shipped()):
        newest[key] = _shipped()[key, version]
    return MappingProxyType(newest)


def versions() -> Mapping[tuple[str, int], Instrument]:
    """Every version of every instrument that ships, by key and version."""
    return _shipped()


def get(key: str, version: int | None = None) -> Instrument:
    """One instrument, the newest version unless told. Raises `UnknownInstrument`."""
    if version is None and key in definitions():
        return definitions()[key]
    if version is not None and (key, version) in _shipped():
        return _shipped()[key, version]
    wanted = key if version is None else f"{key} version {version}"
    raise UnknownInstrument(f"There is no instrument {wanted}.")


def wordings(key: str, version: int) -> Mapping[str, Wording]:
    """The wordings that ship beside a definition, by language; the definition's own language is
    not among them. Empty where there are none.
    """
    return _shipped_wordings().get((key, version), MappingProxyType({}))


def in_language(instrument: Instrument, language: str) -> Instrument:
    """A shipped definition with the texts of a language; as it is where they do not ship."""
    if language not in wordings(instrument.key, instrument.version):
        return instrument
    return _worded(instrument.key, instrument.version, language)


@cache
def _worded(key: str, version: int, language: str) -> Instrument:
    return worded(get(key, version), wordings(key, version)[language])


def languages(instrument: Instrument) -> tuple[str, ...]:
    """The languages in which a shipped definition can be read out without loading anything."""
    own = (instrument.language,) if instrument.has_wording else ()
    return (*own, *wordings(instrument.key, instrument.version))
