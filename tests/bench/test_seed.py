"""The bench's database: as many courses as asked, each its own, nothing dangling."""

from __future__ import annotations

import pytest

from bench import seed
from bench.charts import STAGES, progress_series, staged
from bench.first_load import fetched_by, imported_by
from bench.timing import in_turns, timing
from tests.bench.conftest import NOW
from tests.make.trail import FIELD_KEYS
from tracker.models.database import sqlite_driver

pytestmark = pytest.mark.sqlite("the bench fills a file of its own")


def asked(database, question):
    connection = sqlite_driver().connect(str(database))
    found = connection.execute(question).fetchall()
    connection.close()
    return found


def test_every_clone_is_a_course_of_its_own_and_points_at_its_own_rows(database):
    filled = seed.seed(database, courses=45, busy=20, adherence=0.2, now=NOW, keys=FIELD_KEYS)
    senders = seed.add_senders(database, 3, now=NOW)
    tokens = seed.sign_in(database, senders, now=NOW)
    assert asked(database, "PRAGMA foreign_key_check") == []
    assert asked(database, "SELECT count(*) FROM courses") == [(45 + 3,)]
    assert filled.score_count > 0
    assert asked(database, "SELECT count(*) FROM scores") > [(filled.score_count,)]
    assert len(set(tokens)) == 3
    found = {row[0] for row in asked(database, "SELECT id FROM courses")}
    assert {course_id.hex for course_id in filled.course_ids} <= found


def test_due_keys_name_the_clones_own_course_and_infusions(database):
    seed.seed(database, courses=30, busy=30, adherence=0.2, now=NOW, keys=FIELD_KEYS)
    rows = asked(database, "SELECT due_key, course_id, given_infusion_id FROM check_ins")
    for due_key, course_id, infusion_id in rows:
        named = due_key.rsplit(":", 1)[1].replace("-", "")
        if due_key.startswith("weekly:baseline:"):
            assert named == course_id
        if due_key.startswith("after-infusion:"):
            assert named == infusion_id


def test_percentiles_are_values_that_were_measured():
    found = timing([each / 1000 for each in range(1, 101)])
    assert (found.p50_ms, found.p95_ms, found.p99_ms, found.count) == (50, 95, 99, 100)


def test_every_request_has_one_turn_a_round_and_the_first_round_is_not_counted():
    turns = {"a": [], "b": []}
    requests = {name: lambda turn, name=name: turns[name].append(turn) or turn for name in turns}
    taken = in_turns(requests, rounds=4)
    assert taken == {"a": [1, 2, 3, 4], "b": [1, 2, 3, 4]}
    assert turns == {"a": [0, 1, 2, 3, 4], "b": [0, 1, 2, 3, 4]}


def test_what_is_sent_is_found_again_by_the_id_of_its_form(database):
    seed.seed(database, courses=30, busy=30, adherence=0.2, now=NOW, keys=FIELD_KEYS)
    found = seed.sent_check_ins(database)
    assert [(len(found),)] == asked(database, "SELECT count(*) FROM check_ins")
    assert len({each.submission_id for each in found}) == len(found)
    assert len({(each.patient_id, each.due_key) for each in found}) == len(found)


def test_a_first_load_is_the_page_with_its_parts_and_no_page_that_it_links_to():
    page = b"""<link rel="stylesheet" href="/a.css"><link rel="next" href="/next">
    <script type="module" src="/js/b.js"></script><a href="/away">Away</a><img src="/c.svg">"""
    assert fetched_by(page) == ["/a.css", "/js/b.js", "/c.svg"]
    script = b'import { x } from "./shared/y.js";\nconst text = "import";\n'
    assert imported_by("/js/b.js", script) == ["/js/shared/y.js"]


def test_the_stages_of_a_chart_are_told_apart_and_add_up():
    found = staged(progress_series(medicines=4))
    assert tuple(found) == STAGES
    assert min(found.values()) > 0
