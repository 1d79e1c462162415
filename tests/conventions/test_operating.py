"""What the documents and files for operating it name exists: commands, settings, files."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

import config

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    ROOT / "docs" / "operating.md",
    *(each for each in sorted((ROOT / "deploy").rglob("*")) if each.is_file()),
]
SETTING = re.compile(r"\bTRACKER_[A-Z_]+\b")
COMMAND = re.compile(r"\bflask (?:--app wsgi )?([a-z]+)(?: ([a-z-]+))?((?: --[a-z-]+)?)")
LISTED = re.compile(r'"flask", "--app", "wsgi", "([a-z]+)", "([a-z-]+)"(?:, "(--[a-z-]+)")?')
OF_COMPOSE = {"TRACKER_SITE", "TRACKER_BACKUPS"}
OTHERS = {"db"}
"""Groups of commands that an extension brings: they are there on the command line only."""


def known_settings() -> set[str]:
    return set(re.findall(r"^\| (TRACKER_[A-Z_]+) \|", config.__doc__ or "", re.MULTILINE))


def test_every_setting_is_described_where_it_is_read():
    read = set(SETTING.findall((ROOT / "config.py").read_text("utf-8")))
    assert read == known_settings()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.name)
def test_every_setting_and_command_that_is_named_exists(app, document):
    text = document.read_text("utf-8")
    unknown = set(SETTING.findall(text)) - known_settings() - {"TRACKER_"}
    assert unknown <= OF_COMPOSE
    for noun, verb, option in [*COMMAND.findall(text), *LISTED.findall(text)]:
        if noun in OTHERS:
            continue
        found = app.cli.commands[noun]
        if isinstance(found, click.Group):
            found = found.commands[verb]
        if option.strip():
            assert option.strip() in {name for each in found.params for name in names(each)}


def names(option: click.Parameter) -> list[str]:
    return [*option.opts, *option.secondary_opts, "--help"]


@pytest.mark.parametrize("document", DOCUMENTS[:3], ids=lambda each: each.name)
def test_every_file_and_target_that_is_named_is_there(document):
    text = document.read_text("utf-8")
    for name in re.findall(r"`((?:docs|deploy|tests|tracker)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), name
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", text)) | set(
        re.findall(r"^ +make ([a-z-]+)$", text, re.MULTILINE)
    )
    assert named <= targets


def test_operating_names_every_group_of_what_runs_by_itself(app):
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    for each in ("backup create", "backup list", "backup verify", "backup restore"):
        assert f"flask {each}" in text
    for address in re.findall(r"`(/(?:healthz|readyz|metrics))`", text):
        assert address in {rule.rule for rule in app.url_map.iter_rules()}


def test_units_start_what_is_there_and_each_timer_has_its_service():
    units = ROOT / "deploy" / "systemd"
    for timer in units.glob("*.timer"):
        assert timer.with_suffix(".service").exists()
    assert {each.name for each in units.glob("*.timer")} == {
        "tracker-messages.timer",
        "tracker-letters.timer",
        "tracker-backup.timer",
        "tracker-anchor.timer",
    }
    for service in units.glob("*.service"):
        text = service.read_text("utf-8")
        assert "User=tracker" in text
        assert "NoNewPrivileges=yes" in text
        (started,) = re.findall(r"^ExecStart=/srv/tracker/(\S+)", text, re.MULTILINE)
        assert started in {".venv/bin/python", ".venv/bin/flask"}


def test_the_image_gets_everything_that_the_program_reads():
    """What is not copied is not there: each top folder and file that the package needs."""
    text = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    ignored = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text("utf-8")
    for each in ("config.py", "wsgi.py", "templates", "static", "tracker", "requirements.lock"):
        assert re.search(rf"^COPY .*\b{re.escape(each)}\b", text, re.MULTILINE), each
        assert f"!{each}\n" in ignored
        assert (ROOT / each).exists()
    assert "--require-hashes" in text
    assert re.search(r"^USER tracker$", text, re.MULTILINE)
