"""`make scan`: attack a server of our own in every role, and write down what came of it.

Ends with 1 when something was found, or when a run missed a planted weakness: such a run says
nothing about the rest.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from tests.scans import sqlmap, wapiti
from tests.scans.running import TOOLS, Result, Scanned, scanned
from tests.scans.writing import write_down

ROLES = {"patient": (90, 180), "clinician": (330, 520), "administrator": (180, 240)}
"""Seconds for wapiti and for sqlmap. A clinician can send the most forms."""
ATTACKS: dict[str, Callable[[Scanned, float], Result]] = {
    "wapiti": wapiti.attack,
    "sqlmap": sqlmap.attack,
}


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--role", choices=ROLES, action="append")
    wanted.add_argument("--tool", choices=ATTACKS, action="append")
    asked = wanted.parse_args()
    results, behind_forms = [], set()
    for role in asked.role or ROLES:
        for tool, seconds in zip(ATTACKS, ROLES[role], strict=True):
            if asked.tool and tool not in asked.tool:
                continue
            with scanned(role) as site:  # each on data that no other attack touched
                results.append(ATTACKS[tool](site, seconds))
                behind_forms |= {
                    each["rule"]
                    for each in site.routes
                    if "POST" in each["methods"] and "~" not in each["rule"]
                }
            print(_line(results[-1]), flush=True)
    if not (asked.role or asked.tool):
        write_down(results, behind_forms, _versions(), datetime.now(UTC).date())
    return int(any(each.findings or not each.counts for each in results))


def _line(result: Result) -> str:
    verdict = "counts" if result.counts else "DOES NOT COUNT: a planted weakness was not found"
    lines = [
        f"{result.tool} as {result.role}: {result.requests} requests in {result.seconds:.0f} s, "
        f"{result.tried}; {verdict}; {len(result.findings)} findings",
        *(f"  {each}" for each in result.findings),
    ]
    return "\n".join(lines)


def _versions() -> str:
    said = subprocess.run(
        [str(TOOLS / "python"), "-m", "pip", "--disable-pip-version-check", "freeze"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return ", ".join(each for each in said if each.startswith(("wapiti3==", "sqlmap==")))


if __name__ == "__main__":
    sys.exit(main())
