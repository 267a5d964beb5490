# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors of Open Source MANO's release two: ``vnfd:vnfd-catalog`` and ``nsd:nsd-catalog``."""

from __future__ import annotations

import typing as t

from ..model.hardware import ALIAS, hardware_of, joined
from . import capabilities
from .assembly import Draft, address_range, flow_pattern, outer_links, separate_ranges, service_of, unique_points
from .naming import fit_name, fit_point
from .osm_scaling import scale
from .package import Package
from .reading import Warnings
from .sol006 import only, without_prefixes
from .sol006_vnfd import VNIC_TYPES, first_boot, plain_identity
from .traced import Notes, Traced

INTERFACES = {
    "interface": (("external-connection-point-ref", "vnfd-connection-point-ref"), ("internal-connection-point-ref",)),
    "external-interface": (("vnfd-connection-point-ref",), ()),
    "internal-interface": ((), ("vdu-internal-connection-point-ref",)),
}
"""Lists of a VDU's interfaces → the keys by which an entry names an outer point, and an inner one."""
PAGES = {"large": "large", "small": "small", "size_2mb": "2MB", "size_1gb": "1GB", "prefer_large": "any"}


def detect(package: Package) -> bool:
    return any(_catalog(package, kind) for kind in ("vnfd", "nsd"))


def _catalog(package: Package, kind: str) -> list[Traced]:
    roots = [Traced(without_prefixes(found.value), name) for name, found in package.mappings.items()]
    roots += [Traced(document.data, name) for name, document in package.xml.items()]
    holders = [root.child(f"{kind}-catalog") for root in roots if isinstance(root.value.get(f"{kind}-catalog"), dict)]
    return [entry for holder in holders for entry in holder.items(kind) if "id" in entry]


def read(package: Package, default_site: dict, warnings: Warnings) -> dict:
    """The service of the one NSD in ``package`` or, without any, of its one VNFD."""
    notes, nsds, vnfds = Notes(package, warnings), _catalog(package, "nsd"), _catalog(package, "vnfd")
    if nsds:
        return _network_service(only(nsds, package), vnfds, default_site, notes)
    vnfd = only(vnfds, package)
    draft = _function(vnfd, fit_name(vnfd.text("id"), vnfd, notes, "id"), default_site, notes)
    version = vnfd.text("version")
    notes.unused(vnfd, "a VNFD")
    return service_of(draft.name, [draft], outer_links([draft]), version=version)


def _function(vnfd: Traced, name: str, site: dict, notes: Notes) -> Draft:
    vnfd.take("id")
    draft = Draft(name, dict(site), vnfd.text("description"))
    profiles = _profiles(vnfd)
    vdus = [(fit_name(vdu.text("id"), vdu, notes, "id"), vdu) for vdu in vnfd.items("vdu")]
    plugs = [(vdu, *plug) for vdu, element in vdus for plug in _plugs(element)]
    names = unique_points([(vdu, reference) for vdu, reference, _outer, _interface in plugs])
    for vdu, element in vdus:
        draft.vdus.append(_vdu(draft, vdu, element, notes))
    for vdu, reference, outer, interface in plugs:
        point = _point(vdu, fit_point(names[vdu, reference], interface, notes), interface, notes)
        draft.points.append(point)
        if "interface" in point:
            next(one for one in draft.vdus if one["name"] == vdu).setdefault("interfaces", []).append(point["interface"])
        if outer:
            draft.outer[reference] = point["name"]
    _inner_links(draft, vnfd, profiles, {reference: names[vdu, reference] for vdu, reference, *_rest in plugs}, notes)
    _check_outer(draft, vnfd)
    scale(draft, vnfd, vdus, notes)
    return draft


def _plugs(vdu: Traced) -> t.Iterator[tuple[str, bool, Traced]]:
    """What each interface of a VDU is plugged into: the point, whether others see it, and the interface."""
    for key, (outer, inner) in INTERFACES.items():
        for interface in vdu.items(key):
            names = [(interface.text(one), one in outer) for one in (*outer, *inner) if interface.text(one)]
            if len(names) != 1:
                raise interface.error("an interface names exactly one connection point")
            yield names[0][0] or "", names[0][1], interface


def _point(vdu: str, name: str, interface: Traced, notes: Notes) -> dict[str, t.Any]:
    interface.take("type", "position")  # said by the point's name, and by the order of the list
    point: dict[str, t.Any] = {"name": name, "vdu": vdu}
    if interface.text("name"):
        point["interface"] = interface.text("name")
    if interface.text("mac-address"):
        point["mac"] = interface.text("mac-address")
    kind = plain_identity(interface.child("virtual-interface").text("type"))
    if kind and kind not in VNIC_TYPES:
        notes.warn(f"vnic {kind}", f"an interface of the type {kind} is not known; it is taken for a normal one", interface)
    if VNIC_TYPES.get(kind, "normal") != "normal":
        point["vnic_type"] = VNIC_TYPES[kind]
    return point


def _check_outer(draft: Draft, vnfd: Traced) -> None:
    names = {point.text("name") for point in vnfd.items("connection-point")}
    for point in vnfd.items("connection-point"):
        point.take("type", "id")
        if point.text("name") not in draft.outer:
            raise point.error(f"no interface of a VDU is at {point.text('name')}")
    for name in draft.outer:
        if name not in names:
            raise vnfd.error(f"an interface is at {name}, which is not listed here", "connection-point")
    managed = vnfd.child("mgmt-interface").text("cp")
    for point in draft.points:
        if managed is not None and point["name"] == draft.outer.get(managed):
            point["management"] = True
    if managed is not None and managed not in draft.outer:
        raise vnfd.error(f"there is no connection point {managed}", "mgmt-interface.cp")


def _vdu(draft: Draft, name: str, vdu: Traced, notes: Notes) -> dict[str, t.Any]:
    size, wants = vdu.child("vm-flavor"), vdu.child("guest-epa")
    cpus, memory, disk = size.number("vcpu-count"), size.number("memory-mb"), size.number("storage-gb")
    pages = plain_identity(wants.text("mempage-size"))
    answer = {
        "name": name,
        "kind": "vm",
        "description": vdu.text("description") or (vdu.text("name") if vdu.text("name") != vdu.text("id") else None),
        "instances": int(vdu.number("count") or 1) if (vdu.number("count") or 1) > 1 else None,
        "image": vdu.text("image"),
        "vcpus": int(cpus) if cpus else None,
        "memory": int(memory) if memory else None,
        "storage": int(disk) if disk is not None else None,
        "cpu_policy": {"dedicated": "dedicated", "shared": "shared"}.get(plain_identity(wants.text("cpu-pinning-policy"))),
        "memory_page_size": PAGES.get(pages),
        "hardware": _hardware(wants),
    }
    for point in vdu.items("internal-connection-point"):
        point.take()
    known = {key: value for key, value in answer.items() if value is not None}
    return capabilities.fitting(known, wants, "cpu-thread-pinning-policy", wants, notes) | first_boot(draft, name, vdu, notes)


def _hardware(wants: Traced) -> dict[str, t.Any] | None:
    """NUMA nodes, and devices by the alias that they are asked for by."""
    nodes = capabilities.numa_nodes(wants.child("numa-node-policy"), Traced({}, wants.file, wants.path), "numa-enabled")
    devices = {one.text("device-id") or "": int(one.number("count") or 1) for one in wants.items("pcie-device")}
    text = ",".join(f"{alias}:{count}" for alias, count in devices.items())
    found = [{"numa_nodes": nodes}] if nodes else []
    if text:
        devices_of = hardware_of(ALIAS, text)
        if devices_of is None:
            raise wants.error(f"{text[:40]} is no device by an alias and how many", "pcie-device")
        found.append(devices_of)
    return joined(found) or None


def _profiles(owner: Traced) -> dict[str | None, Traced]:
    return {profile.text("name"): profile.child("ip-profile-params") for profile in owner.items("ip-profiles")}


def _addressing(link: Traced, profiles: dict[str | None, Traced], notes: Notes) -> dict[str, t.Any]:
    reference = link.text("ip-profile-ref")
    if reference is None:
        return {}
    if reference not in profiles:
        raise link.error(f"there is no {reference} in ip-profiles", "ip-profile-ref")
    params = profiles[reference]
    servers = [
        server.text("address") if isinstance(server.value, dict) else server.text() for server in params.items("dns-server")
    ]
    known = {
        "cidr": address_range(params, "subnet-address", notes),
        "gateway": params.text("gateway-address"),
        "dns_nameservers": [server for server in servers if server] or None,
    }
    return {key: value for key, value in known.items() if value}


def _inner_links(draft: Draft, vnfd: Traced, profiles: dict, points: dict[str, str], notes: Notes) -> None:
    for link in vnfd.items("internal-vld"):
        link.take("name", "short-name")
        identifier = fit_point(link.text("id"), link, notes, "id")
        draft.add_link(identifier, kind=flow_pattern(link.text("type")), **_addressing(link, profiles, notes))
        ends = [
            (end.text("id-ref") if isinstance(end.value, dict) else end.text(), end)
            for end in link.items("internal-connection-point")
        ]
        for end, where in [*ends, *((one, link) for one in link.texts("internal-connection-point-ref"))]:
            if end not in points:
                raise where.error(f"there is no internal connection point {end}")
            draft.connect(identifier, points[end])


def _network_service(nsd: Traced, vnfds: list[Traced], site: dict, notes: Notes) -> dict:
    known = {one.text("id") or "": one for one in vnfds}
    members = nsd.items("constituent-vnfd")
    if not members:
        raise nsd.error("the network service names no VNFD; list at least one", "constituent-vnfd")
    counts = [member.text("vnfd-id-ref") or "" for member in members]
    functions: dict[str, Draft] = {}
    for member, vnfd in zip(members, counts, strict=True):
        if vnfd not in known:
            there = ", ".join(sorted(known)) or "none"
            raise member.error(f"the VNFD {vnfd} is not in the package; there are: {there}", "vnfd-id-ref")
        index = member.text("member-vnf-index") or vnfd
        name = vnfd if counts.count(vnfd) == 1 else f"{vnfd}-{index}"
        functions[index] = _function(known[vnfd], fit_name(name, member, notes), site, notes)
    for identifier, vnfd in known.items():
        if identifier in counts:
            notes.unused(vnfd, "a VNFD")
        else:
            notes.warn(f"vnfd {identifier}", f"the VNFD {identifier} is not named by the NSD and left out", vnfd)
    nsd.take("short-name")
    separate_ranges(list(functions.values()), nsd, notes)
    links = {link["name"]: link for link in _links(nsd, functions, notes)}
    service = service_of(
        fit_name(nsd.text("id"), nsd, notes, "id"),
        list(functions.values()),
        links,
        version=nsd.text("version"),
        description=nsd.text("description"),
        chains=_chains(nsd, functions, notes),
    )
    notes.unused(nsd, "an NSD")
    return service


def _links(nsd: Traced, functions: dict[str, Draft], notes: Notes) -> t.Iterator[dict]:
    profiles = _profiles(nsd)
    for link in nsd.items("vld"):
        link.take("name", "short-name")
        name, kind = fit_point(link.text("id"), link, notes, "id"), flow_pattern(link.text("type"))
        endpoints = [_endpoint(end, functions) for end in link.items("vnfd-connection-point-ref")]
        yield {"name": name, "kind": kind, "endpoints": list(dict.fromkeys(endpoints)), **_addressing(link, profiles, notes)}


def _endpoint(end: Traced, functions: dict[str, Draft]) -> str:
    function = functions.get(end.text("member-vnf-index-ref") or "")
    end.text("vnfd-id-ref")
    if function is None:
        raise end.error(f"there is no constituent-vnfd {end.text('member-vnf-index-ref')}", "member-vnf-index-ref")
    point = end.text("vnfd-connection-point-ref")
    if point not in function.outer:
        raise end.error(f"{function.name} has no connection point {point}", "vnfd-connection-point-ref")
    if end.text("ip-address"):
        for one in function.points:
            if one["name"] == function.outer[point]:
                one["fixed_ip"] = end.text("ip-address")
    return f"{function.name}.{function.outer[point]}"


def _chains(nsd: Traced, functions: dict[str, Draft], notes: Notes) -> list[dict]:
    """Chains, one for each rendered service path of a forwarding graph."""
    chains = []
    for graph in nsd.items("vnffgd"):
        for path in graph.items("rsp"):
            ends = sorted(path.items("vnfd-connection-point-ref"), key=lambda end: end.number("order") or 0)
            names = [_endpoint(end, functions).partition(".")[0] for end in ends]
            if names:
                name = fit_point(path.text("id") or graph.text("id"), path, notes)
                chains.append({"name": name, "functions": list(dict.fromkeys(names))})
    return chains
