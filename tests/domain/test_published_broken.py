"""Definitions of published forms that do not make sense are refused, with what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.instruments import BrokenInstrument, from_json, get, to_json
from tracker.domain.instruments.catalogue import load, load_all

Change = Callable[[dict[str, Any]], object]

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def scale(**changes: Any) -> Change:
    return lambda d: d["scales"][0].update(changes)


def finding(when: object) -> Change:
    return lambda d: d["findings"][0].update(when=when)


def part(of: str, /, **changes: Any) -> Change:
    return lambda d: d[of][0].update(changes)


def of_scale(of: str, /, **changes: Any) -> Change:
    return lambda d: d["scales"][0][of][0].update(changes)


B2 = {"count": "endorsed_b", "at_least": 2}
PCL5_BROKEN: dict[str, tuple[Change, str]] = {
    "somebody's wording": (lambda d: d["items"][0].update(text="x"), "the site's to load"),
    "no topic": (lambda d: d["items"][0].update(topic=" "), "needs a topic"),
    "unknown wording": (lambda d: d.update(wording="mine"), "must be one of own, site"),
    "code with a wrong digit": (lambda d: d.update(loinc="101697-2"), "'101697-2' is no LOINC"),
    "variant of itself": (lambda d: d.update(variant_of="pcl-5"), "key of another instrument"),
    "negative days": (lambda d: d.update(least_days_between=-1), "must not be negative"),
    "unknown total": (lambda d: d.update(total="x"), "the total 'x' is no scale"),
    "a group as the total": (lambda d: d.update(total="pcl_5_b"), "a group of another"),
    "branch on a later item": (
        lambda d: d["items"][0].update(ask_when={"item": "q2", "answers": [1]}),
        "which is not before it",
    ),
    "branch on no answer": (
        lambda d: d["items"][1].update(ask_when={"item": "q1", "answers": []}),
        "not offered",
    ),
    "branch on an answer not offered": (
        lambda d: d["items"][1].update(ask_when={"item": "q1", "answers": [9]}),
        "not offered",
    ),
    "prorated over what may not be asked": (
        lambda d: d["items"][1].update(ask_when={"item": "q1", "answers": [1]}),
        "cannot be prorated: 'q2' may not be asked",
    ),
    "one alternative": (lambda d: d.update(alternatives=[["q1"]]), "alternatives must be two"),
    "choices with bounds": (part("answer_scales", least=0, most=4), "needs no bounds"),
    "number with choices": (part("answer_scales", kind="number", least=0, most=4), "no choices"),
    "number without bounds": (part("answer_scales", kind="number", choices=[]), "needs two bounds"),
    "number upside down": (
        part("answer_scales", kind="number", choices=[], least=4, most=4),
        "needs two bounds",
    ),
    "number too large": (
        part("answer_scales", kind="number", choices=[], least=0, most=10000),
        "beyond 9999",
    ),
    "multiplier 0": (scale(multiplier=0), "multiplier must be"),
    "multiplier not in the range": (scale(multiplier=2), "its items give 0 to 160"),
    "domains of a sum": (scale(domains=[["q1"]]), "is no sum of domain maxima"),
    "domains that leave one out": (
        scale(method="domain_maxima", domains=[["q1"]]),
        "must share out its items",
    ),
    "domain maxima prorated": (
        scale(method="domain_maxima", domains=[[f"q{n}" for n in range(1, 21)]]),
        "cannot be prorated",
    ),
    "two missing-answer rules": (scale(least_answered_count=16), "two missing-answer rules"),
    "count beyond the items": (
        scale(least_answered_count=21, least_answered_percent=100),
        "must be 1 to 20",
    ),
    "never prorated without a stranger": (scale(never_prorated=["x"]), "not in it"),
    "band with a gap": (
        scale(
            bands=[
                {
                    "key": key,
                    "label": key,
                    "lowest": a,
                    "highest": b,
                    "source": "x",
                    "status": "published",
                }
                for key, a, b in (("low", 0, 9), ("high", 11, 80))
            ]
        ),
        "without gap or overlap",
    ),
    "band without a source": (
        scale(
            bands=[
                {
                    "key": "all",
                    "label": "All",
                    "lowest": 0,
                    "highest": 80,
                    "source": "",
                    "status": "published",
                }
            ]
        ),
        "need a label and a source",
    ),
    "cut outside": (of_scale("cut_points", value=81), "is outside of"),
    "cut outside of its zone": (of_scale("cut_points", value=40), "must lie in its zone"),
    "half a zone": (of_scale("cut_points", zone_highest=None), "both ends of its zone"),
    "cut without a source": (of_scale("cut_points", source=""), "a meaning and a source"),
    "unknown operator": (of_scale("cut_points", operator="="), "must be one of <, <=, >=, >"),
    "change of 0": (of_scale("changes", value=0), "no size of a change"),
    "change of infinity": (of_scale("changes", value=float("inf")), "no size of a change"),
    "change without a source": (of_scale("changes", source=" "), "needs a source"),
    "strict below the plain": (of_scale("changes", strict=3), "must not be below its value"),
    "change in words": (of_scale("changes", value="15"), "a whole number or a number"),
    "outcome of 0 percent": (of_scale("outcomes", value=0), "must be 1 to 100"),
    "outcome without a label": (of_scale("outcomes", label=""), "needs a label and a source"),
    "floor outside": (scale(percent_floor=0), "percent_floor must be inside"),
    "count of nothing": (part("counts", items=[]), "needs items of this instrument"),
    "count of one twice": (part("counts", items=["q1", "q1"]), "names an item twice"),
    "count of everything": (part("counts", at_least=0), "below and from 0"),
    "count out of reach": (part("counts", at_least=5), "below and from 5"),
    "finding without a source": (part("findings", source=""), "needs a label and a source"),
    "condition without a subject": (finding({"at_least": 1}), "exactly one subject"),
    "condition with two subjects": (finding(B2 | {"item": "q1"}), "exactly one subject"),
    "condition with two lists": (finding({"all": [B2], "any": [B2]}), "exactly one subject"),
    "condition without a bound": (finding({"count": "endorsed_b"}), "exactly one bound"),
    "condition with two bounds": (finding(B2 | {"at_most": 3}), "exactly one bound"),
    "list with a bound": (finding({"all": [B2], "at_least": 1}), "any other has none"),
    "condition on nothing": (finding({"count": "x", "at_least": 1}), "'x', which is not there"),
    "bound out of reach": (finding({"count": "endorsed_b", "at_least": 6}), "decides nothing"),
    "bound always held": (finding({"item": "q1", "at_most": 4}), "decides nothing"),
    "finding on itself": (finding({"finding": "provisional_diagnosis"}), "not stand before it"),
    "nested without end": (
        finding({"all": [{"all": [{"all": [{"all": [{"all": [{"all": [B2]}]}]}]}]}]}),
        "nested more than",
    ),
    "pulled both ways": (
        finding({"all": [{"item": "q1", "at_least": 1}, {"none": [B2]}]}),
        "'q1' speaks for it and against it",
    ),
    "condition that is no object": (finding([]), "must be an object"),
    "alert on two things": (part("safety_rules", category="x"), "an item or a category"),
    "alert on an unknown category": (
        part("safety_rules", item="", category="x", answers=[], outcomes=["high"]),
        "unknown category 'x'",
    ),
    "column of the table": (part("columns", name="total"), "every table has"),
    "column of nothing": (part("columns", scale=""), "exactly one thing"),
    "column of two things": (part("columns", item="q1"), "exactly one thing"),
    "column of what is not there": (part("columns", scale="x"), "which is not there"),
    "column twice": (lambda d: d["columns"].append(d["columns"][0]), "two columns have the id 'b'"),
}


@pytest.mark.parametrize(("change", "fault"), PCL5_BROKEN.values(), ids=PCL5_BROKEN.keys())
def test_definition_of_a_published_form_is_refused_when_broken(change: Change, fault: str) -> None:
    data = to_json(get("pcl-5"))
    change(data)
    with pytest.raises(BrokenInstrument) as refused:
        from_json(data, "pcl-5.v1.json")
    assert str(refused.value).startswith("pcl-5.v1.json: ")
    assert fault in refused.value.fault


CATEGORY_BROKEN: dict[str, tuple[Change, str]] = {
    "no source": (part("categories", source=""), "needs a label and a source"),
    "one outcome": (
        lambda d: d["categories"][0].update(outcomes=d["categories"][0]["outcomes"][:1]),
        "two or more different outcomes",
    ),
    "an outcome called undetermined": (
        lambda d: d["categories"][0]["outcomes"][0].update(key="undetermined"),
        "none called undetermined",
    ),
    "no outcome for the rest": (
        lambda d: d["categories"][0]["outcomes"].pop(),
        "all outcomes but the last",
    ),
    "alert on an unknown outcome": (
        part("safety_rules", outcomes=["extreme"]),
        "outcomes that cannot come",
    ),
    "alert on no outcome": (part("safety_rules", outcomes=[]), "outcomes that cannot come"),
}


@pytest.mark.parametrize(("change", "fault"), CATEGORY_BROKEN.values(), ids=CATEGORY_BROKEN.keys())
def test_category_is_refused_when_broken(change: Change, fault: str) -> None:
    data = to_json(get("c-ssrs-screener"))
    change(data)
    with pytest.raises(BrokenInstrument) as refused:
        from_json(data, "x")
    assert fault in refused.value.fault


@pytest.mark.parametrize("key", ["pcl-5", "c-ssrs-screener", "qids-sr16", "itq", "bam-r"])
@given(data=st.data())
def test_any_definition_loads_or_is_refused_whatever_a_field_holds(
    key: str, data: st.DataObject
) -> None:
    plain = to_json(get(key))
    field = data.draw(st.sampled_from(sorted(plain)))
    if isinstance(plain[field], list) and plain[field] and isinstance(plain[field][0], dict):
        inner = data.draw(st.sampled_from(sorted(plain[field][0])))
        plain[field][0][inner] = data.draw(junk)
    else:
        plain[field] = data.draw(junk)
    with suppress(BrokenInstrument):
        from_json(plain, "x")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"key": NaN}', "NaN is no number"),
        ('{"key": "a", "key": "b"}', "a field stands there twice"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_file_is_refused_when_its_json_is_loose(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "daily.v1.json").write_text(text)
    with pytest.raises(BrokenInstrument, match=fault):
        load(tmp_path / "daily.v1.json")


def test_file_is_refused_when_it_holds_a_sites_wording(tmp_path: Path) -> None:
    daily = to_json(get("daily")) | {"wording": "loaded"}
    assert from_json(daily, "stored copy").has_wording
    (tmp_path / "daily.v2.json").write_text(json.dumps(daily))
    with pytest.raises(BrokenInstrument, match="site's wording is loaded"):
        load(tmp_path / "daily.v2.json")


def test_folder_is_refused_when_what_is_offered_instead_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "phq-9.v1.json").write_text(json.dumps(to_json(get("phq-9"))))
    with pytest.raises(BrokenInstrument, match=r"^phq-9\.v1\.json: there is no instrument 'phq-8'"):
        load_all(tmp_path)
