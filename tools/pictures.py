# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the pictures of the page on verification from what ``sefl_verify`` answers: ``pictures.py [FOLDER]``.

The networks are the page's own examples, the ways are traces, and a condition beside a way is a policy that was proven.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import svg
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.modules.sefl_verify import SPEC, decide
from states import diamonds

DOCS = Path(__file__).resolve().parent.parent / "docs"
WIDEST = 40
"""Characters of a line of a configuration; the rest of a longer one goes below."""
BESIDE, TOP, LANE = 176, 46, 50
"""Room beside an element, above its configuration, and between the ways below."""
Step = Mapping[str, Any]
Notes = Mapping[tuple[str, bool], Sequence[str]]
"""What stands at a port, by the port and whether the packet there is an answer."""

PROVEN: Notes = {
    ("nat.inside", False): ["ip.src == 10.0.0.0/8"],
    ("nat.outside", False): ["ip.src == 192.0.2.1", "tcp.srcport >= 1024"],
    ("fw.outside", True): ["ip.dst == 192.0.2.1"],
    ("nat.inside", True): ["ip.dst ==", "  initial(ip.src)", "tcp.dstport ==", "  initial(tcp.srcport)"],
}


def tasks() -> list[dict[str, Any]]:
    """The options of the page's tasks, in its order."""
    page = (DOCS / "verification.md").read_text(encoding="utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    return [task["superfluidity.nfv.sefl_verify"] for block in blocks if isinstance(block, list) for task in block]


def policies(task: Mapping[str, Any], formulas: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the module says of these policies."""
    asked = [{"name": name, "formula": formula} for name, formula in formulas.items()]
    options = ArgumentSpecValidator(SPEC.to_kwargs()["argument_spec"]).validate({**task, "policies": asked})
    return decide(options.validated_parameters, Files())["policies"]


@dataclass(frozen=True)
class Box:
    """An element with the lines of its configuration and their numbers, at a place of the picture."""

    name: str
    kind: str
    lines: tuple[tuple[int, str], ...]
    left: float

    @property
    def right(self) -> float:
        return self.left + max(svg.length(words) for _number, words in self.lines) + 40


def boxes(elements: Mapping[str, Mapping[str, str]]) -> dict[str, Box]:
    """The elements from left to right."""
    placed, left = {}, BESIDE
    for name, given in elements.items():
        placed[name] = Box(name, given["type"], tuple(_lines(given["content"])), left)
        left = placed[name].right + BESIDE
    return placed


def _lines(content: str) -> Iterator[tuple[int, str]]:
    for number, whole in enumerate(content.splitlines(), 1):
        deeper = " " * (len(whole) - len(whole.lstrip()) + 4)
        for part in textwrap.wrap(whole, WIDEST, subsequent_indent=deeper):
            yield number, part


def _deciding(box: Box, way: Sequence[Step]) -> set[int]:
    """The lines of an element that sent a packet on: those of the rule, or else where the code of the port begins."""
    found = set()
    for step in way:
        name, _dot, port = step["port"].partition(".")
        if name == box.name and step["place"] == "in":
            named = {int(number) for number in re.findall(r"\(line (\d+)\)", step["rule"] or "")}
            found |= named or {number for number, words in box.lines if words.startswith(f"port {port} ")}
    return found


def _drawn_box(box: Box, bottom: float, ways: Mapping[str, Sequence[Step]]) -> Iterator[str]:
    """An element; the lines that sent a packet on have a dot in the colour of its way."""
    yield svg.box(box.left, TOP - 28, box.right - box.left, bottom - TOP + 28)
    yield svg.text(box.left + 12, TOP - 9, box.name, "name") + svg.text(box.right - 12, TOP - 9, box.kind, "quiet end")
    deciding = {colour: _deciding(box, way) for colour, way in ways.items()}
    for row, (number, words) in enumerate(box.lines):
        y = TOP + 14 + row * svg.ROW
        by = [colour for colour, numbers in deciding.items() if number in numbers]
        if row == 0 or box.lines[row - 1][0] != number:
            yield from (svg.dot(box.left + 10 + 8 * at, y - 4, colour, 3.5) for at, colour in enumerate(by))
        yield svg.text(box.left + 26, y, words, "" if by else "quiet")


def _drawn_way(way: Sequence[Step], placed: Mapping[str, Box], y: float, colour: str, notes: Notes) -> Iterator[str]:
    """The way of a packet to the right, or of its answer to the left."""
    back, far = way[0]["reply"], BESIDE - 20
    low, high = min(box.left for box in placed.values()) - far, max(box.right for box in placed.values()) + far
    yield svg.arrow(high, low, y, colour) if back else svg.arrow(low, high, y, colour)
    for step in way:
        name, _dot, port = step["port"].partition(".")
        at_right = (step["place"] == "out") != back
        x = placed[name].right if at_right else placed[name].left
        yield svg.dot(x, y, colour)
        yield svg.text(x + (-10 if at_right else 10), y - 7, port, "quiet end" if at_right else "quiet")
        for row, words in enumerate(notes.get((step["port"], back), ())):
            yield svg.text(x + 12 if at_right else x - BESIDE + 12, y + 18 + row * 15, words)


def _ways(task: Mapping[str, Any], title: str, ways: Mapping[str, Sequence[Step]], notes: Notes) -> str:
    """A row of elements, with a way below the other through them."""
    placed = boxes(task["network"]["elements"])
    first = TOP + max(len(box.lines) for box in placed.values()) * svg.ROW + 34
    lanes = [first + LANE * number for number in range(len(ways))]
    parts = [part for box in placed.values() for part in _drawn_box(box, lanes[-1] + 16, ways)]
    for y, (colour, way) in zip(lanes, ways.items(), strict=True):
        parts += _drawn_way(way, placed, y, colour, notes)
    right = max(box.right for box in placed.values()) + BESIDE
    if len(lanes) > 1:
        parts.append(svg.turn(right - 20, lanes[0], lanes[1], svg.GREEN))
    rows = max(len(words) for (_port, reply), words in notes.items() if reply == (len(lanes) > 1))
    return svg.picture(right + 10, lanes[-1] + 18 + rows * 15, title, parts)


def violation() -> str:
    """The way of the packet that breaks the first policy of the first example."""
    task = tasks()[0]
    first = task["policies"][0]
    [policy] = policies(task, {first["name"]: first["formula"]})
    packets = policy["packets"][0].partition(": ")[2].split(" and ")
    notes = {("fw.outside", False): packets, ("lb.out", False): [f"{policy['name']} is", policy["verdict"]]}
    return _ways(task, "The way of a packet to port 22 through the firewall", {svg.RED: policy["trace"]}, notes)


def connection() -> str:
    """A request through the NAT and the firewall of the second example, and its answer."""
    task = tasks()[1]
    formulas = {
        f"{port} {reply} {number}": f"AG (port == {port} && {'' if reply else '!'}reply -> {condition})"
        for (port, reply), words in PROVEN.items()
        for number, condition in enumerate(re.split(r"\n(?! )", "\n".join(words)))
    }
    *proven, answered = policies(task, {**formulas, "answered": "AG !(reply && delivered && port == nat.inside)"})
    if wrong := [one["name"] for one in proven if not one["holds"]]:
        raise ValueError(f"the picture would say what is not proven: {', '.join(wrong)}")
    ways = {svg.BLUE: False, svg.GREEN: True}
    steps = {colour: [step for step in answered["trace"] if step["reply"] is reply] for colour, reply in ways.items()}
    return _ways(task, "A request through NAT and firewall, and its answer", steps, PROVEN)


PICTURES = {"violation": violation, "connection": connection, "diamonds": diamonds}


def main(folder: Path = DOCS / "images") -> None:
    folder.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        (folder / f"{name}.svg").write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
