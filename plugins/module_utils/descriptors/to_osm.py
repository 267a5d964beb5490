# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service as descriptors of Open Source MANO: a VNFD for each function, and an NSD.

``sol006`` is the style of today (since release nine), ``r2`` that of the release with which the Superfluidity project worked.
"""

from __future__ import annotations

import itertools
import math
import typing as t

from ..model.service import validate
from ..model.service_requirements import least
from ..model.service_stages import ROLES
from . import to_osm_scaling as scaling
from .osm_view import VIRTUAL_INTERFACES, View, ends_of, identifier, is_managed, known, outer_links_of, views
from .to_osm_r2 import r2_network_service, r2_vnfd

PROTOCOLS = ("tcp", "udp", "icmp")
"""What a rule of a security group may let pass in SOL006."""
FLAVOUR = "default-df"
PAGES = {"large": "LARGE", "small": "SMALL", "any": "PREFER_LARGE"}
POLICIES = {"dedicated": "static", "shared": "dynamic"}


def to_osm(service: dict, style: str = "sol006", provider: str = "superfluidity.nfv") -> dict[str, t.Any]:
    """``{vnfds, nsd, files, left_out}`` of ``service``.

    ``vnfds`` are the descriptors by the name of the function, ``nsd`` that of the service, each with the outer key that OSM
    wants; ``files`` the texts of each package beside its descriptor, by function and path; ``left_out`` is a sentence for
    each thing that has no word in this style. The same service always gives the same answer. Raises InputError.
    """
    validate(service)
    found, left_out = views(service)
    links = outer_links_of(service, found)
    writer = STYLES[style]
    vnfds = {view.name: writer.vnfd(view, provider) for view in found}
    nsd = writer.nsd(service, found, links, provider)
    files = {view.name: boot_files(view) | chart_files(view) for view in found}
    return {"vnfds": vnfds, "nsd": nsd, "files": files, "left_out": left_out}


def boot_files(view: View) -> dict[str, str]:
    boots = [boot for vdu in view.machines if (boot := view.boot_file(vdu))]
    return {f"cloud_init/{name}": text for name, text in boots}


def chart_name(view: View) -> str:
    return identifier(view.name)


def chart_files(view: View) -> dict[str, str]:
    """The pods of a function as a Helm chart, which is how OSM takes Kubernetes objects."""
    if not view.pods:
        return {}
    name, version = chart_name(view), "0.1.0"
    parts = [vdu["descriptor"] for vdu in view.pods] + [one["descriptor"] for one in view.function.get("services", [])]
    folder = f"helm-chart-v3s/{name}"
    files = {f"{folder}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: {version}\ntype: application\n"}
    for number, document in enumerate(dict.fromkeys([*view.function.get("objects", []), *parts]), 1):
        files[f"{folder}/templates/{number:02d}.yaml"] = view.service["documents"][document].replace("{{", '{{ "{{" }}')
    return files


def _sol006_vnfd(view: View, provider: str) -> dict[str, t.Any]:
    images = list(dict.fromkeys(vdu["image"] for vdu in view.machines if "image" in vdu))
    names = {image: f"{identifier(image)}-{number}" for number, image in enumerate(images, 1)}
    vnfd: dict[str, t.Any] = {
        "id": view.name,
        "provider": provider,
        "product-name": view.name,
        "version": view.service.get("version", "1.0"),
        "product-info-description": view.function.get("description"),
        "mgmt-cp": view.outer[0]["name"] if view.outer else None,
        "vdu": [_vdu(view, vdu, names) for vdu in view.machines],
        "virtual-compute-desc": [_compute(view, vdu) for vdu in view.machines],
        "virtual-storage-desc": [_storage(vdu) for vdu in view.machines if "storage" in vdu],
        "sw-image-desc": [{"id": names[image], "name": image, "image": image} for image in images],
        "int-virtual-link-desc": [_link(link, link["name"].removeprefix(f"{view.name}.")) for link in view.inner],
        "security-group-rule": [_rule(rule) for rule in _said_rules(view)],
        "ext-cpd": [_outer_point(view, point) for point in view.outer],
        "df": [_flavour(view)],
    }
    if view.pods:
        vnfd["kdu"] = [{"name": chart_name(view), "helm-chart": chart_name(view), "helm-version": "v3"}]
        vnfd["k8s-cluster"] = {"nets": [{"id": point["name"]} for point in view.outer] or [{"id": "mgmtnet"}]}
        if not view.outer:
            vnfd["ext-cpd"] = [{"id": "mgmtnet", "k8s-cluster-net": "mgmtnet"}]
            vnfd["mgmt-cp"] = "mgmtnet"
    return {"vnfd": known(vnfd)}


def _vdu(view: View, vdu: dict, images: dict[str, str]) -> dict[str, t.Any]:
    boot = view.boot_file(vdu)
    answer = {
        "id": vdu["name"],
        "name": vdu["name"],
        "description": vdu.get("description"),
        "int-cpd": [_point(view, point) for point in view.points if point["vdu"] == vdu["name"]],
        "virtual-compute-desc": f"{vdu['name']}-compute",
        "virtual-storage-desc": [f"{vdu['name']}-storage"] if "storage" in vdu else None,
        "sw-image-desc": images[vdu["image"]] if "image" in vdu else None,
        "cloud-init-file": boot[0] if boot else None,
        "monitoring-parameter": scaling.parameters(view, vdu["name"]),
    }
    return known(answer)


def _point(view: View, point: dict) -> dict[str, t.Any]:
    links = view.inner_of(point)
    for link in links[1:]:
        view.say(f"{view.name}.{point['name']}: that it is at {link} too is not said")
    kind = view.kind_of(point)
    answer: dict[str, t.Any] = {"id": point["name"], "int-virtual-link-desc": links[0] if links else None}
    if "interface" in point or kind in ("direct", "direct-physical"):
        virtual = {"type": VIRTUAL_INTERFACES.get(kind, "PARAVIRT")}
        answer["virtual-network-interface-requirement"] = [
            {"name": point.get("interface", point["name"]), "virtual-interface": virtual}
        ]
    said = [rule["name"] for rule in _said_rules(view)]
    answer["security-group-rule-id"] = [name for name in point.get("security_rules", []) if name in said]
    if kind not in VIRTUAL_INTERFACES:
        answer["vnic-type"] = kind.upper()
    return known(answer)


def _said_rules(view: View) -> list[dict]:
    """The rules of security groups that SOL006 has a word for."""
    found = view.function.get("security_rules", [])
    for rule in found:
        if rule["protocol"] not in PROTOCOLS:
            view.say(
                f"{view.name}: the rule {rule['name']} is not said, as {rule['protocol']} is none of {', '.join(PROTOCOLS)}"
            )
    return [rule for rule in found if rule["protocol"] in PROTOCOLS]


def _rule(rule: dict) -> dict[str, t.Any]:
    ports = dict(zip(("port-range-min", "port-range-max"), rule.get("ports", ()), strict=False))
    words = {"description": rule.get("description"), "direction": rule["direction"], "ether-type": rule.get("ether_type")}
    return known({"id": rule["name"], **words, "protocol": rule["protocol"], **ports})


def _compute(view: View, vdu: dict) -> dict[str, t.Any]:
    size = math.ceil(vdu["memory"] * 10 / 1024 - 1e-9) / 10 if "memory" in vdu else None
    if size is not None and size * 1024 != vdu["memory"]:
        view.say(f"{view.name}.{vdu['name']}: {vdu['memory']} MiB of memory are rounded to {size:g} GiB")
    pages = vdu.get("memory_page_size")
    if pages is not None and pages not in PAGES:
        view.say(f"{view.name}.{vdu['name']}: pages of {pages} are not said")
    pinning = {"policy": POLICIES.get(vdu.get("cpu_policy", "")), "thread-policy": scaling.thread_policy(view, vdu)}
    cpu = {"num-virtual-cpu": vdu.get("vcpus"), "pinning": known(pinning)}
    numa = scaling.numa_policy(vdu)
    memory = {"size": size, "mempage-size": PAGES.get(pages or ""), "numa-enabled": numa and True, "numa-node-policy": numa}
    answer = {"id": f"{vdu['name']}-compute", "virtual-cpu": known(cpu), "virtual-memory": known(memory)}
    return answer | known({"request-additional-capability": scaling.capabilities(view, vdu)})


def _storage(vdu: dict) -> dict[str, t.Any]:
    return {"id": f"{vdu['name']}-storage", "type-of-storage": "root-storage", "size-of-storage": vdu["storage"]}


def _link(link: dict, name: str) -> dict[str, t.Any]:
    pattern = link.get("kind", "lan")
    return {"id": name} | ({"connectivity-type": {"flow-pattern": pattern}} if pattern != "lan" else {})


def _outer_point(view: View, point: dict) -> dict[str, t.Any]:
    if "link" in point:
        return {"id": point["name"], "int-virtual-link-desc": point["link"].removeprefix(f"{view.name}.")}
    return {"id": point["name"], "int-cpd": {"vdu-id": point["vdu"], "cpd": point["name"]}}


def _flavour(view: View) -> dict[str, t.Any]:
    counts = {vdu["name"]: vdu.get("instances", 1) for vdu in view.machines}
    levels = [{"vdu-id": name, "number-of-instances": count} for name, count in counts.items()]
    scaling.tell_unsaid(view)
    ranges = [_link_profile(link, link["name"].removeprefix(f"{view.name}.")) for link in view.inner if "cidr" in link]
    answer = {
        "id": FLAVOUR,
        "instantiation-level": [known({"id": "default-instantiation-level", "vdu-level": levels})],
        "vdu-profile": [_profile(vdu) for vdu in view.machines],
        "virtual-link-profile": ranges,
        "scaling-aspect": [aspect for vdu in view.machines if (aspect := scaling.aspect(view, vdu))],
        "monitoring-parameter": scaling.parameters(view, None),
    }
    return known(answer)


def _profile(vdu: dict) -> dict[str, t.Any]:
    most = vdu.get("scaling", {}).get("max")
    return known({"id": vdu["name"], "min-number-of-instances": least(vdu), "max-number-of-instances": most})


def _link_profile(link: dict, name: str) -> dict[str, t.Any]:
    layer3 = {"cidr": link.get("cidr"), "gateway-ip": link.get("gateway")}
    profile: dict[str, t.Any] = {"id": name}
    if "cidr" in link:
        profile["virtual-link-protocol-data"] = {"l3-protocol-data": known(layer3)}
    return profile


def _sol006_nsd(service: dict, found: list[View], links: list[dict], provider: str) -> dict[str, t.Any]:
    say = found[0].say
    ends = {link["name"]: ends_of(link, found, say) for link in links}
    flavour = {
        "id": FLAVOUR,
        "vnf-profile": [_vnf_profile(view, ends) for view in found],
        "virtual-link-profile": [_ns_link_profile(link, is_managed(ends[link["name"]], found), say) for link in links],
        "dependencies": _dependencies(service, found),
    }
    nsd = {
        "id": service["name"],
        "name": service["name"],
        "designer": provider,
        "version": service.get("version", "1.0"),
        "description": service.get("description"),
        "vnfd-id": [view.name for view in found],
        "virtual-link-desc": [_ns_link(link, ends[link["name"]], found) for link in links],
        "sapd": _access_points(service, links, say),
        "vnffgd": [graph for chain in service.get("chains", []) if (graph := _chain(chain, found, say))],
        "df": [known(flavour)],
        "monitored-info": [
            {"id": kpi["name"], "monitoring-parameter": scaling.parameter(kpi)} for kpi in service.get("kpis", [])
        ],
    }
    return {"nsd": {"nsd": [known(nsd)]}}


def _ns_link(link: dict, ends: list[tuple[View, dict]], found: list[View]) -> dict[str, t.Any]:
    return _link(link, link["name"]) | ({"mgmt-network": True} if is_managed(ends, found) else {})


def _ns_link_profile(link: dict, managed: bool, say: t.Callable[[str], None]) -> dict[str, t.Any]:
    """OSM refuses an NSD that gives a network of management a range: that network is there before any service."""
    if managed and "cidr" in link:
        say(f"the cidr of {link['name']} is not said: OSM takes none for a network of management")
        link = {key: value for key, value in link.items() if key not in ("cidr", "gateway")}
    return _link_profile(link, link["name"]) | {"virtual-link-desc-id": link["name"]}


def _vnf_profile(view: View, ends: dict[str, list[tuple[View, dict]]]) -> dict[str, t.Any]:
    connected = []
    for link, found in ends.items():
        points = [_constituent(view, point) for owner, point in found if owner is view]
        if points:
            connected.append({"virtual-link-profile-id": link, "constituent-cpd-id": points})
    return known({"id": view.name, "vnfd-id": view.name, "virtual-link-connectivity": connected})


def _constituent(view: View, point: dict) -> dict[str, t.Any]:
    answer = {"constituent-base-element-id": view.name, "constituent-cpd-id": point["name"]}
    return answer | ({"ip-address": point["fixed_ip"]} if "fixed_ip" in point else {})


def _access_points(service: dict, links: list[dict], say: t.Callable[[str], None]) -> list[dict]:
    names = {link["name"] for link in links}
    for point in service.get("access_points", []):
        if point["link"] not in names:
            say(f"the access point {point['name']} is at a link inside a function, and is not said")
    points = [point for point in service.get("access_points", []) if point["link"] in names]
    return [{"id": point["name"], "virtual-link-desc": point["link"]} for point in points]


def _chain(chain: dict, found: list[View], say: t.Callable[[str], None]) -> dict[str, t.Any] | None:
    if set(chain["functions"]) - {view.name for view in found}:
        say(f"the chain {chain['name']} is not said: it passes a function that is left out")
        return None
    for key in ("pps", "latency"):
        if key in chain:
            say(f"the {key} of the chain {chain['name']} is not said")
    return {"id": chain["name"], "vnf-profile-id": list(chain["functions"])}


def _dependencies(service: dict, found: list[View]) -> list[dict]:
    """Each function of a stage on each of the stage before."""
    written = {view.name for view in found}
    order = [[name for name in stage if name in written or name in ROLES] for stage in service.get("order", [])]
    order = [stage for stage in order if stage]
    if len(order) == 1 or any(name not in written for stage in order for name in stage):
        found[0].say("the order is not said: of one stage, and of site roles, SOL006 knows nothing")
        return []
    pairs = [(first, second) for one, two in itertools.pairwise(order) for second in two for first in one]
    keys = ("primary-vnf-profile", "secondary-vnf-profile")
    return [{"id": f"{first}-{second}", keys[0]: first, keys[1]: second} for first, second in pairs]


class Style(t.NamedTuple):
    vnfd: t.Callable[[View, str], dict[str, t.Any]]
    nsd: t.Callable[[dict, list[View], list[dict], str], dict[str, t.Any]]


STYLES = {"sol006": Style(_sol006_vnfd, _sol006_nsd), "r2": Style(r2_vnfd, r2_network_service)}
