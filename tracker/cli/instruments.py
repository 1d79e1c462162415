"""`flask instruments …`: what ships, what a definition says, and scoring a file of answers.

Needs no database.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import click
from flask.cli import AppGroup

from tracker.cli.instrument_words import definition_lines
from tracker.cli.one_line import OneLineErrors
from tracker.domain import instruments
from tracker.domain.instruments import Instrument, UnknownInstrument
from tracker.domain.scoring import ScoredTable, TableFault
from tracker.domain.scoring.table import Cell

instruments_cli = AppGroup("instruments", help="Questionnaires: definitions and scoring.")


@instruments_cli.command("list", cls=OneLineErrors, with_appcontext=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(as_json: bool) -> None:
    """Print the newest version of every instrument that ships.

    \b
    Example:
      flask --app wsgi instruments list --json
    """
    found = [_entry(each) for each in instruments.definitions().values()]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    wide = max(len(each["key"]) for each in found)
    for each in found:
        wording = "own words" if each["wording"] == "own" else "wording loaded by the site"
        click.echo(
            f"{each['key']:<{wide}}  v{each['version']}  {each['items']:>2} items  "
            f"{each['title']} ({each['recall']}; {wording})"
        )


def _entry(instrument: Instrument) -> dict[str, Any]:
    return {
        "key": instrument.key,
        "version": instrument.version,
        "title": instrument.title,
        "recall": instrument.recall,
        "items": len(instrument.items),
        "minutes": instrument.minutes,
        "validated": instrument.validated,
        "wording": instrument.wording,
        "languages": list(instruments.languages(instrument)),
        "answered_by": instrument.answered_by,
        "remote": instrument.remote,
        "variant_of": instrument.variant_of or None,
    }


@instruments_cli.command("show", cls=OneLineErrors, with_appcontext=False)
@click.argument("key")
@click.option("--version", type=int, help="Which version.  [default: the newest]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_command(key: str, version: int | None, as_json: bool) -> None:
    """Print one definition: items, scales, cut-points with their sources, rules.

    \b
    Example:
      flask --app wsgi instruments show pcl-5 --json
    """
    instrument = _get(key, version)
    if as_json:
        shown = instruments.to_json(instrument)
        shown["languages"] = list(instruments.languages(instrument))
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(definition_lines(instrument)))


@instruments_cli.command("score", cls=OneLineErrors, with_appcontext=False)
@click.argument("key")
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def score_command(key: str, file: str, as_json: bool) -> None:
    """Score a CSV file of answers, a row for a row. FILE is a path, or - for standard input.

    The header is q1 to qN, the items in order; a blank cell is a skipped item. Prints answered,
    complete, prorated, total, then what the definition has of its own, then flags. An
    undetermined value is empty; where a skipped answer could turn a result, it says
    "undetermined". Nothing is printed when any row is refused.

    \b
    Example:
      flask --app wsgi instruments score pcl-5 answers.csv > scores.csv
    """
    instrument = _get(key)
    name = "standard input" if file == "-" else file
    try:
        with _opened(file) as handle:
            printed = _scored(instrument, handle, as_json=as_json)
    except (TableFault, OSError, UnicodeDecodeError, csv.Error) as fault:
        raise click.ClickException(f"{name}: {_in_words(fault)}") from fault
    click.echo(printed, nl=False)


def _get(key: str, version: int | None = None) -> Instrument:
    try:
        return instruments.get(key, version)
    except UnknownInstrument as unknown:
        known = ", ".join(instruments.definitions())
        raise click.ClickException(f"{unknown} Known are {known}.") from unknown


@contextmanager
def _opened(file: str) -> Iterator[IO[str]]:
    """The file as text, whatever ends its lines, with or without a byte order mark."""
    if file == "-":
        yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", newline="")
        return
    with Path(file).open(encoding="utf-8-sig", newline="") as handle:
        yield handle


def _scored(instrument: Instrument, handle: IO[str], *, as_json: bool) -> str:
    """The whole file as what is printed, or `TableFault`: never a part of it."""
    reader = csv.reader(handle, strict=True)
    header = next(reader, None)
    if not header:
        raise TableFault("the first line must be the header, q1 and so on")
    table = ScoredTable(instrument, header)
    rows = (_row(table, number, line, cells) for number, line, cells in _numbered(reader))
    return _as_json(table.header, rows) if as_json else _as_csv(table.header, rows)


def _numbered(reader: Any) -> Iterator[tuple[int, int, list[str]]]:
    """Each row with its number and the line that it ends on; empty lines at the end are none."""
    number = empty_line = 0
    for cells in reader:
        if cells and empty_line:
            raise TableFault(
                f"row {number + 1} (line {empty_line}) is an empty line: where every answer was "
                'skipped write the commas, or "" where there is one column'
            )
        if cells:
            number += 1
            yield number, reader.line_num, cells
        else:
            empty_line = empty_line or reader.line_num


def _row(table: ScoredTable, number: int, line: int, cells: list[str]) -> list[Cell]:
    try:
        return table.score_row(cells)
    except TableFault as fault:
        raise TableFault(f"row {number} (line {line}) {fault}") from fault


def _in_words(fault: Exception) -> str:
    if isinstance(fault, UnicodeDecodeError):
        return "is no UTF-8 text"
    if isinstance(fault, OSError):
        return fault.strerror or str(fault)
    return f"is damaged: {fault}" if isinstance(fault, csv.Error) else str(fault)


def _as_csv(header: Sequence[str], rows: Iterable[list[Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([";".join(cell) if type(cell) is tuple else cell for cell in row])
    return out.getvalue()


def _as_json(header: Sequence[str], rows: Iterable[list[Cell]]) -> str:
    shown = [dict(zip(header, map(_plain, row), strict=True)) for row in rows]
    return json.dumps(shown, ensure_ascii=False, indent=2) + "\n"


def _plain(cell: Cell) -> Any:
    """JSON has lists and numbers of its own."""
    if isinstance(cell, tuple):
        return list(cell)
    return float(cell) if isinstance(cell, Decimal) else cell
