"""A server to be scanned: started on a database of its own, asked what it answered, stopped."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.scans.site import NOTES, ROUTES
from tests.scans.targets import pages_and_forms
from tests.scans.visiting import Target, Visitor
from tests.serving import ROOT, free_port, start_server, stop_server

LOGS = ROOT / "test-output" / "scans"
TOOLS = ROOT / ".venv-scans" / "bin"
CANARIES = frozenset({"markup", "statement"})
REFUSED_AT_THE_DOOR = {400, 401, 403, 405}
ServerTrouble = tuple[str, str, int]


@dataclass
class Scanned:
    """A running server, the person who is signed in, and what there is to try."""

    role: str
    port: int
    folder: Path
    visitor: Visitor
    routes: list[dict[str, Any]]
    pages: list[str] = field(default_factory=list)
    forms: list[Target] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> list[ServerTrouble]:
        """Rule, method and status of everything that was answered so far."""
        lines = (self.folder / NOTES).read_text().splitlines()
        return [tuple(json.loads(line)) for line in lines]


@contextmanager
def scanned(role: str) -> Iterator[Scanned]:
    """A server with two clinics, and somebody of the first one signed in."""
    with tempfile.TemporaryDirectory(prefix="tracker-scan-") as place:
        folder = Path(place) / "site"
        folder.mkdir(mode=0o700)
        port = free_port()
        command = ("-m", "tests.scans.site", str(folder), str(port))
        server = start_server(folder, demo=False, port=port, command=command)
        try:
            routes = json.loads((folder / ROUTES).read_text())
            visitor = Visitor(port, f"{role}@a.test").sign_in()
            found = Scanned(role, port, folder, visitor, routes)
            starts = [each["path"] for each in routes if "GET" in each["methods"]]
            found.pages, found.forms = pages_and_forms(visitor, ["/", "/~canary", *starts])
            yield found
        finally:
            stop_server(server)
            _keep_logs(role, Path(place))


def _keep_logs(role: str, place: Path) -> None:
    """What the tools and the server said, for whoever wants to look a finding up."""
    LOGS.mkdir(parents=True, exist_ok=True)
    for each in sorted(
        [*place.glob("*.log"), *place.glob("site/*.log"), *place.glob("site/*/log")]
    ):
        name = "-".join(each.relative_to(place).parts)
        shutil.copy(each, LOGS / f"{role}-{name}")


@dataclass
class Result:
    """What one tool said in one role."""

    tool: str
    role: str
    seconds: float = 0
    requests: int = 0
    tried: str = ""
    canaries: set[str] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)

    @property
    def counts(self) -> bool:
        """Silence means something only where the planted weaknesses were found."""
        return self.canaries >= CANARIES

    def note_answers(self, answers: list[ServerTrouble]) -> None:
        """Requests, rules behind whose door somebody got, and answers that no page should give."""
        self.requests = len(answers)
        mine = [(rule, method, status) for rule, method, status in answers if "~" not in rule]
        self.reached = {
            rule
            for rule, method, status in mine
            if method == "POST" and rule and status not in REFUSED_AT_THE_DOOR
        }
        broken = Counter(each for each in mine if each[2] >= 500)
        self.findings += [
            f"{method} {rule} answered {status} ({count} times)"
            for (rule, method, status), count in sorted(broken.items())
        ]


def run_tool(command: list[str], log: Path, seconds: float) -> None:
    """Run a scanner; it is ended by its own pid when it does not stop by itself."""
    with log.open("a") as file:
        try:
            subprocess.run(
                command, cwd=log.parent, stdout=file, stderr=subprocess.STDOUT, timeout=seconds
            )
        except subprocess.TimeoutExpired:
            file.write("\nstopped: out of time\n")
