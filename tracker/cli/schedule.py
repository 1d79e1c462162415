"""`flask schedule plan`: the dates of a course on the command line. Needs no database."""

import json
from datetime import date

import click
from flask.cli import AppGroup

from tracker.cli.one_line import OneLineErrors
from tracker.domain import schedule

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

schedule_cli = AppGroup("schedule", help="Plan the dates of a course.")


class Day(click.ParamType):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value!r} is not a date: write it as 2026-11-23.", param, ctx)


class Days(click.ParamType):
    """Dates with commas between."""

    name = "date,…"

    def convert(
        self,
        value: str | tuple[date, ...],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[date, ...]:
        if isinstance(value, tuple):
            return value
        one = Day()
        return tuple(one.convert(part, param, ctx) for part in value.split(",") if part.strip())


class Weekdays(click.ParamType):
    """Short English weekday names with commas between, as numbers from 0 for Monday."""

    name = "day,…"

    def convert(
        self,
        value: str | frozenset[int],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> frozenset[int]:
        if isinstance(value, frozenset):
            return value
        names = [part.strip().lower() for part in value.split(",") if part.strip()]
        for name in names:
            if name not in _WEEKDAYS:
                self.fail(f"{name!r} is not one of {', '.join(_WEEKDAYS)}.", param, ctx)
        return frozenset(_WEEKDAYS.index(name) for name in names)


@schedule_cli.command("plan", cls=OneLineErrors, with_appcontext=False)
@click.option("--start", "start_on", type=Day(), required=True, help="First day that may be used.")
@click.option("--count", type=int, default=6, show_default=True, help="Infusions in all.")
@click.option(
    "--open",
    "open_weekdays",
    type=Weekdays(),
    default="mon,tue,wed,thu,fri",
    show_default=True,
    help="Weekdays on which the clinic is open.",
)
@click.option("--closed", "closed_on", type=Days(), default="", help="Dates it is closed.")
@click.option("--min-gap", type=int, default=3, show_default=True, help="Fewest days between two.")
@click.option("--max-gap", type=int, default=5, show_default=True, help="Most days between two.")
@click.option(
    "--preferred-gap",
    type=int,
    help="Days between two where possible.  [default: 4, or the middle of the gaps allowed]",
)
@click.option(
    "--unavailable",
    "unavailable_on",
    type=Days(),
    default="",
    help="Dates the patient cannot come.",
)
@click.option("--given", "given_on", type=Days(), default="", help="Dates of infusions given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def plan_command(
    start_on: date,
    count: int,
    open_weekdays: frozenset[int],
    closed_on: tuple[date, ...],
    min_gap: int,
    max_gap: int,
    preferred_gap: int | None,
    unavailable_on: tuple[date, ...],
    given_on: tuple[date, ...],
    as_json: bool,
) -> None:
    """Print the best dates for a course of infusions.

    Exits 1 when no plan keeps every gap; the nearest plan is printed all the same.

    \b
    Example:
      flask schedule plan --start 2026-11-23 --count 6 \\
        --open mon,tue,wed,thu,fri --closed 2026-11-26 --json
    """
    try:
        made = schedule.plan(
            rules=_rules(count, min_gap, max_gap, preferred_gap),
            start_on=start_on,
            clinic=schedule.ClinicDays(open_weekdays=open_weekdays, closed_on=frozenset(closed_on)),
            unavailable_on=unavailable_on,
            given_on=given_on,
        )
    except schedule.CannotPlan as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(_as_json(made) if as_json else _as_table(made))
    if made.broken:
        raise click.ClickException(" ".join(["No plan keeps every gap.", *schedule.explain(made)]))


def _rules(count: int, min_gap: int, max_gap: int, preferred_gap: int | None) -> schedule.PlanRules:
    if preferred_gap is None:
        preferred_gap = 4 if min_gap <= 4 <= max_gap else (min_gap + max_gap) // 2
    return schedule.PlanRules(
        infusion_count=count,
        min_gap_days=min_gap,
        max_gap_days=max_gap,
        preferred_gap_days=preferred_gap,
    )


def _as_json(made: schedule.Plan) -> str:
    broken = [
        {
            "between": [gap.after_number, gap.before_number],
            "from": gap.from_on.isoformat(),
            "to": gap.to_on.isoformat(),
            "gap_days": gap.gap_days,
            "min_gap_days": gap.min_gap_days,
            "max_gap_days": gap.max_gap_days,
        }
        for gap in made.broken
    ]
    return json.dumps({"dates": [day.isoformat() for day in made.dates], "broken": broken})


def _as_table(made: schedule.Plan) -> str:
    """One line an infusion: number, date, days since the one before, and what is to be noted."""
    outside = {gap.before_number for gap in made.broken}
    lines = [f"{'No':>2}  {'Date':<15}  {'Gap':<7}"]
    for number, day in enumerate(made.dates, start=1):
        gap = schedule.in_days((day - made.dates[number - 2]).days) if number > 1 else ""
        notes = ["given"] * (number <= made.given_count) + ["gap broken"] * (number in outside)
        line = f"{number:>2}  {schedule.day_in_words(day):<15}  {gap:<7}  {', '.join(notes)}"
        lines.append(line.rstrip())
    if not made.broken:
        lines += ["", *schedule.explain(made)] if made.passed_over else []
    return "\n".join(line.rstrip() for line in lines)
