# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the pictures of the pages on templates and on characterisation: ``template_pictures.py [FOLDER]``.

Those on templates are of samples that are made up in the shape of the deliverable's figures, those on characterisation of the
shipped campaign as it was recorded. All is what ``template_optimise`` answers, drawn as the report of a campaign draws it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from ansible.plugins.loader import init_plugin_loader

init_plugin_loader()

import svg  # noqa: E402
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files  # noqa: E402
from ansible_collections.superfluidity.nfv.plugins.module_utils.report import colours, ranges, tree  # noqa: E402
from ansible_collections.superfluidity.nfv.plugins.module_utils.report import svg as shapes  # noqa: E402
from ansible_collections.superfluidity.nfv.plugins.modules.template_optimise import SPEC, decide  # noqa: E402

TOP = Path(__file__).resolve().parent.parent
CHARACTERISATION = TOP / "tests/unit/plugins/module_utils/characterisation"
sys.path.append(str(CHARACTERISATION))

import figures  # noqa: E402

STYLE = f"""{shapes.STYLE}{colours.STYLE}{ranges.STYLE}{tree.STYLE}
text {{ fill: #1f2933; }} .quiet {{ fill: #667380; }} .small {{ font-size: 11px; }}
.ground {{ fill: #fff; }} .ring {{ stroke: #fff; stroke-width: 1.5; }}
"""
CAMPAIGN = TOP / "playbooks/files/characterisation/campaign.yml"
USERS = 15
"""Under which the recorded samples were taken."""
WIDTH = 170
"""Of an axis: with it a picture is about as wide as the page of the documentation in a window of 1200 pixels."""


class Made(Files):
    """One file, which is not on disk."""

    def __init__(self, text: str):
        self._text = text

    def text(self, path: str, strict: bool = False) -> str:  # noqa: ARG002 (the name of the method is the reader's)
        return self._text


def made_up() -> dict[str, Any]:
    """The answer for the deliverable's example."""
    text = figures.table(list(figures.samples()))
    return decide(SPEC.validated({**figures.OPTIONS, "samples": ["campaign.csv"]}), Made(text))


def recorded() -> dict[str, Any]:
    """The answer for the shipped campaign, with the options that are in its file."""
    trials = json.loads((CHARACTERISATION / "recorded_campaign.json").read_text(encoding="utf-8"))
    campaign = yaml.safe_load(CAMPAIGN.read_text(encoding="utf-8"))
    own = campaign["methodology"]["action"]["parameters"]
    options = {**own, "parameters": list(own["costs"]), "load": "users", "samples": ["campaign.json"]}
    return decide(SPEC.validated(options), Made(json.dumps(list(_flat(trials)))))


def _flat(trials: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for trial in trials:
        own = {name: one for name, one in trial.items() if name != "samples"}
        for throughput, latency in trial["samples"]:
            yield {**own, "users": USERS, "throughput": throughput, "latency": latency}


def campaign(answer: Mapping[str, Any], units: Mapping[str, str]) -> str:
    """What each configuration reached, and the borders of the classes."""
    width, height, parts = ranges.whole(answer, units, WIDTH)
    note = "lines: lowest to highest under load; dots: the median; strips: what a class takes; ◆ and bold: its template"
    parts.append(svg.text(ranges.MARGIN, height + 18, note, "quiet"))
    metrics = " and ".join(answer["configurations"][0]["metrics"])
    title = f"The {metrics} of {len(answer['configurations'])} configurations, with the borders of the classes"
    return svg.picture(width, height + 34, title, parts, STYLE)


def decisions(answer: Mapping[str, Any]) -> str:
    width, height, parts = tree.drawn(answer["tree"], colours.names(answer))
    return svg.picture(width, height, "The tree over the parameters of deployment", parts, STYLE)


def pictures() -> dict[str, str]:
    """All of them, by name."""
    of_example, of_campaign = made_up(), recorded()
    return {
        "templates-campaign": campaign(of_example, {"throughput": "Mbps", "latency": "ms"}),
        "templates-tree": decisions(of_example),
        "characterisation-campaign": campaign(of_campaign, {"throughput": "Mbit/s", "latency": "ms"}),
        "characterisation-tree": decisions(of_campaign),
    }


def main(folder: Path = TOP / "docs/images") -> None:
    folder.mkdir(exist_ok=True)
    for name, drawn in pictures().items():
        (folder / f"{name}.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
