"""What a nurse does on a run sheet, from the patient's arrival until the patient leaves."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.day import NAMES, PASSWORD, SIGNS, Day, labelled


def arrive(day: Day, name: str) -> None:
    """One tap on the board."""
    day.open("/board")
    day.board_row(name).get_by_role("button", name="Arrived").click()
    expect(day.part("Checks before the start")).to_be_visible()
    day.sheets[name] = day.page.url.removeprefix(day.server.url)


def check(day: Day, name: str) -> None:
    """Every check answered; the baseline set answers its own."""
    day.sheet(name)
    part = day.part("Checks before the start")
    for done in part.get_by_role("radio", name="Done", exact=True).all():
        done.check(force=True)
    day.fill("Name and telephone of the escort", f"Kim {NAMES[name]}, 555 0101", part)
    day.press("Save checks", part)
    day.reads("1 of 14")
    add_set(day, name, 122, 76, 70, 98, 14)
    day.press("Checks done")
    expect(day.main.get_by_role("link", name="Start the infusion")).to_be_visible()


def draw(day: Day, name: str, mg: str) -> None:
    """So much out of the one vial."""
    day.sheet(name)
    day.go("Draw from a vial")
    day.main.get_by_role("radio").first.check(force=True)
    day.fill("Amount drawn", mg)
    day.press("Save the draw")
    day.reads(f"Drawn {mg} mg")


def start(day: Day, name: str, kg: str, mg: str) -> None:
    """0.5 mg/kg over 40 minutes; the working is on the page before anything starts."""
    day.sheet(name)
    day.go("Start the infusion")
    for label, typed in (
        ("Weight today", kg),
        ("Dose per kilogram", "0.5"),
        ("Planned duration", "40"),
        ("Vial", "10"),
        ("Diluted to", "50"),
    ):
        day.fill(label, typed)
    day.press("Calculate the dose")
    day.reads(f"{kg} kg × 0.5 mg/kg = {mg} mg")
    day.main.get_by_role("button", name="Start").first.click()
    expect(day.main.get_by_role("link", name="End the infusion")).to_be_visible()


def type_set(day: Day, name: str, *numbers: int) -> None:
    """The numbers of a set in the fields of the sheet, saved."""
    day.sheet(name)
    part = day.part("Vital signs")
    for label, number in zip(SIGNS, numbers, strict=False):
        day.fill(label, str(number), part)
    day.press("Save vital signs", part)


def add_set(day: Day, name: str, *numbers: int) -> None:
    """One set of vital signs, stored."""
    type_set(day, name, *numbers)
    expect(day.part("Log")).to_contain_text(f"{numbers[0]}/{numbers[1]}")


def tap_set(day: Day, name: str, *numbers: int) -> tuple[int, int]:
    """A set from the board, its taps and its keys counted."""
    day.open("/board")
    day.board_row(name).get_by_role("link", name="Log set").tap()
    expect(day.main.get_by_label(labelled("Systolic"))).to_be_focused()
    keys = type_on(day, numbers)
    day.part("Vital signs").get_by_role("button", name="Save vital signs").tap()
    return 2, keys


def type_on(day: Day, numbers: tuple[int, ...]) -> int:
    """Numbers typed from field to field; returns the number of keys."""
    for label, number in zip(SIGNS, numbers, strict=False):
        expect(day.main.get_by_label(labelled(label))).to_be_focused()
        day.page.keyboard.type(str(number))
        if label != SIGNS[len(numbers) - 1]:
            day.page.keyboard.press("Tab")
    return sum(len(str(number)) for number in numbers) + len(numbers) - 1


def set_by_keyboard(day: Day, name: str, *numbers: int) -> None:
    """From the board to a stored set without touching the screen."""
    day.open("/board")
    tab_to(day, f"Log set {name} {NAMES[name]}")
    day.page.keyboard.press("Enter")
    type_on(day, numbers)
    tab_to(day, "Save vital signs")
    day.page.keyboard.press("Enter")
    expect(day.part("Log")).to_contain_text(f"{numbers[0]}/{numbers[1]}")


def tab_to(day: Day, words: str) -> None:
    """On with the Tab key to the link or button that says this."""
    for _ in range(40):
        day.page.keyboard.press("Tab")
        if day.page.evaluate("document.activeElement.textContent.trim()") == words:
            return
    raise AssertionError(f"the Tab key does not lead to “{words}”")


def step(day: Day, name: str, label: str, **typed: str) -> None:
    """A step that is no main button of the sheet: opened, filled in, sent."""
    day.sheet(name)
    box = (
        day.part("Next step")
        .get_by_role("group")
        .filter(has=day.page.get_by_role("button", name=label, include_hidden=True))
    )
    box.get_by_text(label, exact=True).first.click()
    for field, value in typed.items():
        day.fill(field, value, box)
    day.press(label, box)


def correct(day: Day, link: Any, **typed: str) -> None:
    """What this link leads to put right, with the reason."""
    link.click()
    for field, value in typed.items():
        day.fill(field.replace("_", " "), value)
    day.press("Save the correction")


def end(day: Day, name: str, *, mg: str, ml: str, why: str = "") -> None:
    """What was given, off the pump."""
    day.sheet(name)
    day.go("End the infusion")
    day.fill("Given", mg)
    day.fill("Infused", ml)
    if why:
        day.fill("If less was given, why", why)
    day.press("End the infusion")
    expect(day.main.get_by_role("button", name="Ready to leave")).to_be_visible()


def score(day: Day, name: str, *points: int) -> None:
    """Five items of 0 to 2."""
    day.sheet(name)
    day.go("Score the recovery")
    questions = day.main.get_by_role("group")
    expect(questions).to_have_count(len(points))  # the page is there, not the one before it
    for question, chosen in zip(questions.all(), points, strict=True):
        question.get_by_role("radio").nth(chosen).check(force=True)
    day.press("Save the score")
    day.reads(f"{sum(points)} of 10")


def account(day: Day, name: str, *, given: str, wasted: str, witness: str) -> None:
    """What became of the draw; a second person types the own password for the waste."""
    day.sheet(name)
    day.go("Account for it")
    day.fill("Given to the patient", given)
    day.fill("Wasted", wasted)
    if witness:
        day.fill("Witness: e-mail address", witness)
        day.fill("Witness: password", PASSWORD)
    day.press("Save the account")
    day.reads(f"given {given} mg, wasted {wasted} mg")


def make_ready(day: Day, name: str) -> None:
    """What is open is named; then it is answered."""
    day.sheet(name)
    day.press("Ready to leave")
    day.reads("Still open", "Escort is here")
    part = day.part("Before leaving")
    for done in part.get_by_role("radio", name="Done", exact=True).all():
        done.check(force=True)
    day.press("Save checks", part)
    expect(day.part("Before leaving")).to_contain_text("Nothing is open")
    day.press("Ready to leave")
    expect(day.main.get_by_role("button", name="The patient has left")).to_be_visible()


def leave(day: Day, name: str, escort: str) -> None:
    """With whom, and gone."""
    day.sheet(name)
    day.fill("Left with whom", escort)
    day.press("The patient has left")
    day.reads(f"With {escort}")
