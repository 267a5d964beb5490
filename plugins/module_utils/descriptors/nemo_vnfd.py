# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a NodeModel needs of the VNFD that it names: VDUs, connection points, and the links between the VDUs.

:func:`read_vnfd` is all that the NEMO reader knows of other descriptors. Three families are told apart by their first
key: openmano (``vnf``), OSM up to Release EIGHT (``…vnfd-catalog``) and TOSCA (``topology_template``).
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ..core.errors import InputError, Place
from .element import Element
from .parse import parse_json, parse_yaml

LINK_KINDS = {"ELAN": "lan", "ELINE": "line", "ETREE": "tree", "E-LAN": "lan", "E-LINE": "line", "E-TREE": "tree"}
MEBIBYTES = {"": 1, "MB": 1, "MIB": 1, "GB": 1024, "GIB": 1024}


@dataclass
class Vnfd:
    """``vdus`` and ``connection_points`` as in a function of the model; the ``endpoints`` of ``links`` are names of points.

    ``by_interface``: in this language a NodeModel names interfaces before it names connection points.
    """

    vdus: list[dict] = field(default_factory=list)
    connection_points: list[dict] = field(default_factory=list)
    links: list[dict] = field(default_factory=list)
    by_interface: bool = False


def read_vnfd(text: str, file: str) -> Vnfd:
    """The VNF that a descriptor describes; keys that a NEMO program has no use for are not looked at.

    :raises InputError: no such descriptor, or one that contradicts itself
    """
    documents = [parse_json(text, file)] if text.lstrip().startswith("{") else parse_yaml(text, file)
    root = Element(documents[0] if documents else None, file)
    if len(documents) == 1 and isinstance(root.value, dict):
        catalog = [key for key in root if key.endswith("vnfd-catalog")]
        for key, reader in (("vnf", _openmano), (catalog[0] if catalog else "", _osm), ("topology_template", _tosca)):
            if key and key in root:
                return _consistent(reader(root.child(key)), root)
    raise InputError(
        "this VNFD is neither one of openmano (vnf), OSM (vnfd-catalog) nor TOSCA (topology_template)", Place(file, 1)
    )


def _name(element: Element, *keys: str) -> str:
    """The first of ``keys`` that is there, in the letters that a name of the model has."""
    given = next((text for text in (element.text(key) for key in keys) if text), None)
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", given or "").strip("-_")[:63].strip("-_")
    if not name:
        raise element.error(f"a name is missing here ({' or '.join(keys)})")
    return name


def _kept(thing: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in thing.items() if value is not None}


def _consistent(vnfd: Vnfd, root: Element) -> Vnfd:
    """Every point has a name of its own and an interface that is there."""
    interfaces = {vdu["name"]: vdu.get("interfaces", []) for vdu in vnfd.vdus}
    if len(interfaces) < len(vnfd.vdus):
        raise root.error("two VDUs of this VNFD have the same name")
    seen: set[str] = set()
    for point in vnfd.connection_points:
        if point["name"] in seen:
            raise root.error(f"two connection points of this VNFD are called {point['name']}")
        if point["vdu"] not in interfaces:
            raise root.error(f"the connection point {point['name']} belongs to {point['vdu']}, which is no VDU of this VNFD")
        if point.get("interface", "") not in ["", *interfaces[point["vdu"]]]:
            raise root.error(f"the connection point {point['name']}: {point['vdu']} has no interface {point['interface']}")
        seen.add(point["name"])
    return vnfd


def _openmano(vnf: Element) -> Vnfd:
    vnfd = Vnfd([_openmano_vdu(vnfc) for vnfc in vnf.items("VNFC")], by_interface=True)
    for connection in vnf.items("internal-connections"):
        ends = []
        for end in connection.items("elements"):
            vdu, interface = _name(end, "VNFC"), end.text("local_iface_name") or ""
            ends.append(f"{vdu}-{interface}")
            vnfd.connection_points.append({"name": ends[-1], "vdu": vdu, "interface": interface})
        vnfd.links.append({"name": _name(connection, "name"), "kind": "lan", "endpoints": ends})
    for connection in vnf.items("external-connections"):
        vdu, interface = _name(connection, "VNFC"), connection.text("local_iface_name") or ""
        vnfd.connection_points.append({"name": _name(connection, "name"), "vdu": vdu, "interface": interface})
    return vnfd


def _openmano_vdu(vnfc: Element) -> dict[str, t.Any]:
    """A numa node has whole cores, pairs of threads or threads, each given to this VM alone, and huge pages."""
    numas = vnfc.items("numas")
    cores = sum((n.integer("cores") or 0) + 2 * (n.integer("paired-threads") or 0) + (n.integer("threads") or 0) for n in numas)
    pages = sum(numa.integer("memory") or 0 for numa in numas)
    interfaces = [one for numa in numas for one in numa.items("interfaces")] + vnfc.items("bridge-ifaces")
    return _kept(
        {
            "name": _name(vnfc, "name"),
            "description": vnfc.text("description"),
            "kind": "vm",
            "image": vnfc.text("VNFC image") or vnfc.text("image name"),
            "vcpus": cores or vnfc.integer("vcpus") or None,
            "memory": 1024 * pages or vnfc.integer("ram") or None,
            "storage": vnfc.integer("disk"),
            "cpu_policy": "dedicated" if cores else None,
            "memory_page_size": "large" if pages else None,
            "interfaces": [one.text("name") or "" for one in interfaces],
        }
    )


def _osm(catalog: Element) -> Vnfd:
    found = catalog.items("vnfd")
    if len(found) != 1:
        raise catalog.error(f"one VNFD is expected in this catalog, not {len(found)}")
    vnfd, inner = Vnfd(), {}
    for vdu in found[0].items("vdu"):
        vnfd.vdus.append(_osm_vdu(vdu))
        for one in vdu.items("external-interface"):
            point = {
                "name": one.text("vnfd-connection-point-ref") or "",
                "vdu": vnfd.vdus[-1]["name"],
                "interface": one.text("name"),
            }
            vnfd.connection_points.append(_kept(point))
        for one in vdu.items("internal-interface"):
            reference = one.text("vdu-internal-connection-point-ref") or one.text("name") or ""
            point = {
                "name": f"{vnfd.vdus[-1]['name']}-{one.text('name')}",
                "vdu": vnfd.vdus[-1]["name"],
                "interface": one.text("name"),
            }
            vnfd.connection_points.append(_kept(point))
            if inner.setdefault(reference, point["name"]) != point["name"]:
                raise one.error(f"two internal connection points are called {reference}, so a link to it has two meanings")
    for link in found[0].items("internal-vld"):
        ends = [end.text("id-ref") or "" for end in link.items("internal-connection-point")]
        unknown = [end for end in ends if end not in inner]
        if unknown:
            raise link.error(f"there is no internal connection point {unknown[0]}", "internal-connection-point")
        kind = LINK_KINDS.get(link.text("type") or "", "lan")
        vnfd.links.append({"name": _name(link, "id", "name"), "kind": kind, "endpoints": [inner[end] for end in ends]})
    return vnfd


def _osm_vdu(vdu: Element) -> dict[str, t.Any]:
    flavor, epa = vdu.child("vm-flavor"), vdu.child("guest-epa")
    interfaces = [one.text("name") or "" for key in ("external-interface", "internal-interface") for one in vdu.items(key)]
    count = vdu.integer("count") or 1
    return _kept(
        {
            "name": _name(vdu, "name", "id"),
            "description": vdu.text("description"),
            "kind": "vm",
            "instances": count if count > 1 else None,
            "image": vdu.text("image"),
            "vcpus": flavor.integer("vcpu-count"),
            "memory": flavor.integer("memory-mb"),
            "storage": flavor.integer("storage-gb"),
            "cpu_policy": {"DEDICATED": "dedicated", "SHARED": "shared"}.get(epa.text("cpu-pinning-policy") or ""),
            "memory_page_size": {"LARGE": "large", "SMALL": "small"}.get(epa.text("mempage-size") or ""),
            "interfaces": interfaces,
        }
    )


def _tosca(topology: Element) -> Vnfd:
    templates = topology.child("node_templates")
    vnfd, links = Vnfd(), {}
    for name in templates:
        template = templates.child(name)
        kind = template.text("type") or ""
        if kind.endswith(("Vdu.Compute", "VDU")):
            vnfd.vdus.append(_tosca_vdu(name, template))
        elif kind.endswith(("VduCp", ".CP")):
            bound = {
                key: need.text(key)
                for need in template.items("requirements")
                for key in need
                if isinstance(need.value[key], str)
            }
            vdu = bound.get("virtual_binding") or bound.get("virtualBinding")
            if vdu is not None:
                vnfd.connection_points.append({"name": name, "vdu": vdu, "interface": name})
            link = bound.get("virtual_link") or bound.get("virtualLink")
            if link is not None and vdu is not None:
                links.setdefault(link, []).append(name)
    for vdu in vnfd.vdus:
        vdu["interfaces"] = [point["name"] for point in vnfd.connection_points if point["vdu"] == vdu["name"]]
    vnfd.links = [{"name": name, "kind": "lan", "endpoints": ends} for name, ends in links.items() if len(ends) > 1]
    return vnfd


def _tosca_vdu(name: str, template: Element) -> dict[str, t.Any]:
    compute = template.child("capabilities").child("virtual_compute").child("properties")
    return _kept(
        {
            "name": name,
            "description": template.child("properties").text("description"),
            "kind": "vm",
            "vcpus": compute.child("virtual_cpu").integer("num_virtual_cpu"),
            "memory": _mebibytes(compute.child("virtual_memory"), "virtual_mem_size"),
        }
    )


def _mebibytes(owner: Element, key: str) -> int | None:
    text = owner.text(key)
    found = re.fullmatch(r"\s*([0-9]{1,9})\s*([A-Za-z]*)\s*", text) if text else None
    if text and (not found or found[2].upper() not in MEBIBYTES):
        raise owner.error(f"a size such as 512 MB is expected here, not {text[:40]!r}", key)
    return int(found[1]) * MEBIBYTES[found[2].upper()] if found else None
