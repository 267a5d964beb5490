# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service as descriptors of Open Source MANO's release two: catalogs of VNFDs and NSDs."""

from __future__ import annotations

import typing as t

from . import to_osm_scaling as scaling
from .kpis import osm_metric
from .osm_view import VIRTUAL_INTERFACES, View, ends_of, is_managed, known

PAGES = {"large": "LARGE", "small": "SMALL", "any": "PREFER_LARGE", "2MB": "SIZE_2MB", "1GB": "SIZE_1GB"}
LINK_TYPES = {"lan": "ELAN", "line": "ELINE", "tree": "ELAN"}


def r2_vnfd(view: View, provider: str) -> dict[str, t.Any]:
    for pod in view.pods:
        view.say(f"{view.name}.{pod['name']}: release two of OSM has no pods")
    outer = [point for point in view.outer if "vdu" in point]
    for point in view.outer:
        if "link" in point:
            view.say(f"{view.name}.{point['name']}: release two has no connection point at a link")
    if view.function.get("security_rules"):
        view.say(f"{view.name}: release two has no rules of security groups")
    scaling.tell_unsaid(view)
    measured = scaling.r2_parameters(view)
    groups = [scaling.r2_group(view, vdu, measured) for vdu in view.machines]
    vnfd: dict[str, t.Any] = {
        "id": view.name,
        "name": view.name,
        "short-name": view.name,
        "vendor": provider,
        "version": view.service.get("version", "1.0"),
        "description": view.function.get("description"),
        "mgmt-interface": {"cp": outer[0]["name"]} if outer else None,
        "connection-point": [{"name": point["name"], "type": "VPORT"} for point in outer],
        "vdu": [_vdu(view, vdu, outer, measured) for vdu in view.machines],
        "internal-vld": [_inner_link(view, link, outer) for link in view.inner],
        "ip-profiles": [profile for link in view.inner if (profile := _profile(link, _short(view, link)))],
        "monitoring-param": [_parameter(kpi) for kpi in measured],
        "scaling-group-descriptor": [group for group in groups if group],
    }
    return {"vnfd:vnfd-catalog": {"vnfd": [known(vnfd)]}}


def _short(view: View, link: dict) -> str:
    return link["name"].removeprefix(f"{view.name}.")


def _parameter(kpi: dict) -> dict[str, t.Any]:
    """What the rules of the VNF go by: the mean of what is measured of each instance of a VDU."""
    of = {"vdu-ref": kpi["vdu"], "vdu-monitoring-param-ref": kpi["name"]}
    return {"id": kpi["name"], "name": kpi["name"], "aggregation-type": "AVERAGE", "vdu-monitoring-param": of}


def _vdu(view: View, vdu: dict, outer: list[dict], measured: list[dict]) -> dict[str, t.Any]:
    points = [point for point in view.points if point["vdu"] == vdu["name"]]
    boot, pages = view.boot_file(vdu), vdu.get("memory_page_size")
    if pages is not None and pages not in PAGES:
        view.say(f"{view.name}.{vdu['name']}: pages of {pages} are not said")
    size = {"vcpu-count": vdu.get("vcpus"), "memory-mb": vdu.get("memory"), "storage-gb": vdu.get("storage")}
    wants = {
        "cpu-pinning-policy": vdu.get("cpu_policy", "").upper() or None,
        "cpu-thread-pinning-policy": scaling.thread_policy(view, vdu),
        "mempage-size": PAGES.get(pages or ""),
        "numa-node-policy": scaling.numa_policy(vdu),
        "pcie-device": scaling.r2_devices(view, vdu),
    }
    own = [kpi for kpi in measured if kpi["vdu"] == vdu["name"]]
    answer = {
        "id": vdu["name"],
        "name": vdu["name"],
        "description": vdu.get("description"),
        "count": vdu.get("instances", 1),
        "image": vdu.get("image"),
        "vm-flavor": known(size),
        "guest-epa": known(wants),
        "monitoring-param": [{"id": kpi["name"], "nfvi-metric": osm_metric(kpi["metric"])} for kpi in own],
        "cloud-init-file": boot[0] if boot else None,
        "interface": [_interface(view, point, point in outer, number) for number, point in enumerate(points, 1)],
        "internal-connection-point": [
            {"id": point["name"], "name": point["name"], "type": "VPORT"} for point in points if point not in outer
        ],
    }
    return known(answer)


def _interface(view: View, point: dict, outer: bool, position: int) -> dict[str, t.Any]:
    kind = view.kind_of(point)
    if kind not in VIRTUAL_INTERFACES:
        view.say(f"{view.name}.{point['name']}: an interface of the kind {kind} is written as a normal one")
    reference = "external-connection-point-ref" if outer else "internal-connection-point-ref"
    return {
        "name": point.get("interface", point["name"]),
        "position": position,
        "type": "EXTERNAL" if outer else "INTERNAL",
        reference: point["name"],
        "virtual-interface": {"type": VIRTUAL_INTERFACES.get(kind, "PARAVIRT")},
    }


def _inner_link(view: View, link: dict, outer: list[dict]) -> dict[str, t.Any]:
    names = {point["name"] for point in view.points if point not in outer}
    ends = [end.partition(".")[2] for end in link["endpoints"]]
    for end in ends:
        if end not in names:
            view.say(f"{view.name}.{end}: that it is at {_short(view, link)} too is not said")
    answer = {
        "id": _short(view, link),
        "name": _short(view, link),
        "type": LINK_TYPES[link.get("kind", "lan")],
        "ip-profile-ref": _short(view, link) if "cidr" in link else None,
        "internal-connection-point": [{"id-ref": end} for end in ends if end in names],
    }
    return known(answer)


def _profile(link: dict, name: str) -> dict[str, t.Any] | None:
    if "cidr" not in link:
        return None
    version = "ipv6" if ":" in link["cidr"] else "ipv4"
    params = {"ip-version": version, "subnet-address": link["cidr"], "gateway-address": link.get("gateway")}
    return {"name": name, "ip-profile-params": known(params)}


def r2_network_service(service: dict, found: list[View], links: list[dict], provider: str) -> dict[str, t.Any]:
    say = found[0].say
    for key in ("access_points", "order", "kpis"):
        if key in service:
            say(f"{key} are not said in release two")
    nsd = {
        "id": service["name"],
        "name": service["name"],
        "short-name": service["name"],
        "vendor": provider,
        "version": service.get("version", "1.0"),
        "description": service.get("description"),
        "constituent-vnfd": [{"member-vnf-index": number, "vnfd-id-ref": view.name} for number, view in enumerate(found, 1)],
        "vld": [_link(link, found, say) for link in links],
        "ip-profiles": [profile for link in links if (profile := _profile(link, link["name"]))],
    }
    for chain in service.get("chains", []):
        say(f"the chain {chain['name']} is not said: release two wants classifiers for it")
    return {"nsd:nsd-catalog": {"nsd": [known(nsd)]}}


def _link(link: dict, found: list[View], say: t.Callable[[str], None]) -> dict[str, t.Any]:
    ends = [(view, point) for view, point in ends_of(link, found, say) if "vdu" in point]
    answer = {
        "id": link["name"],
        "name": link["name"],
        "type": LINK_TYPES[link.get("kind", "lan")],
        "mgmt-network": True if is_managed(ends, found) else None,
        "ip-profile-ref": link["name"] if "cidr" in link else None,
        "vnfd-connection-point-ref": [_end(view, point, found) for view, point in ends],
    }
    return known(answer)


def _end(view: View, point: dict, found: list[View]) -> dict[str, t.Any]:
    answer = {
        "member-vnf-index-ref": found.index(view) + 1,
        "vnfd-id-ref": view.name,
        "vnfd-connection-point-ref": point["name"],
    }
    return answer | ({"ip-address": point["fixed_ip"]} if "fixed_ip" in point else {})
