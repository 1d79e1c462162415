"""`flask instruments import`: a clinic's own copy of a questionnaire, from a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.actions.wordings import confirm_wording
from tracker.cli.acting import acting_as
from tracker.cli.instruments import instruments_cli
from tracker.cli.one_line import OneLineErrors
from tracker.domain import instruments
from tracker.domain.errors import Refused
from tracker.domain.instruments import Instrument, UnknownInstrument
from tracker.domain.languages import Language
from tracker.domain.permissions import Act
from tracker.domain.wordings import Copy, Fit, UnreadableCopy, WordingSource, fit, read_pasted
from tracker.interop.fhir_questionnaires import LARGEST_BYTES, read_questionnaire
from tracker.models import db


@instruments_cli.command("import", cls=OneLineErrors)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--instrument", "key", help="Key of the instrument.  [default: by the file's code]")
@click.option("--language", type=click.Choice([str(each) for each in Language]), default="en")
@click.option("--confirm", "is_confirmed", is_flag=True, help="Keep the wording; without, look.")
@click.option("--by", "email", help="E-mail address of the colleague who confirms.")
@click.option("--right", "right_to_use", default="", help="Where the copy is from, for --confirm.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def import_command(
    file: Path,
    key: str | None,
    language: str,
    is_confirmed: bool,
    email: str | None,
    right_to_use: str,
    as_json: bool,
) -> None:
    """Hold the wording of a clinic's own copy against the definition, and keep it on --confirm.

    FILE is a FHIR R4 Questionnaire (JSON) or plain numbered text. Prints what fits and names what
    does not; ends with 1 while anything does not. Confirm only what you have the right to use.

    \b
    Example:
      flask --app wsgi instruments import phq-9.json --language es \\
        --confirm --by admin@clinic.example --right "Publisher's form of 2013"
    """
    copy = _copy(file)
    instrument = _instrument(key, copy)
    found = fit(instrument, copy, language=language)
    click.echo(_json(instrument, found) if as_json else "\n".join(_lines(instrument, found)))
    if found.wording is None:
        raise click.ClickException(" ".join(found.faults))
    if is_confirmed:
        _keep(found, email, right_to_use)


def _keep(found: Fit, email: str | None, right_to_use: str) -> None:
    if not email:
        raise click.ClickException("Say with --by who confirms it.")
    session = db.session()
    assert found.wording is not None
    try:
        wording_id = confirm_wording(
            session,
            acting_as(session, email, Act.LOAD_WORDING),
            found.wording,
            source=WordingSource.FILE,
            right_to_use=right_to_use,
            submission=None,
            now=datetime.now(UTC),
        )
    except Refused as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"Kept as {wording_id}.", err=True)


def _copy(file: Path) -> Copy:
    try:
        with file.open("rb") as handle:
            raw = handle.read(LARGEST_BYTES + 1)
    except OSError as problem:
        raise click.ClickException(f"{file} cannot be read: {problem.strerror}") from problem
    try:
        if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
            return read_questionnaire(raw)
        return read_pasted(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise click.ClickException(f"{file} is not in UTF-8.") from problem
    except UnreadableCopy as problem:
        raise click.ClickException(f"{file}: {problem}") from problem


def _instrument(key: str | None, copy: Copy) -> Instrument:
    known = instruments.definitions()
    if key is not None:
        try:
            return instruments.get(key)
        except UnknownInstrument as unknown:
            raise click.ClickException(f"{unknown} Known are {', '.join(known)}.") from unknown
    fitting = [each for each in known.values() if copy.code and each.loinc == copy.code]
    if len(fitting) != 1:
        raise click.ClickException("Say with --instrument which one it is.")
    return fitting[0]


def _lines(instrument: Instrument, found: Fit) -> Sequence[str]:
    """The copy beside the topics, its answers, and what there is to say."""
    lines = [f"{instrument.title}, version {instrument.version}", ""]
    for pair in found.pairs:
        topic = pair.item.topic if pair.item else "(not asked for)"
        text = pair.copied.text if pair.copied else "(nothing)"
        number = pair.copied.number if pair.copied else ""
        lines.append(f"{number:>3}  {topic}: {text}")
    for words in found.answers:
        lines += ["", f"Answers, {words.id}:"]
        lines += [f"{each.value:>5} = {each.label}" for each in words.choices]
    lines += ["", *(f"Look at this: {words}" for words in found.warnings)]
    lines += [f"Does not fit: {words}" for words in found.faults]
    return [*lines, "It does not fit." if found.faults else "It fits."]


def _json(instrument: Instrument, found: Fit) -> str:
    return json.dumps(
        {
            "instrument": instrument.key,
            "version": instrument.version,
            "fits": found.wording is not None,
            "faults": list(found.faults),
            "warnings": list(found.warnings),
            "wording": instruments.to_json(found.wording) if found.wording else None,
        },
        ensure_ascii=False,
        indent=2,
    )


__all__ = ["instruments_cli"]  # with all its commands
