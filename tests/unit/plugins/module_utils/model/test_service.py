# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service model: what is valid, and the place and sentence of what is not."""

from __future__ import annotations

import contextlib
import copy
import json

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service import SCHEMA, validate
from hypothesis import given, settings
from hypothesis import strategies as st

SERVICE: dict = {
    "name": "video",
    "functions": [
        {
            "name": "cache",
            "site": {"role": "edge"},
            "vdus": [
                {"name": "vm", "kind": "vm", "vcpus": 2, "memory": 2048, "storage": 10, "interfaces": ["eth0", "eth1"]},
                {"name": "pod", "kind": "pod", "parent": "vm", "parent_mandatory": True, "descriptor": "cache.yaml"},
            ],
            "connection_points": [
                {"name": "users", "vdu": "vm", "interface": "eth0", "fixed_ip": "10.1.0.7"},
                {"name": "out", "router": "gw"},
                {"name": "way", "link": "users"},
            ],
            "routers": [{"name": "gw", "external_network": "public"}],
            "services": [{"name": "http", "pods": ["pod"], "descriptor": "service.yaml"}],
        },
        {"name": "fw", "vdus": [{"name": "fw", "kind": "process", "command": ["x"], "files": {"a": "service.yaml"}}]},
        {
            "name": "guide",
            "mec_services": {"mandatory": ["rnis"], "optional": ["location"]},
            "cost": {"maximum": 12.5},
            "kpis": [
                {"name": "load", "metric": "cpu_utilization", "vdu": "vm", "period": 10},
                {"name": "users", "metric": "x"},
            ],
            "vdus": [
                {
                    "name": "vm",
                    "kind": "vm",
                    "vcpus": 4,
                    "instances": 2,
                    "cpu_policy": "dedicated",
                    "hardware": {
                        "numa_nodes": 2,
                        "cpu_thread_policy": "isolate",
                        "traits": ["HW_CPU_X86_AVX2"],
                        "resources": {"VGPU": 1},
                        "devices": [{"alias": "fpga"}],
                    },
                    "scaling": {"min": 1, "max": 4, "step": 2, "rules": [{"kpi": "load", "scale_out": 80, "scale_in": 20}]},
                }
            ],
        },
    ],
    "kpis": [{"name": "delay", "metric": "latency"}],
    "cost": {"maximum": 100},
    "links": [
        {
            "name": "users",
            "kind": "lan",
            "endpoints": ["cache.users", "cache.out"],
            "cidr": "10.1.0.0/24",
            "gateway": "10.1.0.1",
        },
        {"name": "other", "endpoints": [], "cidr": "10.2.0.0/24"},
    ],
    "access_points": [{"name": "sap", "link": "users"}],
    "chains": [{"name": "web", "functions": ["fw", "cache"], "pps": 200000, "latency": 5}],
    "policies": [{"name": "no-ssh", "formula": "AG !(tcp.dstport == 22)"}],
    "sla": {"class": "class_A"},
    "order": [["core"], ["cache"]],
    "documents": {"cache.yaml": "", "service.yaml": ""},
}


def changed(path: str, value: object) -> dict:
    """SERVICE with ``value`` at a path like ``functions.0.name``; None removes the key."""
    answer = copy.deepcopy(SERVICE)
    at, keys = answer, [int(key) if key.isdigit() else key for key in path.split(".")]
    for key in keys[:-1]:
        at = at[key]
    if value is None:
        del at[keys[-1]]
    else:
        at[keys[-1]] = value
    return answer


def test_a_valid_service() -> None:
    validate(SERVICE)


@pytest.mark.parametrize("word", ["none", "None"])
@pytest.mark.parametrize("mandatory", [True, False])
def test_bare_metal_is_a_parent(word: str, mandatory: bool) -> None:
    service = changed("functions.0.vdus.1.parent", word)
    service["functions"][0]["vdus"][1]["parent_mandatory"] = mandatory
    validate(service)


def test_the_schema_describes_every_object_completely() -> None:
    """A key that the schema does not know would pass in silence."""

    def objects(schema: object) -> list[dict]:
        inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else []
        own = [schema] if isinstance(schema, dict) and schema.get("type") == "object" else []
        return own + [one for item in inner for one in objects(item)]

    for schema in objects(json.loads(SCHEMA.read_text(encoding="utf-8"))):
        assert "additionalProperties" in schema


FORM = {
    "functions": (None, "service: the key functions is missing"),
    "functions.0.vdus.0.kind": ("cloud", "functions[0].vdus[0].kind: 'cloud' is none of vm, pod, click, baremetal, process"),
    "functions.0.vdus.0.vcpus": (0, "functions[0].vdus[0].vcpus: 0 is less than 1"),
    "functions.0.vdus.0.memory": ("2G", "functions[0].vdus[0].memory: '2G' is not of the type integer"),
    "functions.0.vdus.0.interfaces": (["a", "a"], "functions[0].vdus[0].interfaces: an entry stands twice in the list"),
    "functions.0.name": ("a.b", "functions[0].name: 'a.b' does not have the form "),
    "chains.0.functions": ([], "chains[0].functions: the list is empty; give at least one entry"),
    "packets": ([{"template": "tcp"}], "packets[0]: the key at is missing"),
    "sla": ({"class": "a", "b": 1}, "sla: the key b is not known here; known are class"),
}


@pytest.mark.parametrize("path", FORM)
def test_a_wrong_form(path: str) -> None:
    value, sentence = FORM[path]
    with pytest.raises(InputError) as refused:
        validate(changed(path, value))
    assert str(refused.value).startswith(sentence)


MEANING: list[tuple[str, object, str]] = [
    ("functions.1.name", "cache", "functions[1].name: the name cache is taken; names are unique in functions"),
    ("functions.0.vdus.1.name", "vm", "functions[0].vdus[1].name: the name vm is taken"),
    ("links.1.name", "users", "links[1].name: the name users is taken"),
    ("functions.0.site", {"instances": 1}, "functions[0].site: give either the role or the name of the site"),
    ("functions.0.site", {"role": "edge", "name": "e"}, "functions[0].site: give either the role or the name"),
    ("functions.0.site", {"name": "e", "instances": 2}, "functions[0].site.instances: needs a role to choose sites from"),
    ("functions.0.site", {"name": "e", "names": ["e"]}, "functions[0].site.names: needs a role to choose sites from"),
    (
        "functions.0.site",
        {"role": "edge", "delay": {"desired": 3, "maximum": 2}},
        "functions[0].site.delay.desired: 3 ms is more than the maximum, 2 ms",
    ),
    ("functions.0.connection_points.0.vdu", "vm9", "functions[0].connection_points[0].vdu: there is no vdu vm9 in cache"),
    ("functions.0.connection_points.1.router", "x", "functions[0].connection_points[1].router: there is no router x"),
    ("functions.0.connection_points.2.link", "x", "functions[0].connection_points[2].link: there is no link x"),
    (
        "functions.0.connection_points.0.router",
        "gw",
        "functions[0].connection_points[0]: a connection point belongs to exactly",
    ),
    (
        "functions.0.vdus.0.port_pool",
        {"connection_point": "nowhere"},
        "functions[0].vdus[0].port_pool.connection_point: there is no connection point nowhere of vm",
    ),
    ("functions.0.vdus.1.port_pool", {"connection_point": "x"}, "functions[0].vdus[1].port_pool: only a vm has a trunk"),
    ("functions.0.connection_points.0.interface", "eth7", "connection_points[0].interface: the vdu vm has no interface eth7"),
    ("functions.0.connection_points.1.interface", "eth0", "connection_points[1].interface: only a connection point of a vdu"),
    (
        "functions.0.connection_points.2",
        {"name": "again", "vdu": "vm", "interface": "eth0"},
        "connection_points[2].interface: the interface eth0 of vm has a connection point already",
    ),
    ("functions.0.vdus.1.parent", None, "functions[0].vdus[1].parent_mandatory: a parent can be mandatory only where"),
    ("functions.0.vdus.1.parent", "x", "functions[0].vdus[1].parent: there is no vdu x in cache"),
    ("functions.0.vdus.1.parent", "pod", "functions[0].vdus[1].parent: pod is a pod; a parent is a vm or baremetal"),
    ("functions.1.vdus.0.name", "None", "functions[1].vdus[0].name: none as a parent means bare metal"),
    (
        "functions.0.vdus.1.descriptor_type",
        "click",
        "functions[0].vdus[1].descriptor_type: a pod has a descriptor of the type kubernetes, not click",
    ),
    ("functions.0.vdus.0.descriptor_type", "click", "functions[0].vdus[0].descriptor_type: there is a type and no descriptor"),
    (
        "functions.0.connection_points.0",
        {"name": "users", "vdu": "pod", "interface": "eth0"},
        "functions[0].vdus[1]: an interface of the pod pod has no name",
    ),
    ("functions.0.connection_points.1.vnic_type", "direct", "connection_points[1].vnic_type: only a connection point of a vdu"),
    ("functions.0.objects", ["x"], "functions[0].objects[0]: there is no document x"),
    ("functions.0.vdus.0.parent", "vm", "functions[0].vdus[0].parent: vm is its own parent by way of vm"),
    ("functions.0.vdus.1.interfaces", ["a", "b"], "functions[0].vdus[1]: the pod pod has more than one interface"),
    ("functions.0.services.0.pods", ["vm"], "functions[0].services[0].pods: there is no pod vm in cache"),
    ("functions.0.vdus.1.descriptor", None, "functions[0].vdus[1].descriptor: a pod needs a descriptor"),
    ("functions.0.vdus.1.descriptor", "x", "functions[0].vdus[1].descriptor: there is no document x"),
    ("functions.0.vdus.0.user_data", "x", "functions[0].vdus[0].user_data: there is no document x"),
    ("functions.0.services.0.descriptor", "x", "functions[0].services[0].descriptor: there is no document x"),
    ("functions.1.vdus.0.files", {"a": "x"}, "functions[1].vdus[0].files.a: there is no document x"),
    ("functions.1.vdus.0.command", None, "functions[1].vdus[0].command: a process needs a command, or is a load_balancer"),
    ("functions.1.vdus.0.load_balancer", {}, "functions[1].vdus[0].load_balancer: the key virtual_ip, port is missing"),
    (
        "functions.1.vdus.0.load_balancer",
        {"virtual_ip": "192.0.2.1", "port": 80},
        "functions[1].vdus[0].command: a load_balancer brings its own program and has no command",
    ),
    ("functions.0.vdus.0.host", "fw", "functions[0].vdus[0].host: only a process has a host"),
    ("functions.1.model", {"type": "fib"}, "functions[1].model.document: a model of the type fib needs a document"),
    ("functions.1.model", {"type": "fib", "document": "x"}, "functions[1].model.document: there is no document x"),
    (
        "functions.1.model",
        {"type": "end", "document": "cache.yaml"},
        "model.document: packets end at a function of the type end",
    ),
    ("links.0.endpoints", ["cache.x"], "links[0].endpoints[0]: there is no connection point cache.x"),
    ("links.0.endpoints", ["cache.out"] * 2, "links[0].endpoints[1]: cache.out stands twice in the link users"),
    ("access_points.0.link", "x", "access_points[0].link: there is no link x"),
    ("chains.0.functions", ["x"], "chains[0].functions[0]: there is no function x"),
    ("order", [["x"]], "order[0][0]: x is neither a function nor the site role of one"),
    ("order", [["fw"], ["fw"]], "order[1][0]: fw stands twice in the order"),
    ("links.0.cidr", "10.1.0.1/24", "links[0].cidr: 10.1.0.1/24 is no address range"),
    ("links.0.cidr", "10.1.0.0/31", "links[0].cidr: 10.1.0.0/31 leaves no room for hosts"),
    ("links.0.gateway", "me", "links[0].gateway: me is no IP address"),
    ("links.0.gateway", "10.9.0.1", "links[0].gateway: 10.9.0.1 is outside the link's range"),
    ("links.0.dns_nameservers", ["x"], "links[0].dns_nameservers[0]: x is no IP address"),
    ("links.1.cidr", "10.1.0.128/25", "links: other (10.1.0.128/25) overlaps users (10.1.0.0/24); give each link"),
    ("links.1.endpoints", ["cache.out"], "links: users, other are joined to one network but have the ranges"),
    ("functions.0.connection_points.0.fixed_ip", "x", "connection_points[0].fixed_ip: x is no IP address"),
    ("functions.0.connection_points.0.fixed_ip", "10.2.0.1", "connection_points[0].fixed_ip: 10.2.0.1 is outside 10.1.0.0/24"),
    ("functions.0.connection_points.1.fixed_ip", "10.1.0.7", "connection_points[1].fixed_ip: 10.1.0.7 is taken in users"),
    ("functions.0.vdus.0.instances", 2, "connection_points[0].fixed_ip: vm has several instances, which cannot share"),
    ("functions.0.connection_points.0.floating_ip", {"address": "x"}, "floating_ip.address: x is no IP address"),
    (
        "functions.0.connection_points.0.allowed_address_pairs",
        [{"ip_address": "x"}],
        "allowed_address_pairs[0].ip_address: x is neither an IP address nor a range",
    ),
    (
        "functions.0.connection_points.0.security_rules",
        ["x"],
        "connection_points[0].security_rules: there is no rule x in security_rules of cache",
    ),
    (
        "functions.0.security_rules",
        [{"name": "a", "direction": "ingress", "protocol": "tcp", "ports": [2, 1]}],
        "security_rules[0].ports: 2 is more than 1",
    ),
    (
        "functions.0.security_rules",
        [{"name": "a", "direction": "egress", "protocol": "icmp", "ports": [1, 2]}],
        "security_rules[0].ports: icmp has no ports; remove them",
    ),
    ("functions.0.security_rules", [{"name": "a", "direction": "egress", "protocol": "x"}], "'x' is none of ah, any"),
    ("kpis.0.vdu", "vm", "kpis[0].vdu: a KPI of a service is of no VDU"),
    ("functions.2.kpis.0.vdu", "x", "functions[2].kpis[0].vdu: there is no vdu x in guide"),
    ("functions.2.kpis.1.name", "load", "functions[2].kpis[1].name: the name load is taken; names are unique in kpis"),
    ("functions.2.kpis.0.period", 0, "functions[2].kpis[0].period: 0 is less than 0.001"),
    ("functions.2.kpis.0.metric", None, "functions[2].kpis[0]: the key metric is missing"),
    ("functions.2.cost.maximum", float("inf"), "functions[2].cost.maximum: inf is no number that can be meant"),
    ("kpis.0.period", float("nan"), "kpis[0].period: nan is no number that can be meant"),
    ("functions.2.vdus.0.scaling.rules.0.cooldown", float("nan"), "scaling.rules[0].cooldown: nan is no number"),
    ("functions.2.cost.maximum", -1, "functions[2].cost.maximum: -1 is less than 0"),
    ("functions.2.mec_services.optional", ["rnis"], "mec_services.optional[0]: rnis is mandatory already"),
    ("functions.2.mec_services", {"required": []}, "the key required is not known here; known are mandatory, optional"),
    ("functions.2.vdus.0.instances", 5, "functions[2].vdus[0].instances: 5 to begin with is not between 1 and 4"),
    (
        "sla",
        {"class": "a", "templates": {"guide": {"a": {"instances": 9}}}},
        "functions[2].vdus[0].instances: 9 to begin with is not between 1 and 4",
    ),
    (
        "sla",
        {"class": "a", "templates": {"guide": {"a": {"vm_vcpus": 3.0}}}},
        "hardware.numa_nodes: 3 processors cannot be shared out among 2 nodes",
    ),
    ("functions.2.vdus.0.scaling.min", 3, "functions[2].vdus[0].instances: 2 to begin with is not between 3 and 4"),
    ("functions.2.vdus.0.scaling.min", 5, "functions[2].vdus[0].scaling.min: 5 is more than the maximum, 4"),
    ("functions.2.vdus.0.scaling.max", None, "functions[2].vdus[0].scaling: the key max is missing"),
    ("functions.2.vdus.0.scaling.rules.0.kpi", "x", "scaling.rules[0].kpi: there is no KPI x in guide"),
    ("functions.2.vdus.0.scaling.rules.0", {"kpi": "load"}, "scaling.rules[0]: a rule says from which value on"),
    ("functions.2.vdus.0.scaling.rules.0.scale_in", 80, "scaling.rules[0].scale_in: 80 is not below scale_out, 80"),
    ("functions.1.vdus.0.scaling", {"max": 2}, "functions[1].vdus[0].scaling: there is one process to a server"),
    (
        "functions.0.vdus.1.hardware",
        {},
        "functions[0].vdus[1].hardware: only a machine of Nova has hardware, and pod is a pod;",
    ),
    ("functions.2.vdus.0.vcpus", 3, "hardware.numa_nodes: 3 processors cannot be shared out among 2 nodes"),
    ("functions.2.vdus.0.memory", 1025, "hardware.numa_nodes: 1025 MiB cannot be shared out among 2 nodes"),
    ("functions.2.vdus.0.cpu_policy", "shared", "hardware.cpu_thread_policy: needs processors that are the VDU's own"),
    ("functions.2.vdus.0.hardware.traits", ["AVX2"], "hardware.traits[0]: 'AVX2' does not have the form"),
    ("functions.2.vdus.0.hardware.resources", {"VCPU": 1}, "hardware.resources: 'VCPU' does not have the form"),
    ("functions.2.vdus.0.hardware.devices", [{"alias": "a"}] * 2, "hardware.devices[1].alias: a stands twice"),
    ("functions.2.vdus.0.hardware.devices", [{"alias": "a:1"}], "hardware.devices[0].alias: 'a:1' does not have the form"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), MEANING, ids=[one[2] for one in MEANING])
def test_a_wrong_meaning(path: str, value: object, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        validate(changed(path, value))
    assert sentence in str(refused.value)


def test_parents_in_a_circle() -> None:
    service = changed("functions.0.vdus.0.parent", "vm2")
    service["functions"][0]["vdus"].append({"name": "vm2", "kind": "vm", "parent": "vm"})
    with pytest.raises(InputError, match=r"vdus\[0\]\.parent: vm is its own parent by way of vm2"):
        validate(service)


def test_an_address_needs_a_link() -> None:
    service = changed("links.0.endpoints", ["cache.out"])
    with pytest.raises(InputError, match=r"fixed_ip: 10\.1\.0\.7 needs a link; make the connection point an endpoint"):
        validate(service)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["vm", "cache", "users", "10.1.0.0/24"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
PATHS = sorted({one[0] for one in MEANING} | set(FORM))


@settings(max_examples=150)
@given(path=st.sampled_from(PATHS), value=ANYTHING)
def test_any_value_anywhere_is_valid_or_refused(path: str, value: object) -> None:
    with contextlib.suppress(InputError):
        validate(changed(path, value) if value is not None else SERVICE)


@settings(max_examples=50)
@given(ANYTHING)
def test_anything_is_valid_or_refused(value: object) -> None:
    with pytest.raises(InputError):
        validate(value)
