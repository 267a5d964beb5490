# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the picture of the page on MEC placement: ``mec_picture.py [FOLDER]``.

It shows what ``mec_placement`` answers to the first task of the page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import svg
import yaml
from ansible_collections.superfluidity.nfv.plugins.modules.mec_placement import SPEC, decide

DOCS = Path(__file__).resolve().parent.parent / "docs"
COLOURS = (svg.BLUE, svg.GREEN, "#e65100", "#7b1fa2", svg.RED)
WIDTH, HOST, ENB = 900, 200, 330
"""Of the picture; where hosts end and eNBs begin, from above."""
BOX = 210
Answer = Mapping[str, Any]


def task() -> dict[str, Any]:
    """The first task of the page."""
    page = (DOCS / "mec-placement.md").read_text(encoding="utf-8")
    [first, *_others] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    return yaml.safe_load(first)[0]["superfluidity.nfv.mec_placement"]


def _columns(names: list[str]) -> dict[str, float]:
    return {name: WIDTH * (number + 0.5) / len(names) for number, name in enumerate(names)}


def _hosts(options: Answer, answer: Answer, at: Mapping[str, float], colours: Mapping[str, str]) -> Iterator[str]:
    """A box for each host, with a bar for each instance, as wide as its share of the cores."""
    for host, full in zip(options["hosts"], answer["hosts"], strict=True):
        left = at[host["name"]] - BOX / 2
        yield svg.box(left, HOST - 140, BOX, 140)
        yield svg.text(left + 12, HOST - 118, host["name"], "name")
        yield svg.text(left + BOX - 12, HOST - 118, f"{full['used']['cpu']:g} of {host['cpu']:g} cores", "quiet end")
        yield svg.text(left + 12, HOST - 101, ", ".join([*host["hardware"], *host["services"]]), "quiet")
        cores = {app["name"]: app["cpu"] for app in options["apps"]}
        for row, app in enumerate(full["apps"]):
            y = HOST - 86 + 22 * row
            share = (BOX - 24) * cores[app] / host["cpu"]
            size = f'x="{left + 12:g}" y="{y:g}" width="{share:g}" height="17" rx="3"'
            yield f'<rect {size} fill="{colours[app]}" opacity="0.3"/>'
            yield svg.text(left + 17, y + 13, f"{app}, {cores[app]:g}")


def _reach(options: Answer, host_at: Mapping[str, float], enb_at: Mapping[str, float]) -> Iterator[str]:
    for host in options["hosts"]:
        for enb in host["enbs"]:
            yield svg.line(host_at[host["name"]], HOST, enb_at[enb], ENB, "#cfd6dd")


def _delays(options: Answer, host_at: Mapping[str, float], enb_at: Mapping[str, float]) -> Iterator[str]:
    """What a way takes, near the eNB, on a light ground."""
    for host in options["hosts"]:
        for enb, delay in host["enbs"].items():
            x, y = host_at[host["name"]] * 0.24 + enb_at[enb] * 0.76, HOST * 0.24 + ENB * 0.76
            wide = svg.length(f"{delay:g}") + 8
            yield f'<rect x="{x - wide / 2:g}" y="{y - 9:g}" width="{wide:g}" height="17" rx="3" fill="#fff"/>'
            yield svg.text(x, y + 4, f"{delay:g}", "quiet middle")


def _ways(
    answer: Answer, host_at: Mapping[str, float], enb_at: Mapping[str, float], colours: Mapping[str, str]
) -> Iterator[str]:
    """Who serves whom; the ways of different apps side by side."""
    for one in answer["placements"]:
        aside = 5 * (list(colours).index(one["app"]) - (len(colours) - 1) / 2)
        for enb in one["enbs"]:
            yield svg.line(host_at[one["host"]] + aside, HOST, enb_at[enb] + aside, ENB, colours[one["app"]], 2.2)


def _enbs(answer: Answer, enb_at: Mapping[str, float], colours: Mapping[str, str]) -> Iterator[str]:
    """The eNBs, and below what is not served there."""
    for enb, x in enb_at.items():
        yield f'<rect x="{x - 34:g}" y="{ENB:g}" width="68" height="26" rx="6" fill="#fff" stroke="{svg.GREY}"/>'
        yield svg.text(x, ENB + 17, enb, "middle name")
        lost = [one for one in answer["unserved"] if one["enb"] == enb]
        for row, one in enumerate(lost):
            words = f"no {one['app']}: {one['reason']}"
            yield svg.text(x, ENB + 44 + 16 * row, words, "middle").replace(
                "<text", f'<text style="fill:{colours[one["app"]]}"'
            )


def _legend(options: Answer, colours: Mapping[str, str]) -> Iterator[str]:
    x = 16.0
    for app in options["apps"]:
        maximum = f"at most {app['delay']['maximum']:g} ms"
        yield svg.line(x, 24, x + 22, 24, colours[app["name"]], 3)
        yield svg.text(x + 28, 28, app["name"], "name")
        yield svg.text(x + 28 + svg.length(app["name"]) + 8, 28, maximum, "quiet")
        x += 28 + svg.length(app["name"]) + svg.length(maximum) + 28


def picture() -> str:
    options = SPEC.validated(task())
    answer = decide(options, None)
    enbs = list(dict.fromkeys(enb for host in options["hosts"] for enb in host["enbs"]))
    host_at, enb_at = _columns([host["name"] for host in options["hosts"]]), _columns(sorted(enbs))
    colours = dict(zip((app["name"] for app in options["apps"]), COLOURS, strict=False))
    parts = [
        *_legend(options, colours),
        *_reach(options, host_at, enb_at),
        *_ways(answer, host_at, enb_at, colours),
        *_delays(options, host_at, enb_at),
        *_hosts(options, answer, host_at, colours),
        *_enbs(answer, enb_at, colours),
    ]
    return svg.picture(WIDTH, ENB + 70, "Which host serves which eNB for each app; numbers are delays in ms", parts)


def main(folder: Path = DOCS / "images") -> None:
    (folder / "mec-placement.svg").write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
