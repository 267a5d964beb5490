# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links from files, and the networks of Stanford and Internet2 by one task each, from their folders as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.elements import element
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.topology import joined
from ansible_collections.superfluidity.nfv.plugins.modules.sefl_verify import decide

SHARED = Path(__file__).parents[6] / "shared/data"
STANFORD, INTERNET2 = SHARED / "stanford/tf", SHARED / "internet2"
SUFFIX = "-show_route_forwarding-table_table_default.xml.gz"
ANY = ",".join(["xxxxxxxx"] * 16)


def rule(action, inputs, outputs):
    return "$".join([action, inputs, ANY, "None", "None", "None", "None", outputs, "#", "#", "", "", "x", ""])


def hsa(*rules):
    text = "\n".join(rules)
    return element("e", {"type": "hsa", "content": text}, text)


def content(given, _where):
    return given["content"]


def test_links_of_header_space_analysis():
    elements = {"a": hsa(rule("fwd", "[1]", "[2]"), rule("fwd", "[2]", "[3]")), "b": hsa(rule("fwd", "[4]", "[5]"))}
    text = "\n".join([rule("link", "[3]", "[4]"), rule("link", "[5]", "[9]")])
    found, pairs = joined([["a.x", "b.y"], {"type": "hsa", "content": text}], elements, content)
    assert list(found) == ["a", "b", "topology"]
    assert pairs == [["a.x", "b.y"], ("a.3", "topology.3"), ("b.5", "topology.5"), ("topology.4", "b.4")]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([1, 2], "network.links[0]: a link is a pair of ports, or has a type and a path"),
        ("a.x", "network.links[0]: a link is a pair of ports, or has a type and a path"),
        ({"type": "lldp", "content": ""}, "'lldp' is no type of links; there are hsa, juniper"),
        ({"type": "hsa", "content": rule("link", "[7]", "[8]")}, "no link in it joins ports of two of the elements"),
    ],
)
def test_mistakes(given, sentence):
    with pytest.raises(InputError) as caught:
        joined([given], {"a": hsa(rule("fwd", "[1]", "[2]"))}, content)
    assert sentence in str(caught.value)


def verified(elements, told, packets, *formulas):
    network = {"elements": elements, "links": [told]}
    policies = [{"name": str(number), "formula": formula} for number, formula in enumerate(formulas)]
    limits = {"max_states": 10_000, "max_hops": 10_000, "time_limit": 600, "memory_limit": None}
    limits |= {"merge": True, "stop_when_decided": False, "ignore_ttl": False, "depth_first": False}
    limits |= {"reply_at": {}, "answered_elsewhere": False}
    return decide({"network": network, "packets": packets, "policies": policies, "fail_on_violation": False, **limits}, Files())


@pytest.mark.skipif(not INTERNET2.exists(), reason="the folder ../shared with the tables of Internet2 is not here")
@pytest.mark.one_python
def test_internet2_by_one_task():
    routers = {path.name.removesuffix(SUFFIX): path for path in INTERNET2.glob(f"*{SUFFIX}")}
    elements = {name: {"type": "fib", "path": str(path)} for name, path in routers.items()}
    told = {"type": "juniper", "path": str(INTERNET2 / "show_interfaces.xml.gz")}
    packets = [{"at": "seat.in", "template": "udp", "fields": {"ip.dst": "64.57.28.0/24", "ip.ttl": 64}}]
    answer = verified(elements, told, packets, "AG !(port == wash.in)", "EF (port == salt.local)", "AG !delivered")
    assert answer["complete"]
    assert [one["verdict"] for one in answer["policies"]] == ["holds", "holds", "violated"]
    assert len({step["port"].partition(".")[0] for step in answer["policies"][1]["trace"]}) > 1


@pytest.mark.skipif(not STANFORD.exists(), reason="the folder ../shared with the Stanford backbone is not here")
@pytest.mark.one_python
def test_stanford_by_one_task():
    files = sorted(path for path in STANFORD.glob("*.tf") if path.name != "topology.tf")
    elements = {path.stem: {"type": "hsa", "path": str(path)} for path in files}
    told = {"type": "hsa", "path": str(STANFORD / "topology.tf")}
    port = next(port for port in element("e", elements["yoza_rtr"], files[-2].read_text()).ports if port.endswith("0003"))
    packets = [{"at": f"yoza_rtr.{port}", "template": "hsa", "fields": {"ip.dst": "171.64.0.0/14"}}]
    answer = verified(elements, told, packets, "AG !delivered")
    assert answer["complete"]
    [policy] = answer["policies"]
    assert policy["verdict"] == "violated"
