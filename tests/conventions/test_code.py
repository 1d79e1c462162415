"""Habits of the code that protect records: read from the source, so that new code keeps them."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tracker"

NO_PERSON = {  # public functions of actions and queries without `(db, who)` first, and why
    "actions.account_resets.reset_on_the_server": "somebody with a shell on the server: no person",
    "actions.account_resets.use_reset": "whoever holds the link is not signed in yet",
    "actions.second_factors.end_factor": "part of the act that resets an account",
    "queries.accounts.find_reset": "whoever holds the link is not signed in yet",
    "actions.asked_resets.ask_for_link": "whoever forgot the password is not signed in",
    "actions.asked_resets.queue_links": "the sender of messages, for every clinic: no person",
    "actions.asked_resets.make_link": "the same",
    "actions.accounts.accept_invitation": "whoever holds the link has no account yet",
    "actions.accounts.check_address_is_free": "part of inviting somebody",
    "actions.accounts.store_invitation": "part of inviting somebody",
    "actions.accounts.make_setup_link": "before anybody has an account",
    "actions.accounts.store_default_protocol": "part of making a clinic",
    "actions.accounts.link_only_account": "part of opening an account, or of inviting to it",
    "actions.accounts.store_patient_account": "part of making a private link or an account",
    "actions.check_in_links.open_link": "whoever holds the link has proved nothing yet",
    "queries.audit_trail.each_event": "somebody with a shell checks the whole chain: no person",
    "queries.audit_trail.find_end": "somebody with a shell writes an anchor down: no person",
    "actions.audit.begin_seals": "a start of the program: no person",
    "actions.audit.record": "takes the person, or None for somebody who is not signed in",
    "actions.audit.record_refusal": "takes the person, or None for somebody not signed in",
    "actions.passkeys.end_passkeys": "part of the act that resets an account",
    "actions.passkeys.sign_in_with_passkey": "nobody is signed in yet",
    "actions.reset_links.close_links": "part of the act that closes or changes an account",
    "actions.reminder_choices.stop_reminders": "whoever holds a message's signed link",
    "actions.report_batches.empty_batch": "part of deleting a batch, after it was looked up",
    "actions.reports.record_printed_in_shell": "somebody with a shell on the server: no person",
    "actions.signatures.store_sealed": "part of a signature, after its content was looked up",
    "actions.sign_ins.end_all_sign_ins": "part of the act that closes an account",
    "actions.sign_ins.end_oldest": "part of the act that opens a sign-in",
    "actions.sign_ins.mark_seen": "looks up nothing: the id is the cookie's",
    "actions.sign_ins.store_marks": "the same, stored at the end of the request",
    "actions.sign_ins.open_sign_in": "makes the person's sign-in",
    "actions.sign_ins.sign_in": "nobody is signed in yet",
    "actions.throttles.count_attempt": "counts under any name, of nobody too",
    "actions.throttles.forgive": "part of the act that checked the password",
    "queries.signed_records.list_auditors": "somebody with a shell on the server: every clinic",
    "queries.accounts.find_colleague": "somebody with a shell says in whose name they act",
    "queries.accounts.find_invitation": "whoever holds the link has no account yet",
    "queries.accounts.find_signed_in": "finds out who it is",
    "queries.accounts.forget_signed_in": "looks up nothing",
    "queries.accounts.nobody_can_sign_in": "before anybody has an account",
    "queries.course_clinic.in_clinic_of_course": "the same: which clinic's course it is",
    "queries.health.message_waits": "a moment of the oldest message, of no clinic",
    "queries.health.read_load": "counts of all clinics together, for a monitor",
    "queries.health.what_is_missing": "asks for the schema's version only",
    "queries.health.why_no_walls": "asks for the role of the connection only",
}
OUTSIDE_REQUESTS = (
    "actions.backups.",  # somebody with a shell on the server: the whole database, no person
    "actions.key_rotation.",
    "queries.backups.",
    "actions.demo.",  # fills an empty database with a fictitious clinic
    "actions.escalations.",  # the sender of messages, for every clinic: no person
    "actions.message_claims.",
    "actions.message_sending.",
    "actions.reminder_plans.",
    "actions.report_claims.",
)
PARTS = {  # what a use case is put together from, after it looked the course up for the person
    "actions.check_in_rows",
    "actions.messages",
    "actions.plan_rows",
    "queries.course_parts",
}
COMMITTERS = {"models/database.py", "models/schema.py"}
CLOCK_READERS = ("web/clock.py", "web/logs.py", "cli/")


def sources(folder: str = "") -> Iterator[tuple[str, ast.Module]]:
    """Every module below a folder of the package: its path there and its syntax tree."""
    for file in sorted((PACKAGE / folder).rglob("*.py")):
        if "migrations" not in file.parts:
            yield file.relative_to(PACKAGE).as_posix(), ast.parse(file.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call below a node, with its name as written (`db.commit`)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def functions(layer: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The public functions that a layer's modules define themselves."""
    for path, _tree in sources(layer):
        dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        module = importlib.import_module(f"tracker.{dotted}")
        for name, found in inspect.getmembers(module, inspect.isfunction):
            if found.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{dotted}.{name}", found


def takes_a_session(function: Callable[..., Any]) -> bool:
    kinds = inspect.get_annotations(function, eval_str=False).values()
    return any(kind in {"Session", Session} for kind in kinds)


@pytest.mark.parametrize("layer", ["actions", "queries"])
def test_whatever_reads_or_writes_records_takes_the_person_first(layer: str) -> None:
    """Scope is an argument: without a person there is nothing that could be looked up."""
    seen = 0
    for name, function in functions(layer):
        is_part = name.rsplit(".", 1)[0] in PARTS
        if not takes_a_session(function) or name.startswith(OUTSIDE_REQUESTS) or is_part:
            continue
        seen += 1
        first = list(inspect.signature(function).parameters)[:2]
        assert first == ["db", "who"] or name in NO_PERSON, f"{name}({', '.join(first)}, …)"
    assert seen > 10


def test_no_exception_outlives_its_function() -> None:
    known = {name for layer in ("actions", "queries") for name, _function in functions(layer)}
    assert set(NO_PERSON) <= known
    assert {name.rsplit(".", 1)[0] for name in known} >= PARTS


def test_parts_are_called_by_their_own_layer_only() -> None:
    """They look nothing up for a person: only code that did so before may call them."""
    for path, tree in sources():
        for name in imported(tree):
            for part in PARTS:
                layer = part.split(".")[0]
                if name.startswith(f"tracker.{part}"):
                    assert path.startswith(f"{layer}/"), f"{path} imports {name}"


def imported(tree: ast.Module) -> Iterator[str]:
    """The dotted names that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_every_query_of_a_person_asks_for_the_clinic_or_the_patient() -> None:
    """A look-up that takes a person and never uses it would answer for everybody."""
    for layer in ("actions", "queries"):
        for path, tree in sources(layer):
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef) and takes_who(node):
                    used = any(
                        isinstance(each, ast.Name) and each.id == "who"
                        for line in node.body
                        for each in ast.walk(line)
                    )
                    assert used, f"{path}:{node.lineno} {node.name} never uses who"


def takes_who(node: ast.FunctionDef) -> bool:
    return any(argument.arg == "who" for argument in node.args.args)


OPENS = {"transaction", "write_together"}


def test_only_a_transaction_of_an_action_commits() -> None:
    for path, tree in sources():
        for name, call in calls(tree):
            if name.rsplit(".", 1)[-1] in {"commit", "begin", "begin_nested"}:
                assert path in COMMITTERS, f"{path}:{call.lineno} {name}"
            if name.rsplit(".", 1)[-1] in OPENS and path != "models/together.py":
                assert path.startswith("actions/"), f"{path}:{call.lineno} opens a transaction"


def test_no_query_writes() -> None:
    writes = {"insert", "update", "delete", "add", "add_all", "merge", "flush"}
    for path, tree in sources("queries"):
        for name, call in calls(tree):
            is_write = name in writes or name in {f"db.{write}" for write in writes}
            assert not is_write, f"{path}:{call.lineno} {name}"


def writers() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function of the actions that opens a transaction."""
    for path, tree in sources("actions"):
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and any(
                name in OPENS for name, _call in calls(node)
            ):
                yield path, node


NO_EVENT = {
    "actions/message_claims.py:claim_next",  # what became of a message is recorded when it settles
    "actions/reminder_plans.py:plan_reminders",  # the same
    "actions/asked_resets.py:queue_links",  # the same; that it was asked for is recorded before
    "actions/report_claims.py:claim_letter",  # that a letter was made is recorded when it is
    "actions/report_claims.py:settle_failed",  # the same: nothing was made
    "actions/report_claims.py:free_interrupted",  # the same
    "actions/report_claims.py:next_full_batch",  # writes nothing
    "actions/accounts.py:make_setup_link",  # no clinic and nobody yet; accepting it is recorded
    "actions/identity.py:_takes_code",  # that the code was wrong is recorded by its caller
    "actions/identity.py:_forgive",  # what was counted before; a right password is no event
    "actions/throttles.py:count_attempt",  # the failure itself is recorded by its caller
    "actions/check_in_drafts.py:keep_page",  # answers are not in the record until they are sent
    "actions/sign_ins.py:store_marks",  # the one exception: when a sign-in was last used
}


@cache
def functions_of_actions() -> dict[str, ast.FunctionDef]:
    """Every function of the actions under the names by which they call each other."""
    found: dict[str, ast.FunctionDef] = {}
    for path, tree in sources("actions"):
        module = Path(path).stem
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                found[f"{path}:{node.name}"] = node
                found[f"{module}.{node.name}"] = node
    return found


def reaches(wanted: str, path: str, name: str) -> bool:
    """Whether a function of the actions calls `wanted`, itself or through what it calls."""
    known = functions_of_actions()
    waiting, done = [f"{path}:{name}"], set()
    while waiting:
        here = waiting.pop()
        if here in done:
            continue
        done.add(here)
        for called, _call in calls(known[here]):
            if called == wanted:
                return True
            waiting += [each for each in (f"{path}:{called}", called) if each in known]
    return False


def test_every_act_that_writes_records_what_it_did_in_the_same_transaction() -> None:
    found = 0
    for path, function in writers():
        where = f"actions/{path.removeprefix('actions/')}:{function.name}"
        if where in NO_EVENT or path.startswith(("actions/demo/", "actions/audit.py")):
            continue
        found += 1
        assert reaches("audit.record", path, function.name), where
    assert found > 10


EVERYBODY_MAY = {
    "actions/screen_locks.py:lock_screen",
    "actions/screen_locks.py:unlock_screen",
    "actions/screen_locks.py:unlock_with_pin",
    "actions/sign_ins.py:sign_out",
    "actions/accounts.py:change_own_password",
    "actions/sign_ins.py:end_other_sign_ins",
    "actions/sign_ins.py:end_others",
    "actions/second_factors.py:set_up",
    "actions/second_factors.py:show_code",
    "actions/second_factors.py:show_recovery_code",
    "actions/second_factors.py:replace_recovery_codes",
    "actions/second_factors.py:remove_own",
    "actions/passkeys.py:add_passkey",
    "actions/passkeys.py:remove_passkey",
    "actions/passkeys.py:show_passkey",
    "actions/passkeys.py:confirm_with_passkey",
    "actions/passkeys.py:_record_refused",  # inside another act
    "actions/second_factors.py:prove_again",
    "actions/second_factors.py:_record_refused",  # a code that was wrong, inside another act
    "actions/identity.py:_takes_code",  # the same
    "actions/identity.py:_record_failure",  # a password entered again, inside another act
}


def test_every_act_of_a_person_asks_first_whether_they_may() -> None:
    """The guard stands in the action too, not only at the route."""
    for path, function in writers():
        if takes_who(function) and path not in {"actions/audit.py", "actions/viewing.py"}:
            where = f"actions/{path.removeprefix('actions/')}:{function.name}"
            if where in EVERYBODY_MAY:
                continue
            guards = ("check_may", "check_may_answer")
            asks = any(reaches(guard, path, function.name) for guard in guards)
            assert asks, f"{path}:{function.name}"


def test_the_clock_is_read_at_the_edges_only() -> None:
    for path, tree in sources():
        for name, call in calls(tree):
            reads = re.fullmatch(
                r"(datetime\.)*(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns|localtime)",
                name,
            )
            assert not reads or path.startswith(CLOCK_READERS), f"{path}:{call.lineno} {name}"


FORBIDDEN_CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "pickle.load",
    "pickle.loads",
    "yaml.load",
    "render_template_string",
    "Markup",
    "markupsafe.Markup",
    "secure_filename",
}


def test_nothing_turns_text_into_code_markup_or_a_file_name() -> None:
    for path, tree in sources():
        for name, call in calls(tree):
            assert name not in FORBIDDEN_CALLS, f"{path}:{call.lineno} {name}"
            assert not name.endswith(".populate_obj"), f"{path}:{call.lineno} {name}"
            shell = [each for each in call.keywords if each.arg == "shell"]
            assert not shell, f"{path}:{call.lineno} runs a shell"


def test_no_row_is_filled_from_a_whole_request() -> None:
    for path, tree in sources("web"):
        for _name, call in calls(tree):
            for each in call.keywords:
                if each.arg is None:
                    spread = ast.unparse(each.value)
                    assert "request." not in spread, f"{path}:{call.lineno} **{spread}"
                    assert not spread.endswith("form.data"), f"{path}:{call.lineno} **{spread}"


FIXED_TEXT = {
    "models/triggers.py",
    "models/walls.py",
}  # statements of a fixed table, no value from outside


def test_no_value_becomes_part_of_a_statement() -> None:
    """SQL as text takes its values as parameters; a formatted string would take anything."""
    for path, tree in sources():
        for name, call in calls(tree):
            if name.rsplit(".", 1)[-1] in {"text", "literal_column", "exec_driver_sql"}:
                made = [each for each in call.args if not isinstance(each, ast.Constant)]
                if name.endswith("exec_driver_sql") and path == "models/prepared.py":
                    continue  # BEGIN or BEGIN IMMEDIATE
                assert not made or path in FIXED_TEXT, f"{path}:{call.lineno} {name}"


def test_no_request_chooses_what_a_list_is_ordered_by() -> None:
    for path, tree in sources("queries"):
        for name, call in calls(tree):
            if name in {"getattr", "column"}:
                fixed = [isinstance(each, ast.Constant) for each in call.args[1:] or call.args]
                assert all(fixed), f"{path}:{call.lineno} {ast.unparse(call)}"


def test_secrets_come_from_the_system() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if "random" in names:
                assert path.startswith("actions/demo/"), f"{path}:{node.lineno} imports random"
