# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services written in NEMO read back as they were; what NEMO cannot say is named, and nothing else is lost."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_nemo import to_nemo
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service import validate
from hypothesis import assume, given, settings
from hypothesis import strategies as st

NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,4}[A-Za-z0-9])?", fullmatch=True) | st.sampled_from(
    ["at", "Node", "CREATE", "VNFD", "host", "fw", "cache", "Type", "a" * 63]
)
POINTS = st.from_regex(r"[a-z0-9]([a-z0-9_.-]{0,4}[a-z0-9])?", fullmatch=True) | st.sampled_from(["Endnodes", "p" * 128])
TEXTS = st.text(max_size=12) | st.sampled_from(["# no", "// no", "a b", "10.0.0.0/8", "[x]", "a;b", "0800", "true", "Property"])


def optional(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


SITES = st.one_of(
    st.fixed_dictionaries({"name": TEXTS}),
    st.fixed_dictionaries(
        {"role": st.sampled_from(["core", "edge", "cran"])},
        optional={
            "instances": st.integers(1, 5),
            "enbs": st.lists(TEXTS, min_size=1, max_size=3, unique=True),
            "delay": st.fixed_dictionaries({"maximum": st.floats(5, 9)}, optional={"desired": st.integers(0, 5)}),
        },
    ),
)
KPI, RULE = {"name": "load", "metric": "cpu_utilization"}, {"kpi": "load", "scale_out": 80}
SERVICES = st.lists(TEXTS.filter(bool), max_size=2, unique=True)
FUNCTIONS = optional(
    description=TEXTS,
    kpis=st.just([KPI]),
    cost=st.fixed_dictionaries({"maximum": st.floats(0, 1e6)}),
    mec_services=optional(mandatory=SERVICES, optional=st.just(["only", "these"])),
)
VDUS = optional(
    description=TEXTS,
    instances=st.integers(1, 3),
    image=TEXTS,
    flavor=TEXTS,
    create_flavor=st.booleans(),
    vcpus=st.integers(1, 64),
    memory=st.integers(1, 2**40),
    storage=st.integers(0, 10),
    vnic_type=st.sampled_from(["normal", "direct", "virtio-forwarder"]),
    cpu_policy=st.sampled_from(["shared", "dedicated"]),
    memory_page_size=st.sampled_from(["small", "large", "1GB", "2048", 2048]),
    interfaces=st.lists(TEXTS, max_size=3, unique=True),
    ssh_key=TEXTS,
    availability_zone=TEXTS,
    deployment_order=st.integers(-5, 5),
    deployment_pause=st.floats(0, 1e6),
    hardware=optional(
        numa_nodes=st.just(1),
        traits=st.lists(st.sampled_from(["HW_CPU_X86_AVX2", "CUSTOM_A"]), unique=True),
        resources=st.just({"VGPU": 1}),
        devices=st.just([{"alias": "gpu"}]),
    ),
    scaling=st.fixed_dictionaries(
        {"max": st.integers(3, 9)}, optional={"min": st.just(1), "step": st.integers(1, 3), "rules": st.just([RULE])}
    ),
)


@st.composite
def functions(draw: st.DrawFn, name: str) -> dict[str, Any]:
    vdus = [{"name": one, "kind": draw(st.sampled_from(["vm", "baremetal"])), **draw(VDUS)} for one in draw(unique(NAMES, 2))]
    points = []
    used = set()
    for one in draw(unique(POINTS, 3)) if vdus else ():
        vdu = draw(st.sampled_from(vdus))
        interface = draw(st.sampled_from([None, *(vdu.get("interfaces") or ("eth0", "e.1"))]))
        if interface is None or (vdu["name"], interface) in used:
            points.append({"name": one, "vdu": vdu["name"]})
        else:
            used.add((vdu["name"], interface))
            points.append({"name": one, "vdu": vdu["name"], "interface": interface})
    return {"name": name, "site": draw(SITES), "vdus": vdus, "connection_points": points, **draw(FUNCTIONS)}


def unique(names: st.SearchStrategy[str], most: int, least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(names, min_size=least, max_size=most, unique=True)


@st.composite
def services(draw: st.DrawFn) -> dict[str, Any]:
    found = [draw(functions(name)) for name in draw(unique(NAMES, 3, 1))]
    ends = [f"{one['name']}.{point['name']}" for one in found for point in one["connection_points"]]
    names = st.sampled_from([one["name"] for one in found])
    links = [
        {"name": name, "endpoints": draw(st.lists(st.sampled_from(ends), max_size=3, unique=True)) if ends else []}
        | draw(optional(kind=st.sampled_from(["lan", "line", "tree"]), dns_nameservers=st.just(["10.0.0.1", "::1"])))
        for name in draw(unique(POINTS, 3))
    ]
    if links and draw(st.booleans()):
        links[0] |= {"cidr": "10.7.0.0/24", "gateway": "10.7.0.1"}
    on = st.sampled_from([link["name"] for link in links] or [""])
    service = {
        "name": draw(NAMES),
        "functions": found,
        "links": links,
        "access_points": [{"name": name, "link": draw(on)} for name in draw(unique(POINTS, 2))] if links else [],
        "chains": [
            {"name": name, "functions": draw(st.lists(names, min_size=1, max_size=3))}
            | draw(optional(pps=st.floats(0, 1e7), latency=st.integers(0, 9)))
            for name in draw(unique(POINTS, 2))
        ],
        "policies": [
            {"name": name, "formula": f"{match} -> {outcome}"}
            for name in draw(unique(POINTS, 2))
            for match in [draw(st.sampled_from(MATCHES))]
            for outcome in [draw(st.sampled_from(["AG !delivered", "EF delivered"]))]
        ],
    }
    for function in found:
        if not function.get("kpis"):
            for vdu in function["vdus"]:
                vdu.get("scaling", {}).pop("rules", None)
    try:
        validate(service)
    except InputError:
        assume(False)
    return service


MATCHES = (
    "ip.src == 10.0.0.0/8",
    "ip.src == 10.0.0.0/8 && ip.dst == 10.1.0.1",
    "(tcp.dstport == 22 || udp.dstport == 22)",
    "(tcp.dstport in {1-1023} || udp.dstport in {1-1023}) && ip.proto == 6",
    "eth.type == 0x0800 && eth.src in {00:00:00:00:00:01, 00:00:00:00:00:02}",
)


def bare(value: Any) -> Any:
    """Without the keys that hold nothing, which say as much as absent ones; an interface list of none does say something."""
    if isinstance(value, dict):
        return {key: bare(one) for key, one in value.items() if one or key in ("interfaces", "vdus") or one in (0, "", False)}
    return [bare(one) for one in value] if isinstance(value, list) else value


def pruned(service: dict[str, Any], unsaid: list[str]) -> dict[str, Any]:
    """``service`` without what the writer says that it left out."""
    rest = copy.deepcopy(service)
    for path in sorted(
        unsaid, key=lambda one: [int(step) if step.isdigit() else 0 for step in re.findall(r"\w+", one)], reverse=True
    ):
        *above, last = re.findall(r"[^.\[\]]+", path)
        owner: Any = rest
        for step in above:
            owner = owner[int(step)] if isinstance(owner, list) else owner[step]
        del owner[int(last) if isinstance(owner, list) else last]
    for function in rest["functions"]:
        function["site"] = function["site"] or {"role": "core"}
    return rest


def read_back(text: str) -> dict[str, Any]:
    return read({"program": text.encode()}, "nemo").service


@pytest.mark.one_python
@settings(max_examples=60)
@given(services())
def test_what_is_written_reads_back_as_it_was(service: dict[str, Any]) -> None:
    program = to_nemo(service)
    rest = pruned(service, program.unsaid)
    links = {link["name"] for link in rest["links"]}
    rest["access_points"] = [point for point in rest["access_points"] if point["link"] in links]
    assert bare(read_back(program.text)) == bare(rest)


@pytest.mark.one_python
@settings(max_examples=15)
@given(services(), st.sampled_from([yaml.safe_dump, json.dumps]))
def test_the_model_written_as_it_stands_reads_back(service: dict[str, Any], write: Callable[[Any], str]) -> None:
    assert read({"service": write(service).encode()}, "model").service == service


@pytest.mark.one_python
@settings(max_examples=15)
@given(services())
def test_writing_what_was_read_changes_nothing(service: dict[str, Any]) -> None:
    once = to_nemo(read_back(to_nemo(service).text)).text
    assert to_nemo(read_back(once)).text == once


SHOP: dict[str, Any] = {
    "name": "shop",
    "functions": [
        {
            "name": "fw",
            "site": {"role": "edge"},
            "vdus": [{"name": "vm", "kind": "vm", "interfaces": ["eth0", "eth1"]}],
            "connection_points": [
                {"name": "outside", "vdu": "vm", "interface": "eth0"},
                {"name": "inside", "vdu": "vm", "interface": "eth1"},
            ],
        },
        {
            "name": "web",
            "site": {"role": "core"},
            "vdus": [{"name": "vm", "kind": "vm", "image": "web 2", "vcpus": 2}],
            "connection_points": [{"name": "front", "vdu": "vm"}],
        },
    ],
    "links": [
        {"name": "users", "kind": "lan", "endpoints": ["fw.outside"], "cidr": "10.2.0.0/24"},
        {"name": "inner", "kind": "line", "endpoints": ["fw.inside", "web.front"]},
    ],
    "access_points": [{"name": "internet", "link": "users"}],
    "chains": [{"name": "way", "functions": ["fw", "web"], "pps": 5000}],
    "policies": [
        {
            "name": "filtered",
            "formula": "ip.dst == 10.1.0.0/16 -> AF ((port == fw.outside || port == fw.inside) && AF (port == web.front))",
        }
    ],
}


def test_the_program_of_a_service() -> None:
    program = to_nemo(SHOP)
    assert program.warnings == []
    assert program.text.splitlines() == [
        "CREATE NodeModel fw-vnf;",
        "  Node vm Type host Property interfaces: [eth0, eth1];",
        "  ConnectionPoint outside at VNFD: eth0.vm;",
        "  ConnectionPoint inside at VNFD: eth1.vm;",
        "CREATE NodeModel web-vnf;",
        '  Node vm Type host Property image: "web 2", vcpus: 2;',
        "  ConnectionPoint front at VNFD: vm;",
        "CREATE NodeModel shop-service;",
        "  Node fw Type fw-vnf Property site-role: edge;",
        "  Node web Type web-vnf Property site-role: core;",
        "  ConnectionPoint internet;",
        "  Connection users Type mesh Endnodes internet, fw.outside Property ip-prefix: 10.2.0.0/24;",
        "  Connection inner Type p2p Endnodes fw.inside, web.front;",
        "  Node way Type chain-group Contain fw, web Property pps: 5000;",
        "  Flow flow-0 Match dst-ip: 10.1.0.0/16;",
        "  Operation filtered Target flow-0 Action go-through: way;",
        "CREATE Node shop Type shop-service;",
    ]
    assert read_back(program.text) == SHOP


@pytest.mark.parametrize(
    ("change", "unsaid"),
    [
        ({"version": "1"}, ["version"]),
        ({"order": [["fw"], ["web"]]}, ["order"]),
        ({"policies": [{"name": "p", "formula": "AG (ip.src == 10.0.0.1 -> delivered)"}]}, ["policies[0]"]),
        ({"chains": [{"name": "fw", "functions": ["fw"]}], "policies": []}, ["chains[0]"]),
        ({"links": [*SHOP["links"], {"name": "none", "endpoints": []}]}, ["links[2]"]),
        ({"links": [{**SHOP["links"][0], "provider": {"network_type": "local"}}, SHOP["links"][1]]}, ["links[0].provider"]),
        ({"access_points": [{"name": "web.front", "link": "users"}]}, ["access_points[0]"]),
    ],
)
def test_what_nemo_has_no_words_for_is_named(change: dict[str, Any], unsaid: list[str]) -> None:
    program = to_nemo({**SHOP, **change})
    assert program.unsaid == unsaid
    assert program.warnings == [f"NEMO has no words for {path}; it is left out" for path in unsaid]


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("routers", [{"name": "r"}], "functions[1].routers"),
        ("model", {"type": "end"}, "functions[1].model"),
        (
            "connection_points",
            [{"name": "front", "vdu": "vm", "fixed_ip": "10.1.0.1"}],
            "functions[1].connection_points[0].fixed_ip",
        ),
        ("vdus", [{"name": "vm", "kind": "vm", "description": 'a "b"'}], "functions[1].vdus[0].description"),
        ("vdus", [{"name": "vm", "kind": "vm", "image": "a\nb"}], "functions[1].vdus[0].image"),
        ("vdus", [{"name": "vm", "kind": "vm", "availability_zone": {"s": "z"}}], "functions[1].vdus[0].availability_zone"),
    ],
)
def test_what_of_a_function_it_has_no_words_for_is_named(key: str, value: Any, path: str) -> None:
    program = to_nemo({**SHOP, "functions": [SHOP["functions"][0], {**SHOP["functions"][1], key: value}]})
    assert path in program.unsaid


def test_names_that_other_readers_refuse_are_told() -> None:
    service = {"name": "S", "functions": [{"name": "F", "vdus": []}]}
    assert to_nemo(service).warnings == [
        "the reference implementation of NEMO reads names in lower case alone; here are F-vnf, S-service, F, S"
    ]


def test_a_service_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="functions"):
        to_nemo({"name": "shop"})


def test_documents_beside_the_program_are_found_again() -> None:
    vdu = {"name": "pod", "kind": "pod", "descriptor": "web.yaml", "descriptor_type": "kubernetes"}
    function = {"name": "web", "site": {"role": "edge"}, "vdus": [vdu]}
    service = {"name": "shop", "functions": [function], "documents": {"web.yaml": "kind: Pod"}}
    program = to_nemo(service)
    assert program.unsaid == ["documents"]
    assert read({"shop.nemo": program.text.encode(), "web.yaml": b"kind: Pod"}).service == service
    with pytest.raises(
        InputError, match=r"^shop\.nemo:2: functions\[0\]\.vdus\[0\]\.descriptor: there is no document web\.yaml$"
    ):
        read({"shop.nemo": program.text.encode()})
