# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors for OSM: what is written is what is read back, and what has no word is told."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_osm import to_osm
from hypothesis import given, settings
from hypothesis import strategies as st

APPLICATION = {
    "name": "portal",
    "functions": [
        {
            "name": "portal",
            "vdus": [{"name": "vm", "kind": "vm", "image": "ubuntu", "interfaces": ["eth0", "eth1"], "user_data": "boot.sh"}],
            "connection_points": [
                {"name": "users", "vdu": "vm", "interface": "eth0"},
                {"name": "mgmt", "vdu": "vm", "interface": "eth1"},
            ],
        }
    ],
    "documents": {"boot.sh": "#!/bin/sh"},
}


def files_of(written: dict) -> dict[str, bytes]:
    """What is written, as a folder with one package for each descriptor."""
    files = {f"{name}/{name}_vnfd.yaml": yaml.safe_dump(vnfd).encode() for name, vnfd in written["vnfds"].items()}
    for name, texts in written["files"].items():
        files |= {f"{name}/{path}": text.encode() for path, text in texts.items()}
    return {**files, "nsd.yaml": yaml.safe_dump(written["nsd"]).encode()}


@pytest.mark.parametrize("style", ["sol006", "r2"])
def test_an_application_gets_an_nsd_of_one_vnf_with_its_management_first(style: str) -> None:
    written = to_osm(APPLICATION, style)
    assert list(written["vnfds"]) == ["portal"]
    if style == "sol006":
        (nsd,) = written["nsd"]["nsd"]["nsd"]
        assert nsd["vnfd-id"] == ["portal"]
        assert [link["id"] for link in nsd["virtual-link-desc"]] == ["mgmt", "users"]
        assert [link.get("mgmt-network", False) for link in nsd["virtual-link-desc"]] == [True, False]
    else:
        (nsd,) = written["nsd"]["nsd:nsd-catalog"]["nsd"]
        assert [member["vnfd-id-ref"] for member in nsd["constituent-vnfd"]] == ["portal"]
        assert [link.get("mgmt-network", False) for link in nsd["vld"]] == [True, False]
    reading = read(files_of(written))
    assert reading.format == "osm"
    (function,) = reading.service["functions"]
    assert [link["endpoints"] for link in reading.service["links"]] == [["portal.mgmt"], ["portal.users"]]
    assert reading.service["documents"][function["vdus"][0]["user_data"]] == "#!/bin/sh"
    assert next(point for point in function["connection_points"] if point.get("management"))["name"] == "mgmt"


def ruled(service: dict, **rule: float) -> None:
    """Give the function a KPI, and its VDU a rule."""
    service["functions"][0]["kpis"] = [{"name": "load", "metric": "cpu_utilization", "vdu": "vm"}]
    service["functions"][0]["vdus"][0]["scaling"] = {"max": 4, "rules": [{"kpi": "load", **rule}]}


LEFT_OUT: dict[str, tuple[Callable[[dict], object], str]] = {
    "a process": (
        lambda s: s["functions"].append({"name": "p", "vdus": [{"name": "p", "kind": "process", "command": ["x"]}]}),
        "p.p: a process is nothing that OSM starts",
    ),
    "a function of none": (
        lambda s: s["functions"].append({"name": "p", "vdus": [{"name": "p", "kind": "process", "command": ["x"]}]}),
        "the function p is left out: it has neither a VM nor a pod",
    ),
    "a flavor": (lambda s: s["functions"][0]["vdus"][0].update(flavor="big"), "portal.vm: flavor is not said"),
    "a mac": (
        lambda s: s["functions"][0]["connection_points"][0].update(mac="02:00:00:00:00:01"),
        "portal.users: mac is not said",
    ),
    "memory": (
        lambda s: s["functions"][0]["vdus"][0].update(memory=1000),
        "portal.vm: 1000 MiB of memory are rounded to 1 GiB",
    ),
    "pages": (lambda s: s["functions"][0]["vdus"][0].update(memory_page_size="1GB"), "portal.vm: pages of 1GB are not said"),
    "policies": (lambda s: s.update(policies=[{"name": "a", "formula": "true"}]), "policies are not said"),
    "sites": (
        lambda s: s["functions"][0].update(site={"role": "edge"}),
        "sites are not said; a VIM is chosen when OSM instantiates",
    ),
    "rates": (
        lambda s: s.update(chains=[{"name": "c", "functions": ["portal"], "pps": 5}]),
        "the pps of the chain c is not said",
    ),
    "roles": (
        lambda s: s.update(order=[["core"], ["portal"]]),
        "the order is not said: of one stage, and of site roles, SOL006 knows nothing",
    ),
    "a cost": (lambda s: s.update(cost={"maximum": 5}), "cost is not said"),
    "MEC services": (
        lambda s: s["functions"][0].update(mec_services={"mandatory": ["rnis"]}),
        "portal: mec_services is not said",
    ),
    "traits": (
        lambda s: s["functions"][0]["vdus"][0].update(hardware={"traits": ["HW_CPU_X86_AVX2"], "devices": [{"alias": "gpu"}]}),
        "portal.vm: traits, devices of its hardware are said, and OSM does not act on them",
    ),
    "threads": (
        lambda s: s["functions"][0]["vdus"][0].update(cpu_policy="dedicated", hardware={"cpu_thread_policy": "require"}),
        "portal.vm: the policy require for threads is not said",
    ),
    "steps": (
        lambda s: s["functions"][0]["vdus"][0].update(scaling={"max": 4, "step": 2}),
        "portal.vm: steps of 2 lead from 1 to 3, and not to 4",
    ),
    "a limit": (lambda s: ruled(s, scale_out=-3), "portal.vm: the rule of load does not say scale_out, as -3 is no number"),
    "a time": (lambda s: ruled(s, scale_out=3, cooldown=0.5), "portal.vm: the rule of load has 0.5 s for cooldown, which are"),
    "name servers": (
        lambda s: s.update(links=[{"name": "l", "endpoints": ["portal.users"], "dns_nameservers": ["9.9.9.9"]}]),
        "the dns_nameservers of the link l is not said",
    ),
}


@pytest.mark.parametrize("what", sorted(LEFT_OUT))
def test_what_has_no_word_is_told(what: str) -> None:
    change, sentence = LEFT_OUT[what]
    service = copy.deepcopy(APPLICATION)
    assert not any(one.startswith(sentence) for one in to_osm(service)["left_out"])
    change(service)
    assert any(one.startswith(sentence) for one in to_osm(service)["left_out"])


LEFT_OUT_OF_R2: dict[str, tuple[Callable[[dict], object], str]] = {
    "fewer": (
        lambda s: s["functions"][0]["vdus"][0].update(instances=2, scaling={"min": 1, "max": 4}),
        "portal.vm: that there may be fewer than 2 is not said",
    ),
    "a metric": (
        lambda s: s["functions"][0].update(kpis=[{"name": "load", "metric": "calls", "vdu": "vm"}]),
        "portal: release two cannot measure the KPI load",
    ),
    "a KPI of all": (
        lambda s: s["functions"][0].update(kpis=[{"name": "load", "metric": "cpu_utilization"}]),
        "portal: release two cannot measure the KPI load",
    ),
    "a period": (
        lambda s: s["functions"][0].update(kpis=[{"name": "load", "metric": "cpu_utilization", "vdu": "vm", "period": 1}]),
        "portal: the period of the KPI load is not said",
    ),
    "traits": (
        lambda s: s["functions"][0]["vdus"][0].update(hardware={"traits": ["HW_CPU_X86_AVX2"]}),
        "portal.vm: traits of its hardware are not said",
    ),
    "KPIs": (lambda s: s.update(kpis=[{"name": "delay", "metric": "latency"}]), "kpis are not said in release two"),
}


@pytest.mark.parametrize("what", sorted(LEFT_OUT_OF_R2))
def test_what_release_two_has_no_word_for_is_told(what: str) -> None:
    change, sentence = LEFT_OUT_OF_R2[what]
    service = copy.deepcopy(APPLICATION)
    assert sentence not in to_osm(service, "r2")["left_out"]
    change(service)
    assert sentence in to_osm(service, "r2")["left_out"]


def test_a_service_of_processes_alone_is_refused() -> None:
    service = {"name": "a", "functions": [{"name": "p", "vdus": [{"name": "p", "kind": "process", "command": ["x"]}]}]}
    with pytest.raises(InputError, match="a has nothing that OSM starts: neither a VM nor a pod"):
        to_osm(service)


def test_pods_become_a_chart_whose_text_stays_what_it_was() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: '{{ x }}'}\n"
    service = {
        "name": "a",
        "functions": [{"name": "f_1", "vdus": [{"name": "p", "kind": "pod", "descriptor": "p.yaml"}], "objects": ["c.yaml"]}],
        "documents": {"p.yaml": pod, "c.yaml": "kind: ConfigMap\n"},
    }
    written = to_osm(service)
    assert written["vnfds"]["f_1"]["vnfd"]["kdu"] == [{"name": "f-1", "helm-chart": "f-1", "helm-version": "v3"}]
    files = written["files"]["f_1"]
    assert sorted(files) == [f"helm-chart-v3s/f-1/{one}" for one in ("Chart.yaml", "templates/01.yaml", "templates/02.yaml")]
    assert files["helm-chart-v3s/f-1/templates/02.yaml"].replace('{{ "{{" }}', "{{") == pod
    assert "f_1.p: release two of OSM has no pods" in to_osm(service, "r2")["left_out"]
    service["functions"][0]["kpis"] = [{"name": "load", "metric": "cpu_utilization", "vdu": "p"}]
    service["functions"][0]["vdus"][0]["scaling"] = {"max": 3}
    told = to_osm(service)["left_out"]
    assert "f_1: the KPI load is not said, as it is of no VM" in told
    assert "f_1.p: scaling is not said; what scales its pods is the chart's" in told
    del service["functions"][0]["kpis"], service["functions"][0]["vdus"][0]["scaling"]
    service["functions"][0]["connection_points"] = [{"name": "c", "vdu": "p"}]
    service["links"] = [{"name": "l", "endpoints": ["f_1.c"]}]
    written = to_osm(service)
    assert "the end f_1.c of l is not said" in written["left_out"]
    reading = read(files_of(written))  # what a chart holds is not read
    assert reading.service["functions"] == [{"name": "f_1", "site": {"role": "core"}, "vdus": []}]
    (nsd,) = written["nsd"]["nsd"]["nsd"]
    ends = [{"constituent-base-element-id": "f_1", "constituent-cpd-id": "mgmtnet"}]
    connected = {"virtual-link-profile-id": "l", "constituent-cpd-id": ends}
    nsd["df"][0]["vnf-profile"][0]["virtual-link-connectivity"] = [connected]
    told = [warning["message"] for warning in read(files_of(written)).warnings]
    assert "mgmtnet is a network of the cluster, which the cluster brings" in told


RULES: list[dict] = [
    {"name": "web", "direction": "ingress", "ether_type": "ipv4", "protocol": "tcp", "ports": [80, 443]},
    {"name": "ping", "direction": "ingress", "ether_type": "ipv6", "protocol": "icmp", "description": "to see it"},
    {"name": "names", "direction": "egress", "ether_type": "ipv4", "protocol": "udp", "ports": [53, 53]},
]
KPIS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["load", "a.b", "x"]),
        "metric": st.sampled_from(["cpu_utilization", "packets_sent", "any thing"]),
    },
    optional={"period": st.integers(1, 10**6).map(lambda number: number / 1000), "description": st.just("how busy")},
)


def hardware(draw: st.DrawFn, vdu: dict) -> dict:
    """Hardware that Nova would take with the size of the VDU."""
    nodes = [number for number in (1, 2, 3) if not vdu.get("vcpus", 0) % number and not vdu.get("memory", 0) % number]
    known = {
        "numa_nodes": draw(st.sampled_from(nodes)),
        "cpu_thread_policy": draw(st.sampled_from(["prefer", "isolate"])),
        "traits": ["HW_CPU_X86_AVX2", "CUSTOM_X"],
        "resources": {"VGPU": 2, "CUSTOM_Y": 1},
        "devices": [{"alias": "gpu", "count": 1}, {"alias": "fpga", "count": 3}],
    }
    keys = draw(st.sets(st.sampled_from(sorted(known)))) - (set() if "dedicated" in vdu.values() else {"cpu_thread_policy"})
    return {"hardware": {key: known[key] for key in keys}} if keys else {}


def scaling(draw: st.DrawFn, vdu: dict, kpis: list[str]) -> dict:
    """How a VDU is scaled, with a step that leads from the least to the most."""
    if draw(st.booleans()):
        return {}
    count, step = vdu.get("instances", 1), draw(st.integers(1, 3))
    low = draw(st.integers(1, count))
    high = low + step * draw(st.integers(1 + (count - low) // step, 6))
    found = {"min": low, "max": high} | ({"step": step} if step > 1 else {})
    rules = (
        [
            {"kpi": kpi, "scale_out": 80.5, "threshold_time": 30}
            | draw(st.sampled_from([{}, {"scale_in": 20, "cooldown": 60}]))
            for kpi in draw(st.lists(st.sampled_from(kpis), max_size=2))
            if kpis
        ]
        if kpis
        else []
    )
    return {"scaling": found | ({"rules": rules} if rules else {})}


NAMES = st.sampled_from(["a", "b1", "web", "x_y", "node-1", "eth0", "VNF"])


@st.composite
def functions(draw: st.DrawFn, name: str) -> tuple[dict, list[dict]]:
    """A function as SOL006 can hold it, and its inner links. One of its points is that of management."""
    vdus, points, links = [], [], {}
    rules = draw(st.lists(st.sampled_from(RULES), unique_by=str, max_size=2))
    inner = draw(st.lists(NAMES, unique=True, max_size=2))
    for vdu in draw(st.lists(NAMES, unique=True, min_size=1, max_size=2)):
        own = []
        for number in range(draw(st.integers(0, 3))):
            point = {"name": f"{vdu}.{number}", "vdu": vdu}
            if draw(st.booleans()):
                point |= {"interface": f"eth{number}"} | draw(st.sampled_from([{}, {"vnic_type": "direct"}]))
            point |= draw(st.sampled_from([{}, {"vnic_type": "virtio-forwarder"}])) if "vnic_type" not in point else {}
            if rules and draw(st.booleans()):
                point["security_rules"] = draw(
                    st.lists(st.sampled_from([rule["name"] for rule in rules]), unique=True, min_size=1)
                )
            own.append(point)
            if inner and draw(st.booleans()):
                links.setdefault(draw(st.sampled_from(inner)), []).append(f"{name}.{point['name']}")
        own.sort(key=lambda point: "interface" not in point)  # interfaces come first, in their order
        points += own
        known = {
            "vcpus": draw(st.integers(1, 64)),
            "memory": draw(st.integers(1, 64)) * 512,
            "storage": draw(st.integers(0, 500)),
            "image": draw(st.sampled_from(["ubuntu", "a/b.qcow2", "http://x/y.img", "two words"])),
            "description": "some text",
            "cpu_policy": draw(st.sampled_from(["shared", "dedicated"])),
            "memory_page_size": draw(st.sampled_from(["large", "small", "any"])),
            "instances": draw(st.integers(2, 5)),
        }
        keys = draw(st.sets(st.sampled_from(sorted(known))))
        interfaces = [point["interface"] for point in own if "interface" in point]
        made = {"name": vdu, "kind": "vm", **{key: known[key] for key in keys}}
        made |= {"interfaces": interfaces} if interfaces else {}
        vdus.append(made | hardware(draw, made))
    kpis = draw(st.lists(KPIS, unique_by=lambda kpi: kpi["name"], max_size=3))
    for kpi in kpis:
        kpi.update(draw(st.sampled_from([{}, *({"vdu": vdu["name"]} for vdu in vdus)])))
    for vdu in vdus:
        vdu.update(scaling(draw, vdu, [kpi["name"] for kpi in kpis]))
    for link in draw(st.lists(st.sampled_from(inner), unique=True)) if inner else []:
        points.append({"name": f"way.{link}", "link": f"{name}.{link}"})
        links.setdefault(link, [])
    made = [
        {"name": f"{name}.{link}", "kind": draw(st.sampled_from(["lan", "line", "tree"])), "endpoints": ends}
        for link, ends in links.items()
    ]
    function = {
        "name": name,
        "site": {"role": "core"},
        "vdus": vdus,
        "connection_points": points,
        "security_rules": rules,
        "kpis": kpis,
    }
    if draw(st.booleans()):
        function["description"] = "a function"
    return {key: value for key, value in function.items() if value or key == "vdus"}, made


@st.composite
def services(draw: st.DrawFn) -> dict:
    found, inner = [], []
    for name in draw(st.lists(NAMES, unique=True, min_size=1, max_size=3)):
        function, links = draw(functions(name))
        found.append(function)
        inner += links
    ends = [f"{one['name']}.{point['name']}" for one in found for point in one.get("connection_points", [])]
    links = []
    for name in draw(st.lists(NAMES, unique=True, max_size=3)) if ends else []:
        chosen = draw(st.lists(st.sampled_from(ends), unique=True, min_size=1, max_size=3))
        links.append({"name": name, "kind": draw(st.sampled_from(["lan", "line", "tree"])), "endpoints": chosen})
    for number, link in enumerate([*links, *inner]):
        if draw(st.booleans()) and not _joined(links, inner):
            link.update({"cidr": f"10.{number}.0.0/24"} | draw(st.sampled_from([{}, {"gateway": f"10.{number}.0.1"}])))
    names = [one["name"] for one in found]
    service = {
        "name": "video",
        "version": draw(st.sampled_from(["1.0", "2.3"])),
        "functions": found,
        "links": [*links, *inner],
        "access_points": [{"name": f"to-{link['name']}", "link": link["name"]} for link in links if draw(st.booleans())],
        "chains": [{"name": "web", "functions": draw(st.lists(st.sampled_from(names), min_size=1))}]
        if draw(st.booleans())
        else [],
        "order": [names[:1], names[1:]] if len(names) > 1 and draw(st.booleans()) else [],
        "kpis": draw(st.lists(KPIS, unique_by=lambda kpi: kpi["name"], max_size=2)),
    }
    return {key: value for key, value in service.items() if value}


def _joined(links: list[dict], inner: list[dict]) -> bool:
    """Whether links may be one network, which has one range: then none is given."""
    ends = [end for link in [*links, *inner] for end in link["endpoints"]]
    return len(set(ends)) < len(ends) or any(".way." in end for end in ends)


def without_order(service: dict) -> dict:
    """A service with its lists in an order of their own, and without the management that only OSM must know."""
    plain = json.loads(json.dumps(service))
    for function in plain["functions"]:
        for point in function.get("connection_points", []):
            point.pop("management", None)
        function["kpis"] = sorted(function.get("kpis", []), key=lambda kpi: kpi["name"])
        if "connection_points" in function:
            function["connection_points"].sort(key=lambda point: point["name"])
    for link in plain.get("links", []):
        link["endpoints"].sort()
    if "links" in plain:
        plain["links"].sort(key=lambda link: link["name"])
    return plain


@pytest.mark.one_python
@settings(max_examples=40)
@given(services())
def test_what_sol006_can_hold_comes_back(service: dict) -> None:
    written = to_osm(service)
    reading = read(files_of(written))
    names = {link["name"] for link in service.get("links", [])}
    derived = [link for link in reading.service.get("links", []) if link["name"] not in names]
    if derived:  # as for an application: a function that nothing is linked to
        assert len(service["functions"]) == 1
        assert not any("." not in name for name in names)
        assert all(len(link["endpoints"]) == 1 for link in derived)
        service = {**service, "links": [*service.get("links", []), *derived]}
    descriptions = written["nsd"]["nsd"]["nsd"][0].get("virtual-link-desc", ())
    managed = {one["id"] for one in descriptions if one.get("mgmt-network")}
    ranged = [link["name"] for link in service.get("links", []) if link["name"] in managed and "cidr" in link]
    for link in service.get("links", []):
        if link["name"] in ranged:  # OSM takes no range for a network of management
            del link["cidr"]
            link.pop("gateway", None)
    assert without_order(reading.service) == without_order(service)
    told = [f"the cidr of {name} is not said: OSM takes none for a network of management" for name in ranged]
    assert [one for one in written["left_out"] if not one.startswith("sites are") and " of its hardware " not in one] == told


@pytest.mark.one_python
@settings(max_examples=20)
@given(services())
def test_what_release_two_writes_can_be_read(service: dict) -> None:
    reading = read(files_of(to_osm(service, "r2")))
    assert [one["name"] for one in reading.service["functions"]] == [one["name"] for one in service["functions"]]
    for before, after in zip(service["functions"], reading.service["functions"], strict=True):
        machines = {point["name"] for point in before.get("connection_points", []) if "vdu" in point}
        assert {point["name"] for point in after.get("connection_points", [])} == machines
        sizes = [{key: vdu.get(key) for key in ("vcpus", "memory", "storage", "image")} for vdu in before["vdus"]]
        assert sizes == [{key: vdu.get(key) for key in ("vcpus", "memory", "storage", "image")} for vdu in after["vdus"]]
        for old, new in zip(before["vdus"], after["vdus"], strict=True):
            kept = {key: value for key, value in old.get("hardware", {}).items() if key not in ("traits", "resources")}
            assert new.get("hardware", {}) == kept
            if "scaling" in old:  # from what there is at first, in whole steps
                count, step = old.get("instances", 1), old["scaling"].get("step", 1)
                most = count + (old["scaling"]["max"] - count) // step * step
                assert new.get("scaling", {}).get("max", count) == most
                said = [rule["scale_in"] for rule in new.get("scaling", {}).get("rules", [])]
                assert set(said) <= {20}, "80.5 is no number of release two"


@given(services(), st.sampled_from(["sol006", "r2"]))
@settings(max_examples=20)
def test_the_same_service_is_written_the_same(service: dict, style: str) -> None:
    before = copy.deepcopy(service)
    assert to_osm(service, style) == to_osm(copy.deepcopy(service), style)
    assert service == before
