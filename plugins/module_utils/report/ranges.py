# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each configuration reaches in each metric, with the borders of the classes: a row a configuration, an axis a metric.

The head has the names, the borders and what each class takes of each axis; below it the rows stand by class.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from . import colours, svg
from .axes import Axis, axis

Data = Mapping[str, Any]
STYLE = f"""
.tick {{ stroke: #8a94a0; stroke-opacity: .25; }}
.border {{ stroke: {colours.BORDER}; stroke-dasharray: 4 3; }}
.strip {{ fill: #8a94a0; fill-opacity: .15; }}
.range {{ stroke-linecap: round; }}
.dense {{ stroke-opacity: .55; }}
.template {{ fill: #8a94a0; fill-opacity: .16; }}
"""
MARGIN, GAP = 16, 52
"""Room at the sides, and between axes."""
ROOM = 1000
"""Width that the picture takes, where axes of :data:`WIDTHS` allow: a window of 800 shows it smaller, and readable."""
WIDTHS = (150, 500)
"""Least and most of an axis."""
PLACES = 18
"""Letters of a name or a value that are shown."""
ROW, HEADING, STRIP, BORDER_ROW = 19, 28, 13, 15
GOALS = {"maximise": "better →", "minimise": "← better"}


@dataclass(frozen=True)
class Chart:
    """Where everything lies: ``columns`` has the left of each parameter's, ``borders`` the labels' (value, x, level)."""

    configurations: Sequence[Data]
    templates: Mapping[str, Data]
    bounds: Mapping[str, Mapping[str, Data]]
    goals: Mapping[str, str]
    units: Mapping[str, str]
    classes: Sequence[str]
    columns: Mapping[str, float]
    axes: Mapping[str, Axis]
    borders: Mapping[str, Sequence[tuple[float, float, int]]]

    @property
    def width(self) -> float:
        return max((one.right for one in self.axes.values()), default=0.0) + GAP

    @property
    def top(self) -> float:
        """Where the strips begin."""
        return 34 + BORDER_ROW * max((1 + level for labels in self.borders.values() for _value, _x, level in labels), default=0)

    @property
    def bottom(self) -> float:
        """Of the head."""
        return self.top + STRIP * len(self.bounds) + 30

    def kind(self, name: str) -> str:
        return colours.kind(name, self.classes)

    def is_template(self, one: Data) -> bool:
        """Whether a configuration is the template of its own class."""
        return self.templates.get(one["class"], {}).items() >= one["configuration"].items()


def chart(answer: Data, units: Mapping[str, str], width: float | None = None) -> Chart:
    """The places of what ``template_optimise`` answered.

    :param units: of metrics, as far as they are known
    :param width: of an axis; what :data:`ROOM` leaves where it is not given
    """
    there, bounds = answer.get("configurations", []), answer.get("bounds", {})
    columns, left = _columns(there)
    metrics = list(there[0]["metrics"]) if there else []
    left = max(left, MARGIN + svg.length(max((svg.clipped(name, PLACES) for name in bounds), key=svg.length, default="")) + 24)
    width = width or min(WIDTHS[1], max(WIDTHS[0], (ROOM - left) / max(1, len(metrics)) - GAP))
    lefts = [left + number * (width + GAP) for number in range(len(metrics))]
    found = {metric: _axis(metric, there, bounds, at, width) for metric, at in zip(metrics, lefts, strict=True)}
    return Chart(
        there,
        answer.get("templates", {}),
        bounds,
        answer.get("goals", {}),
        units,
        colours.names(answer),
        columns,
        found,
        {metric: list(_labels(one, borders(metric, bounds))) for metric, one in found.items()},
    )


def borders(metric: str, bounds: Mapping[str, Mapping[str, Data]]) -> list[float]:
    """Where one class or another ends, by size."""
    sides = (box[metric] for box in bounds.values() if metric in box)
    return sorted({end for one in sides for end in (one["lower"], one["upper"]) if end is not None})


def _axis(metric: str, there: Sequence[Data], bounds: Mapping[str, Mapping[str, Data]], left: float, width: float) -> Axis:
    ends = [one["metrics"][metric][end] for one in there for end in ("lowest", "highest")]
    return axis(ends, borders(metric, bounds), left, width, [one["metrics"][metric]["median"] for one in there])


def _labels(own: Axis, ends: Iterable[float]) -> Iterator[tuple[float, float, int]]:
    """Each border with its place, on the lowest level on which it does not touch the one before."""
    taken: list[float] = []
    for end in ends:
        x, half = own.at(end), svg.length(border_text(own, end)) / 2 + 5
        level = next((number for number, until in enumerate(taken) if until <= x - half), len(taken))
        taken[level : level + 1] = [x + half]
        yield end, x, level


def border_text(own: Axis, end: float) -> str:
    """A border that is not on the axis has an arrow to where it would be."""
    return f"{end:.10g}" if own.holds(end) else f"{end:.10g} →" if end > own.high else f"← {end:.10g}"


def _columns(there: Sequence[Data]) -> tuple[dict[str, float], float]:
    """The left of each column, and where the last one ends."""
    found, left = {}, MARGIN + 22.0
    for name in there[0]["configuration"] if there else ():
        found[name] = left
        cells = {name, *(str(one["configuration"][name]) for one in there)}
        left += max(svg.length(svg.clipped(cell, PLACES)) for cell in cells) + 16
    found["cost"] = left
    return found, left + max((svg.length(svg.clipped(one["cost"], PLACES)) for one in there), default=0.0) + 40


def head(own: Chart, dense: bool = False) -> Iterator[str]:
    """The names, the borders' values, what each class takes, and the ticks.

    :param dense: without the names of columns, since the rows have no words
    """
    for metric, line in own.axes.items():
        yield from _names(own, metric)
        yield from _border_labels(own, metric)
        for number, name in enumerate(own.bounds):
            yield from _strip(own, metric, name, own.top + STRIP * number)
        yield from (svg.text(x, own.bottom - 8, words, "quiet middle") for x, words in _tick_labels(line))
    for number, name in enumerate(own.bounds):
        x, y = min((line.left for line in own.axes.values()), default=0.0) - 10, own.top + STRIP * number
        yield svg.text(x, y + 9, svg.clipped(name, PLACES), "small end")
    for name, left in () if dense else own.columns.items():
        yield svg.text(left, own.bottom - 8, svg.clipped(name, PLACES), "quiet")


def _names(own: Chart, metric: str) -> Iterator[str]:
    """What an axis is, and which way is better; that in words where there is room for both."""
    line = own.axes[metric]
    unit = (f" in {own.units[metric]}" if own.units.get(metric) else "") + (", logarithmic" if line.logarithmic else "")
    places = int(line.width / svg.LETTER) - 2
    words, way = f"{metric}{unit}", GOALS.get(own.goals.get(metric, ""), "")
    if svg.length(words) > svg.LETTER * (places - len(way)):
        way = way.replace("better", "").strip()
    yield svg.text(line.left, 20, svg.shortened(words, places - len(way)), "name")
    yield svg.text(line.right, 20, way, "quiet end")


def _tick_labels(line: Axis) -> Iterator[tuple[float, str]]:
    """As many of the ticks' labels as do not touch, at equal distances."""
    labels = [(line.at(tick), line.text(tick)) for tick in line.ticks()]
    widest = max(svg.length(words) for _x, words in labels) + 8
    every = math.ceil(widest * (len(labels) - 1) / line.width)
    yield from labels[:: max(1, every)]


def _border_labels(own: Chart, metric: str) -> Iterator[str]:
    for end, x, level in own.borders[metric]:
        words = border_text(own.axes[metric], end)
        y = own.top - 6 - BORDER_ROW * level
        yield svg.text(x, y, words, "middle")
        if own.axes[metric].holds(end):
            yield svg.line(x, y + 3, x, own.bottom - 22, "border")


def _strip(own: Chart, metric: str, name: str, y: float) -> Iterator[str]:
    """What a class takes of an axis."""
    line, box = own.axes[metric], own.bounds[name].get(metric, {})
    lower, upper = box.get("lower"), box.get("upper")
    low, high = line.left if lower is None else line.at(lower), line.right if upper is None else line.at(upper)
    yield svg.box(line.left, y, line.width, STRIP - 3, "strip")
    yield svg.named(f"{name}: {metric} {box.get('text', 'any')}", [svg.box(low, y, high - low, STRIP - 3, own.kind(name))])


def rows(own: Chart, top: float, height: float = ROW) -> tuple[float, list[str]]:
    """The configurations, by class; where they end. Rows less high than a letter have no words."""
    parts, y = [], top
    for name, group in groupby(own.configurations, key=lambda one: one["class"]):
        members = list(group)
        parts += _heading(own, name, members, y, dense=height < ROW)
        y += HEADING
        for one in members:
            parts.append(_row(own, one, y, height))
            y += height
    return y, [*_lines(own, top, y), *parts]


def _lines(own: Chart, top: float, bottom: float) -> Iterator[str]:
    """The ticks and borders behind the rows."""
    for metric, line in own.axes.items():
        yield from (svg.line(line.at(tick), top, line.at(tick), bottom, "tick") for tick in line.ticks())
        here = (x for end, x, _level in own.borders[metric] if line.holds(end))
        yield from (svg.line(x, top, x, bottom, "border") for x in here)


def _heading(own: Chart, name: str, members: Sequence[Data], y: float, dense: bool) -> Iterator[str]:
    many = "one configuration" if len(members) == 1 else f"{len(members)} configurations"
    if dense:
        of_template = [one["configuration"].items() for one in members if own.is_template(one)]
        many += "".join(f"; ◆ {', '.join(f'{key} {value}' for key, value in items)}" for items in of_template)
    left = MARGIN + 22 + svg.length(svg.clipped(name, 40)) + 14
    yield svg.box(MARGIN, y + 4, own.width - MARGIN - GAP / 2, HEADING - 8, "ground")
    yield svg.dot(MARGIN + 7, y + 15, own.kind(name)) + svg.text(MARGIN + 22, y + 19, svg.clipped(name, 40), "name")
    yield svg.text(left, y + 19, svg.clipped(many, max(30, round((own.width - GAP - left) / svg.LETTER))), "quiet")


def _row(own: Chart, one: Data, y: float, height: float) -> str:
    template, kind, middle, dense = own.is_template(one), own.kind(one["class"]), y + height / 2, height < ROW
    parts = []
    if template:
        left = min((line.left for line in own.axes.values()), default=0.0) - 30 if dense else MARGIN
        tall = max(height, 7)
        parts.append(svg.box(left, middle - tall / 2, own.width - left - GAP / 2, tall, "template", 3))
        parts.append(svg.text(left + 3, middle + 4, "◆"))
    if not dense:
        cells = {**one["configuration"], "cost": one["cost"]}
        word = "name" if template else ""
        parts += [svg.text(own.columns[name], middle + 4, svg.clipped(cell, PLACES), word) for name, cell in cells.items()]
    for metric, line in own.axes.items():
        low, median, high = (line.at(one["metrics"][metric][key]) for key in ("lowest", "median", "highest"))
        thick, radius = max(1.0, min(4.0, 0.8 * height)), max(1.0, min(4.5, 0.45 * height))
        parts.append(svg.line(low, middle, high, middle, f"{kind} range" + (" dense" if dense else ""), thick))
        parts.append(svg.dot(median, middle, kind if dense else f"{kind} ring", radius))
    return svg.named(sentence(one), parts)


def sentence(one: Data) -> str:
    """A configuration in words: what shows where one points at it."""
    own = ", ".join(f"{name} {value}" for name, value in one["configuration"].items())
    found = "; ".join(
        f"{metric} {spread['lowest']:.6g} to {spread['highest']:.6g}, median {spread['median']:.6g}"
        for metric, spread in one["metrics"].items()
    )
    return f"{own}: {found}; {one['samples']} samples, cost {one['cost']}, {one['class']}"


def whole(answer: Data, units: Mapping[str, str], width: float) -> tuple[float, float, list[str]]:
    """Head and rows as one picture: its width and height, and its shapes."""
    own = chart(answer, units, width)
    bottom, parts = rows(own, own.bottom)
    return own.width, bottom + 12, [*head(own), *parts]
