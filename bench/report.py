"""What the bench found, as a table and as JSON."""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.charts import OURS, SIX_LANES, ChartTimes
from bench.first_load import FirstLoad
from bench.letters import Letters
from bench.room import Sustained
from bench.scoring import Scored
from bench.senders import Sending
from bench.timing import Timing, timing

BARE = "bare route"
PLAIN = "plain Flask"
COMMIT = "bare route + commit"


@dataclass(kw_only=True)
class Findings:
    """Everything measured in one run. Times of single requests; all of them on this machine."""

    courses: int = 0
    scores: int = 0
    seed_seconds: float = 0.0
    timings: dict[str, Timing] = field(default_factory=dict)
    bare_beside: dict[str, float] = field(default_factory=dict)
    per_second: dict[str, float] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    first_page_seconds: list[float] = field(default_factory=list)
    memory_mb: dict[str, float] = field(default_factory=dict)
    room: dict[str, Timing] = field(default_factory=dict)
    sustained: Sustained | None = None
    check_ins: dict[str, Timing] = field(default_factory=dict)
    sending: Sending | None = None
    first_load: FirstLoad | None = None
    scored: Scored | None = None
    letters: list[Letters] = field(default_factory=list)
    charts: ChartTimes | None = None
    six_pictures: float | None = None
    by_size: dict[int, dict[str, Timing]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def ratio(self, name: str, to: str = BARE) -> float | None:
        """The p50 of a request as a multiple of the bare route's in the same turns."""
        base = self.bare_beside.get(name) if to == BARE else None
        if base is None and to in self.timings:
            base = self.timings[to].p50_ms
        return self.timings[name].p50_ms / base if base and name in self.timings else None


def as_json(found: Findings) -> str:
    return json.dumps(asdict(found) | {"machine": machine()}, indent=2)


def machine() -> dict[str, Any]:
    import os

    return {
        "python": sys.version.split()[0],
        "system": platform.platform(),
        "processors": os.cpu_count(),
    }


def as_text(found: Findings) -> str:
    """Tables for a terminal."""
    lines = []
    if found.timings:
        lines += [
            f"{found.courses:,} courses, {found.scores:,} scores, seeded in "
            f"{found.seed_seconds:.0f} s",
            "",
        ]
        lines += _timing_lines(found)
    if found.per_second:
        lines += ["", "Throughput (several at once)"]
        lines += [f"  {name:<24}{rate:>8.0f} /s" for name, rate in found.per_second.items()]
    if found.statements:
        lines += ["", "SQL statements a page, opened again"]
        lines += [f"  {name:<24}{count:>8}" for name, count in found.statements.items()]
    lines += _chart_lines(found)
    lines += _room_lines(found)
    lines += _check_in_lines(found)
    lines += _other_lines(found)
    if found.by_size:
        lines += ["", "By number of courses (p50 in ms, × the bare route)"]
        lines += _size_lines(found)
    if found.left_out:
        lines += ["", "Left out"] + [f"  {line}" for line in found.left_out]
    if found.timings:
        lines += ["", "Aims", *(f"  {line}" for line in aims(found))]
    return "\n".join(lines)


def _timing_lines(found: Findings) -> list[str]:
    head = f"{'':<24}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'n':>7}{'× bare':>9}{'× plain':>9}"
    lines = [head]
    for name, each in found.timings.items():
        bare, plain = found.ratio(name), found.ratio(name, PLAIN)
        lines.append(
            f"{name:<24}{each.p50_ms:>9.2f}{each.p95_ms:>9.2f}{each.p99_ms:>9.2f}{each.count:>7}"
            f"{_times(bare):>9}{_times(plain):>9}"
        )
    return lines


def _chart_lines(found: Findings) -> list[str]:
    """A drawing alone, whole and stage by stage, beside the usual way; and what pictures cost."""
    if found.charts is None:
        return []
    lines = ["", f"{'A chart, drawn anew':<24}{'p50 ms':>9}{'p95 ms':>9}"]
    for name, each in found.charts.whole.items():
        lines.append(f"{name:<24}{each.p50_ms:>9.2f}{each.p95_ms:>9.2f}")
    parts = (f"{name} {each.p50_ms:.2f}" for name, each in found.charts.stages.items())
    lines.append(f"  six lanes by stages: {', '.join(parts)} ms")
    lines.append(f"  the usual way takes {found.charts.times_faster:.1f} × as long")
    if found.six_pictures is not None:
        lines.append(f"  a page names six pictures instead of one: {found.six_pictures:+.2f} ms")
    return lines


def _room_lines(found: Findings) -> list[str]:
    """The infusion room, with the bare routes of the same turns."""
    if not found.room:
        return []
    lines = _beside_commit("The infusion room", found.room)
    if kept := found.sustained:
        took = timing(kept.seconds) if kept.seconds else None
        times = f", p50 {took.p50_ms:.1f} ms, p99 {took.p99_ms:.1f} ms" if took else ""
        lines.append(
            f"{kept.open_sheets} sheets open, {kept.wanted_per_second:.0f} saves a second asked:"
            f" {kept.per_second:.1f} a second over {kept.took:.0f} s, {kept.saved} saved,"
            f" {kept.refused} refused, {kept.late} late{times}; the sheets asked {kept.looks} times"
            f" what is new, {kept.looks_refused} refused"
        )
    return lines


def _check_in_lines(found: Findings) -> list[str]:
    """Check-ins on telephones, with the bare routes of the same turns; then many at once."""
    lines = _beside_commit("Check-ins", found.check_ins) if found.check_ins else []
    if sent := found.sending:
        refused = ", ".join(f"{count} × {what}" for what, count in sent.refused.items())
        lines += [
            f"Many at once to {sent.processes} process(es): "
            f"{sent.per_second:.0f} a second over {sent.took:.0f} s "
            f"({sent.slowest_second} in the slowest second), {sent.acknowledged} acknowledged, "
            f"{sent.taps_again} of them tapped again",
            f"  of these lost: {sent.lost}, stored twice: {sent.twice}, "
            f"refused: {refused or 'none'}",
            f"  the senders took {sent.own_cpu_ms:.2f} ms of processor time for each; "
            f"load of the machine {sent.load:.1f}; one sync to its disk {sent.sync_ms:.1f} ms",
        ]
    if loaded := found.first_load:
        lines.append(
            f"First load of the check-in page: {loaded.total_bytes:,} bytes "
            f"({loaded.page_bytes:,} of them the page) in {loaded.requests} requests"
        )
    return lines


def _beside_commit(title: str, timings: dict[str, Timing]) -> list[str]:
    bare, commit = (timings[name].p50_ms for name in (BARE, COMMIT))
    lines = ["", f"{title:<24}{'p50 ms':>9}{'p95 ms':>9}{'× bare':>9}{'× commit':>9}"]
    for name, each in timings.items():
        lines.append(
            f"{name:<24}{each.p50_ms:>9.2f}{each.p95_ms:>9.2f}{each.p50_ms / bare:>9.1f}"
            f"{each.p50_ms / commit:>9.1f}"
        )
    return lines


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.1f}"


def _other_lines(found: Findings) -> list[str]:
    lines = []
    if found.first_page_seconds:
        middle = sorted(found.first_page_seconds)[len(found.first_page_seconds) // 2]
        lines += [
            "",
            f"Start to first page: {middle:.2f} s (median of {len(found.first_page_seconds)})",
        ]
    if done := found.scored:
        lines += [
            f"A file of {done.rows:,} rows scored on one core: {done.seconds:.2f} s, "
            f"{done.cpu_seconds:.2f} s of it at work ({done.rows_per_second:,.0f} rows a second)"
        ]
    lines += [f"Letters, {each.words}" for each in found.letters]
    if found.memory_mb:
        parts = ", ".join(f"{name} {size:.0f} MB" for name, size in found.memory_mb.items())
        lines += [f"Resident memory afterwards: {parts}"]
    return lines


def _size_lines(found: Findings) -> list[str]:
    names = list(next(iter(found.by_size.values())))
    lines = ["  " + f"{'courses':>8}" + "".join(f"{name:>22}" for name in names)]
    for size, timings in found.by_size.items():
        bare = timings[BARE].p50_ms
        cells = (f"{each.p50_ms:.2f} ({each.p50_ms / bare:.1f}×)" for each in timings.values())
        lines.append("  " + f"{size:>8,}" + "".join(f"{cell:>22}" for cell in cells))
    return lines


def aims(found: Findings) -> list[str]:
    """Each aim with what was found. Nothing fails: machines differ, ratios and medians less."""
    rows: list[tuple[str, float | None, float, str]] = [
        ("board within 6 × bare", found.ratio("board"), 6, "×"),
        ("course page within 6 × bare", found.ratio("course page"), 6, "×"),
        ("data of the progress page", _p50(found, "data of the progress page"), 8, "ms"),
        ("cold chart under 25 ms", _p50(found, "chart, cold"), 25, "ms"),
        ("cached chart within 2 × bare", found.ratio("chart, cached"), 2, "×"),
        ("PDF under 100 ms", _p50(found, "PDF"), 100, "ms"),
        ("memory under 150 MB", found.memory_mb.get("server"), 150, "MB"),
    ]
    if found.first_page_seconds:
        middle = sorted(found.first_page_seconds)[len(found.first_page_seconds) // 2]
        rows.append(("first page 1.5 s after start", middle, 1.5, "s"))
    if found.room:
        at = {name: each.p50_ms for name, each in found.room.items()}
        saved = at["vital signs saved"] / at[COMMIT]
        rows.append(("vital signs saved within 6 × bare + commit", saved, 6, "×"))
        full = at["board, 60 infusions"] / at[BARE]
        rows.append(("board of 60 infusions under 10 × bare", full, 10, "×"))
    rows += _chart_aims(found)
    if found.scored and found.scored.rows >= 100_000:
        rows.append(("100,000 rows scored under 5 s", found.scored.seconds, 5, "s"))
    made = min((each.made for each in found.letters), default=0)
    if made >= 100:
        slowest = max(each.seconds for each in found.letters)
        rows.append(("100 letters under 10 s", slowest, 10, "s"))
    for name in ("check-in page", "check-in sent") if found.check_ins else ():
        times = found.check_ins[name].p50_ms / found.check_ins[COMMIT].p50_ms
        rows.append((f"{name} within 6 × bare + commit", times, 6, "×"))
    if found.first_load:
        rows.append(("first load under 60 KB", found.first_load.total_bytes / 1024, 60, "KB"))
    lines = [_aim(*row) for row in rows]
    if sent := found.sending:
        is_met = sent.per_second >= 300 and not (sent.lost or sent.twice or sent.refused)
        lines.append(
            f"{'met' if is_met else 'MISSED':<7}300 check-ins a second, none lost, none twice: "
            f"{sent.per_second:.0f}"
        )
    return lines


def _chart_aims(found: Findings) -> list[tuple[str, float | None, float, str]]:
    if found.charts is None:
        return []
    whole = found.charts.whole
    return [
        ("progress chart drawn under 20 ms", whole[OURS].p50_ms, 20, "ms"),
        ("course chart of six lanes under 60 ms", whole[SIX_LANES].p50_ms, 60, "ms"),
        ("six pictures add 1 ms to a page at most", found.six_pictures, 1, "ms"),
    ]


def _p50(found: Findings, name: str) -> float | None:
    return found.timings[name].p50_ms if name in found.timings else None


def _aim(words: str, value: float | None, limit: float, unit: str) -> str:
    if value is None:
        return f"{'-':<7}{words}: not measured"
    return f"{'met' if value <= limit else 'MISSED':<7}{words}: {value:.2f} {unit}"
