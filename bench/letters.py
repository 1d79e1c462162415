"""`python -m bench.letters [courses] [workers]`: how long the letters of a month take.

Orders the referrer's letters of last month for courses under way, then starts the workers
(`flask reports work`) and waits for the file. No picture was drawn before.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from sqlalchemy import select

from bench import seed
from bench.site import make_site, now
from tracker.actions.demo.clinic import CLINIC_ID
from tracker.actions.report_batches import order_batch
from tracker.domain.people import Person, Role
from tracker.domain.report_batches import BatchWish, Month
from tracker.domain.report_kinds import ReportKind
from tracker.models import db as flask_db
from tracker.models.courses import CourseRow
from tracker.queries.course_clinic import in_clinic_of_course
from tracker.queries.report_batches import get_batch, get_batch_file

ROOT = Path(__file__).parents[1]


def main(folder: Path, courses: int, workers: int) -> None:
    """Seed, order, work, say how long it took."""
    make_site(folder, courses=courses, busy=courses)
    from config import read_settings
    from tracker.app import create_app

    app = create_app(read_settings({"TRACKER_INSTANCE_DIR": str(folder)}))
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
            for kind in (ReportKind.REFERRER, ReportKind.PATIENT, ReportKind.INSURER):
                month = Month.of(clinic.local(now()).date())
                wish = BatchWish(month=month, kind=kind)
                batch_id = order_batch(db, who, clinic, wish, submission=None, now=now())
                db.rollback()
                used = _processor_seconds()
                seconds = _work(folder, workers)
                used = _processor_seconds() - used
                counts = get_batch(db, who, batch_id).counts
                size = len(get_batch_file(db, who, batch_id)[0]) / 1e6
                db.rollback()
                print(
                    f"{kind}: {counts.made} of {counts.all} letters by {workers} workers in "
                    f"{seconds:.1f} s ({used:.1f} s of processors), {size:.1f} MB"
                )


def _processor_seconds() -> float:
    """What workers and typesetters used: on a busy machine it says what the work costs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _work(folder: Path, workers: int) -> float:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "reports", "work"]
    environment = {"TRACKER_INSTANCE_DIR": str(folder), "PATH": "/usr/bin:/bin"}
    began = perf_counter()
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        for _ in range(workers)
    ]
    for each in started:
        each.wait()
    return perf_counter() - began


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    how_many = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    with tempfile.TemporaryDirectory(prefix="tracker-letters-") as made:
        main(Path(made), many, how_many)
