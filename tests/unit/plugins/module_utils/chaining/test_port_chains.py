# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains of Neutron ports: options, conflicts and plans, against a simulator of the API that refuses what the real one does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.chaining import (
    port_chain_conflicts,
    port_chain_plan,
    port_chain_state,
    port_chains,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import ConflictError, InputError, NfvError
from ansible_collections.superfluidity.nfv.plugins.modules import sfc_chain
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sfc_simulator import Refused, Sfc

WEB = {"protocol": "tcp", "destination_port": "80", "logical_source_port": "client"}
FW = {"name": "fw", "pairs": [{"ingress": "fw-in", "egress": "fw-out"}]}
LB = {"name": "lb", "pairs": [{"ingress": "lb-1", "egress": "lb-1"}, {"ingress": "lb-2", "egress": "lb-2", "weight": 2}]}


def chain(**options: Any) -> port_chains.Chain:
    given = {"name": "web", "functions": [FW, LB], "classifiers": [WEB], **options}
    return port_chains.chain(sfc_chain.SPEC.validated(json.loads(json.dumps(given))))


def cloud(sfc: Sfc) -> port_chain_state.Cloud:
    paths = port_chain_plan.PATHS.items()
    return port_chain_state.Cloud({kind: sfc.listed(f"{path}s") for kind, path in paths}, sfc.project)


def planned(sfc: Sfc, wanted: port_chains.Chain, *, absent: bool = False) -> list[port_chain_plan.Step]:
    if absent:
        port_chain_conflicts.check_removal(cloud(sfc), wanted)
        return list(port_chain_plan.removal(cloud(sfc), wanted))
    port_chain_conflicts.check(cloud(sfc), wanted)
    return list(port_chain_plan.plan(cloud(sfc), wanted))


def carried_out(sfc: Sfc, steps: list[port_chain_plan.Step]) -> None:
    made: dict[Any, str] = {}
    for step in steps:
        kind = f"{port_chain_plan.PATHS[step.kind]}s"
        method = "POST" if step.id is None else "DELETE" if step.body is None else "PUT"
        body = None if step.body is None else port_chain_plan.resolved(step.body, made)
        answer = sfc.call(method, kind, step.id, body)
        if step.made:
            made[step.made] = answer["id"]


def brought(sfc: Sfc, *, absent: bool = False, **options: Any) -> list[str]:
    """One run; the second must find nothing to do. What it did, in words."""
    wanted = chain(**options)
    steps = planned(sfc, wanted, absent=absent)
    carried_out(sfc, steps)
    assert planned(sfc, wanted, absent=absent) == []
    if not absent:
        assert summary(sfc, wanted) == expected(wanted)
    return [f"{step.action} {step.kind}" for step in steps]


def summary(sfc: Sfc, wanted: port_chains.Chain) -> tuple:
    """What the API has for the chain, read without the code under test."""
    [found] = [one for one in sfc.listed("port_chains") if one["name"] == wanted.name]
    groups = {one["id"]: one for one in sfc.listed("port_pair_groups")}
    pairs = {one["id"]: one for one in sfc.listed("port_pairs")}
    classifiers = {one["id"]: one for one in sfc.listed("flow_classifiers")}
    functions = []
    for one in found["port_pair_groups"]:
        group = groups[one]
        inside = [pairs[pair] for pair in group["port_pairs"]]
        listed = sorted((p["ingress"], p["egress"], *p["service_function_parameters"].values()) for p in inside)
        functions.append((group["name"], listed, group["port_pair_group_parameters"]["lb_fields"], group["tap_enabled"]))
    matched = {tuple(classifiers[one][key] for key in port_chains.MATCHED) for one in found["flow_classifiers"]}
    return functions, matched, found["chain_parameters"]


def expected(wanted: port_chains.Chain) -> tuple:
    functions = []
    for one in wanted.functions:
        pairs = sorted((pair.ingress, pair.egress, one.correlation, pair.weight) for pair in one.pairs)
        functions.append((f"{wanted.name}/{one.name}", pairs, list(one.lb_fields), one.tap))
    matched = {tuple(one.values()) for one in wanted.classifiers}
    return functions, matched, {"correlation": wanted.correlation, "symmetric": wanted.symmetric}


def test_a_chain_is_made_in_order_and_removed_in_reverse() -> None:
    sfc = Sfc()
    assert brought(sfc) == [*["create pair"] * 3, *["create function"] * 2, "create classifier", "create chain"]
    assert brought(sfc, absent=True) == ["delete chain", *["delete function"] * 2, *["delete pair"] * 3, "delete classifier"]
    assert not any(sfc.objects.values())


@pytest.mark.parametrize(
    ("change", "steps"),
    [
        ({"functions": [LB, FW]}, ["delete chain", "create chain"]),
        ({"functions": [FW]}, ["update chain", "delete function", "delete pair", "delete pair"]),
        (
            {"functions": [FW, {**LB, "pairs": LB["pairs"][:1]}]},
            ["update function", "delete pair"],
        ),
        (
            {"functions": [FW, {**LB, "pairs": [*LB["pairs"], {"ingress": "x", "egress": "x"}]}]},
            ["create pair", "update function"],
        ),
        (
            {"functions": [FW, {**LB, "pairs": [{"ingress": "lb-1", "egress": "lb-1", "weight": 7}, LB["pairs"][1]]}]},
            ["update function", "delete pair", "create pair", "update function"],
        ),
        (
            {"functions": [{**FW, "lb_fields": ["ip_src"]}, LB]},
            ["update function", "create function", "delete chain", "create chain", "delete function"],
        ),
        ({"classifiers": [WEB, {**WEB, "destination_port": "443"}]}, ["create classifier", "update chain"]),
        (
            {"classifiers": [{**WEB, "destination_port": "443"}]},
            ["create classifier", "update chain", "delete classifier"],
        ),
        (
            {"classifiers": [{**WEB, "destination_port": "80-90"}]},
            ["update chain", "delete classifier", "create classifier", "update chain"],
        ),
        ({"classifiers": []}, ["update chain", "delete classifier"]),
        ({"correlation": "nsh"}, ["delete chain", "create chain"]),
        (
            {"correlation": "nsh", "classifiers": [{**WEB, "destination_port": "443"}]},
            ["create classifier", "delete chain", "create chain", "delete classifier"],
        ),
        (
            {"correlation": "nsh", "classifiers": [{**WEB, "destination_port": "80-90"}]},
            ["delete chain", "delete classifier", "create classifier", "create chain"],
        ),
        (
            {"symmetric": True, "classifiers": [{**WEB, "logical_destination_port": "server"}]},
            ["delete chain", "delete classifier", "create classifier", "create chain"],
        ),
    ],
)
def test_as_much_as_can_be_is_changed_in_place(change: dict, steps: list[str]) -> None:
    sfc = Sfc()
    brought(sfc)
    assert brought(sfc, **change) == steps
    brought(sfc)


def test_a_pair_moves_from_one_function_to_another() -> None:
    sfc = Sfc()
    brought(sfc)
    moved = [{**FW, "pairs": [*FW["pairs"], LB["pairs"][1]]}, {**LB, "pairs": LB["pairs"][:1]}]
    assert brought(sfc, functions=moved) == ["update function", "update function"]


# Any chain to any other, with runs that end in the middle.

PORTS = [("a", "b"), ("c", "c"), ("d", "e"), ("f", "f"), ("g", "h")]
NUMBERS = st.sampled_from(["80", "80-90", "85-95", "443", None])
CLASSIFIERS = st.lists(
    st.fixed_dictionaries(
        {
            "protocol": st.sampled_from(["tcp", "udp"]),
            "destination_port": NUMBERS,
            "logical_source_port": st.sampled_from(["client", "other"]),
            "source_ip_prefix": st.sampled_from([None, "10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24"]),
        }
    ),
    max_size=3,
)


@st.composite
def chain_options(draw: st.DrawFn) -> dict[str, Any]:
    ports = draw(st.permutations(PORTS))
    names = draw(st.lists(st.sampled_from(["fw", "lb", "cache"]), min_size=1, max_size=3, unique=True))
    correlation = draw(st.sampled_from(["mpls", "nsh"]))
    functions = []
    for name in names:
        count = draw(st.integers(1, 2)) if len(ports) - len(names) > 1 else 1
        pairs = [{"ingress": i, "egress": e, "weight": draw(st.integers(1, 2))} for i, e in ports[:count]]
        ports = ports[count:]
        functions.append(
            {
                "name": name,
                "pairs": pairs,
                "correlation": draw(st.sampled_from([None, correlation])),
                "lb_fields": draw(st.sampled_from([[], ["ip_src"], ["ip_src", "ip_dst"]])),
            }
        )
    functions = [{key: value for key, value in one.items() if value is not None} for one in functions]
    classifiers = [{key: value for key, value in one.items() if value is not None} for one in draw(CLASSIFIERS)]
    return {"functions": functions, "correlation": correlation, "classifiers": classifiers}


@pytest.mark.one_python
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
@given(st.lists(chain_options(), min_size=2, max_size=4), st.data())
def test_any_chain_becomes_any_other_whatever_run_ends_in_the_middle(wishes: list[dict], data: st.DataObject) -> None:
    sfc = Sfc()
    for wish in wishes:
        try:
            wanted = chain(**wish)
        except InputError:
            continue  # classifiers of one chain that overlap
        steps = planned(sfc, wanted)
        cut = data.draw(st.integers(0, len(steps)))
        try:
            carried_out(sfc, steps[:cut])
            if data.draw(st.booleans()):
                brought(sfc, **wish)
        except Refused as refused:
            raise AssertionError(f"{refused} of {[str(step) for step in steps]}") from refused
    brought(sfc, absent=True)
    assert not any(sfc.objects.values())


@given(chain_options(), chain_options())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_at_no_moment_is_a_function_left_out_that_is_wanted_before_and_after(first: dict, second: dict) -> None:
    sfc = Sfc()
    try:
        wanted = chain(**first), chain(**second)
    except InputError:
        return
    carried_out(sfc, planned(sfc, wanted[0]))
    steps = planned(sfc, wanted[1])
    made: dict[Any, str] = {}
    kept = {one.name for one in wanted[0].functions} & {one.name for one in wanted[1].functions}
    for step in steps:
        kind = f"{port_chain_plan.PATHS[step.kind]}s"
        method = "POST" if step.id is None else "DELETE" if step.body is None else "PUT"
        answer = sfc.call(method, kind, step.id, step.body and port_chain_plan.resolved(step.body, made))
        if step.made:
            made[step.made] = answer["id"]
        for one in sfc.listed("port_chains"):
            names = {
                group["name"].partition("/")[2]
                for group in sfc.listed("port_pair_groups")
                if group["id"] in one["port_pair_groups"]
            }
            assert kept <= names


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"functions": []}, "functions: a chain needs at least one function"),
        ({"functions": [FW, FW]}, "functions[1]: 'fw' comes twice"),
        ({"functions": [FW, {**FW, "name": "f2"}]}, "functions[1]: the ports fw-in and fw-out are a pair of 'fw' already"),
        ({"functions": [{"name": "x"}]}, "functions[0]: 'x' has no pairs"),
        ({"functions": [{**FW, "group": "g"}]}, "'fw' has a group that exists already; say nothing else of it"),
        ({"functions": [{**FW, "correlation": "nsh"}]}, "'fw' understands nsh, and the chain has mpls"),
        ({"functions": [{**LB, "tap": True}]}, "'lb' is a tap with several pairs"),
        ({"functions": [{**FW, "tap": True}, {"name": "y", "tap": True, "pairs": [{"ingress": "y", "egress": "y"}]}]},
         "'fw' and 'y' are taps one after the other"),
        ({"functions": [{"name": "x", "pairs": [{"ingress": "a", "egress": "b", "weight": -1}]}]}, "has a weight below 0"),
        ({"classifiers": [{"protocol": "tcp"}]}, "classifiers[0]: the driver of Open vSwitch needs the port of the source"),
        ({"symmetric": True}, "a symmetric chain needs the port of the destination"),
        ({"classifiers": [WEB, {**WEB, "destination_port": "79-81"}]}, "classifiers[1]: it overlaps with classifiers[0]"),
        ({"classifiers": [{**WEB, "protocol": "icmp"}]}, "ports are of protocol tcp or udp"),
        ({"classifiers": [{**WEB, "destination_port": "90-80"}]}, "'90-80' is no port and no range"),
        ({"classifiers": [{**WEB, "destination_port": "65536"}]}, "'65536' is no port"),
        ({"classifiers": [{**WEB, "destination_port": "80-"}]}, "'80-' is no port"),
        ({"classifiers": [{**WEB, "destination_port": "٣"}]}, "is no port"),
        ({"classifiers": [{**WEB, "source_ip_prefix": "2001:db8::/32"}]}, "2001:db8::/32 is IPv6, and the classifier for IPv4"),
        ({"classifiers": [{**WEB, "source_ip_prefix": "10.0.0.1/8"}]}, "'10.0.0.1/8' is no prefix (10.0.0.1/8 has host bits"),
        ({"name": ""}, "is no name"),
        ({"name": "x" * 201}, "is no name"),
        ({"name": "a\nb"}, "is no name"),
        ({"graph": {"video": ["hd"]}}, "graph: it does not say into which chains 'web' branches"),
        ({"graph": {"web": ["web"]}}, "graph: it has a loop"),
        ({"graph": {"web": ["a"], "a": ["b"], "b": ["web"]}}, "graph: it has a loop"),
        ({"graph": {"web": ["a", "a"]}}, "'web' branches twice into the same chain"),
        ({"graph": {"web": "a"}}, "'a' is no list of chains"),
    ],
)  # fmt: skip
def test_chains_that_cannot_be(options: dict, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        chain(**options)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("name", ["web/../x", 'it\'s "web"', "ウェブ 🚀", "a=b:c", "%s {0}"])
def test_any_name_that_can_be_printed_is_a_name(name: str) -> None:
    sfc = Sfc()
    brought(sfc, name=name)
    brought(sfc, name=f"{name} 2", functions=[{"name": "x", "pairs": [{"ingress": "x", "egress": "x"}]}], classifiers=[])
    brought(sfc, name=name, absent=True)
    assert {one["name"] for one in sfc.listed("port_chains")} == {f"{name} 2"}


# Other chains.

OTHER = {"name": "mail", "classifiers": [{**WEB, "destination_port": "25"}]}


def with_web() -> Sfc:
    sfc = Sfc()
    brought(sfc)
    return sfc


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({**OTHER}, "functions[0]: the ports of 'fw' are a pair of group web/fw already, which is not of this chain; write"),
        ({**OTHER, "functions": [{"name": "fw", "group": "nope"}]}, "functions[0].group: there is no group 'nope', or several"),
        ({**OTHER, "functions": [{"name": "a", "group": "web/fw"}, {"name": "b", "group": "web/lb"}]},
         "chain 'web' has the same functions in the same order"),
        ({**OTHER, "functions": [{"name": "a", "group": "web/fw"}], "classifiers": [{**WEB, "logical_source_port": "other"}]},
         "classifiers[0]: it overlaps with classifier web of chain 'web' (IPv4 tcp from at client to port 80); between chains"),
    ],
)  # fmt: skip
def test_other_chains_are_in_the_way(options: dict, sentence: str) -> None:
    sfc = with_web()
    calls = len(sfc.calls)
    with pytest.raises(NfvError) as caught:
        planned(sfc, chain(**options))
    assert sentence in str(caught.value)
    assert len(sfc.calls) == calls


def test_a_chain_that_somebody_else_made_is_not_taken_over() -> None:
    sfc = with_web()
    for one in sfc.objects["port_chains"].values():
        one["description"] = "mine"
    with pytest.raises(ConflictError, match=r"there is a chain 'web' already, which was not made here"):
        planned(sfc, chain())
    assert [step.kind for step in planned(sfc, chain(name="other"), absent=True)] == []


def test_two_chains_pass_one_function_and_neither_takes_it_from_the_other() -> None:
    sfc = with_web()
    shared = {**OTHER, "functions": [{"name": "fw", "group": "web/fw"}]}
    wanted = chain(**shared)
    carried_out(sfc, planned(sfc, wanted))
    assert planned(sfc, wanted) == []
    for options, absent in (
        ({}, True),
        ({"functions": [LB]}, False),
        ({"functions": [{**FW, "lb_fields": ["ip_src"]}, LB]}, False),
    ):
        with pytest.raises(ConflictError, match=r"group web/fw of this chain is passed by chain 'mail', too"):
            planned(sfc, chain(**options), absent=absent)
    carried_out(sfc, planned(sfc, wanted, absent=True))
    brought(sfc, absent=True)
    assert not any(sfc.objects.values())


def graph_of_three() -> tuple[Sfc, dict[str, Any]]:
    sfc = Sfc()
    for number, name in enumerate(("video", "audio")):
        function = {"name": "f", "correlation": "nsh", "pairs": [{"ingress": name, "egress": name}]}
        only = [{**WEB, "destination_port": str(5000 + number)}]
        brought(sfc, name=name, functions=[function], classifiers=only, correlation="nsh")
    root = {"functions": [{**FW, "correlation": "nsh"}], "correlation": "nsh", "graph": {"web": ["video", "audio"]}}
    return sfc, root


def test_a_chain_branches_and_its_graph_goes_while_it_changes() -> None:
    sfc, root = graph_of_three()
    assert brought(sfc, **root) == ["create pair", "create function", "create classifier", "create chain", "create graph"]
    with_lb = [{**FW, "correlation": "nsh"}, {**LB, "correlation": "nsh"}]
    steps = brought(sfc, **{**root, "functions": with_lb})
    assert steps[0], steps[-1] == ("delete graph", "create graph")
    assert brought(sfc, **{**root, "functions": with_lb, "graph": {"web": ["video"]}}) == ["delete graph", "create graph"]
    with pytest.raises(ConflictError, match=r"chain 'video' is in the graph web, in which Neutron changes none"):
        planned(sfc, chain(name="video", correlation="nsh", classifiers=[]), absent=True)
    assert brought(sfc, **{**root, "functions": with_lb, "graph": {}}) == ["delete graph"]
    assert brought(sfc, **{**root, "functions": with_lb, "absent": True})[0] == "delete chain"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"graph": {"web": ["nope"]}}, "graph: there is no chain 'nope', or several"),
        ({"functions": [FW]}, "graph.web: fw of chain 'web' has to understand nsh for a branch"),
        (
            {"correlation": "mpls", "functions": [{**FW, "correlation": "mpls"}]},
            "chain 'video' has another correlation than mpls",
        ),
    ],
)
def test_branches_that_cannot_be(change: dict, sentence: str) -> None:
    sfc, root = graph_of_three()
    with pytest.raises(InputError) as caught:
        planned(sfc, chain(**{**root, **change}))
    assert sentence in str(caught.value)


def test_ports_of_a_pair_are_of_one_server() -> None:
    ports = {one: {"id": one, "name": f"name of {one}", "device_id": "vm"} for one in ("fw-in", "fw-out")}
    wanted = chain(functions=[FW])
    port_chain_conflicts.check_ports(wanted, ports)
    ports["fw-out"]["device_id"] = "vm2"
    with pytest.raises(
        InputError, match=r"functions\[0\]\.pairs\[0\]: ports name of fw-in and name of fw-out are of different"
    ):
        port_chain_conflicts.check_ports(wanted, ports)
    ports["fw-out"]["device_id"] = ""
    with pytest.raises(InputError, match=r"port name of fw-out belongs to no server yet; attach it first"):
        port_chain_conflicts.check_ports(wanted, ports)


def test_two_names_of_one_port_are_one_pair() -> None:
    wanted = chain(functions=[FW, {"name": "x", "pairs": [{"ingress": "id-in", "egress": "id-out"}]}])
    with pytest.raises(InputError, match=r"functions\[1\]: the ports id-in and id-out are a pair of 'fw' already"):
        port_chains.with_ids(wanted, lambda name, _place: name.replace("fw-", "id-"))
