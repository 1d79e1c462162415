"""sqlmap: every parameter of every form, every query and every place in an address.

All of them get its heuristics, which look for an error of the database: the scanned application
says such errors aloud. What goes into searches and lists is tested without the heuristics too.
"""

from __future__ import annotations

import csv
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from tests.scans.canaries import SQL_PATH, XSS_PATH
from tests.scans.running import CANARIES, TOOLS, Result, Scanned, run_tool
from tests.scans.targets import query_targets
from tests.scans.visiting import ENDS_THE_SCAN, Target, field_shape

SEARCHES = re.compile(
    r"^/(patients|ledger/lots|ledger/print|admin/trail|outcomes\?scale|reports/.*)$"
)
NEVER = "^(csrf_token|submission_id)$"
ENDED = "=" * 54
_MARKUP = r"testing URL 'http://[^/]+(\S+)'(?:(?!testing URL).)*?heuristic \(XSS\) test shows"


def attack(site: Scanned, budget_seconds: float) -> Result:
    """Every parameter with the heuristics; then searches in depth for as long as there is time."""
    result, began = Result("sqlmap", site.role), time.monotonic()
    token = dict(site.forms[0].answers)["csrf_token"]
    canaries = [each for each in site.forms if "~" in each.path]
    forms = [_each_kind_once(each) for each in site.forms if "~" not in each.path]
    queries, paths = query_targets(site.pages), _path_targets(site, token)
    searched = [each for each in [*forms, *queries] if SEARCHES.match(each.rule)]
    with ThreadPoolExecutor(2) as pool:  # the canaries behind all others
        for name, targets in {"forms": forms, "addresses": [*queries, *paths]}.items():
            lot = [*targets, *canaries]
            pool.submit(_run, site, name, lot, ["--smart"], budget_seconds * 0.7)
    left = budget_seconds - (time.monotonic() - began)
    _run(site, "searches", [*searched, *canaries], [], left)
    result.seconds = time.monotonic() - began
    _read_logs(site, result)
    result.tried = (
        f"{result.tried} of {len(forms)} forms, {len(queries)} queries, {len(paths)} addresses;"
        f" {len(searched)} searches in depth"
    )
    result.note_answers(site.answers())
    return result


def _read_logs(site: Scanned, result: Result) -> None:
    """A run in which a tool had to be stopped, or missed a canary, counts for nothing."""
    tested, planted = 0, set(CANARIES)
    for name in ("forms", "addresses", "searches"):
        log = (site.folder / f"sqlmap-{name}.log").read_text()
        tested += len(re.findall(r"heuristic \(basic\) test shows", log))
        found = Result("sqlmap", site.role)
        _take(site, name, log, found)
        result.findings += [each for each in found.findings if each not in result.findings]
        planted &= found.canaries
    result.canaries = planted
    result.tried = f"{tested} parameters"


def _each_kind_once(form: Target) -> Target:
    """Without the further items of a list, whose fields differ by their number only."""
    kept: dict[str, tuple[str, str]] = {}
    for name, value in form.answers:
        kept.setdefault(field_shape(name), (name, value))
    return replace(form, answers=tuple(kept.values()))


def _path_targets(site: Scanned, token: str) -> list[Target]:
    found = []
    for each in site.routes:
        if "*" not in each["marked"] or "~" in each["path"] or ENDS_THE_SCAN.match(each["path"]):
            continue
        is_post = "GET" not in each["methods"]
        answers = (("csrf_token", token),) if is_post else ()
        found.append(Target(each["rule"], each["marked"], answers, is_post))
    return found


def _run(
    site: Scanned, name: str, targets: list[Target], options: list[str], seconds: float
) -> None:
    requests = site.folder / f"sqlmap-{name}.requests"
    requests.write_text("".join(_as_request(site, each) for each in targets))
    command = [str(TOOLS / "sqlmap"), "-l", str(requests), "--batch", "--disable-coloring"]
    command += ["--output-dir", str(site.folder / f"sqlmap-{name}"), "--param-exclude", NEVER]
    command += ["--technique", "BE", "--drop-set-cookie", "--ignore-redirects", "--ignore-code"]
    command += [
        "*",
        "--answers",
        "skip further tests=N",
        "--timeout",
        "10",
        "--retries",
        "0",
        *options,
    ]
    run_tool(command, site.folder / f"sqlmap-{name}.log", seconds)


def _as_request(site: Scanned, target: Target) -> str:
    """One request in the form of a proxy's log, which is how sqlmap takes many at once."""
    body = urlencode(target.answers)
    lines = [
        f"{'POST' if target.is_post else 'GET'} {target.path} HTTP/1.1",
        f"Host: 127.0.0.1:{site.port}",
        f"Cookie: {site.visitor.cookie}",
    ]
    if target.is_post:
        lines += ["Content-Type: application/x-www-form-urlencoded"]
        lines += [f"Content-Length: {len(body)}", "", body]
    head = f"{ENDED}\n12:00:00  {site.base}  [127.0.0.1]\n{ENDED}\n"
    return head + "\n".join(lines) + f"\n\n{ENDED}\n\n\n\n"


def _take(site: Scanned, name: str, log: str, result: Result) -> None:
    for file in sorted((site.folder / f"sqlmap-{name}").glob("results-*.csv")):
        for row in csv.DictReader(_without_repeated_heads(file)):
            if SQL_PATH in row["Target URL"]:
                result.canaries.add("statement")
            elif "false positive" not in row["Note(s)"]:  # it looked again and took it back
                result.findings.append(f"SQL injection: {row['Target URL']} {row['Parameter']}")
    for path in re.findall(_MARKUP, log, re.S):
        if XSS_PATH in path:
            result.canaries.add("markup")
        else:
            result.findings.append(f"markup comes back: {path}")


def _without_repeated_heads(file: Path) -> list[str]:
    lines = file.read_text().splitlines()
    return [lines[0], *(each for each in lines[1:] if each and each != lines[0])] if lines else []
