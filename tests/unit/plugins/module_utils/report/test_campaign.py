# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a campaign: whole, escaped, and each value where the ticks of its axis say."""

from __future__ import annotations

import itertools
import random
import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.report.campaign import facts, page
from hypothesis import given
from hypothesis import strategies as st

from .test_page import read

SVG = "{http://www.w3.org/2000/svg}"
BOUNDS = {
    "gold": {
        "throughput": {"lower": 310, "upper": None, "text": "> 310"},
        "latency": {"lower": None, "upper": 4, "text": "< 4"},
    },
    "silver": {"throughput": {"lower": 120.5, "upper": None, "text": "> 120.5"}},
}
CAMPAIGN = {
    "experiments": {"planned": 48, "finished": 47, "failed": 1, "run": 48},
    "seconds": 1206.4,
    "kpi_mapping": {
        "throughput": [
            {"metric": "host_cpu", "strength": 0.71, "correlation": 0.9, "probability": 0.004, "significant": True},
            {"metric": "host_memory", "strength": 0.05, "correlation": -0.1, "probability": 1.0, "significant": False},
        ],
        "latency": [],
    },
}


def answer(many: int, seed: int = 1) -> dict[str, Any]:
    """What ``template_optimise`` would say of so many configurations; their values are spread at random."""
    drawn = random.Random(seed)
    there = [{"ram": ram, "vcpus": vcpus} for ram, vcpus in itertools.islice(itertools.product(range(40), range(30)), many)]
    share = max(1, many // 3)
    found = []
    for number, one in enumerate(there):
        name = ("gold", "silver", "None")[min(2, number // share)]
        samples = {
            "throughput": sorted(drawn.uniform(50, 900) for _one in range(9)),
            "latency": sorted(drawn.uniform(1, 9) for _one in range(9)),
        }
        ends = {metric: (values[0], statistics.median(values), values[-1]) for metric, values in samples.items()}
        spreads = {metric: dict(zip(("lowest", "median", "highest"), three, strict=True)) for metric, three in ends.items()}
        found.append({"configuration": one, "class": name, "cost": number, "samples": 9, "metrics": spreads})
    first = {one["class"]: one for one in reversed(found)}
    leaf = {"class": "gold", "support": 9, "classes": {"gold": 9}, "confidence": 1.0}
    return {
        "templates": {name: {**first[name]["configuration"], "cpu_policy": "dedicated"} for name in first},
        "costs": {name: first[name]["cost"] for name in first},
        "confidence": dict.fromkeys(first, 0.9996),
        "omitted": {"bronze": "bronze: no sample has latency < 0"},
        "rules": [
            {
                "class": "gold",
                "conditions": ["ram > 4", "vcpus = 2"],
                "text": "",
                "support": 9,
                "coverage": 0.25,
                "confidence": 1.0,
            }
        ],
        "tree": {
            "class": "None",
            "support": 36,
            "classes": {"gold": 9, "None": 27},
            "confidence": 0.75,
            "parameter": "ram",
            "branches": [
                {"condition": "ram > 4", **leaf},
                {"condition": "ram <= 4", "class": "None", "support": 27, "classes": {"None": 27}, "confidence": 1.0},
            ],
        },
        "importance": {"ram": 1.0, "vcpus": 0.0},
        "configurations": found,
        "bounds": BOUNDS,
        "goals": {"throughput": "maximise", "latency": "minimise"},
        "counts": {"read": 99, "window": 90, "outliers": 1, "configurations": many, "unit": "samples"},
        "findings": [{"kind": "gap", "message": "3 of 90 samples fit no class"}],
    }


def pictures(html: str) -> list[ElementTree.Element]:
    """Each picture, read as XML."""
    return [ElementTree.fromstring(text) for text in re.findall(r"<svg .*?</svg>", html, re.DOTALL)]


def texts(picture: ElementTree.Element) -> list[tuple[float, float, str]]:
    return [(float(one.get("x")), float(one.get("y")), one.text or "") for one in picture.iter(f"{SVG}text")]


def rows(picture: ElementTree.Element) -> Iterator[tuple[str, ElementTree.Element]]:
    """The rows of a picture of configurations with the sentence of each."""
    for group in picture.iter(f"{SVG}g"):
        if group.find(f"{SVG}circle") is not None and group.find(f"{SVG}line") is not None:
            yield group.findtext(f"{SVG}title"), group


def scales(head: ElementTree.Element) -> list[tuple[float, float, float]]:
    """Of each axis its left and, from its first and last tick, the value there and the units a pixel."""
    bottom = max(y for _x, y, _text in texts(head))
    ticks = [
        (x, float(text))
        for one in head.iter(f"{SVG}text")
        for x, y, text in [(float(one.get("x")), float(one.get("y")), one.text)]
        if y == bottom and one.get("class") == "quiet middle"
    ]
    axes, start = [], 0
    for at in range(1, len(ticks) + 1):
        if at == len(ticks) or ticks[at][1] <= ticks[at - 1][1]:
            (x, low), (to_x, high) = ticks[start], ticks[at - 1]
            axes.append((x, low, (high - low) / (to_x - x)))
            start = at
    return axes


def means(scale: tuple[float, float, float], x: float) -> float:
    left, low, a_pixel = scale
    return low + (x - left) * a_pixel


@pytest.mark.parametrize("many", [1, 16, 300])
def test_the_page_is_whole_and_has_every_configuration(many: int) -> None:
    given_answer = answer(many)
    html = page("video & more", given_answer, CAMPAIGN, {"latency": "ms"})
    text = read(html).text
    assert "video & more " in text
    assert {"3 of 90 samples fit no class", "bronze: no sample has latency < 0", "ram > 4 and vcpus = 2", "> 99.9 %"} <= set(
        text
    )
    assert {"host_cpu", "47 of 48", "1,206", "latency in ms"} <= set(text)
    shown = [list(rows(picture)) for picture in pictures(html)]
    assert [len(found) for found in shown if found] == ([many] if many <= 60 else [many, many])
    for found in filter(None, shown):
        for one, (sentence, _group) in zip(given_answer["configurations"], found, strict=True):
            assert sentence.startswith(f"ram {one['configuration']['ram']}, vcpus {one['configuration']['vcpus']}: ")
            assert sentence.endswith(f"9 samples, cost {one['cost']}, {one['class']}")


@pytest.mark.parametrize("many", [16, 300])
def test_values_and_borders_lie_where_the_ticks_say(many: int) -> None:
    """Read back from the picture alone, by the labels of its ticks."""
    given_answer = answer(many)
    drawn = pictures(page("x", given_answer, {}))
    for head, body in itertools.pairwise(drawn):
        if not list(rows(body)):
            continue
        axes = dict(zip(("throughput", "latency"), scales(head), strict=True))
        for one, (_sentence, group) in zip(given_answer["configurations"], rows(body), strict=True):
            lines, dots = group.findall(f"{SVG}line"), group.findall(f"{SVG}circle")
            for metric, line, dot in zip(axes, lines, dots, strict=True):
                read_back = [means(axes[metric], float(x)) for x in (line.get("x1"), dot.get("cx"), line.get("x2"))]
                expected = list(one["metrics"][metric].values())
                assert read_back == pytest.approx(expected, abs=2 * axes[metric][2]), "two pixels"
                kinds = {"gold": "class-0", "silver": "class-1", "None": "class-none"}
                assert kinds[one["class"]] in line.get("class").split()
        borders = {float(line.get("x1")) for line in body.iter(f"{SVG}line") if line.get("class") == "border"}
        for metric, ends in {"throughput": (120.5, 310), "latency": (4,)}.items():
            left, low, a_pixel = axes[metric]
            for end in ends:
                assert min(abs(x - (left + (end - low) / a_pixel)) for x in borders) < 1, (metric, end)
                assert any(abs(means(axes[metric], x) - end) < a_pixel for x, _y, text in texts(head) if text == f"{end}")
        assert len(borders) == 3


@pytest.mark.parametrize("many", [5, 16, 300])
def test_the_template_of_each_class_is_marked(many: int) -> None:
    given_answer = answer(many)
    firsts = {one["cost"] for one in given_answer["configurations"]} & set(given_answer["costs"].values())
    for picture in pictures(page("x", given_answer, {})):
        found = list(rows(picture))
        marked = [sentence for sentence, group in found if any(one.text == "◆" for one in group.findall(f"{SVG}text"))]
        costs = {int(re.search(r"cost (\d+)", sentence)[1]) for sentence in marked}
        assert costs == (firsts if found else set())


@pytest.mark.parametrize("many", [1, 2, 3, 4])
def test_the_axes_fit_into_a_window_and_their_names_beside_what_is_better(many: int) -> None:
    """A window of 1200 pixels has 1168 for a picture, and one of 800 shows it at no less than seven tenths."""
    given_answer = answer(16)
    for one in given_answer["configurations"]:
        one["configuration"] |= {"vnic_type": "direct", "memory_page_size": "small", "cpu_policy": "dedicated"}
        one["metrics"] = {f"{name}_p{name}": one["metrics"]["latency"] for name in "abcd"[:many]}
    given_answer |= {"bounds": {}, "goals": {f"{name}_p{name}": "maximise" for name in "abcd"}}
    html = page("x", given_answer, {}, {"a_pa": "mm", "b_pb": "Mbit/s of whatever"})
    head = next(one for one in pictures(html) if any("a_pa in mm" in text for _x, _y, text in texts(one)))
    width = float(head.get("width"))
    assert width <= 1000 if many < 3 else width * 0.7 <= 1168
    assert f'style="--least: {0.7 * width:.0f}px"' in html
    top = sorted((x, text, one.get("class")) for one in head.iter(f"{SVG}text")
                 for x, y, text in [(float(one.get("x")), float(one.get("y")), one.text)] if y == 20)  # fmt: skip
    for (x, name, _kind), (end, way, _quiet) in zip(top[::2], top[1::2], strict=True):
        assert x + 7.3 * len(name) < end - 7.3 * len(way)
        assert way in ("better →", "→")


def test_no_words_of_a_row_touch() -> None:
    given_answer = answer(16)
    for one in given_answer["configurations"]:
        one["configuration"] = {"a" * 40: "w" * 60, "日本" * 20: "値" * 30, "b": one["cost"]}
    given_answer["templates"] = {}
    for picture in pictures(page("x", given_answer, {})):
        for _sentence, group in rows(picture):
            cells = sorted((float(one.get("x")), one.text) for one in group.findall(f"{SVG}text"))
            for (x, text), (after, _text) in itertools.pairwise(cells):
                wide = sum(2 if ord(letter) > 0x2FFF else 1 for letter in text)
                assert x + 7.3 * wide < after
            assert cells[-1][0] < min(float(line.get("x1")) for line in group.findall(f"{SVG}line"))


def test_what_is_not_there_is_left_out() -> None:
    html = page("x", {}, {})
    read(html)
    assert "<h2>" not in html
    only_mapping = page("x", {}, CAMPAIGN)
    assert re.findall(r"<h2>(.*?)</h2>", only_mapping) == ["What explains each service level"]
    assert facts({}, {**CAMPAIGN, "seconds": 0.0}) == {"experiments done": "47 of 48", "failed in this run": "1"}


def test_a_part_of_the_configurations_says_that_it_is_one() -> None:
    given_answer = answer(100)
    given_answer["counts"]["configurations"] = 4096
    assert "Of 4,096 configurations 100 are shown" in page("x", given_answer, {})
    assert "are shown" not in page("x", answer(100), {})


def test_what_a_finding_tells_is_not_told_twice() -> None:
    given_answer = answer(3)
    assert page("x", given_answer, {}).count("bronze: no sample") == 1
    given_answer["findings"] = [{"message": given_answer["omitted"]["bronze"]}]
    assert page("x", given_answer, {}).count("bronze: no sample") == 1


def test_a_tree_with_many_leaves_is_an_outline() -> None:
    leaf = {"class": "gold", "support": 1, "classes": {"gold": 1}, "confidence": 1.0}
    root = {**leaf, "parameter": "ram", "branches": [{"condition": f"ram = {number}", **leaf} for number in range(40)]}
    html = page("x", {**answer(3), "tree": root}, {})
    assert '<ul class="outline">' in html
    assert {f"ram = {number} " for number in range(40)} <= set(read(html).text)


NAMES = st.text(min_size=1, max_size=30) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "\"'><img src=x onerror=alert(1)>",
        "]]>",
        "&amp;",
        "\x00\x1b",
        "\ud800",
        "</svg>",
        "</title>",
    ]
)


def kept(name: str) -> str:
    """What can be shown of it."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", name)


@pytest.mark.one_python
@given(st.lists(NAMES, min_size=6, max_size=6, unique=True))
def test_no_name_is_taken_for_markup(names: Sequence[str]) -> None:
    parameter, value, metric, sla_class, title, message = names
    spread = {"lowest": 1, "median": 2, "highest": 3}
    one = {"configuration": {parameter: value}, "class": sla_class, "cost": 1, "samples": 1, "metrics": {metric: spread}}
    leaf = {"class": sla_class, "support": 1, "classes": {sla_class: 1}, "confidence": 1.0}
    hostile: Mapping[str, Any] = {
        **answer(3),
        "templates": {sla_class: {parameter: value}},
        "costs": {sla_class: 1},
        "confidence": {sla_class: None},
        "omitted": {sla_class: message},
        "findings": [{"message": message}],
        "bounds": {sla_class: {metric: {"lower": 2, "upper": None, "text": "> 2"}}},
        "goals": {metric: "maximise"},
        "configurations": [one],
        "importance": {parameter: 1.0},
        "rules": [{**leaf, "conditions": [f"{parameter} = {value}"], "coverage": 1.0}],
        "tree": {**leaf, "parameter": parameter, "branches": [{"condition": f"{parameter} = {value}", **leaf}]},
        "counts": {},
    }
    mapping = [{"metric": metric, "strength": 1, "correlation": 1, "probability": 0, "significant": True}]
    html = page(title, hostile, {"kpi_mapping": {metric: mapping}}, {metric: message})
    html.encode()
    plain = page("t", {**hostile, **answer(3), "configurations": [one], "templates": {}}, {})
    assert set(re.findall(r"<[a-zA-Z]+", html)) <= set(re.findall(r"<[a-zA-Z]+", plain)) | {"<h3", "<li", "<ul"}
    pictures(html)
    text = "".join(read(html).text)
    assert all(kept(name).replace("\r", "\n") in text.replace("\r", "\n") for name in names)
