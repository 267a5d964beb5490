# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the pictures of the page on templates from what ``template_optimise`` answers: ``template_pictures.py [FOLDER]``.

The samples are made up in the shape of the deliverable's figures; the classes and the tree are those of the answer.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import svg
from ansible.plugins.loader import init_plugin_loader

init_plugin_loader()

from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files  # noqa: E402
from ansible_collections.superfluidity.nfv.plugins.modules.template_optimise import SPEC, decide  # noqa: E402

TOP = Path(__file__).resolve().parent.parent
sys.path.append(str(TOP / "tests/unit/plugins/module_utils/characterisation"))

import figures  # noqa: E402

COLOURS = {"class_A": svg.GREEN, "class_B": svg.BLUE, "None": svg.GREY}
HEAD, ROW, LABEL, PANEL, GAP = 84, 21, 320, 300, 46
"""Room above the rows, of a row, for its label, for an axis, between the axes."""
METRICS = {"throughput": (100, 210, 10, "Mbps"), "latency": (0.8, 1.3, 0.05, "ms")}
"""The ends and steps of each axis, and its unit."""
BORDERS = {"throughput": (150, 180), "latency": (0.92, 1.05)}


class Made(Files):
    """One file, which is not on disk."""

    def __init__(self, text: str):
        self._text = text

    def text(self, path: str) -> str:  # noqa: ARG002 (the name of the method is the reader's)
        return self._text


def answer(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return decide(SPEC.validated({**figures.OPTIONS, "samples": ["campaign.csv"]}), Made(figures.table(rows)))


def ranges(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[Any, ...], dict[str, list[float]]]:
    """The values of each metric under at least 90 % of the peak load, sorted, by configuration."""
    found: dict[tuple[Any, ...], dict[str, list[float]]] = {}
    for row in rows:
        if row["users"] >= 900:
            own = found.setdefault(tuple(row[name] for name in figures.PARAMETERS), {metric: [] for metric in METRICS})
            for metric, values in own.items():
                values.append(row[metric])
    return {key: {metric: sorted(values) for metric, values in own.items()} for key, own in found.items()}


def _at(metric: str, left: float, value: float) -> float:
    low, high, _step, _unit = METRICS[metric]
    return left + PANEL * (value - low) / (high - low)


def _axis(metric: str, left: float, bottom: float) -> Iterator[str]:
    low, high, step, unit = METRICS[metric]
    yield svg.text(left + PANEL / 2, 28, f"{metric} in {unit}", "name middle")
    for border in BORDERS[metric]:
        x = _at(metric, left, border)
        yield svg.line(x, HEAD - 24, x, bottom, svg.RED, 1)
        yield svg.text(x, HEAD - 30, f"{border:g}", "middle")
    for tick in range(round((high - low) / step) + 1):
        x = _at(metric, left, low + tick * step)
        yield svg.line(x, bottom, x, bottom + 4, svg.GREY, 1)
        if tick % 2 == 0:
            yield svg.text(x, bottom + 18, f"{low + tick * step:g}", "quiet middle")
    yield svg.line(left, bottom, left + PANEL, bottom, svg.GREY, 1)


def campaign() -> str:
    """What each configuration reached, and the borders of the classes."""
    rows = list(figures.samples())
    told, own = answer(rows), ranges(rows)
    labels = {key: figures.level(key[1], key[2]) for key in own}
    templates = {tuple(template[name] for name in figures.PARAMETERS) for template in told["templates"].values()}
    shown = sorted(own, key=lambda key: (list(COLOURS).index(labels[key]), key))
    lefts = {metric: LABEL + number * (PANEL + GAP) for number, metric in enumerate(METRICS)}
    bottom = HEAD + ROW * len(shown)
    parts = [part for metric, left in lefts.items() for part in _axis(metric, left, bottom)]
    parts.append(svg.text(20, 28, "configuration", "name") + svg.text(232, 28, "class", "name"))
    for number, key in enumerate(shown):
        y = HEAD + ROW * number + 8
        kind = "name" if key in templates else ""
        parts.append(svg.text(20, y + 4, " ".join(f"{one}" for one in key), kind))
        parts.append(svg.text(232, y + 4, labels[key], kind))
        for metric, left in lefts.items():
            values = own[key][metric]
            ends = [_at(metric, left, values[at]) for at in (0, -1)]
            parts.append(svg.line(ends[0], y, ends[1], y, COLOURS[labels[key]], 4))
            parts.append(svg.dot(_at(metric, left, values[len(values) // 2]), y, COLOURS[labels[key]]))
    note = "lines: least to most of the samples under 90 % of the peak load and more; dots: the median; bold: the templates"
    parts.append(svg.text(20, bottom + 46, note, "quiet"))
    title = "Throughput and latency of sixteen configurations, with the borders of the classes"
    return svg.picture(LABEL + 2 * PANEL + GAP + 30, bottom + 64, title, parts)


def _leaves(node: Mapping[str, Any]) -> int:
    return sum(map(_leaves, node.get("branches", []))) or 1


def _drawn(node: Mapping[str, Any], left: float, top: float) -> tuple[float, list[str]]:
    """A node with what is below it; where its middle is."""
    parts, middles, at = [], [], left
    for branch in node.get("branches", []):
        middle, below = _drawn(branch, at, top + 92)
        middles.append((middle, branch["condition"]))
        parts += below
        at += 190 * _leaves(branch)
    middle = (middles[0][0] + middles[-1][0]) / 2 if middles else left + 95
    for number, (x, condition) in enumerate(middles):
        parts.append(svg.line(middle, top + 44, x, top + 92, svg.GREY))
        parts.append(svg.text((middle + x) / 2 + (10 if number else -10), top + 66, condition, "" if number else "end"))
    return middle, [*parts, *_box(node, middle, top)]


def _box(node: Mapping[str, Any], middle: float, top: float) -> Iterator[str]:
    yield svg.box(middle - 78, top, 156, 44)
    if "parameter" in node:
        yield svg.text(middle, top + 18, f"{node['parameter']}?", "name middle")
    else:
        yield svg.dot(middle - 62, top + 14, COLOURS[node["class"]]) + svg.text(middle, top + 18, node["class"], "name middle")
    yield svg.text(middle, top + 35, f"{node['support']} samples", "quiet middle")


def tree() -> str:
    """The tree of the answer."""
    root = answer(list(figures.samples()))["tree"]
    _middle, parts = _drawn(root, 70, 24)
    return svg.picture(190 * _leaves(root) + 140, 24 + 2 * 92 + 68, "The tree over the parameters of deployment", parts)


PICTURES = {"templates-campaign": campaign, "templates-tree": tree}


def main(folder: Path = TOP / "docs/images") -> None:
    folder.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        (folder / f"{name}.svg").write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
