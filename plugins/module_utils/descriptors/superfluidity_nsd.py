# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The NSD: which functions, how they are linked, in which chains and in which order."""

from __future__ import annotations

import re
import typing as t

from ..model.service_stages import ROLES
from .assembly import layers
from .element import Element
from .superfluidity_metadata import SERVICE_CATEGORIES, Metadata
from .superfluidity_project import NOTHING_SAID, PLACEHOLDERS, Project, link_kind
from .superfluidity_requirements import cost, service_kpis
from .superfluidity_vnfd import Function, read_function


def read_service(project: Project, default_site: dict) -> dict:
    documents: dict[str, str] = {}
    functions = {name: read_function(project, name, vnfd, documents, default_site) for name, vnfd in _named_vnfds(project)}
    links = _links(project)
    _connect_functions(project, functions, links)
    metadata = Metadata(project, project.nsd, SERVICE_CATEGORIES)
    inner = [link for function in functions.values() for link in function.links.values()]
    service: dict[str, t.Any] = {
        "name": project.name,
        "version": project.nsd.text("version"),
        "description": project.nsd.text("description"),
        "functions": [function.model for function in functions.values()],
        "links": [*links.values(), *inner],
        "access_points": _access_points(project, links),
        "chains": _chains(project, functions, metadata),
        "policies": [{"name": name, "formula": formula.text() or ""} for name, formula in metadata.all("policies").items()],
        "packets": [packets for port, given in metadata.all("packets").items() for packets in _packets(port, given)],
        "order": _order(project, functions),
        "kpis": service_kpis(project),
        "cost": cost(metadata, project.nsd.text("nsdIdentifier") or ""),
        "documents": dict(sorted(documents.items())),
    }
    _tell_unused(project)
    return {key: value for key, value in service.items() if value or key == "functions"}


def _tell_unused(project: Project) -> None:
    """What of the network service, and of the VNFDs that it names, nobody has asked for."""
    project.nsd.take("nsdIdentifier", "nsdName")
    project.notes.unused(project.nsd, "an NSD", NOTHING_SAID)
    named = [project.vnfds[name] for name in project.nsd.texts("vnfdId") if name in project.vnfds]
    for vnfd in {id(one.value): one for one in named}.values():
        vnfd.take("vnfdId")
        project.notes.unused(vnfd, "a VNFD", NOTHING_SAID)


def _named_vnfds(project: Project) -> list[tuple[str, Element]]:
    """The VNFDs in the order in which the NSD names them."""
    names = [name for name in project.nsd.texts("vnfdId") if name not in PLACEHOLDERS]
    if not names:
        raise project.nsd.error("the network service names no VNFD; list at least one", "vnfdId")
    for name in names:
        if name not in project.vnfds:
            known = ", ".join(sorted(filter(None, project.vnfds))) or "none"
            raise project.nsd.error(f"the VNFD {name} is not in the package; there are: {known}", "vnfdId")
    used = {id(project.vnfds[name].value) for name in names}
    for name, vnfd in project.vnfds.items():
        if id(vnfd.value) not in used:
            project.warn(f"unused {id(vnfd.value)}", f"the VNFD {name} is not named by the NSD and left out", vnfd)
    return [(name, project.vnfds[name]) for name in dict.fromkeys(names)]


def _links(project: Project) -> dict[str, dict]:
    links = {}
    for description in project.nsd.items("virtualLinkDesc"):
        name = project.identifier(description, "virtualLinkDescId")
        if name is not None:
            links[name] = {"name": name, "kind": link_kind(description), "endpoints": []}
    return links


def _flavour(project: Project) -> Element:
    """The deployment flavour to use: the first."""
    flavours = project.nsd.items("nsDf")
    for flavour in flavours:
        flavour.take("nsDfId")
    if len(flavours) > 1:
        project.warn("flavours", "the network service has several nsDf; only the first is used", flavours[1])
    return flavours[0] if flavours else Element(None, project.nsd.file, "nsDf")


def _connect_functions(project: Project, functions: dict[str, Function], links: dict[str, dict]) -> None:
    flavour = _flavour(project)
    profiles = _link_profiles(project, flavour, links)
    for profile in flavour.items("vnfProfile"):
        name = project.identifier(profile, "vnfdId")
        if name is None:
            continue
        if name not in functions:
            raise profile.error(f"{name} is not among the vnfdId of the network service", "vnfdId")
        for connectivity in profile.items("nsVirtualLinkConnectivity"):
            _connect(project, functions[name], connectivity, profiles)


def _link_profiles(project: Project, flavour: Element, links: dict[str, dict]) -> dict[str, dict]:
    """Links by the identifier of their profile."""
    profiles = {}
    for profile in flavour.items("virtualLinkProfile"):
        link = project.identifier(profile, "virtualLinkDescId")
        if link is None:
            continue
        if link not in links:
            raise profile.error(f"there is no virtual link {link} in virtualLinkDesc", "virtualLinkDescId")
        links[link] |= _addressing(profile)
        profiles[profile.text("virtualLinkProfileId") or link] = links[link]
    return profiles


def _addressing(profile: Element) -> dict[str, str]:
    """Range and gateway of a link, where the standard keeps them."""
    answer = {}
    for data in profile.items("virtualLinkProtocolData"):
        layer3 = data.child("l3ProtocolData")
        given = {"cidr": layer3.text("cidr"), "gateway": layer3.text("gatewayIp")}
        answer |= {key: value for key, value in given.items() if value}
    return answer


def _connect(project: Project, function: Function, connectivity: Element, profiles: dict[str, dict]) -> None:
    points = connectivity.texts("cpdId")
    identifier = connectivity.text("virtualLinkProfileId")
    if not points or identifier is None:
        return
    if identifier not in profiles:
        raise connectivity.error(f"there is no virtual link profile {identifier}", "virtualLinkProfileId")
    for point in points:
        endpoint = f"{function.model['name']}.{_point(project, function, connectivity, point)}"
        if endpoint not in profiles[identifier]["endpoints"]:
            profiles[identifier]["endpoints"].append(endpoint)


def _point(project: Project, function: Function, connectivity: Element, name: str) -> str:
    """The connection point that the NSD calls ``name``.

    The RDCL 3D editor numbers a name that another VNFD has too (``west`` becomes ``west_1``) but
    leaves the NSD as it was; where exactly one point can be meant, it is.
    """
    known = {point["name"]: point["name"] for point in function.model.get("connection_points", [])} | function.aliases
    if name in known:
        return known[name]
    numbered = [one for one in known if re.fullmatch(rf"{re.escape(name)}_\d+", one)]
    if len(numbered) != 1:
        raise connectivity.error(f"{function.model['name']} has no connection point {name}", "cpdId")
    message = f"{function.model['name']} has no connection point {name}; {numbered[0]} is taken for it"
    project.warn(f"renamed {function.model['name']}.{name}", message, connectivity, name)
    return known[numbered[0]]


def _access_points(project: Project, links: dict[str, dict]) -> list[dict]:
    points = []
    for point in project.nsd.items("sapd"):
        name, link = project.identifier(point, "cpdId"), point.text("nsVirtualLinkDescId")
        if name is None or link is None:
            continue
        if link not in links:
            raise point.error(f"there is no virtual link {link} in virtualLinkDesc", "nsVirtualLinkDescId")
        points.append({"name": name, "link": link})
    return points


def _chains(project: Project, functions: dict[str, Function], metadata: Metadata) -> list[dict]:
    traffic, steering = metadata.all("traffic"), metadata.all("steering")
    chains = []
    for graph in project.nsd.items("vnffgd"):
        name, members = project.identifier(graph, "vnffgdId"), graph.texts("vnfdId")
        if name is None or not members:
            continue
        for member in members:
            if member not in functions:
                raise graph.error(f"{member} is not among the vnfdId of the network service", "vnfdId")
        passing = traffic.get(name, Element({}, graph.file, graph.path))
        led = {"srv6": steering[name].value} if name in steering else {}
        chains.append({"name": name, "functions": members, **{key: passing.child(key).value for key in passing}, **led})
    for name, about in [*traffic.items(), *steering.items()]:
        if name not in [chain["name"] for chain in chains]:
            raise about.error(f"there is no chain {name} in vnffgd")
    return chains


def _packets(port: str, given: Element) -> t.Iterator[dict[str, t.Any]]:
    """One entry, or a list of them, each with template and fields as ``sefl_verify`` has them."""
    entries = given.value if isinstance(given.value, list) else [given.value]
    for index, entry in enumerate(entries):
        packets = Element(entry, given.file, f"{given.path}[{index}]")
        yield {"at": port, **{key: packets.child(key).value for key in packets}}


def _order(project: Project, functions: dict[str, Function]) -> list[list[str]]:
    """Stages from the dependencies of the NSD or, without any, from the VDUs' deploymentOrder."""
    names = {profile.text("vnfProfileId"): profile.text("vnfdId") for profile in _flavour(project).items("vnfProfile")}
    before: dict[str, set[str]] = {}
    for dependency in _flavour(project).items("dependencies"):
        primary = _members(dependency, "primaryId", names, functions)
        for name in _members(dependency, "secondaryId", names, functions):
            before.setdefault(name, set()).update(primary)
        for name in primary:
            before.setdefault(name, set())
    return layers(before, project.nsd, "nsDf") if before else _deployment_order(functions)


def _members(dependency: Element, key: str, names: dict, functions: dict[str, Function]) -> list[str]:
    """Functions, profiles of functions, or site roles."""
    members = []
    for text in dependency.texts(key):
        name = text if text in functions or text in ROLES else names.get(text)
        if name is None or (name not in functions and name not in ROLES):
            raise dependency.error(f"{text} is neither a VNFD of the service, nor its profile, nor a site role", key)
        members.append(name)
    return members


def _deployment_order(functions: dict[str, Function]) -> list[list[str]]:
    """Functions by the lowest deploymentOrder of their VDUs; the others follow in a last stage (``stages``)."""
    ranks: dict[int, list[str]] = {}
    for name, function in functions.items():
        orders = [vdu["deployment_order"] for vdu in function.model["vdus"] if "deployment_order" in vdu]
        if orders:
            ranks.setdefault(min(orders), []).append(name)
    return [ranks[rank] for rank in sorted(ranks)]
