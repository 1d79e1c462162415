"""`python -m bench.letters [courses] [workers]`: how long the letters of a month take.

Orders the referrer's letters of last month for courses under way, then starts the workers
(`flask reports work`) and waits for the file. No picture was drawn before.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import seed
from bench.site import make_site, now
from tracker.actions.demo.clinic import CLINIC_ID
from tracker.actions.report_batches import order_batch
from tracker.domain.clinic import Clinic
from tracker.domain.people import Person, Role
from tracker.domain.report_batches import BatchWish, Month
from tracker.domain.report_kinds import ReportKind
from tracker.models import db as flask_db
from tracker.models.courses import CourseRow
from tracker.queries.course_clinic import in_clinic_of_course
from tracker.queries.report_batches import get_batch, get_batch_file

ROOT = Path(__file__).parents[1]
KINDS = (ReportKind.REFERRER, ReportKind.PATIENT, ReportKind.INSURER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Letters:
    """The letters of one kind about one month, from the start of the workers to their end."""

    kind: str
    made: int
    asked: int
    workers: int
    seconds: float
    cpu_seconds: float
    """Of workers and typesetters: on a busy machine it says what the work costs."""
    megabytes: float

    @property
    def words(self) -> str:
        """ "referrer: 100 of 100 letters by 2 workers in 7.9 s (15.1 s of processors), 4.2 MB"."""
        return (
            f"{self.kind}: {self.made} of {self.asked} letters by {self.workers} workers in "
            f"{self.seconds:.1f} s ({self.cpu_seconds:.1f} s of processors), "
            f"{self.megabytes:.1f} MB"
        )


def make_letters(folder: Path, courses: int, workers: int) -> Iterator[Letters]:
    """Seed an installation of its own, then order and make each kind of letter."""
    app, _, _ = make_site(folder, courses=courses, busy=courses)
    who = Person(
        user_id=seed.CLINICIAN,
        clinic_id=CLINIC_ID,
        name="Measured",
        roles=frozenset({Role.CLINICIAN}),
    )
    with app.app_context():
        db = flask_db.session()
        course_id = db.scalars(select(CourseRow.id).limit(1)).one()
        with in_clinic_of_course(db, course_id) as clinic:
            for kind in KINDS:
                batch_id = _order(db, who, clinic, kind)
                yield _made(db, who, batch_id, _work(folder, workers), workers)


def _order(db: Session, who: Person, clinic: Clinic, kind: ReportKind) -> UUID:
    wish = BatchWish(month=Month.of(clinic.local(now()).date()), kind=kind)
    batch_id = order_batch(db, who, clinic, wish, submission=None, now=now())
    db.rollback()
    return batch_id


def _made(
    db: Session, who: Person, batch_id: UUID, took: tuple[float, float], workers: int
) -> Letters:
    batch = get_batch(db, who, batch_id)
    size = len(get_batch_file(db, who, batch_id)[0]) / 1e6
    db.rollback()
    return Letters(
        kind=str(batch.wish.kind),
        made=batch.counts.made,
        asked=batch.counts.all,
        workers=workers,
        seconds=took[0],
        cpu_seconds=took[1],
        megabytes=size,
    )


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _work(folder: Path, workers: int) -> tuple[float, float]:
    """Seconds that passed until the last worker ended, and seconds of processors."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "reports", "work"]
    environment = {"TRACKER_INSTANCE_DIR": str(folder), "PATH": "/usr/bin:/bin"}
    began, used = perf_counter(), _processor_seconds()
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        for _ in range(workers)
    ]
    for each in started:
        each.wait()
    return perf_counter() - began, _processor_seconds() - used


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    how_many = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    with tempfile.TemporaryDirectory(prefix="tracker-letters-") as made:
        for each in make_letters(Path(made), many, how_many):
            print(each.words)
