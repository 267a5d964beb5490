# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service as a NEMO program, which reads back as the same service.

Each function is a NodeModel whose nodes are hosts, its VDUs, and the service a NodeModel made of these; one node of it
is the whole. What NEMO has no words for is left out, and each such thing is told by its path of keys.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..model.service import validate
from .nemo_policies import flow_of, passing_formula
from .nemo_words import (
    CHAIN_WORDS,
    CONNECTION_TYPES,
    DELAY_WORDS,
    FUNCTION_PARTS,
    FUNCTION_WORDS,
    LINK_WORDS,
    SITE_WORDS,
    VDU_PARTS,
    VDU_WORDS,
    Word,
    said,
    write,
)

Data = Mapping[str, t.Any]


@dataclass
class Program:
    """``text`` is the program, ``unsaid`` the paths of keys that it does not hold."""

    lines: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    @property
    def warnings(self) -> list[str]:
        found = [f"NEMO has no words for {path}; it is left out" for path in self.unsaid]
        loud = [name for name in dict.fromkeys(self.names) if name != name.lower()]
        if loud:
            found.append(f"the reference implementation of NEMO reads names in lower case alone; here are {', '.join(loud)}")
        return found

    def properties(self, words: Mapping[str, Word], things: Data, path: str) -> list[str]:
        """The properties that say ``things``; notes those that none can say."""
        pairs, unsaid = said(dict(words), dict(things))
        self.unsaid += [f"{path}.{key}" for key in unsaid]
        return pairs

    def parts(self, parts: Mapping[str, dict[str, Word]], things: Data, path: str) -> list[str]:
        """The properties that say the mappings in ``things``."""
        return [one for key in parts if key in things for one in self.properties(parts[key], things[key], f"{path}.{key}")]

    def add(self, depth: int, kind: str, name: str, *clauses: str, pairs: Iterable[str] = ()) -> None:
        listed = ", ".join(pairs)
        parts = [kind, name, *clauses, *([f"Property {listed}"] if listed else [])]
        self.names.append(name)
        self.lines.append(f"{'  ' * depth}{' '.join(part for part in parts if part)};")


def to_nemo(service: Data) -> Program:
    """The program.

    :raises InputError: a mistake in the service
    """
    validate(service)
    program = Program()
    points = {
        f"{function['name']}.{name}"
        for number, function in enumerate(service["functions"])
        for name in _write_function(program, function, f"functions[{number}]")
    }
    program.add(0, "CREATE NodeModel", f"{service['name']}-service")
    for number, function in enumerate(service["functions"]):
        pairs = _function_pairs(program, function, f"functions[{number}]")
        program.add(1, "Node", function["name"], f"Type {function['name']}-vnf", pairs=pairs)
    _write_links(program, service, points)
    _write_chains(program, service)
    _write_policies(program, service)
    program.add(0, "CREATE Node", service["name"], f"Type {service['name']}-service")
    told = {"name", "functions", "links", "access_points", "chains", "policies"}
    program.unsaid += [key for key, value in service.items() if key not in told and value]
    return program


def _write_function(program: Program, function: Data, path: str) -> Iterator[str]:
    """The NodeModel of a function; answers the names of the connection points that it has there."""
    program.add(0, "CREATE NodeModel", f"{function['name']}-vnf")
    for number, vdu in enumerate(function["vdus"]):
        here = f"{path}.vdus[{number}]"
        told = {"name", *VDU_PARTS}
        things = {key: value for key, value in vdu.items() if key not in told and (key, value) != ("kind", "vm")}
        pairs = program.properties(VDU_WORDS, things, here) + program.parts(VDU_PARTS, vdu, here)
        program.add(1, "Node", vdu["name"], "Type host", pairs=pairs)
    for number, point in enumerate(function.get("connection_points", [])):
        here = f"{path}.connection_points[{number}]"
        if "vdu" not in point:
            program.unsaid.append(here)
            continue
        interface = point.get("interface")
        at = write(f"{interface}.{point['vdu']}", "text") if interface else None
        unsaid = [key for key in point if key not in ("name", "vdu", "interface") or (key == "interface" and at is None)]
        program.unsaid += [f"{here}.{key}" for key in unsaid]
        program.add(1, "ConnectionPoint", point["name"], f"at VNFD: {at or point['vdu']}")
        yield point["name"]


def _function_pairs(program: Program, function: Data, path: str) -> list[str]:
    told = {"name", "vdus", "connection_points", "site", *FUNCTION_PARTS}
    site = function.get("site", {})
    pairs = program.properties(FUNCTION_WORDS, {key: value for key, value in function.items() if key not in told}, path)
    pairs += program.parts(FUNCTION_PARTS, function, path)
    pairs += program.properties(SITE_WORDS, {key: value for key, value in site.items() if key != "delay"}, f"{path}.site")
    return pairs + program.properties(DELAY_WORDS, site.get("delay", {}), f"{path}.site.delay")


def _write_links(program: Program, service: Data, points: set[str]) -> None:
    """Connections, and before them the access points, which are the connection points of the whole."""
    leading: dict[str, list[str]] = {}
    for number, point in enumerate(service.get("access_points", [])):
        if point["name"] in points:  # to a connection it would be that connection point
            program.unsaid.append(f"access_points[{number}]")
            continue
        leading.setdefault(point["link"], []).append(point["name"])
        program.add(1, "ConnectionPoint", point["name"])
    for number, link in enumerate(service.get("links", [])):
        path = f"links[{number}]"
        ends = [*leading.get(link["name"], []), *(end for end in link["endpoints"] if end in points)]
        program.unsaid += [f"{path}.endpoints[{index}]" for index, end in enumerate(link["endpoints"]) if end not in points]
        if not ends:
            program.unsaid.append(path)
            continue
        things = {key: value for key, value in link.items() if key not in ("name", "kind", "endpoints")}
        pairs = program.properties(LINK_WORDS, things, path)
        kind = f"Type {CONNECTION_TYPES[link['kind']]}" if "kind" in link else ""
        program.add(1, "Connection", link["name"], kind, f"Endnodes {', '.join(ends)}", pairs=pairs)


def _sayable_chains(service: Data) -> list[Data]:
    """A chain is a node, so it can have neither the name of a function nor a dot in its own."""
    functions = {function["name"] for function in service["functions"]}
    return [chain for chain in service.get("chains", []) if chain["name"] not in functions and "." not in chain["name"]]


def _write_chains(program: Program, service: Data) -> None:
    sayable = [chain["name"] for chain in _sayable_chains(service)]
    for number, chain in enumerate(service.get("chains", [])):
        path = f"chains[{number}]"
        if chain["name"] not in sayable:
            program.unsaid.append(path)
            continue
        things = {key: value for key, value in chain.items() if key not in ("name", "functions")}
        pairs = program.properties(CHAIN_WORDS, things, path)
        program.add(1, "Node", chain["name"], "Type chain-group", f"Contain {', '.join(chain['functions'])}", pairs=pairs)


def _write_policies(program: Program, service: Data) -> None:
    """Those policies that say of a flow that it arrives, that it does not, or that it goes through a chain."""
    linked = {endpoint for link in service.get("links", []) for endpoint in link["endpoints"]}
    ports = {
        function["name"]: [
            endpoint
            for endpoint in (f"{function['name']}.{point['name']}" for point in function.get("connection_points", []))
            if endpoint in linked
        ]
        for function in service["functions"]
    }
    chains = {}
    for chain in _sayable_chains(service):
        passed = [ports[name] for name in chain["functions"]]
        if all(passed):
            chains.setdefault(passing_formula(passed), chain["name"])
    for number, policy in enumerate(service.get("policies", [])):
        found = flow_of(policy["formula"], chains)
        if found is None:
            program.unsaid.append(f"policies[{number}]")
            continue
        items, action = found
        program.add(1, "Flow", f"flow-{number}", f"Match {', '.join(items)}")
        program.add(1, "Operation", policy["name"], f"Target flow-{number}", f"Action {action}")
