# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Published configurations that nobody here wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.graph import Graph
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.read import read

SHARED = Path(__file__).parents[6].parent / "shared/data/rdcl3d"
FILES = sorted(str(path.relative_to(SHARED)) for path in SHARED.rglob("*.click"))
real_inputs = pytest.mark.skipif(not FILES, reason="the folder ../shared with real configurations is not here")


def published(name: str) -> Graph:
    return read((SHARED / name).read_text("utf-8"), name)


def ways(graph: Graph) -> list[str]:
    return [f"{one.from_element} [{one.from_port}] -> [{one.to_port}] {one.to_element}" for one in graph.connections]


@real_inputs
@pytest.mark.parametrize("name", FILES or ["none"])
def test_every_configuration_is_read(name: str) -> None:
    graph = published(name)
    assert len(graph.elements) >= 9
    ends = {end for one in graph.connections for end in (one.from_element, one.to_element)}
    assert ends == set(graph.elements)


@real_inputs
@pytest.mark.parametrize(
    ("name", "elements", "connections"),
    [
        ("CLICK/delay-and-demo/demo.click", 15, 17),
        ("CLICK/delay-and-demo/delay.click", 12, 10),
        ("CLICK/ModelSampler/ModelSampler.click", 9, 8),
        ("Superfluidity-example-01/CLICK/demo.click", 15, 17),
        ("Superfluidity-example-01/CLICK/sampler4.click", 14, 13),
    ],
)
def test_sizes_as_counted_by_hand(name: str, elements: int, connections: int) -> None:
    graph = published(name)
    assert (len(graph.elements), len(graph.connections)) == (elements, connections)


@real_inputs
def test_the_traffic_of_the_demo() -> None:
    graph = published("Superfluidity-example-01/CLICK/demo.click")
    assert graph.notices == ()
    assert graph.elements["c0"].arguments == ("12/0806 20/0001", "12/0806 20/0002", "12/0800", "-")
    assert graph.elements["udp_mon"].arguments == ("DST", "PACKETS", "0", "10", "30")
    assert [way for way in ways(graph) if way.startswith(("c0 ", "c1 "))] == [
        "c0 [0] -> [0] ARPResponder@5",
        "c0 [1] -> [0] ToHost@6",
        "c0 [2] -> [0] Strip@8",
        "c0 [3] -> [0] Discard@7",
        "c1 [0] -> [0] Print@12",
        "c1 [1] -> [0] Print@11",
        "c1 [2] -> [0] Print@15",
    ]


@real_inputs
def test_the_sampler_unfolds_its_classes() -> None:
    graph = published("CLICK/ModelSampler/ModelSampler.click")
    assert ways(graph) == [
        "PollDevice@1 [0] -> [0] ms1/mrs2",
        "mc [0] -> [0] ToDevice@4",
        "mc2 [0] -> [0] ToDevice@6",
        "ms1/mrs2 [0] -> [0] ms1/mt2",
        "ms1/mrs2 [1] -> [0] mc2",
        "ms1/mt2 [0] -> [0] ms1/ms4/mrs",
        "ms1/ms4/mrs [0] -> [0] ms1/ms4/mt",
        "ms1/ms4/mt [0] -> [0] mc",
    ]
    assert [(one.line, one.message) for one in graph.notices] == [
        (24, "the class RatedSampler2 of ms1 has no parameters, so the argument 20000 has no effect"),
        (20, "the class RatedSampler of ms1/ms4 has no parameters, so the argument 20000 has no effect"),
    ]
