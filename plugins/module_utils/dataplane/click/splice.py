# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A flat network to the graph of its elements: connections lead straight past compounds and groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from .arguments import arguments
from .bounds import CONNECTIONS, STEPS, Bounds
from .classes import Node, Primitive, Wire
from .graph import Connection, Element, Graph
from .network import Network
from .spot import shown

Port = tuple[int, int]
Departures = Mapping[Port, list[Wire]]


def graph_of(network: Network) -> Graph:
    """Elements and connections. InputError for a port of a compound that is used on one side only."""
    _check_joints(network)
    departures: dict[Port, list[Wire]] = defaultdict(list)
    for wire in network.wires:
        departures[wire.source, wire.source_port].append(wire)
    elements = {node.name: _element(node) for node in network.nodes if isinstance(node.of, Primitive)}
    return Graph(elements, tuple(_connections(network, departures)), tuple(network.notices))


def _element(node: Node) -> Element:
    file, line, column = node.spot
    return Element(node.name, node.of.name, tuple(arguments(node.configuration)), line, column, file)


def _connections(network: Network, departures: Departures) -> Iterator[Connection]:
    """In the order that ``Graph`` promises; nodes are numbered in the order of the elements."""
    bounds = Bounds()
    names = {number: node.name for number, node in enumerate(network.nodes) if isinstance(node.of, Primitive)}
    for (source, port), wires in sorted(departures.items()):
        if source not in names:
            continue
        reached: dict[Port, int] = {}
        for wire in wires:
            for end in _reached(wire, departures, network.beyond, bounds):
                reached.setdefault(end, wire.spot.line)
        bounds.spend(CONNECTIONS, len(reached), wires[0].spot)
        for (target, target_port), line in sorted(reached.items()):
            yield Connection(names[source], port, names[target], target_port, line)


def _reached(first: Wire, departures: Departures, beyond: Mapping[int, int], bounds: Bounds) -> Iterator[Port]:
    """The input ports of elements to which a wire leads, past any number of joints; wires in a ring lead nowhere."""
    waiting, seen = [first], set()
    while waiting:
        wire = waiting.pop()
        bounds.spend(STEPS, 1, wire.spot)
        port = (beyond.get(wire.target, wire.target), wire.target_port)
        if wire.target not in beyond:
            yield port
        elif port not in seen:
            seen.add(port)
            waiting += departures.get(port, ())


def _check_joints(network: Network) -> None:
    """What arrives at a joint must leave it: each port is used on both sides or on none."""
    arriving: dict[int, set[int]] = defaultdict(set)
    leaving: dict[int, set[int]] = defaultdict(set)
    for source, source_port, target, target_port, _spot in network.wires:
        leaving[source].add(source_port)
        arriving[target].add(target_port)
    for arrival, departure in network.beyond.items():
        if arriving[arrival] != leaving[departure]:
            _refuse(network, arrival, departure, arriving[arrival], leaving[departure])


def _refuse(network: Network, arrival: int, departure: int, arriving: set[int], leaving: set[int]) -> None:
    is_input = departure not in network.beyond  # of the two nodes, the one that is seen from outside is a key
    outer = network.nodes[arrival if is_input else departure]
    outside, inside = (arriving, leaving) if is_input else (leaving, arriving)
    side = "input" if is_input else "output"
    name = shown(outer.name)
    if unknown := sorted(outside - inside):
        raise outer.spot.error(f"{name} has no {side} [{unknown[0]}], which a connection uses")
    raise outer.spot.error(f"nothing is connected to {side} [{min(inside - outside)}] of {name}, which is used inside it")
