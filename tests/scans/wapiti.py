"""wapiti: markup that comes back as markup, statements, redirects, headers, cookies, tokens.

It attacks about twenty requests a second, so it gets the forms in small lots, each with both
canaries behind them, and one field of each form: the one that was attacked the least so far.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.scans.canaries import INDEX_PATH, SQL_PATH, XSS_PATH
from tests.scans.running import CANARIES, TOOLS, Result, Scanned, run_tool
from tests.scans.targets import index_page, query_targets
from tests.scans.visiting import Target, field_shape

MODULES = ("xss,permanentxss,redirect,crlf", "sql")
PASSIVE = "csp,cookieflags,http_headers,methods"
"""Not `csrf`: it repeats a form without its content type, which is refused with the right token
too. That tokens are checked is what tests/conventions/test_routes.py tries on every route.
"""
FORMS_EACH = 8
FIELDS_EACH = 1
NEVER = {"csrf_token", "submission_id"}
CANARY_OF = {XSS_PATH: "markup", SQL_PATH: "statement"}
EXPECTED = {  # what it says of every site on plain http, where there is no https to ask for
    "Strict-Transport-Security is not set",
    "Secure flag is not set in the cookie : tracker-local",
}
"""And the `methods` module lists what OPTIONS says."""


def attack(site: Scanned, budget_seconds: float) -> Result:
    """All forms of a role, as many as the time allows; then the headers once."""
    result, began = Result("wapiti", site.role), time.monotonic()
    _write_cookies(site)
    canaries = [each for each in site.forms if "~" in each.path]
    forms = [each for each in site.forms if "~" not in each.path]
    done, tried_fields, met = 0, set[tuple[str, str]](), Counter[str]()
    links = [each.path for each in query_targets(site.pages)]
    lots = [forms[at : at + FORMS_EACH] for at in range(0, len(forms), FORMS_EACH)]
    for number, lot in enumerate(lots):
        left = budget_seconds - (time.monotonic() - began)
        if left < 20:
            break
        fields = {name for form in lot for name in _fields(form, met)}
        tried_fields |= {(each.rule, name) for each in lot for name in fields & _names(each)}
        page = index_page([*lot, *canaries], links if number == 0 else [])
        (site.folder / f"index-{number}.html").write_text(page)
        found = _run_lot(site, number, fields, min(left, 120))
        if found["canaries"] >= CANARIES:
            done += len(lot)
        result.canaries |= found["canaries"]
        result.findings += [each for each in found["findings"] if each not in result.findings]
    result.seconds = time.monotonic() - began
    result.tried = f"{done} of {len(forms)} forms, {len(tried_fields)} fields"
    result.note_answers(site.answers())
    return result


def _names(form: Target) -> set[str]:
    return {name for name, _value in form.answers} - NEVER


def _fields(form: Target, met: Counter[str]) -> list[str]:
    shapes = {field_shape(name): name for name in sorted(_names(form))}
    chosen = sorted(shapes, key=lambda each: (met[each], each))[:FIELDS_EACH]
    met.update(chosen)
    return [shapes[each] for each in chosen]


def _run_lot(site: Scanned, number: int, fields: set[str], seconds: float) -> dict[str, Any]:
    everything = {name for form in site.forms for name in _names(form)}
    skipped = sorted((everything - fields - {"word", "role"}) | NEVER)
    modules = [*MODULES, PASSIVE] if number == 0 else list(MODULES)
    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(_run, site, f"{number}-{place}", number, each, skipped, seconds)
            for place, each in enumerate(modules)
        ]
    found: dict[str, Any] = {"canaries": set(), "findings": []}
    for job in jobs:
        _take(job.result(), found)
    return found


def _run(
    site: Scanned, name: str, index: int, modules: str, skipped: list[str], seconds: float
) -> Path:
    place = site.folder / f"wapiti-{name}"
    place.mkdir()
    report = place / "report.json"
    command = [str(TOOLS / "wapiti"), "-u", f"{site.base}{INDEX_PATH}/{index}"]
    command += ["--scope", "domain", "-d", "1", "-m", modules, "-c", str(_cookies(site))]
    command += ["--flush-session", "--store-session", str(place), "--store-config", str(place)]
    command += ["--no-bugreport", "-f", "json", "-o", str(report), "-t", "10", "-l", "1"]
    command += ["--max-scan-time", f"{seconds:.0f}", "--max-attack-time", f"{seconds * 0.8:.0f}"]
    for each in ("/logout", "/lock*", "/account/sign-ins/*", "/account/second-factor/*"):
        command += ["-x", site.base + each]
    for each in skipped:
        command += ["--skip", each]
    run_tool(command, place / "log", seconds + 15)
    return report


def _cookies(site: Scanned) -> Path:
    return site.folder / "cookies.json"


def _write_cookies(site: Scanned) -> None:
    each = {"expires": None, "secure": False, "port": None, "version": 0}
    jar = {name: {"value": value} | each for name, value in site.visitor.cookies.items()}
    _cookies(site).write_text(json.dumps({"127.0.0.1": {"/": jar}}))


def _take(report: Path, found: dict[str, Any]) -> None:
    if not report.exists():
        return
    said = json.loads(report.read_text())
    for kind, entries in (said["vulnerabilities"] | said["anomalies"]).items():
        for each in entries:
            path = each["path"]
            if "~" in path:
                if kind in {"Reflected Cross Site Scripting", "SQL Injection"}:
                    found["canaries"].add(CANARY_OF[path])
            elif each["info"] not in EXPECTED and kind != "Internal Server Error":
                found["findings"].append(f"{kind}: {each['method']} {path} {each['info']}")
