# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which VIM gets what, in which stage, and what is refused before anything is made."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_heat import to_heat
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.deployment import deployment, unwanted

SITES: dict[str, Any] = {
    "core-1": {"role": "core", "openstack": {"cloud": "c"}, "kubernetes": None, "servers": []},
    "edge-1": {"role": "edge", "openstack": {"cloud": "e"}, "kubernetes": {"context": "e"}, "servers": ["fw", "lb"]},
    "edge-2": {"role": "edge", "openstack": None, "kubernetes": None, "servers": ["far"]},
}


def function(name: str, role: str, *vdus: dict[str, Any], **site: Any) -> dict[str, Any]:
    return {"name": name, "site": {"role": role, **site}, "vdus": list(vdus)}


VM = {"name": "vm", "kind": "vm"}
POD = {"name": "pod", "kind": "pod", "parent": "vm", "descriptor": "pod.yaml"}
PROCESS = {"name": "p", "kind": "process", "command": ["true"], "files": {"main.py": "source.py"}}
EDGE_1 = {"site": {"name": "edge-1"}}

SERVICE = {
    "name": "video",
    "functions": [
        function("epc", "core", VM),
        {**function("cache", "edge", VM, POD), **EDGE_1},
        {**function("late", "edge", VM), **EDGE_1},
        function("probe", "edge", PROCESS),
    ],
    "order": [["core"], ["cache", "probe"], ["late"]],
    "documents": {"source.py": "print()", "pod.yaml": ""},
}


def test_each_stage_says_what_each_site_gets() -> None:
    first, second, third = deployment(SERVICE, SITES)
    assert first["functions"] == ["epc"]
    assert first["sites"] == {
        "core-1": {
            "functions": ["epc"],
            "hosts": ["core-1-openstack"],
            "stack": "video-core-1",
            "networks": True,
            "tags": ["superfluidity.nfv:service=video"],
        }
    }
    edge = second["sites"]["edge-1"]
    assert (edge["functions"], edge["stack"], edge["networks"], edge["kubernetes"]) == (
        ["cache", "probe"],
        "video-edge-1",
        True,
        True,
    )
    assert edge["nodes"] == [
        ["superfluidity.nfv/service=video", "superfluidity.nfv/function=cache", "superfluidity.nfv/vdu=vm"]
    ]
    assert sorted(edge["processes"]) == ["fw", "lb"]
    assert edge["hosts"] == ["edge-1-openstack", "edge-1-kubernetes", "fw", "lb"]
    assert edge["processes"]["fw"] == [
        {"name": "p", "function": "probe", "command": ["true"], "environment": {}, "files": {"main.py": "print()"}}
    ]
    assert second["sites"]["edge-2"] == {
        "functions": ["probe"],
        "hosts": ["far"],
        "processes": {"far": edge["processes"]["fw"]},
    }
    late = third["sites"]["edge-1"]
    assert (late["stack"], late["networks"]) == ("video-edge-1-2", False)


def with_functions(*functions: dict[str, Any]) -> dict[str, Any]:
    return {"name": "video", "functions": list(functions), "documents": {"source.py": ""}}


def test_a_process_may_be_a_load_balancer() -> None:
    described = {"virtual_ip": "192.0.2.1", "port": 80}
    service = with_functions(
        {**function("lb", "edge", {"name": "front", "kind": "process", "load_balancer": described}), **EDGE_1}
    )
    [stage] = deployment(service, SITES)
    assert stage["sites"]["edge-1"]["processes"]["lb"] == [{"name": "front", "function": "lb", "load_balancer": described}]


@pytest.mark.parametrize(
    ("functions", "sentence"),
    [
        ([function("bbu", "cran", VM)], "function bbu has no site: the inventory has none with role cran"),
        (
            [{**function("x", "edge", VM), "site": {"name": "mars"}}],
            "function x has no site: the inventory has none with name mars",
        ),
        ([function("pods", "core", POD)], "pods.pod is a pod and needs kubernetes at site core-1, which has openstack"),
        ([function("vm", "edge", VM)], "vm.vm is a vm and needs openstack at site edge-2, which has servers"),
        (
            [{**function("p", "edge", {**PROCESS, "host": "moon"}), **EDGE_1}],
            "p.p wants host moon, but site edge-1 has fw, lb",
        ),
    ],
)
def test_what_has_no_place_is_refused_in_one_sentence(functions: list[dict[str, Any]], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        deployment(with_functions(*functions), SITES)
    assert str(caught.value) == sentence


def part(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name, **more}


def test_only_what_no_stage_asks_for_is_unwanted() -> None:
    plan = deployment(SERVICE, SITES)
    objects = [{"kind": "Namespace", "metadata": {"name": "video"}}, {"kind": "Deployment", "metadata": {"name": "cache"}}]
    parts = [
        part("stack", "video-edge-1"),
        part("stack", "video-edge-1-2"),
        part("stack", "video-edge-1-3"),
        part("server", "of a stack"),
        part("Namespace", "video", api_version="v1", owned=False),
        part("Deployment", "cache", api_version="apps/v1", owned=False),
        part("Deployment", "old", api_version="apps/v1", owned=False),
        part("Pod", "cache-1", api_version="v1", owned=True),
        part("process", "p"),
        part("process", "q"),
    ]
    found = unwanted(parts, plan, "edge-1", "fw", objects)
    assert [one["name"] for one in found] == ["video-edge-1-3", "old", "q"]
    assert [one["name"] for one in unwanted(parts[-2:], plan, "edge-2", "nowhere", [])] == ["p", "q"]


def test_each_instance_of_a_vm_has_its_pool_of_ports_by_the_names_that_heat_gives() -> None:
    vm = {**VM, "instances": 2, "port_pool": {"connection_point": "users", "min": 3}}
    cache = {**function("cache", "core", vm), "connection_points": [{"name": "users", "vdu": "vm"}]}
    service = {"name": "video", "functions": [cache], "links": [{"name": "access", "endpoints": ["cache.users"]}]}
    pools = deployment(service, SITES)[0]["sites"]["core-1"]["pools"]
    assert [pool["trunk"] for pool in pools] == ["video-cache-vm-1", "video-cache-vm-2"]
    assert {pool["network"] for pool in pools} == {"video-access"}
    assert pools[0]["min"] == 3
    assert "connection_point" not in pools[0]
    assert "superfluidity.nfv:service=video" in pools[0]["tags"]
    template = to_heat(service, {"name": "core-1", "role": "core"})
    trunks = [one["properties"]["name"] for one in template["resources"].values() if one["type"] == "OS::Neutron::Trunk"]
    assert trunks == [pool["trunk"] for pool in pools]


def test_a_pool_that_the_service_no_longer_names_is_unwanted() -> None:
    parts = [{"kind": "port pool", "name": name} for name in ("video-cache-vm", "video-old-vm")]
    plan = [{"functions": ["cache"], "sites": {"edge-1": {"pools": [{"trunk": "video-cache-vm"}]}}}]
    assert [part["name"] for part in unwanted(parts, plan, "edge-1", "edge-1-openstack", [])] == ["video-old-vm"]


def test_a_site_that_lacks_a_mandatory_mec_service_is_refused_where_it_says_what_it_offers() -> None:
    app = {**function("guide", "edge", VM), **EDGE_1, "mec_services": {"mandatory": ["rnis"], "optional": ["location"]}}

    def plan(offered: Any) -> Any:
        return deployment(with_functions(app), {**SITES, "edge-1": {**SITES["edge-1"], "mec_services": offered}})

    assert plan(None) == plan([{"name": "rnis", "address": "http://10.0.0.7"}])
    for offered, there in (([], "none"), ([{"name": "location"}, {"name": "bwm"}], "bwm, location")):
        with pytest.raises(InputError) as refused:
            plan(offered)
        sentence = f"guide needs the MEC service rnis at site edge-1, which offers {there}: give it another site, or name"
        assert str(refused.value).startswith(sentence)
    with pytest.raises(InputError, match="the mec_services of a site are mappings with a name"):
        plan(["rnis"])
