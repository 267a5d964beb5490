# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The language ``openmano``: VNFs and network scenarios of openmano, the first resource orchestrator of Open Source MANO.

openmano_vnf   one VNF as a function
"""

from __future__ import annotations

import typing as t

from ..core.errors import InputError
from .assembly import Draft, outer_links, service_of
from .naming import fit_name, fit_point
from .openmano_vnf import read_vnf
from .package import Package
from .reading import Warnings
from .traced import Notes, Traced


class Scenario(t.NamedTuple):
    """A scenario in one form: nodes (name → VNF), nets (name → ends), and the nets that lead out of the service."""

    where: Traced
    nodes: dict[str, Traced]
    nets: dict[str, list[tuple[str, str, Traced]]]
    outside: list[str]


def detect(package: Package) -> bool:
    return bool(_vnfs(package) or _scenarios(package))


def _roots(package: Package) -> list[Traced]:
    return [Traced(found.value, name) for name, found in package.mappings.items()]


def _vnfs(package: Package) -> list[Traced]:
    holders = [root.child("vnf") for root in _roots(package)]
    return [vnf for vnf in holders if isinstance(vnf.value, dict) and "name" in vnf and "VNFC" in vnf]


def _scenarios(package: Package) -> list[Traced]:
    """Scenarios of the schema version two, and of the one before it, which has no number and no outer key."""
    found = [root.child("scenario") for root in _roots(package)] + _roots(package)
    found = [one for one in found if isinstance(one.value, dict) and "name" in one]
    two = [one for one in found if isinstance(one.value.get("vnfs"), dict)]
    topologies = [one for one in found if isinstance(one.value.get("topology"), dict)]
    return two + [one for one in topologies if isinstance(one.value["topology"].get("nodes"), dict)]


def read(package: Package, default_site: dict, warnings: Warnings) -> dict:
    """The service of the one scenario in ``package`` or, without any, of its one VNF."""
    notes, vnfs = Notes(package, warnings), _vnfs(package)
    scenarios = _scenarios(package)
    if scenarios:
        where = _only(scenarios, package)
        return _service(_version_two(where) if "vnfs" in where else _version_one(where), vnfs, default_site, notes)
    vnf = _only(vnfs, package)
    draft = read_vnf(vnf, fit_name(vnf.text("name"), vnf, notes, "name"), default_site, notes)
    notes.unused(vnf, "a VNF")
    return service_of(draft.name, [draft], outer_links([draft]))


def _only(found: list[Traced], package: Package) -> Traced:
    fits = [one for one in found if package.wanted in (None, one.text("name"))]
    if len(fits) == 1:
        return fits[0]
    names = ", ".join(one.text("name") or "?" for one in found) or "none"
    raise InputError(f"one scenario or VNF is expected, found: {names}; say with nsd which one is meant")


def _version_two(where: Traced) -> Scenario:
    vnfs, networks = where.child("vnfs"), where.child("networks")
    nets: dict[str, list[tuple[str, str, Traced]]] = {}
    for name in networks:
        nets[name] = list(_ends(networks.child(name).items("interfaces")))
    outside = [name for name in networks if networks.child(name).boolean("external")]
    return Scenario(where, {name: vnfs.child(name) for name in vnfs}, nets, outside)


def _version_one(where: Traced) -> Scenario:
    """Networks are nodes here, so a connection of VNFs may name one, and is then that network."""
    nodes, connections = where.child("topology").child("nodes"), where.child("topology").child("connections")
    kinds = {name: nodes.child(name).text("type") or "VNF" for name in nodes}
    nets: dict[str, list[tuple[str, str, Traced]]] = {}
    outside = []
    for name in connections:
        ends = list(_ends(connections.child(name).items("nodes")))
        through = [node for node, _interface, _where in ends if kinds.get(node, "VNF") != "VNF"]
        net = through[0] if through else name
        nets.setdefault(net, []).extend(end for end in ends if end[0] not in through)
        outside += [node for node in through if kinds[node] == "external_network"]
    vnfs = {name: nodes.child(name) for name, kind in kinds.items() if kind == "VNF"}
    return Scenario(where, vnfs, nets, list(dict.fromkeys(outside)))


def _ends(entries: list[Traced]) -> t.Iterator[tuple[str, str, Traced]]:
    for entry in entries:
        for node in entry:
            yield node, entry.text(node) or "", entry


def _service(scenario: Scenario, vnfs: list[Traced], site: dict, notes: Notes) -> dict:
    known = {vnf.text("name") or "": vnf for vnf in vnfs}
    functions: dict[str, Draft] = {}
    for node, place in scenario.nodes.items():
        place.take("graph", "type")
        vnf = place.text("vnf_name") or place.text("VNF model") or place.text("vnf_id") or ""
        if vnf not in known:
            there = ", ".join(sorted(known)) or "none"
            raise place.error(f"the VNF {vnf} of {node} is not in the package; there are: {there}")
        functions[node] = read_vnf(known[vnf], fit_name(node, place, notes), site, notes)
    used = {vnf for place in scenario.nodes.values() for vnf in (place.text("vnf_name"), place.text("VNF model"))}
    for name, vnf in known.items():
        if name in used:
            notes.unused(vnf, "a VNF")
        else:
            notes.warn(f"vnf {name}", f"the VNF {name} is not named by the scenario and left out", vnf)
    links, access = {}, []
    for net, ends in scenario.nets.items():
        link = fit_point(net, scenario.where, notes)
        endpoints = list(dict.fromkeys(_endpoint(*end, functions) for end in ends))
        links[net] = {"name": link, "kind": "lan", "endpoints": endpoints}
        if net in scenario.outside:
            access.append({"name": link, "link": link})
    where = scenario.where
    service = service_of(
        fit_name(where.text("name"), where, notes, "name"),
        list(functions.values()),
        links,
        access,
        description=where.text("description"),
    )
    notes.unused(where, "a scenario")
    return service


def _endpoint(node: str, interface: str, where: Traced, functions: dict[str, Draft]) -> str:
    if node not in functions:
        raise where.error(f"there is no VNF {node} in the scenario")
    function = functions[node]
    if interface not in function.outer:
        known = ", ".join(sorted(function.outer)) or "none"
        raise where.error(f"{node} has no external connection {interface}; there are: {known}")
    return f"{function.name}.{function.outer[interface]}"
