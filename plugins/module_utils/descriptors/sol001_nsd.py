# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An NSD of SOL001: nodes of the VNFs' types, the virtual links between them, and access points."""

from __future__ import annotations

from ..core.errors import InputError
from .assembly import Draft, flow_pattern, layers, separate_ranges, service_of
from .naming import fit_name, fit_point
from .sol001_package import Csar
from .sol001_vnfd import Vnf, addressing, read_vnf, requirements, vnf_of
from .traced import Notes, Traced, mapping


def read_network_service(csar: Csar, vnfs: list[Vnf], site: dict, notes: Notes) -> dict:
    entry = csar.entry
    (key, node), *more = csar.nodes(entry, "ns").items()
    if more and set(csar.nodes(entry, "ns")) - {key}:
        raise more[0][1].error(f"the network service holds another, {more[0][0]}; write its VNFs here instead")
    links = {name: _link(name, link, notes) for name, link in csar.nodes(entry, "link").items()}
    functions: dict[str, Draft] = {}
    for name, place in csar.nodes(entry, "vnf").items():
        functions[name] = read_vnf(_vnf(csar, vnfs, place), fit_name(name, place, notes), site, notes)
        _connect(functions[name], place, links)
    for name, place in csar.nodes(entry, "pnf").items():
        notes.warn(f"pnf {name}", f"{name} is a physical function: links end there, nothing is made", place)
        place.take()
    if not functions:
        raise node.error("the network service holds no VNF")
    separate_ranges(list(functions.values()), node, notes)
    properties = mapping(node, "properties")
    title = properties.text("name") or properties.text("ns_name") or key
    service = service_of(
        fit_name(title, properties, notes),
        list(functions.values()),
        links,
        _access_points(csar, links, notes),
        version=properties.text("version"),
        order=_order(csar, functions),
    )
    nodes = entry.child("topology_template").child("node_templates")
    for name in nodes:
        notes.unused(nodes.child(name), f"a {nodes.child(name).text('type')}")
    return service


def _link(name: str, node: Traced, notes: Notes) -> dict:
    properties = mapping(node, "properties")
    kind = flow_pattern(mapping(properties, "connectivity_type").text("flow_pattern"))
    return {"name": fit_point(name, node, notes), "kind": kind, "endpoints": [], **addressing(properties, notes)}


def _vnf(csar: Csar, vnfs: list[Vnf], place: Traced) -> Vnf:
    """The VNFD that a node means: by its descriptor_id, else by its type, among the packages given, else in the NSD's own."""
    wanted, node_type = mapping(place, "properties").text("descriptor_id"), place.text("type") or ""
    fits = [vnf for vnf in vnfs if wanted is not None and vnf.text("descriptor_id") == wanted]
    fits = fits or [vnf for vnf in vnfs if vnf.type == node_type]
    if len(fits) == 1:
        return fits[0]
    own = vnf_of(csar, node_type)
    if own is None or fits:
        found = "several VNFDs fit" if fits else "no VNFD fits"
        raise place.error(f"{found} the type {node_type} and the descriptor_id {wanted}; add the package of the VNF")
    return own


def _connect(function: Draft, place: Traced, links: dict[str, dict]) -> None:
    for name, target, where in requirements(place):
        if name == "dependency":
            continue
        if target not in links:
            raise where.error(f"there is no NsVirtualLink {target}")
        if name not in function.outer:
            known = ", ".join(sorted(function.outer)) or "none"
            raise where.error(f"{function.name} has no connection point for {name}; there are: {known}")
        endpoint = f"{function.name}.{function.outer[name]}"
        if endpoint not in links[target]["endpoints"]:
            links[target]["endpoints"].append(endpoint)


def _access_points(csar: Csar, links: dict[str, dict], notes: Notes) -> list[dict]:
    points = []
    for name, node in csar.nodes(csar.entry, "access point").items():
        ends = [
            target for need, target, _where in requirements(node) if need in ("internal_virtual_link", "external_virtual_link")
        ]
        inside = [target for target in ends if target in links]
        if not inside:
            raise InputError(f"{node.file}: the access point {name} is at no NsVirtualLink of the service")
        points.append({"name": fit_point(name, node, notes), "link": links[inside[0]]["name"]})
    return points


def _order(csar: Csar, functions: dict[str, Draft]) -> list[list[str]]:
    before: dict[str, set[str]] = {}
    for name, place in csar.nodes(csar.entry, "vnf").items():
        for need, target, where in requirements(place):
            if need == "dependency":
                if target not in functions:
                    raise where.error(f"there is no VNF {target} in the service")
                before.setdefault(functions[target].name, set())
                before.setdefault(functions[name].name, set()).add(functions[target].name)
    return layers(before, csar.entry, "topology_template") if before else []
