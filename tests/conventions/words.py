"""The catalogue of words: what the code and the templates say to patients, and what it holds.

`make words` runs this module: it brings the catalogue up to what is said, and compiles it.
"""

from __future__ import annotations

import io
import tomllib
from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from tracker.domain.languages import CATALOGUES, Language

ROOT = Path(__file__).parents[2]
SOURCES = ("tracker", "templates")
KEYWORDS = DEFAULT_KEYWORDS | {
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "to_say_count": (1, 2),
    "to_say": None,  # noted in a layer that knows no request: said by the web layer
    "say": None,  # methods of `Language`
    "say_of": ((1, "c"), 2),
    "say_count": (1, 2),
}
TRANSLATED = tuple(language for language in Language if language is not Language.ENGLISH)


def path_of(language: Language, ending: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / f"messages.{ending}"


def read(language: Language) -> Catalog:
    """The catalogue of a language as it is committed."""
    with path_of(language, "po").open("rb") as file:
        return pofile.read_po(file, locale=str(language))


def extract() -> Catalog:
    """Every message in the code and the templates, with the files where it is said."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    methods = [(each["pattern"], each["method"]) for each in settings["tool"]["babel"]["mappings"]]
    found = Catalog()
    for folder in SOURCES:
        for name, _line, message, _notes, context in extract_from_dir(
            ROOT / folder, methods, keywords=KEYWORDS
        ):
            found.add(message, None, [(f"{folder}/{name}", 0)], context=context)
    return found


def compiled(catalogue: Catalog) -> bytes:
    """What a program reads."""
    out = io.BytesIO()
    mofile.write_mo(out, catalogue)
    return out.getvalue()


def bring_up(language: Language) -> list[Any]:
    """Write both files; the messages that still want their words."""
    catalogue, said = read(language), extract()
    said.creation_date = catalogue.creation_date
    catalogue.update(said, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with path_of(language, "po").open("wb") as file:
        pofile.write_po(
            file, catalogue, width=100, sort_output=True, include_lineno=False, ignore_obsolete=True
        )
    catalogue = read(language)
    path_of(language, "mo").write_bytes(compiled(catalogue))
    return [each.id for each in catalogue if each.id and not (each.string and all(each.string))]


if __name__ == "__main__":
    for each in TRANSLATED:
        missing = bring_up(each)
        print(f"{each}: {len(missing)} without words", *missing, sep="\n  ")
