# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator of networking-sfc's API for tests: its objects in dictionaries, and the refusals of its database plugin.

Written from the code of networking-sfc 23, and not from that of the collection. The tests of the lab ask the real one.
"""

from __future__ import annotations

import copy
import itertools
from ipaddress import ip_network
from typing import Any

KINDS = {
    "port_pairs": ("ingress", "egress", "service_function_parameters"),
    "port_pair_groups": ("port_pairs", "port_pair_group_parameters", "tap_enabled"),
    "flow_classifiers": (
        "ethertype", "protocol", "source_port_range_min", "source_port_range_max", "destination_port_range_min",
        "destination_port_range_max", "source_ip_prefix", "destination_ip_prefix", "logical_source_port",
        "logical_destination_port",
    ),
    "port_chains": ("port_pair_groups", "flow_classifiers", "chain_parameters"),
    "service_graphs": ("port_chains",),
}  # fmt: skip
CHANGEABLE = {"port_pair_groups": {"port_pairs"}, "port_chains": {"port_pair_groups", "flow_classifiers"}}
DEFAULTS: dict[str, Any] = {
    "service_function_parameters": {"correlation": None, "weight": 1},
    "port_pair_group_parameters": {"lb_fields": []},
    "tap_enabled": False,
    "port_pairs": [],
    "flow_classifiers": [],
    "chain_parameters": {"correlation": "mpls", "symmetric": False},
    "port_chains": {},
}


class Refused(Exception):
    """The name of Neutron's exception."""


def need(condition: Any, kind: str) -> None:
    if not condition:
        raise Refused(kind)


class Sfc:
    def __init__(self, project: str = "p"):
        self.project = project
        self.objects: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}
        self.numbers = itertools.count(1)
        self.calls: list[tuple[str, str]] = []

    def listed(self, kind: str) -> list[dict[str, Any]]:
        return copy.deepcopy(list(self.objects[kind].values()))

    def call(self, method: str, kind: str, one: str | None, body: dict[str, Any] | None) -> dict[str, Any]:
        """One call; what is refused leaves all as it was."""
        before = copy.deepcopy(self.objects)
        try:
            answer = getattr(self, f"_{method.lower()}")(kind, one, copy.deepcopy(body))
            self._check(kind, answer)
        except Refused:
            self.objects = before
            raise
        self.calls.append((method, kind))
        return copy.deepcopy(answer)

    def _post(self, kind: str, _one: None, body: dict[str, Any]) -> dict[str, Any]:
        need(set(body) <= {*KINDS[kind], "name", "description"}, "unknown attribute")
        new = {key: copy.deepcopy(DEFAULTS.get(key)) for key in KINDS[kind]} | {"name": "", "description": ""} | body
        new |= {"id": f"{kind}-{next(self.numbers):04}", "project_id": self.project}
        self.objects[kind][new["id"]] = new
        return new

    def _put(self, kind: str, one: str, body: dict[str, Any]) -> dict[str, Any]:
        need(one in self.objects[kind], "not found")
        need(set(body) <= {*CHANGEABLE.get(kind, ()), "name", "description"}, "cannot update")
        if kind == "port_chains":
            need(not self._graphs_of({one}), "ServiceGraphPortChainInUse")
        have = self.objects[kind][one]
        if "port_pair_groups" in body:
            # As the real one does it: who stays keeps its position, who comes gets that of its place in the list. What is read
            # later is by position, and of equal ones nobody knows the order.
            positions = dict(zip(have["port_pair_groups"], have.setdefault("positions", [*range(99)]), strict=False))
            placed = [(positions.get(group, at), -at, group) for at, group in enumerate(body["port_pair_groups"])]
            have["positions"] = [position for position, _at, _group in sorted(placed)]
            body["port_pair_groups"] = [group for _position, _at, group in sorted(placed)]
        have |= body
        return have

    def _delete(self, kind: str, one: str, _body: None) -> dict[str, Any]:
        need(one in self.objects[kind], "not found")
        if kind == "port_pairs":
            need(not any(one in group["port_pairs"] for group in self.objects["port_pair_groups"].values()), "PortPairInUse")
        chains = self.objects["port_chains"].values()
        if kind == "port_pair_groups":
            need(not any(one in chain["port_pair_groups"] for chain in chains), "PortPairGroupInUse")
        if kind == "flow_classifiers":
            need(not any(one in chain["flow_classifiers"] for chain in chains), "FlowClassifierInUse")
        if kind == "port_chains":
            need(not self._graphs_of({one}), "ServiceGraphPortChainInUse")
        return self.objects[kind].pop(one)

    def _graphs_of(self, chains: set[str]) -> list[dict[str, Any]]:
        graphs = self.objects["service_graphs"].values()
        return [graph for graph in graphs if chains & {one for key, ids in graph["port_chains"].items() for one in (key, *ids)}]

    def _check(self, kind: str, new: dict[str, Any]) -> None:
        if new["id"] in self.objects[kind]:
            getattr(self, f"_check_{kind}")(new, [one for one in self.objects[kind].values() if one["id"] != new["id"]])

    def _check_port_pairs(self, new: dict, others: list[dict]) -> None:
        same = [one for one in others if (one["ingress"], one["egress"]) == (new["ingress"], new["egress"])]
        need(not same, "PortPairIngressEgressInUse")

    def _check_port_pair_groups(self, new: dict, others: list[dict]) -> None:
        pairs = [self.objects["port_pairs"].get(one) for one in new["port_pairs"]]
        need(all(pairs), "PortPairNotFound")
        need(len({one["service_function_parameters"]["correlation"] for one in pairs}) < 2, "InconsistentCorrelations")
        need(not any(set(new["port_pairs"]) & set(one["port_pairs"]) for one in others), "PortPairInUse")
        need(len(pairs) < 2 or not new["tap_enabled"], "MultiplePortPairsInTapPPGNotSupported")

    def _check_flow_classifiers(self, new: dict, others: list[dict]) -> None:
        need(not any(meet(new, one) and meet_at_ports(new, one) for one in others), "FlowClassifierInConflict")

    def _check_port_chains(self, new: dict, others: list[dict]) -> None:
        need(new["port_pair_groups"], "PortPairGroupNotSpecified")
        groups = [self.objects["port_pair_groups"].get(one) for one in new["port_pair_groups"]]
        need(all(groups), "PortPairGroupNotFound")
        need(len(set(new["port_pair_groups"])) == len(groups), "a database error")
        need(not any(one["tap_enabled"] and two["tap_enabled"] for one, two in itertools.pairwise(groups)), "ConsecutiveTap")
        need(new["port_pair_groups"] not in [one["port_pair_groups"] for one in others], "InvalidPortPairGroups")
        correlation = new["chain_parameters"]["correlation"]
        for group in groups:
            for pair in group["port_pairs"]:
                own = self.objects["port_pairs"][pair]["service_function_parameters"]["correlation"]
                need(own in (None, correlation), "PortChainInconsistentCorrelations")
        for one in new["flow_classifiers"]:
            need(one in self.objects["flow_classifiers"], "FlowClassifierNotFound")
            for chain in others:
                need(one not in chain["flow_classifiers"], "FlowClassifierInUse")
                for other in chain["flow_classifiers"]:
                    pair = self.objects["flow_classifiers"][one], self.objects["flow_classifiers"][other]
                    need(not meet(*pair), "PortChainFlowClassifierInConflict")

    def _check_service_graphs(self, new: dict, others: list[dict]) -> None:
        members = {one for key, ids in new["port_chains"].items() for one in (key, *ids)}
        need(members <= set(self.objects["port_chains"]), "PortChainNotFound")
        need(len(self._graphs_of(members)) == 1, "ServiceGraphInvalidPortChains")
        need(not loops(new["port_chains"]), "ServiceGraphLoopDetected")
        for source, targets in new["port_chains"].items():
            for chain, end in ((source, -1), *((target, 0) for target in targets)):
                have = self.objects["port_chains"][chain]
                for pair in self.objects["port_pair_groups"][have["port_pair_groups"][end]]["port_pairs"]:
                    own = self.objects["port_pairs"][pair]["service_function_parameters"]["correlation"]
                    need(own == have["chain_parameters"]["correlation"], "ServiceGraphImpossibleBranching")


def loops(graph: dict[str, list[str]]) -> bool:
    """Whether taking away what leads nowhere, again and again, leaves something."""
    while True:
        ends = [source for source, targets in graph.items() if not set(targets) & set(graph)]
        if not ends:
            return bool(graph)
        graph = {source: targets for source, targets in graph.items() if source not in ends}


def meet(one: dict, other: dict) -> bool:
    def free(key: str) -> bool:
        return one[key] is None or other[key] is None

    def ranges(side: str) -> bool:
        low, high = f"{side}_port_range_min", f"{side}_port_range_max"
        first = range(one[low] or 0, (65535 if one[high] is None else one[high]) + 1)
        second = range(other[low] or 0, (65535 if other[high] is None else other[high]) + 1)
        return bool(range(max(first.start, second.start), min(first.stop, second.stop)))

    def prefixes(key: str) -> bool:
        return free(key) or ip_network(one[key]).overlaps(ip_network(other[key]))

    return (
        one["ethertype"] == other["ethertype"]
        and (free("protocol") or one["protocol"] == other["protocol"])
        and all(map(prefixes, ("source_ip_prefix", "destination_ip_prefix")))
        and all(map(ranges, ("source", "destination")))
    )


def meet_at_ports(one: dict, other: dict) -> bool:
    keys = ("logical_source_port", "logical_destination_port")
    return all(one[key] is None or other[key] is None or one[key] == other[key] for key in keys)
