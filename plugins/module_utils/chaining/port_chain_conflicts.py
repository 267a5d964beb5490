# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What would keep Neutron from making a chain, or others from keeping theirs: told before any call that changes something.

Neutron says most of this itself, but one refusal after the other, with ids alone, and after half of the calls.

Source: the checks of networking-sfc, as its code states them. Among them: a chain takes no classifier that overlaps with one of
another chain, whatever their logical ports are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from ..core.errors import ConflictError, InputError, Place
from .port_chain_plan import plan
from .port_chain_state import Cloud, Object, content, fits, there
from .port_chains import Chain, overlap, shown


def check_ports(wanted: Chain, ports: Mapping[str, Mapping[str, Any]]) -> None:
    """A pair is of one device: a server that has both ports.

    :param ports: by id
    :raises InputError: a port has no device, or the two have different ones
    """
    for at, function in enumerate(wanted.functions):
        for number, pair in enumerate(function.pairs):
            place = Place(path=f"functions[{at}].pairs[{number}]")
            ingress, egress = (ports[one] for one in pair.ports)
            for port in (ingress, egress):
                if not port.get("device_id"):
                    raise InputError(f"port {_named(port)} belongs to no server yet; attach it first", place)
            if ingress["device_id"] != egress["device_id"]:
                raise InputError(
                    f"ports {_named(ingress)} and {_named(egress)} are of different servers; a pair is of one", place
                )


def check(cloud: Cloud, wanted: Chain) -> None:
    """Refuse what Neutron would refuse, and what would harm other chains.

    :raises NfvError: with the names of both sides
    """
    _check_names(cloud, wanted)
    _check_pairs(cloud, wanted)
    _check_groups(cloud, wanted)
    _check_classifiers(cloud, wanted)
    if wanted.graph:
        _check_graph(cloud, wanted)
    _check_other_graphs(cloud, wanted)


def check_removal(cloud: Cloud, wanted: Chain) -> None:
    """Refuse to take a group from another chain, or a chain from a graph that is not ours."""
    _check_free(cloud, wanted, cloud.ours("function", wanted.mark))
    _check_other_graphs(cloud, wanted)


def _named(one: Object) -> str:
    return one["name"] or one["id"]


def _others(cloud: Cloud, wanted: Chain) -> list[Object]:
    """All chains but ours."""
    own = {one["id"] for one in cloud.ours("chain", wanted.mark)}
    return [one for one in cloud.objects["chain"] if one["id"] not in own]


def _check_names(cloud: Cloud, wanted: Chain) -> None:
    for one in _others(cloud, wanted):
        if one["name"] == wanted.name and one["project_id"] == cloud.project:
            raise ConflictError(
                f"there is a chain {wanted.name!r} already, which was not made here: remove it, or choose another name"
            )


def _check_pairs(cloud: Cloud, wanted: Chain) -> None:
    own = {one["id"] for one in cloud.ours("pair", wanted.mark)}
    others = {(one["ingress"], one["egress"]): one for one in cloud.objects["pair"] if one["id"] not in own}
    for at, function in enumerate(wanted.functions):
        for pair in function.pairs:
            if other := others.get(pair.ports):
                group = next((one for one in cloud.objects["function"] if other["id"] in one["port_pairs"]), None)
                remedy = f"write group: {_named(group)} to pass it, too" if group else "remove that pair"
                of = f" of group {_named(group)}" if group else ""
                raise ConflictError(
                    f"the ports of {function.name!r} are a pair{of} already, which is not of this chain; {remedy}",
                    Place(path=f"functions[{at}]"),
                )


def _check_groups(cloud: Cloud, wanted: Chain) -> None:
    for at, function in enumerate(wanted.functions):
        if function.group:
            group = cloud.get("function", function.group)
            if group is None:
                raise InputError(f"there is no group {function.group!r}, or several", Place(path=f"functions[{at}].group"))
            _check_correlation(cloud, wanted, group, f"functions[{at}].group")
    have = there(cloud, wanted)
    old = [group for name, group in have.groups.items() if name in _made_anew(have.groups, wanted)]
    _check_free(cloud, wanted, [*have.surplus, *old])
    known = [_known_group(cloud, have.groups, function) for function in wanted.functions]
    for other in _others(cloud, wanted):
        if other["port_pair_groups"] == known:
            raise ConflictError(
                f"chain {_named(other)!r} has the same functions in the same order, and Neutron takes no two such chains: give "
                "that one these classifiers, too"
            )


def _check_correlation(cloud: Cloud, wanted: Chain, group: Object, path: str) -> None:
    for pair in cloud.objects["pair"]:
        correlation = pair["service_function_parameters"].get("correlation")
        if pair["id"] in group["port_pairs"] and correlation not in (None, wanted.correlation):
            raise InputError(
                f"group {_named(group)} understands {correlation}, and the chain has {wanted.correlation}", Place(path=path)
            )


def _made_anew(groups: Mapping[str, Object], wanted: Chain) -> set[str]:
    return {one.name for one in wanted.functions if one.name in groups and not fits(groups[one.name], one)}


def _known_group(cloud: Cloud, groups: Mapping[str, Object], function: Any) -> str | None:
    if function.group:
        return cloud.get("function", function.group)["id"]
    return groups.get(function.name, {}).get("id")


def _check_free(cloud: Cloud, wanted: Chain, groups: Iterable[Object]) -> None:
    """Groups that are to go, or to be made anew, must not be of another chain."""
    for group in groups:
        for other in _others(cloud, wanted):
            if group["id"] in other["port_pair_groups"]:
                raise ConflictError(
                    f"group {_named(group)} of this chain is passed by chain {_named(other)!r}, too: take it out there first"
                )


def _check_classifiers(cloud: Cloud, wanted: Chain) -> None:
    own = {one["id"]: one for one in cloud.ours("classifier", wanted.mark)}
    contents = {content(one) for one in own.values()}
    user = {one: chain for chain in _others(cloud, wanted) for one in chain["flow_classifiers"]}
    for at, one in enumerate(wanted.classifiers):
        for other in cloud.objects["classifier"]:
            if other["id"] in own:
                continue
            new = content(one) not in contents
            if (new and overlap(one, other, logical=True)) or (other["id"] in user and overlap(one, other, logical=False)):
                chain = f" of chain {_named(user[other['id']])!r}" if other["id"] in user else ""
                raise ConflictError(
                    f"it overlaps with classifier {_named(other)}{chain} ({shown(other, cloud.port)}); between chains Neutron "
                    "tells them apart by protocol, ports and prefixes alone: narrow one of them",
                    Place(path=f"classifiers[{at}]"),
                )


def _check_other_graphs(cloud: Cloud, wanted: Chain) -> None:
    """Neutron changes no chain that is in a graph, and only the graph of the chain itself is taken down for it."""
    own = {one["id"] for one in cloud.ours("graph", wanted.mark)}
    chains = {one["id"] for one in cloud.ours("chain", wanted.mark)}
    if wanted.functions and not _is_changed(cloud, wanted):
        return
    for graph in cloud.objects["graph"]:
        if graph["id"] not in own and chains & _members(graph):
            raise ConflictError(
                f"chain {wanted.name!r} is in the graph {_named(graph)}, in which Neutron changes none: remove the graph first"
            )


def _is_changed(cloud: Cloud, wanted: Chain) -> bool:
    return any(step.kind == "chain" and step.id for step in plan(cloud, wanted))


def _members(graph: Object) -> set[str]:
    return {one for source, targets in graph["port_chains"].items() for one in (source, *targets)}


def _check_graph(cloud: Cloud, wanted: Chain) -> None:
    place = Place(path="graph")
    names = dict.fromkeys(name for source, targets in wanted.graph.items() for name in (source, *targets))
    chains = {name: cloud.get("chain", name) for name in names if name != wanted.name}
    if missing := next((name for name, one in chains.items() if one is None), None):
        raise InputError(f"there is no chain {missing!r}, or several; make those that are branched into first", place)
    own = {one["id"] for one in cloud.ours("graph", wanted.mark)}
    for name, one in chains.items():
        if one["chain_parameters"].get("correlation") != wanted.correlation:
            raise InputError(f"chain {name!r} has another correlation than {wanted.correlation}, and a graph has one", place)
        if other := next((g for g in cloud.objects["graph"] if g["id"] not in own and one["id"] in _members(g)), None):
            raise ConflictError(f"chain {name!r} is in the graph {_named(other)} already, and can be in one", place)
    for source, targets in wanted.graph.items():
        _check_branch(cloud, wanted, chains, source, targets)


def _check_branch(cloud: Cloud, wanted: Chain, chains: Mapping[str, Object], source: str, targets: Sequence[str]) -> None:
    """The function where packets branch, and those that come next, understand the correlation; what leads on is told apart."""
    place = Place(path=f"graph.{source}")
    for name, end in ((source, -1), *((target, 0) for target in targets)):
        if name == wanted.name:
            function = wanted.functions[end]
            known = (
                [function.correlation] if not function.group else _correlations(cloud, cloud.get("function", function.group))
            )
            last = function.name
        else:
            group = next(one for one in cloud.objects["function"] if one["id"] == chains[name]["port_pair_groups"][end])
            known, last = _correlations(cloud, group), _named(group)
        if any(one != wanted.correlation for one in known):
            raise InputError(f"{last} of chain {name!r} has to understand {wanted.correlation} for a branch", place)
    by_id = {one["id"]: one for one in cloud.objects["classifier"]}
    leading = [
        (name, one)
        for name in targets
        for one in (
            wanted.classifiers
            if name == wanted.name
            else [by_id[one] for one in chains[name]["flow_classifiers"] if one in by_id]
        )
    ]
    for (name, one), (other_name, other) in combinations(leading, 2):
        if overlap(one, other, logical=False):
            raise InputError(
                f"chains {name!r} and {other_name!r} have classifiers that overlap: no telling where to branch", place
            )


def _correlations(cloud: Cloud, group: Object) -> list[str | None]:
    return [
        one["service_function_parameters"].get("correlation")
        for one in cloud.objects["pair"]
        if one["id"] in group["port_pairs"]
    ]
