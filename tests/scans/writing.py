"""The last result, in docs/scans.md: between the two marks, so that what people wrote stays."""

from __future__ import annotations

from datetime import date

from tests.scans.running import Result
from tests.serving import ROOT

FILE = ROOT / "docs" / "scans.md"
BEGINS, ENDS = "<!-- last run: begins -->", "<!-- last run: ends -->"


def write_down(results: list[Result], behind_forms: set[str], versions: str, on: date) -> None:
    """Put the last run in the place of the one before."""
    before, _old, rest = FILE.read_text("utf-8").partition(BEGINS)
    _last, _mark, after = rest.partition(ENDS)
    run = as_markdown(results, behind_forms, versions, on)
    FILE.write_text(f"{before}{BEGINS}\n\n{run}\n{ENDS}{after}", "utf-8")


def _planted(result: Result) -> str:
    found = ", ".join(sorted(result.canaries)) or "none"
    return found if result.counts else f"{found}: does not count"


def as_markdown(results: list[Result], behind_forms: set[str], versions: str, on: date) -> str:
    reached = {rule for each in results for rule in each.reached} & behind_forms
    lines = [
        f"{on.isoformat()}, `make scan`, {versions}.",
        "",
        "| tool | as | requests | seconds | tried | planted weaknesses found | findings |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {each.tool} | {each.role} | {each.requests} | {each.seconds:.0f} | {each.tried} |"
            f" {_planted(each)} | {len(each.findings)} |"
            for each in results
        ),
        "",
        f"{len(reached)} of {len(behind_forms)} routes that take a form were reached behind"
        " sign-in, role and token.",
    ]
    missed = sorted(behind_forms - reached)
    if missed:
        lines += ["Not reached: " + ", ".join(f"`{each}`" for each in missed) + "."]
    found = [f"- {each.tool} as {each.role}: {one}" for each in results for one in each.findings]
    lines += ["", "Findings:" if found else "Findings: none.", *([""] if found else []), *found]
    return "\n".join(lines) + "\n"
