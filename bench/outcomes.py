"""`python -m bench.outcomes [courses]`: how long a clinic's outcomes take to count.

Wall and processor time of each step, the best and the median of some rounds: on a busy machine the
best says what the work costs.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from zoneinfo import ZoneInfo

from bench import seed
from bench.site import make_site, now
from tracker.actions.demo.clinic import CLINIC_ID
from tracker.domain import instruments
from tracker.domain.cohort.judging import Measured
from tracker.domain.cohort.report import CohortReport
from tracker.domain.people import Person, Role
from tracker.models import db as flask_db
from tracker.queries.outcomes import list_cohort

ROUNDS = 7
ZONE = ZoneInfo("America/New_York")


def main(folder: Path, courses: int) -> None:
    """Seed unless the folder holds a database, then measure."""
    if not (folder / "tracker.db").exists():
        make_site(folder, courses=courses, busy=60)
    from config import read_settings
    from tracker.app import create_app

    app = create_app(read_settings({"TRACKER_INSTANCE_DIR": str(folder)}))
    who = Person(
        user_id=seed.CLINICIAN,
        clinic_id=CLINIC_ID,
        name="",
        roles=frozenset({Role.CLINICIAN}),
    )
    weekly = instruments.get("weekly")
    scale = weekly.scale("weekly_symptoms")
    with app.app_context():
        db = flask_db.session()

        def read() -> object:
            return list_cohort(db, who, scale=scale.id, zone=ZONE, now=now())

        found = list_cohort(db, who, scale=scale.id, zone=ZONE, now=now())
        scores = sum(len(course.scores) for course in found)
        print(f"{len(found):,} courses, {scores:,} scores since infusion 1")
        _measure("read from the database", read)
        _measure(
            "count",
            lambda: _count(
                CohortReport(
                    courses=found, measured=Measured(instrument=weekly, scale=scale), smallest=5
                )
            ),
        )


def _count(report: CohortReport) -> object:
    return (
        report.flow,
        report.verdicts,
        report.response,
        report.by_infusion,
        report.change,
        report.to_response,
        report.to_loss,
        report.to_relapse,
        report.months,
        report.kept,
        report.adverse,
    )


def _measure(words: str, step: Callable[[], object]) -> None:
    wall, processor = [], []
    for _ in range(ROUNDS):
        began, used = perf_counter(), process_time()
        step()
        wall.append(perf_counter() - began)
        processor.append(process_time() - used)
    print(
        f"{words}: wall {min(wall):.2f} s best, {median(wall):.2f} s median; "
        f"processor {min(processor):.2f} s best, {median(processor):.2f} s median"
    )


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    if len(sys.argv) > 2:
        main(Path(sys.argv[2]), many)
    else:
        with tempfile.TemporaryDirectory(prefix="tracker-outcomes-") as made:
            main(Path(made), many)
