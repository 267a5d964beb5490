# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
from typing import Any

from ansible_collections.superfluidity.nfv.plugins.module_utils.report.placement import bars

PARTS = [
    {"site": "edge-1", "kind": "server", "function": "fw", "hypervisor": "node-1"},
    {"site": "edge-1", "kind": "server", "function": "<cache>", "hypervisor": "node-1"},
    {"site": "edge-2", "kind": "server", "function": "epc", "hypervisor": "node-1"},
]
PLACEMENT = {
    "hypervisors": [{"site": "edge-1", "name": "node-1", "switching_cpu": 2.0}],
    "chains": [
        {
            "site": "edge-1",
            "chain": "web",
            "accepted": True,
            "blocks": [{"server": "node-1", "functions": ["fw"]}],
            "switching_cpu": 2.0,
            "reason": None,
        },
        {"site": "edge-1", "chain": "fill", "accepted": False, "blocks": [], "switching_cpu": 0.0, "reason": "no room"},
    ],
}


def hypervisor(name: str, vcpus: int, used: int) -> dict[str, Any]:
    return {"site": "edge-1", "name": name, "vcpus": vcpus, "vcpus_used": used}


def widths(html: str) -> list[float]:
    return [float(width) for width in re.findall(r"width:([\d.]+)%", html)]


def test_bars_are_as_long_as_the_cores_that_are_used() -> None:
    html = bars("edge-1", PARTS, [hypervisor("node-1", 8, 4), hypervisor("node-2", 8, 0)], PLACEMENT)
    assert widths(html) == [50.0, 25.0, 0.0, 0.0]
    assert "6 of 8: &lt;cache&gt;, fw" in html
    assert "0 of 8: nothing of this service" in html
    assert "<b>web</b>: fw on node-1, 2 cores to switch it" in html
    assert "<b>fill</b> is left to the scheduler: no room" in html
    assert "epc" not in html


def test_a_hypervisor_that_promised_too_much_is_a_full_bar() -> None:
    assert widths(bars("edge-1", PARTS, [hypervisor("node-1", 4, 8)], PLACEMENT)) == [80.0, 20.0]


def test_without_hypervisors_there_is_no_picture() -> None:
    assert bars("edge-1", PARTS, [], PLACEMENT) == ""
    assert bars("core-1", PARTS, [hypervisor("node-1", 4, 8)], PLACEMENT) == ""
