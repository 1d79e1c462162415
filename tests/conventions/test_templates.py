"""What no template may hold, and that each one, and each macro that it imports, is used."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.conventions.test_code import sources

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
FILES = sorted(TEMPLATES.rglob("*.html"))

FORBIDDEN = {
    "turns escaping off": r"\|\s*safe\b|autoescape\s+false|Markup",
    "style of its own": r"<style|\sstyle\s*=",
    "script of its own": r"<script(?![^>]*\bsrc=)|javascript:",
    "script in an attribute": r"\son[a-z]+\s*=",
    "an attribute without quotes around a value": r"=\{\{",
    "something from another site": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
    "a frame or an object": r"<(?:iframe|object|embed|base|applet)\b",
    "a form that puts answers into the address": r"<form(?![^>]*method=[\"']post)",
    "a link typed by hand to a record": r"href=[\"']/(?:patients|courses|infusions)",
}

ASKS_BY_ADDRESS = {
    "outcomes/index.html",  # groups of courses from fixed lists, nothing of one person
}


def names(file: Path) -> str:
    return file.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_no_template_holds(what: str) -> None:
    found = {
        names(file): match[0]
        for file in FILES
        if (match := re.search(FORBIDDEN[what], file.read_text("utf-8"), re.I))
    }
    if what == "a form that puts answers into the address":
        assert found.keys() == ASKS_BY_ADDRESS
        return
    assert not found, what


def test_every_form_carries_its_token() -> None:
    """Through the macro that prints the hidden fields, or the field itself."""
    for file in FILES:
        text = file.read_text("utf-8")
        if names(file) in ASKS_BY_ADDRESS:
            continue
        for body in re.findall(r"<form\b.*?</form>", text, re.S):
            # A form that is laid out by a block of another template gets its fields from there.
            carries = re.search(r"hidden_fields\(|csrf_token|hidden_tag|block ", body)
            assert carries, names(file)


def test_every_imported_macro_is_used() -> None:
    for file in FILES:
        text = file.read_text("utf-8")
        for imported in re.findall(r"\{%-?\s*from\s+\"[^\"]+\"\s+import\s+([^%]+?)\s*-?%\}", text):
            for each in imported.replace("with context", "").split(","):
                name = each.split(" as ")[-1].strip()
                uses = len(re.findall(rf"\b{re.escape(name)}\b", text))
                assert uses > 1, f"{names(file)} imports {name} and does not use it"


def test_every_template_is_used() -> None:
    code = "\n".join((ROOT / "tracker" / path).read_text("utf-8") for path, _tree in sources("web"))
    texts = {names(file): file.read_text("utf-8") for file in FILES}
    for name in texts:
        others = [text for other, text in texts.items() if other != name]
        is_named = f'"{name}"' in code or any(f'"{name}"' in text for text in others)
        folder, stem = name.removesuffix(".html").rsplit("/", 1)
        is_chosen = f'f"{folder}/{{name}}.html"' in code and f'"{stem}"' in code
        assert is_named or is_chosen or folder == "errors", f"{name} is used nowhere"


def test_every_error_page_is_one_that_is_answered() -> None:
    from tracker.web.errors import _KNOWN_CODES

    pages = {file.stem for file in (TEMPLATES / "errors").glob("*.html")}
    assert pages == {str(code) for code in _KNOWN_CODES - {405}}


def test_every_value_is_escaped_in_every_template(app: object) -> None:
    environment = app.jinja_env  # type: ignore[attr-defined]
    for file in FILES:
        source = "{{ word }}"
        name = names(file)
        chooses = environment.autoescape
        escapes = chooses(name) if callable(chooses) else chooses
        assert escapes, name
        assert "&lt;" in environment.from_string(source).render(word="<")


SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
KEEPS_ANSWERS = {
    "answers.js",  # of a check-in, in its tab, until it is sent or signed out
    "sign-in-end.js",  # what was typed when a sign-in ended, in its tab, until its person is back
}
KEEPS_ENTRIES = {"keeping.js"}  # for outbox.js, until stored, and drafts.js, for a day: IndexedDB
KEEPS_PAGES = {"worker.js"}  # the page without a connection, a blank form on a patient's own phone
UNSAFE_IN_SCRIPTS = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    r"|localStorage|sessionStorage|document\.cookie|https?://"
)


def test_no_script_makes_markup_or_keeps_anything() -> None:
    for file in SCRIPTS:
        text = file.read_text("utf-8")
        if file.name in KEEPS_ANSWERS:
            assert "removeItem" in text, file.name
            text = text.replace("sessionStorage", "")
        found = re.search(UNSAFE_IN_SCRIPTS, text)
        assert not found, f"{file.name}: {found and found[0]}"
        assert "indexedDB" not in text or file.name in KEEPS_ENTRIES, file.name
        assert "caches." not in text or file.name in KEEPS_PAGES, file.name


IMPORTED = re.compile(r'from "\./(.+?)"')
ON_THE_RUN_SHEET = {
    "outbox.js",
    "drafts.js",
    "lock.js",
    "sheet-refresh.js",
    "sign-in-end.js",
    "next-field.js",
    "elapsed.js",
    "keeping.js",
    "sending.js",
}
ON_A_CHECK_IN = {
    "answers.js",
    "check-in.js",
    "keeping.js",
    "leave.js",
    "queue.js",
    "sending.js",
}


def _travels(files: list[Path]) -> int:
    """Bytes as they travel: compressed one by one."""
    return sum(len(gzip.compress(file.read_bytes(), 9, mtime=0)) for file in files)


def test_the_scripts_of_the_run_sheet_stay_small() -> None:
    """The page that loads the most."""
    files = [file for file in SCRIPTS if file.name in ON_THE_RUN_SHEET]
    assert len(files) == len(ON_THE_RUN_SHEET)
    assert _travels(files) <= 12 * 1024


def test_the_scripts_of_a_check_in_stay_small() -> None:
    files = [file for file in SCRIPTS if file.name in ON_A_CHECK_IN]
    assert len(files) == len(ON_A_CHECK_IN)
    assert _travels(files) <= 9.5 * 1024


def test_all_scripts_together_stay_small() -> None:
    assert _travels(SCRIPTS) <= 24.5 * 1024


def test_what_scripts_import_is_asked_for_anew(app: object) -> None:
    """An import has no fingerprint in its address: a copy kept for a year would never go away."""
    from tracker.web import headers

    found = {name for file in SCRIPTS for name in IMPORTED.findall(file.read_text("utf-8"))}
    found = {name if "/" in name else f"shared/{name}" for name in found}
    assert found == {f"shared/{name}.js" for name in ("answers", "keeping", "queue", "sending")}
    for name in found:
        sent: dict[str, str] = {"Cache-Control": "max-age=31536000, public"}
        headers.static_headers(sent, "", f"/static/js/{name}")
        assert sent["Cache-Control"] == "no-cache"
