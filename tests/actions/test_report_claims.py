"""Letters that were ordered: each is made once, whoever works, and nothing is lost on the way."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from tests.make.patients import NOW, make_patient
from tests.make.progress import make_running_course
from tests.make.sessions import command_session
from tracker.actions.report_batches import delete_batch, order_batch
from tracker.actions.report_claims import claim_letter, settle_made
from tracker.domain.errors import NotFound, Refused
from tracker.domain.report_batches import KEPT_FOR, LEASE, BatchState, BatchWish, Month
from tracker.domain.report_kinds import ReportKind
from tracker.models import db as flask_db
from tracker.models.audit import AuditEventRow
from tracker.models.report_batches import BatchLetterRow, ReportBatchRow
from tracker.queries.report_batches import get_batch, get_batch_file, list_failed
from tracker.reports.typesetter import TypesettingFailed
from tracker.web.reports.month_work import work

OCTOBER = BatchWish(month=Month(2026, 10), kind=ReportKind.PATIENT)


class Killed(BaseException):
    """Stands for a worker that is gone from one moment to the next."""


@pytest.fixture
def patients(db: Any, world: Any) -> int:
    """Four patients whose course began in October."""
    make_running_course(db, world.a, given=1)
    for number in range(3):
        who = make_patient(
            db, world.a.clinician, family_name=f"Many{number}", record_number=f"M-{number}"
        )
        make_running_course(db, world.a, given=1, patient_id=who)
    return 4


def order(db: Any, people: Any, wish: BatchWish = OCTOBER) -> Any:
    return order_batch(db, people.clinician, people.clinic, wish, submission=None, now=NOW)


def whose(document: Any) -> bytes:
    """Instead of a PDF: whose letter it is."""
    return f"%PDF {document.patient.record_number}".encode()


def clock_at(moment: Any) -> Any:
    return lambda: moment


def inside(db: Any, people: Any, batch_id: Any) -> dict[str, bytes]:
    file, _hash = get_batch_file(db, people.clinician, batch_id)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_course_of_the_month_has_its_letter_in_the_file(app, db, world, patients):
    batch_id = order(db, world.a)
    counts = work(db, clock_at(NOW), whose)
    assert (counts.made, counts.failed, counts.files) == (patients, 0, 1)
    found = get_batch(db, world.a.clinician, batch_id)
    assert (found.state, found.counts.made) == (BatchState.DONE, patients)
    files = inside(db, world.a, batch_id)
    assert sorted(files.values()) == [b"%PDF A-1001", b"%PDF M-0", b"%PDF M-1", b"%PDF M-2"]
    assert all(name.startswith("00") and name.endswith("-2026-10.pdf") for name in files)
    assert set(db.scalars(select(BatchLetterRow.pdf))) == {None}
    events = Counter(db.scalars(select(AuditEventRow.event)))
    assert events["report printed"] == patients
    assert events["reports of a month made"] == events["reports of a month ordered"] == 1


def test_a_worker_that_dies_loses_nothing_that_was_made(app, db, world, patients):
    batch_id, made = order(db, world.a), []

    def dies_at_the_third(document: Any) -> bytes:
        if len(made) == 2:
            raise Killed
        made.append(document.patient.record_number)
        return whose(document)

    with pytest.raises(Killed):
        work(db, clock_at(NOW), dies_at_the_third)
    db.rollback()
    before = get_batch(db, world.a.clinician, batch_id)
    assert (before.counts.made, before.state) == (2, BatchState.QUEUED)
    db.rollback()
    at_once = work(db, clock_at(NOW + timedelta(seconds=5)), whose)
    assert (at_once.freed, at_once.made, at_once.files) == (0, 1, 0)  # the third is another's still
    later = work(db, clock_at(NOW + LEASE), whose)
    assert (later.freed, later.made, later.files) == (1, 1, 1)
    assert len(inside(db, world.a, batch_id)) == patients


def test_two_workers_make_no_letter_twice(app, db, world, patients):
    batch_id = order(db, world.a)
    db.rollback()
    made: list[str] = []
    together = Barrier(2)

    def worker() -> None:
        def counted(document: Any) -> bytes:
            made.append(document.patient.record_number)
            return whose(document)

        with app.app_context():
            together.wait(timeout=20)
            work(command_session(), clock_at(NOW), counted)
            flask_db.session.remove()

    threads = [Thread(target=worker) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)
    assert sorted(made) == ["A-1001", "M-0", "M-1", "M-2"]
    work(db, clock_at(NOW), whose)  # where both looked for the file before the last was made
    assert len(inside(db, world.a, batch_id)) == patients


def test_who_lost_the_claim_settles_nothing(app, db, world, patients):
    order(db, world.a)
    claimed = claim_letter(db, now=NOW)
    assert claimed is not None
    work(db, clock_at(NOW + LEASE), whose)
    assert not settle_made(db, claimed, b"late", now=NOW + LEASE)
    stranger = replace(claimed, claim_id=claimed.id)
    assert not settle_made(db, stranger, b"never", now=NOW)


@pytest.mark.parametrize("error", [TypesettingFailed, RuntimeError])
def test_what_cannot_be_made_is_tried_again_then_named(app, db, world, patients, error):
    batch_id = order(db, world.a)

    def breaks(document: Any) -> bytes:
        if document.patient.record_number == "M-1":
            raise error("no")
        return whose(document)

    counts = work(db, clock_at(NOW), breaks)
    assert (counts.made, counts.failed, counts.files) == (3, 3, 1)
    (failed,) = list_failed(db, world.a.clinician, batch_id)
    assert failed.record_number == "M-1"
    assert len(inside(db, world.a, batch_id)) == 3


def test_a_file_goes_when_its_time_is_over_or_somebody_deletes_it(app, db, world, patients):
    first, second = order(db, world.a), order(db, world.a)
    work(db, clock_at(NOW), whose)
    delete_batch(db, world.a.clinician, first, now=NOW)
    delete_batch(db, world.a.clinician, first, now=NOW)
    assert work(db, clock_at(NOW + KEPT_FOR), whose).expired == 1
    for batch_id in (first, second):
        assert get_batch(db, world.a.clinician, batch_id).state is BatchState.DELETED
        with pytest.raises(NotFound):
            get_batch_file(db, world.a.clinician, batch_id)
    assert set(db.scalars(select(ReportBatchRow.file))) == {None}
    events = Counter(db.scalars(select(AuditEventRow.event)))
    assert events["reports of a month deleted"] == 2


def test_a_month_without_anything_or_to_come_is_refused(app, db, world, patients):
    for month, words in ((Month(2026, 8), "No course"), (Month(2026, 12), "not begun")):
        with pytest.raises(Refused, match=words):
            order(db, world.a, replace(OCTOBER, month=month))
    with pytest.raises(Refused, match="No course"):
        order(db, world.b)
    assert db.scalars(select(ReportBatchRow.id)).all() == []
