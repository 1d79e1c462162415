"""The colours that carry text and shapes keep their contrast, in the light and the dark scheme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CSS = (ROOT / "static/css/app.css").read_text("utf-8")
LARGEST_BYTES = 30_000

TEXT = 4.5
SHAPE = 3.0

GROUNDS = ("paper", "surface", "sunken")
ON_EVERY_GROUND = ("ink", "ink2", "primary", "link", "visited", "good", "caution", "stop", "help")
ON_ITS_TINT = ("primary", "good", "caution", "stop", "help")
ON_COLOUR = (
    ("on-primary", "primary"),
    ("on-primary", "primary-h"),
    ("on-stop", "stop"),
    ("on-stop", "stop-h"),
    ("on-help", "help"),
    ("on-help", "help-h"),
    ("on-focus", "focus"),
)
TEXT_PAIRS = (
    *((colour, ground) for colour in ON_EVERY_GROUND for ground in GROUNDS),
    *((colour, f"{colour}-tint") for colour in ON_ITS_TINT),
    *(("ink", f"{colour}-tint") for colour in ON_ITS_TINT),
    *ON_COLOUR,
)
SHAPE_PAIRS = (
    *(("border", ground) for ground in GROUNDS),
    *(("therapy", ground) for ground in GROUNDS),
    *(("ink", ground) for ground in GROUNDS),  # the outer tone of the focus ring
    ("border", "primary-tint"),
)


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", block))


def _scheme(name: str) -> dict[str, str]:
    first, *_ = re.findall(r":root \{(.*?)\n\}", CSS, re.S)
    light = _tokens(first)
    if name == "light":
        return light
    dark = re.search(r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\n  \}", CSS, re.S)
    assert dark, "the stylesheet has no dark scheme"
    return light | _tokens(dark[1])


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    shares = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_known_for_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#66727a", "#ffffff") == pytest.approx(4.94, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("pairs", "least"), [(TEXT_PAIRS, TEXT), (SHAPE_PAIRS, SHAPE)], ids=["text", "shapes"]
)
def test_every_pair_of_tokens_can_be_told_apart(
    scheme: str, pairs: tuple[tuple[str, str], ...], least: float
) -> None:
    tokens = _scheme(scheme)
    weak = {
        f"{front} on {ground}": round(contrast(tokens[front], tokens[ground]), 2)
        for front, ground in pairs
        if contrast(tokens[front], tokens[ground]) < least
    }
    assert not weak


def test_dark_scheme_names_every_colour_again() -> None:
    dark = re.search(r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\n  \}", CSS, re.S)
    assert dark
    assert set(_tokens(dark[1])) == set(_scheme("light"))


def test_every_used_token_exists() -> None:
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", CSS))
    named = set(re.findall(r"--([a-z0-9-]+):", CSS))
    assert used == named


def test_stylesheet_is_small_and_fetches_nothing() -> None:
    assert len(CSS.encode()) < LARGEST_BYTES
    assert "@import" not in CSS
    assert "url(" not in CSS


def test_no_text_is_smaller_than_14_pixels_on_screen() -> None:
    screen = CSS.split("@media print")[0]
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)rem", screen)]
    assert sizes
    assert min(sizes) >= 0.875


def test_no_template_carries_style_or_script_of_its_own() -> None:
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:|data:")
    found = {
        str(file.relative_to(ROOT)): match[0]
        for file in sorted((ROOT / "templates").rglob("*.html"))
        if (match := inline.search(file.read_text("utf-8")))
    }
    assert not found
