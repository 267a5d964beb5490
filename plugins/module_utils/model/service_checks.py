# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service model must mean beyond its form: names that exist, addresses that fit, no cycles.

Each check is a generator of ``(path, sentence)``, in the order of the document; ``CHECKS`` is the
order in which they are asked. A check may rely on the form and on the checks before it.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator

from .deployment import BARE_METAL, holder
from .service_addresses import check_addresses
from .service_parts import VMS, functions_of, vdus_of
from .service_requirements import check_finite, check_kpis, check_mec_services, check_scaling, check_vdu_hardware
from .service_security import check_security_rules
from .service_templates import check_templates

Finding = tuple[str, str]

NAMED_LISTS = ("functions", "links", "access_points", "chains", "policies", "kpis")
NAMED_LISTS_OF_A_FUNCTION = ("vdus", "connection_points", "routers", "services", "security_rules", "kpis")
HOSTING_KINDS = ("vm", "baremetal")
DESCRIPTOR_TYPES = {"pod": "kubernetes", "click": "click", "process": "process"}
"""Kind of a VDU → the type of what is nested in it."""


def _names(items: Iterable[dict]) -> set[str]:
    return {item["name"] for item in items}


def _twice(owner: dict, keys: Iterable[str], prefix: str) -> Iterator[Finding]:
    for key in keys:
        seen: set[str] = set()
        for index, item in enumerate(owner.get(key, [])):
            if item["name"] in seen:
                yield f"{prefix}{key}[{index}].name", f"the name {item['name']} is taken; names are unique in {key}"
            seen.add(item["name"])


def check_names(service: dict) -> Iterator[Finding]:
    yield from _twice(service, NAMED_LISTS, "")
    for path, function in functions_of(service):
        yield from _twice(function, NAMED_LISTS_OF_A_FUNCTION, f"{path}.")


def check_sites(service: dict) -> Iterator[Finding]:
    for path, function in functions_of(service):
        site = function.get("site", {"role": "core"})
        if ("role" in site) == ("name" in site):
            yield f"{path}.site", "give either the role or the name of the site"
        for key in ("instances", "names", "enbs", "delay"):
            if key in site and "role" not in site:
                yield f"{path}.site.{key}", "needs a role to choose sites from"
        delay = site.get("delay", {})
        if delay.get("desired", 0) > delay.get("maximum", 0):
            yield f"{path}.site.delay.desired", f"{delay['desired']:g} ms is more than the maximum, {delay['maximum']:g} ms"


def check_connection_points(service: dict) -> Iterator[Finding]:
    links = _names(service.get("links", []))
    for path, function in functions_of(service):
        targets = {"vdu": _names(function["vdus"]), "router": _names(function.get("routers", [])), "link": links}
        for index, point in enumerate(function.get("connection_points", [])):
            place = f"{path}.connection_points[{index}]"
            given = [key for key in targets if key in point]
            if len(given) != 1:
                yield place, "a connection point belongs to exactly one of vdu, router and link"
            elif "vnic_type" in point and given[0] != "vdu":
                yield f"{place}.vnic_type", "only a connection point of a vdu has a kind of interface"
            elif point[given[0]] not in targets[given[0]]:
                yield f"{place}.{given[0]}", f"there is no {given[0]} {point[given[0]]} in {function['name']}"


def check_port_pools(service: dict) -> Iterator[Finding]:
    for path, function, vdu in vdus_of(service):
        pool = vdu.get("port_pool")
        if pool is None:
            continue
        points = {point["name"] for point in function.get("connection_points", []) if point.get("vdu") == vdu["name"]}
        if vdu["kind"] != "vm":
            yield f"{path}.port_pool", f"only a vm has a trunk for a pool of ports, and {vdu['name']} is a {vdu['kind']}"
        elif pool["connection_point"] not in points:
            yield (
                f"{path}.port_pool.connection_point",
                f"there is no connection point {pool['connection_point']} of {vdu['name']}",
            )
        elif "max" in pool and max(pool.get("min", 0), pool.get("batch", 0)) > pool["max"]:
            yield f"{path}.port_pool.max", f"{pool['max']} is less than min or batch"


def check_interfaces(service: dict) -> Iterator[Finding]:
    for path, function in functions_of(service):
        listed = {vdu["name"]: vdu.get("interfaces") for vdu in function["vdus"]}
        used: set[tuple[str, str]] = set()
        for index, point in enumerate(function.get("connection_points", [])):
            if "interface" not in point:
                continue
            place = f"{path}.connection_points[{index}].interface"
            key = (point.get("vdu", ""), point["interface"])
            if key[0] not in listed:
                yield place, "only a connection point of a vdu has an interface"
            elif listed[key[0]] is not None and key[1] not in listed[key[0]]:
                yield place, f"the vdu {key[0]} has no interface {key[1]}"
            elif key in used:
                yield place, f"the interface {key[1]} of {key[0]} has a connection point already"
            used.add(key)


def check_parents(service: dict) -> Iterator[Finding]:
    for path, function, vdu in vdus_of(service):
        kinds = {other["name"]: other["kind"] for other in function["vdus"]}
        parent = vdu.get("parent")
        if vdu["name"].lower() == BARE_METAL:
            yield f"{path}.name", "none as a parent means bare metal, so no vdu can be called so"
        if parent is None and vdu.get("parent_mandatory"):
            yield f"{path}.parent_mandatory", "a parent can be mandatory only where one is named; give parent"
        elif parent is not None and parent.lower() == BARE_METAL:
            continue
        elif parent is not None and parent not in kinds:
            yield f"{path}.parent", f"there is no vdu {parent} in {function['name']}"
        elif parent is not None and kinds[parent] not in HOSTING_KINDS:
            yield f"{path}.parent", f"{parent} is a {kinds[parent]}; a parent is a vm or baremetal"


def check_parent_cycles(service: dict) -> Iterator[Finding]:
    for path, function, vdu in vdus_of(service):
        parents = {other["name"]: holder(other) for other in function["vdus"]}
        above, seen = holder(vdu), {vdu["name"]}
        while above is not None and above not in seen:
            seen.add(above)
            above = parents[above]
        if above is not None:
            yield f"{path}.parent", f"{vdu['name']} is its own parent by way of {vdu['parent']}"


def check_pods(service: dict) -> Iterator[Finding]:
    for path, function, vdu in vdus_of(service):
        points = [point for point in function.get("connection_points", []) if point.get("vdu") == vdu["name"]]
        if vdu["kind"] == "pod" and len(vdu.get("interfaces", [])) > 1:
            yield path, f"the pod {vdu['name']} has more than one interface; give it connection points, and interfaces no names"
        elif vdu["kind"] == "pod" and any("interface" in point for point in points):
            yield path, f"an interface of the pod {vdu['name']} has no name; remove interface from its connection point"


def check_services(service: dict) -> Iterator[Finding]:
    for path, function in functions_of(service):
        pods = {vdu["name"] for vdu in function["vdus"] if vdu["kind"] == "pod"}
        for index, exposed in enumerate(function.get("services", [])):
            for name in exposed["pods"]:
                if name not in pods:
                    yield f"{path}.services[{index}].pods", f"there is no pod {name} in {function['name']}"


def check_execution(service: dict) -> Iterator[Finding]:
    """What a kind of VDU runs from, and what belongs to no other kind."""
    for path, _function, vdu in vdus_of(service):
        if vdu["kind"] in ("pod", "click") and "descriptor" not in vdu:
            yield f"{path}.descriptor", f"a {vdu['kind']} needs a descriptor, the name of one of the documents"
        if "descriptor_type" in vdu and "descriptor" not in vdu:
            yield f"{path}.descriptor_type", "there is a type and no descriptor to be of it; give descriptor"
        elif DESCRIPTOR_TYPES.get(vdu["kind"]) not in (None, vdu.get("descriptor_type", DESCRIPTOR_TYPES.get(vdu["kind"]))):
            yield (
                f"{path}.descriptor_type",
                f"a {vdu['kind']} has a descriptor of the type {DESCRIPTOR_TYPES[vdu['kind']]}, not {vdu['descriptor_type']}",
            )
        if vdu["kind"] == "process" and "command" not in vdu and "load_balancer" not in vdu:
            yield f"{path}.command", "a process needs a command, or is a load_balancer"
        for key in ("command", "environment", "files"):
            if key in vdu and "load_balancer" in vdu:
                yield f"{path}.{key}", f"a load_balancer brings its own program and has no {key}"
        for key in ("host", "command", "environment", "files", "load_balancer"):
            if key in vdu and vdu["kind"] != "process":
                yield f"{path}.{key}", f"only a process has a {key}"
        for key in ("cpu_policy", "memory_page_size"):
            if key in vdu and vdu["kind"] not in VMS:
                yield f"{path}.{key}", f"only a machine of Nova has a {key}, and {vdu['name']} is a {vdu['kind']}"


def _references(vdu: dict) -> Iterator[tuple[str, str]]:
    for key in ("descriptor", "user_data"):
        if key in vdu:
            yield key, vdu[key]
    for target, document in vdu.get("files", {}).items():
        yield f"files.{target}", document


def check_documents(service: dict) -> Iterator[Finding]:
    documents = service.get("documents", {})
    for path, _function, vdu in vdus_of(service):
        for key, name in _references(vdu):
            if name not in documents:
                yield f"{path}.{key}", f"there is no document {name}"
    for path, function in functions_of(service):
        for index, name in enumerate(function.get("objects", [])):
            if name not in documents:
                yield f"{path}.objects[{index}]", f"there is no document {name}"
        for index, exposed in enumerate(function.get("services", [])):
            if exposed["descriptor"] not in documents:
                yield f"{path}.services[{index}].descriptor", f"there is no document {exposed['descriptor']}"


def check_models(service: dict) -> Iterator[Finding]:
    documents = service.get("documents", {})
    for path, function in functions_of(service):
        model = function.get("model", {"type": "end"})
        if model["type"] == "end" and "document" in model:
            yield f"{path}.model.document", "packets end at a function of the type end, so it has no document"
        elif model["type"] != "end" and "document" not in model:
            yield (
                f"{path}.model.document",
                f"a model of the type {model['type']} needs a document, the name of one of the documents",
            )
        elif model.get("document", "") not in {*documents, ""}:
            yield f"{path}.model.document", f"there is no document {model['document']}"


def check_links(service: dict) -> Iterator[Finding]:
    points = {
        f"{function['name']}.{point['name']}"
        for _path, function in functions_of(service)
        for point in function.get("connection_points", [])
    }
    for index, link in enumerate(service.get("links", [])):
        seen: set[str] = set()
        for position, endpoint in enumerate(link["endpoints"]):
            place = f"links[{index}].endpoints[{position}]"
            if endpoint not in points:
                yield place, f"there is no connection point {endpoint}; write function.connection_point"
            elif endpoint in seen:
                yield place, f"{endpoint} stands twice in the link {link['name']}"
            seen.add(endpoint)


def check_access_points(service: dict) -> Iterator[Finding]:
    links = _names(service.get("links", []))
    for index, point in enumerate(service.get("access_points", [])):
        if point["link"] not in links:
            yield f"access_points[{index}].link", f"there is no link {point['link']}"


def check_chains(service: dict) -> Iterator[Finding]:
    functions = _names(service["functions"])
    for index, chain in enumerate(service.get("chains", [])):
        for position, name in enumerate(chain["functions"]):
            if name not in functions:
                yield f"chains[{index}].functions[{position}]", f"there is no function {name}"


def check_order(service: dict) -> Iterator[Finding]:
    functions = _names(service["functions"])
    roles = {function.get("site", {}).get("role") for _path, function in functions_of(service)} | {"core"}
    seen: set[str] = set()
    for stage, names in enumerate(service.get("order", [])):
        for position, name in enumerate(names):
            place = f"order[{stage}][{position}]"
            if name not in functions and name not in roles:
                yield place, f"{name} is neither a function nor the site role of one"
            elif name in seen:
                yield place, f"{name} stands twice in the order"
            seen.add(name)


CHECKS: tuple[t.Callable[[dict], Iterator[Finding]], ...] = (
    check_names,
    check_sites,
    check_connection_points,
    check_security_rules,
    check_interfaces,
    check_port_pools,
    check_parents,
    check_parent_cycles,
    check_pods,
    check_services,
    check_execution,
    check_documents,
    check_models,
    check_links,
    check_access_points,
    check_chains,
    check_order,
    check_vdu_hardware,
    check_finite,
    check_kpis,
    check_scaling,
    check_mec_services,
    check_templates,
    check_addresses,
)
