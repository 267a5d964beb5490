# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A VNFD of SOL001, in one deployment flavour, as a function of the service model.

The top template has a node of the VNF's type; a template for each flavour says by ``substitution_mappings`` what that node
consists of, and which of its requirements end in which connection point.
"""

from __future__ import annotations

import math
import re
import typing as t
from dataclasses import dataclass

from . import capabilities
from .assembly import Draft, address_range, flow_pattern
from .naming import fit_name, fit_point
from .security_rules import SOL001, bind_rules, security_rule
from .sol001_package import Csar
from .sol001_pods import Pods
from .sol001_scaling import first_count, policies, scale
from .sol006_vnfd import CPU_POLICIES, VNIC_TYPES, connect_inner
from .traced import Notes, Traced, mapping

UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
PARTS = ("compute", "unit", "point", "inner link", "outer point", "storage", "container", "mciop")


@dataclass(frozen=True)
class Vnf:
    """A VNFD: its package, the node that stands for it, and its flavours by name."""

    csar: Csar
    node: Traced | None
    flavours: dict[str, Traced]

    @property
    def type(self) -> str:
        if self.node is not None:
            return self.node.text("type") or ""
        mapping = next(iter(self.flavours.values())).child("topology_template").child("substitution_mappings")
        return mapping.text("node_type") or "" if isinstance(mapping.value, dict) else ""

    def text(self, key: str) -> str | None:
        """A property of the VNF: as its node says, or its type."""
        holders = (
            [self.node.child("properties")]
            if self.node is not None and isinstance(self.node.child("properties").value, dict)
            else []
        )
        for holder in holders:
            if key in holder and not isinstance(holder.child(key).value, dict | list):
                return holder.text(key)
        default = self.csar.default(self.type, key)
        return default.text() if default is not None and not isinstance(default.value, dict | list) else None


def vnf_of(csar: Csar, node_type: str | None = None) -> Vnf | None:
    """The VNFD of a package (or that of a type, in the package of an NSD); None where it has none."""
    tops = [node for template in csar.templates[:1] for node in csar.nodes(template, "vnf").values()]
    flavours: dict[str, Traced] = {}
    for template in csar.templates:
        mapping = _mappings(template)
        wanted = node_type or (tops[0].text("type") if tops else None)
        if mapping.value and (wanted is None or mapping.text("node_type") == wanted):
            flavours[_flavour_id(mapping) or template.file] = template
    entry = csar.nodes(csar.entry, *PARTS)
    if not flavours and entry and node_type is None:
        flavours[csar.entry.file] = csar.entry
    return Vnf(csar, tops[0] if tops and node_type is None else None, flavours) if flavours else None


def _mappings(template: Traced) -> Traced:
    topology = template.child("topology_template")
    found = topology.child("substitution_mappings") if isinstance(topology.value, dict) else topology
    return found if isinstance(found.value, dict) else Traced({}, found.file, found.path, found.used)


def _flavour_id(mapping: Traced) -> str | None:
    properties = mapping.child("properties")
    return properties.text("flavour_id") if isinstance(properties.value, dict) else None


def read_vnf(vnf: Vnf, name: str, site: dict, notes: Notes) -> Draft:
    template = _chosen(vnf, notes)
    csar, topology = vnf.csar, template.child("topology_template")
    draft = Draft(name, dict(site), vnf.text("product_info_description"))
    for key, node in csar.nodes(template, "inner link").items():
        _link(draft, fit_point(key, node, notes), node, notes)
    counts, pods = policies(topology), Pods(csar, template, draft, notes)
    units = csar.nodes(template, "compute", "unit")
    for key, node in units.items():
        instances = first_count(counts, key, node, notes)
        vdu = {"name": fit_name(key, node, notes), "kind": "vm"}
        known = pods.vdu(key, node) or _machine(draft, vdu["name"], csar, template, node, notes)
        draft.vdus.append(vdu | known | ({"instances": instances} if instances > 1 else {}))
    whole = [node for one in (csar.entry, template) for node in csar.nodes(one, "vnf").values()]
    scale(draft, units, whole, counts, notes)
    draft.objects += pods.rest()
    _points(draft, csar, template, notes)
    _outer_points(draft, csar, template, notes)
    _security_rules(draft, template, notes)
    _tell_unread(vnf, template, notes)
    return draft


def _chosen(vnf: Vnf, notes: Notes) -> Traced:
    """The flavour that the VNF's node or type names; the first where neither does."""
    wanted = vnf.text("flavour_id")
    if wanted in vnf.flavours:
        return vnf.flavours[wanted]
    first = next(iter(vnf.flavours))
    if len(vnf.flavours) > 1:
        names = ", ".join(vnf.flavours)
        notes.warn(f"flavours {vnf.csar.folder}", f"of the deployment flavours {names} the first is read", vnf.flavours[first])
    return vnf.flavours[first]


def _link(draft: Draft, name: str, node: Traced, notes: Notes) -> None:
    properties = mapping(node, "properties")
    kind = flow_pattern(mapping(properties, "connectivity_type").text("flow_pattern"))
    draft.add_link(name, kind=kind, description=None, **addressing(properties, notes))


def addressing(properties: Traced, notes: Notes) -> dict[str, t.Any]:
    """Range and gateway of a link, from the first of its profile's protocols that has a range."""
    for data in mapping(properties, "vl_profile").items("virtual_link_protocol_data"):
        layer3 = mapping(data, "l3_protocol_data")
        if "cidr" in layer3:
            cidr = address_range(layer3, "cidr", notes)
            gateway = layer3.text("gateway_ip") or None
            return {"cidr": cidr} | ({"gateway": gateway} if gateway else {})
    return {}


def size_in_mebibytes(where: Traced, key: str) -> float | None:
    """A size with its unit. GB means GiB, as every orchestrator reads it; a number alone is of bytes."""
    text = where.text(key)
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d{1,15}(?:\.\d{1,9})?)\s*([KMGT]?)(i?B)?\s*", text, re.IGNORECASE)
    if found is None:
        raise where.error(f"a size as 4 GB or 512 MiB is expected here, not {text[:40]!r}", key)
    return float(found[1]) * UNITS[found[2].upper()] / 2**20


def _machine(draft: Draft, name: str, csar: Csar, template: Traced, node: Traced, notes: Notes) -> dict[str, t.Any]:
    properties = mapping(node, "properties")
    compute = mapping(mapping(mapping(node, "capabilities"), "virtual_compute"), "properties")
    memory = size_in_mebibytes(mapping(compute, "virtual_memory"), "virtual_mem_size")
    cpu = mapping(compute, "virtual_cpu")
    count = cpu.number("num_virtual_cpu")
    policy = mapping(cpu, "virtual_cpu_pinning").text("virtual_cpu_pinning_policy")
    numa = mapping(compute, "virtual_memory").boolean("numa_enabled")
    disks = [size_in_mebibytes(disk, "size_of_storage") for disk in compute.items("virtual_local_storage")]
    storages = _storages(csar, template, node)
    disks += [size_in_mebibytes(mapping(mapping(one, "properties"), key), "size_of_storage") for one, key in storages]
    sizes = [size for size in disks if size is not None]
    if len(sizes) > 1:
        notes.warn(f"storages {node.path}", f"{name} has several storages; only the first is used", node)
    answer = {
        "description": properties.text("description") or (properties.text("name") if properties.text("name") != name else None),
        "image": _image(properties, storages),
        "vcpus": int(count) if count else None,
        "memory": math.ceil(memory) if memory else None,
        "storage": math.ceil(sizes[0] / 1024) if sizes else None,
        "cpu_policy": CPU_POLICIES.get((policy or "").lower()),
        "hardware": capabilities.read_hardware(compute, capabilities.SOL001, notes, 1 if numa else None) or None,
    }
    properties.text("name")
    _warn_of_small(mapping(properties, "sw_image_data"), answer, notes)
    boot = properties.child("boot_data")
    if isinstance(boot.value, str) and boot.text():
        answer["user_data"] = draft.document(f"{draft.name}/{name}/boot_data", boot.text() or "")
    known = {key: value for key, value in answer.items() if value is not None}
    return capabilities.fitting(known, Traced(None, node.file), "", node, notes)


def requirements(node: Traced) -> list[tuple[str, str, Traced]]:
    """The requirements of a node: their names, and the nodes that meet them."""
    answer = []
    for entry in node.items("requirements"):
        for name in entry if isinstance(entry.value, dict) else ():
            found = entry.child(name)
            target = found.text("node") if isinstance(found.value, dict) else found.text()
            if target:
                answer.append((name, target, found))
    return answer


def _storages(csar: Csar, template: Traced, node: Traced) -> list[tuple[Traced, str]]:
    """Storage nodes that a VDU requires, each with the key of its size."""
    needs = [need for need in requirements(node) if need[0] == "virtual_storage"]
    known = csar.nodes(template, "storage") if needs else {}
    found = []
    for _name, target, where in needs:
        if target not in known:
            raise where.error(f"there is no storage {target} in the template")
        kinds = ("virtual_block_storage_data", "virtual_file_storage_data")
        key = next((one for one in kinds if one in mapping(known[target], "properties")), kinds[0])
        found.append((known[target], key))
    return found


def _image(properties: Traced, storages: list[tuple[Traced, str]]) -> str | None:
    """The image's name in the VIM. Its file is the business of who uploads it."""
    holders = [properties, *(mapping(storage, "properties") for storage, _key in storages)]
    for holder in holders:
        name = mapping(holder, "sw_image_data").text("name")
        if name:
            return name
    return None


def _warn_of_small(image: Traced, sizes: dict, notes: Notes) -> None:
    disk, memory = size_in_mebibytes(image, "min_disk"), size_in_mebibytes(image, "min_ram")
    if disk and sizes["storage"] is not None and disk > sizes["storage"] * 1024:
        notes.warn(
            f"disk {image.path}", f"the image needs a disk of {disk / 1024:g} GiB, the VDU has {sizes['storage']}", image
        )
    if memory and sizes["memory"] is not None and memory > sizes["memory"]:
        notes.warn(f"memory {image.path}", f"the image needs {memory:g} MiB of memory, the VDU has {sizes['memory']}", image)


def _points(draft: Draft, csar: Csar, template: Traced, notes: Notes) -> None:
    kinds = {vdu["name"]: vdu["kind"] for vdu in draft.vdus}
    nodes = csar.nodes(template, "point")
    order = {key: mapping(node, "properties").number("order") or 0 for key, node in nodes.items()}
    for key, node in sorted(nodes.items(), key=lambda item: order[item[0]]):
        properties, needs = mapping(node, "properties"), {name: (target, where) for name, target, where in requirements(node)}
        vdu, where = needs.get("virtual_binding", ("", node))
        if fit_name(vdu, where, notes) not in kinds:
            raise where.error(f"the connection point {key} is bound to {vdu}, which is no VDU of the template")
        point: dict[str, t.Any] = {"name": fit_point(key, node, notes), "vdu": fit_name(vdu, where, notes)}
        kind = VNIC_TYPES.get((properties.text("vnic_type") or "").lower(), "normal")
        if kind != "normal":
            point["vnic_type"] = kind
        draft.points.append(point | _addresses(properties))
        if "virtual_link" in needs:
            connect_inner(draft, needs["virtual_link"][1], needs["virtual_link"][0], point["name"], "virtual_link")


def _addresses(properties: Traced) -> dict[str, t.Any]:
    answer: dict[str, t.Any] = {}
    for protocol in properties.items("protocol"):
        for address in protocol.items("address_data"):
            layer2, layer3 = mapping(address, "l2_address_data"), mapping(address, "l3_address_data")
            if isinstance(layer2.value, dict) and layer2.text("mac_address"):
                answer["mac"] = layer2.text("mac_address")
            if layer3.boolean("floating_ip_activated"):
                answer["floating_ip"] = {}
            fixed = layer3.items("fixed_ip_address")
            if len(fixed) == 1:
                answer["fixed_ip"] = fixed[0].text()
    return answer


def _outer_points(draft: Draft, csar: Csar, template: Traced, notes: Notes) -> None:
    """The requirements of the whole VNF, and the connection points that meet them."""
    mapped = _mappings(template).child("requirements")
    outers = csar.nodes(template, "outer point")
    for key, node in outers.items():
        link = next((target for name, target, _where in requirements(node) if name == "internal_virtual_link"), None)
        if link not in draft.links:
            raise node.error(f"the external connection point {key} names no VnfVirtualLink as its internal_virtual_link")
        draft.lead_out(fit_point(key, node, notes), link or "")
    known = {point["name"] for point in draft.points}
    entries = [mapped] if isinstance(mapped.value, dict) else _mappings(template).items("requirements")
    for entry in entries:
        for name in entry if isinstance(entry.value, dict) else ():
            target = entry.child(name)
            texts = entry.texts(name) if isinstance(target.value, list) else []
            if not texts:
                continue
            point = fit_point(texts[0], target, notes)
            if point not in known:
                raise target.error(f"the requirement {name} ends in {texts[0]}, which is no connection point of the template")
            draft.outer.pop(point, None)  # an outer point that is mapped has the name of the requirement
            draft.outer[name] = point


def _security_rules(draft: Draft, template: Traced, notes: Notes) -> None:
    """Policies whose targets are the connection points at which they hold."""
    for entry in template.child("topology_template").items("policies"):
        for name in entry if isinstance(entry.value, dict) else ():
            policy = entry.child(name)
            if not isinstance(policy.value, dict) or policy.text("type") != "tosca.policies.nfv.SecurityGroupRule":
                continue
            rule = security_rule(mapping(policy, "properties"), name, SOL001, notes)
            if rule is None:
                continue
            draft.rules.append(rule)
            for target in policy.texts("targets"):
                point = fit_point(target, policy, notes)
                if point not in {one["name"] for one in draft.points}:
                    raise policy.error(f"the rule {name} holds at {target}, which is no connection point here", "targets")
                bind_rules(draft.points, point, [rule["name"]], policy, notes)


def _tell_unread(vnf: Vnf, template: Traced, notes: Notes) -> None:
    """Every property, policy and artefact that has found no place."""
    for one in (vnf.csar.entry, template):
        topology = one.child("topology_template")
        nodes = topology.child("node_templates")
        for name in nodes:
            node = nodes.child(name)
            if isinstance(node.value, dict):
                kind = node.text("type") or "a node without a type"
                notes.unused(node, f"a {kind}")
        for key in ("policies", "groups"):
            for entry in topology.items(key):
                for name in entry if isinstance(entry.value, dict) else ():
                    policy = entry.child(name)
                    kind = (policy.text("type") if isinstance(policy.value, dict) else None) or key
                    policy.text("targets") if not isinstance(policy.child("targets").value, list) else policy.texts("targets")
                    notes.unused(policy, f"a {kind}")
