"""Adding to the copy of the audit trail, and comparing the trail with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from tracker.domain.audit_chain import Anchor, Checked, check
from tracker.domain.trail_copy import (
    Comparison,
    CopyDiffers,
    Event,
    is_same,
    number,
    place_to_go_on,
)
from tracker.interop.trail_file import (
    CopyBusy,
    NoCopy,
    add_events,
    adding_to,
    last_event,
    read_copy,
)
from tracker.queries.audit_trail import BEFORE_ALL, each_event


def copy_trail(session: Session, file: Path) -> int:
    """Add what the copy does not hold yet; how many events. Raises `NoCopy` or `CopyDiffers`.

    Whatever run before was stopped, killed or had no room: this one goes on after the last event
    that is whole. Nothing is added while another process does so.
    """
    try:
        with adding_to(file) as handle:
            last = last_event(handle)
            after = BEFORE_ALL if last is None else _place(session, file, last)
            return add_events(handle, each_event(session, after))
    except CopyBusy:
        return 0
    finally:
        session.rollback()  # nothing was written: only the reading ends


def _place(session: Session, file: Path, last: Event) -> int:
    """After which event to go on."""
    stored = next(each_event(session, number(last) - 1), None)
    if stored is not None and is_same(stored, last):
        return number(last)
    return place_to_go_on(read_copy(file).events(), each_event(session))


def copy_if_wanted(session: Session, file: Path | None) -> tuple[str, ...]:
    """For what runs often anyway: what went wrong, in a line, or nothing."""
    try:
        if file is not None:
            copy_trail(session, file)
    except (NoCopy, CopyDiffers) as problem:
        return (str(problem),)
    return ()


def check_beside_copy(
    session: Session, file: Path, anchors: tuple[Anchor, ...], *, key: bytes
) -> tuple[Checked, Comparison]:
    """Check the trail, and compare it with its copy on the way. Raises `NoCopy`."""
    copied = read_copy(file)
    compared = Comparison(copied.events(), copied.begun_at)
    found = check(compared.alongside(each_event(session)), anchors, key=key)
    differing = compared.judge(found.restorations)
    return replace(found, faults=found.faults + differing), compared
