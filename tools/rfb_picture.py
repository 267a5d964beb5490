# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the picture of the page on radio networks from what ``rfb_placement`` answers: ``rfb_picture.py [FOLDER]``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import svg
import yaml
from ansible_collections.superfluidity.nfv.plugins.modules.rfb_placement import SPEC, decide

DOCS = Path(__file__).resolve().parent.parent / "docs"
USERS, CELLS, HOSTS, WIDTH = 20, 270, 640, 250
"""Where users, nodes with an RRH and other nodes begin, and how wide a node is."""
TOP, HEIGHT, GAP = 40, 130, 34
COLOURS = (svg.BLUE, svg.GREEN, svg.RED)


def example() -> dict[str, Any]:
    """The options of the page's first task."""
    block = re.search(r"```yaml\n(.*?)```", (DOCS / "rfb-placement.md").read_text("utf-8"), re.DOTALL)
    return yaml.safe_load(block[1])[0]["superfluidity.nfv.rfb_placement"]


def _middle(boxes: dict[str, tuple[float, float]], name: str) -> float:
    return boxes[name][1] + HEIGHT / 2


def _node(x: float, y: float, node: dict[str, Any], lines: list[tuple[str, str]], role: str) -> Iterator[str]:
    """A node with what runs there, and how much of its CPU is used."""
    yield svg.box(x, y, WIDTH, HEIGHT)
    yield svg.text(x + 12, y + 20, node["name"], "name") + svg.text(x + WIDTH - 12, y + 20, role, "quiet end")
    for row, (words, colour) in enumerate(lines):
        yield svg.dot(x + 17, y + 38 + row * svg.ROW, colour, 3.5) + svg.text(x + 28, y + 42 + row * svg.ROW, words)
    cpu = node["cpu"]
    yield svg.line(x + 12, y + HEIGHT - 12, x + WIDTH - 12, y + HEIGHT - 12, "#d5dbe2", 5)
    yield svg.line(x + 12, y + HEIGHT - 12, x + 12 + (WIDTH - 24) * cpu["used"] / cpu["of"], y + HEIGHT - 12, svg.GREY, 5)
    yield svg.text(x + 12, y + HEIGHT - 21, f"{cpu['used']:.2f} of {cpu['of']:g} cores", "quiet")


def drawn() -> str:
    """Users, the nodes whose RRH serves them, and the nodes where the rest runs."""
    options = example()
    answer = decide(SPEC.validated(options), None)
    roles = {node["name"]: node["role"] for node in options["nodes"]}
    chains = {chain["node"]: (chain, colour) for chain, colour in zip(answer["chains"], COLOURS, strict=False)}
    boxes, parts, lines = {}, [], {node["name"]: [] for node in answer["nodes"]}
    for x, names in ((CELLS, list(chains)), (HOSTS, [name for name in lines if name not in chains])):
        boxes |= {name: (x, TOP + at * (HEIGHT + GAP)) for at, name in enumerate(names)}
    for start, (chain, colour) in chains.items():
        lines[start].append((f"RRH {chain['rrh']}: {chain['users']} users", colour))
        for kind in ("bbu", "mec"):
            host = chain[f"{kind}_node"]
            lines[host].append((f"{kind.upper()} {chain[kind]}" + (f" for {start}" if host != start else ""), colour))
            if host != start:
                right, left = boxes[start][0] + WIDTH, boxes[host][0]
                parts.append(
                    svg.line(right, _middle(boxes, start), left, _middle(boxes, host) + 8 * len(lines[host]), colour, 2)
                )
    for at, one in enumerate(answer["assignment"]):
        y, colour = TOP + 24 + at * 66, chains[one["node"]][1]
        parts.append(svg.line(USERS + 120, y - 4, CELLS, _middle(boxes, one["node"]) - 24 + 16 * (at % 3), colour))
        parts.append(svg.text(USERS, y, one["user"], "name") + svg.text(USERS + 34, y, f"{one['rate'] / 1000:g} Mbit/s"))
    for node in answer["nodes"]:
        parts += _node(*boxes[node["name"]], node, lines[node["name"]], roles[node["name"]])
    parts.append(svg.text(CELLS, TOP - 16, f"{answer['throughput'] / 1000:g} Mbit/s, {answer['power']:.0f} W", "quiet"))
    height = max(y for _x, y in boxes.values()) + HEIGHT + 20
    return svg.picture(HOSTS + WIDTH + 20, height, "Users, nodes, and which functions run where", parts)


if __name__ == "__main__":
    (Path(*sys.argv[1:2] or [DOCS / "images"]) / "rfb.svg").write_text(drawn(), encoding="utf-8")
