# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A VNFD of SOL006 as a function of the service model."""

from __future__ import annotations

import math
import typing as t

from . import capabilities, kpis, scaling
from .assembly import Draft, address_range, flow_pattern, unique_points
from .naming import fit_name, fit_point
from .security_rules import SOL006, bind_rules, bound_rules, security_rules
from .traced import Notes, Traced

VNIC_TYPES = {
    "normal": "normal",
    "virtio": "normal",
    "paravirt": "normal",
    "om-mgmt": "normal",
    "e1000": "normal",
    "direct": "direct",
    "sr-iov": "direct",
    "direct-physical": "direct-physical",
    "pci-passthrough": "direct-physical",
    "virtio-forwarder": "virtio-forwarder",
    "macvtap": "macvtap",
    "vdpa": "vdpa",
}
"""Kinds of interface, as SOL006 and OSM call them → as Neutron does."""

CPU_POLICIES = {"static": "dedicated", "dynamic": "shared"}


def plain_identity(text: str | None) -> str:
    """``nfv:ethernet`` of a YANG identity is ``ethernet``."""
    return (text or "").rpartition(":")[2].lower()


def read_vnf(vnfd: Traced, name: str, site: dict, notes: Notes, flavour: str | None = None) -> Draft:
    """The function ``name`` in the deployment flavour of that identifier, or in the first."""
    vnfd.take("id")
    draft = Draft(name, dict(site), vnfd.text("product-info-description") or vnfd.text("description"))
    df = _flavour(vnfd, notes, flavour)
    _links(draft, vnfd, df, notes)
    draft.rules, left_out = security_rules(vnfd.items("security-group-rule"), "id", SOL006, notes)
    vdus = [(fit_name(vdu.text("id"), vdu, notes, "id"), vdu) for vdu in vnfd.items("vdu")]
    names = unique_points([(vdu, cpd.text("id") or "") for vdu, element in vdus for cpd in element.items("int-cpd")])
    for vdu, element in vdus:
        points = [_point(draft, vdu, cpd, names, notes) for cpd in element.items("int-cpd")]
        for point, cpd in zip(points, element.items("int-cpd"), strict=True):
            bind_rules(draft.points, point["name"], bound_rules(cpd, SOL006, draft.rules, left_out, notes), cpd, notes)
        draft.vdus.append(_vdu(draft, vdu, element, vnfd, df, notes) | _interfaces(points) | _pool(vdu, element, names))
    _scale(draft, vdus, df, notes)
    for cpd in vnfd.items("ext-cpd"):
        _outer_point(draft, cpd, names, notes)
        inner = draft.outer.get(fit_point(cpd.text("id"), cpd, notes), "")
        bind_rules(draft.points, inner, bound_rules(cpd, SOL006, draft.rules, left_out, notes), cpd, notes)
    _management(draft, vnfd)
    return draft


def _flavour(vnfd: Traced, notes: Notes, wanted: str | None) -> Traced:
    flavours = vnfd.items("df")
    fits = [df for df in flavours if wanted is None or df.text("id") == wanted]
    if flavours and not fits:
        raise vnfd.error(f"there is no deployment flavour {wanted}", "df")
    for df in flavours:
        df.take("id")
        if fits and df.path != fits[0].path:
            notes.warn(f"flavours {vnfd.path}", f"the deployment flavour {fits[0].text('id')} is read, the others are not", df)
            df.take()
    return fits[0] if fits else Traced({}, vnfd.file, vnfd.path)


def _links(draft: Draft, vnfd: Traced, df: Traced, notes: Notes) -> None:
    profiles = {profile.text("id"): profile for profile in df.items("virtual-link-profile")}
    for description in vnfd.items("int-virtual-link-desc"):
        identifier = fit_point(description.text("id"), description, notes, "id")
        kind = flow_pattern(description.child("connectivity-type").text("flow-pattern"))
        draft.add_link(identifier, kind=kind, **addressing(profiles.get(description.text("id")), notes))


def addressing(profile: Traced | None, notes: Notes) -> dict[str, t.Any]:
    """Range, gateway and name servers of a link, from its profile."""
    for data in profile.items("virtual-link-protocol-data") if profile else ():
        layer3 = data.child("l3-protocol-data")
        cidr = address_range(layer3, "cidr", notes)
        return {
            "cidr": cidr,
            "gateway": layer3.text("gateway-ip") or None,
        }
    return {}


def _point(draft: Draft, vdu: str, cpd: Traced, names: dict, notes: Notes) -> dict:
    identifier = cpd.text("id") or ""
    name = fit_point(names[vdu, identifier], cpd, notes, "id")
    point: dict[str, t.Any] = {"name": name, "vdu": vdu}
    for need in cpd.items("virtual-network-interface-requirement"):  # OSM names the interface here
        if need.text("name"):
            point["interface"] = need.text("name")
        _vnic_type(point, need.child("virtual-interface"), "type", notes)
    _vnic_type(point, cpd, "vnic-type", notes)
    draft.points.append(point)
    link = cpd.text("int-virtual-link-desc")
    if link is not None:
        connect_inner(draft, cpd, link, name)
    return point


def _vnic_type(point: dict, where: Traced, key: str, notes: Notes) -> None:
    text = plain_identity(where.text(key))
    if text and text not in VNIC_TYPES:
        notes.warn(f"vnic {text}", f"an interface of the type {text} is not known; it is taken for a normal one", where)
    kind = VNIC_TYPES.get(text, "normal")
    if kind != "normal":
        point["vnic_type"] = kind


def connect_inner(draft: Draft, where: Traced, link: str, point: str, key: str = "int-virtual-link-desc") -> None:
    if link not in draft.links:
        raise where.error(f"there is no virtual link {link} in {key} of the VNFD", key)
    draft.connect(link, point)


def _interfaces(points: list[dict]) -> dict:
    names = [point["interface"] for point in points if "interface" in point]
    return {"interfaces": names} if names else {}


def _pool(vdu: str, element: Traced, names: dict) -> dict:
    """A trunk without fixed subports is what a pool of ports for pods needs."""
    trunks = element.items("trunk-port")
    if len(trunks) != 1 or trunks[0].items("sub-port-list"):
        return {}
    parent = trunks[0].text("parent-port-cpd") or ""
    if (vdu, parent) not in names:
        raise trunks[0].error(f"{parent} is no int-cpd of {vdu}", "parent-port-cpd")
    return {"port_pool": {"connection_point": names[vdu, parent]}}


def _outer_point(draft: Draft, cpd: Traced, names: dict, notes: Notes) -> None:
    """An external connection point: another name of an inner one, or the way out of an inner link."""
    name = fit_point(cpd.text("id"), cpd, notes, "id")
    inner, link = cpd.child("int-cpd"), cpd.text("int-virtual-link-desc")
    if inner.value is not None:
        key = (fit_name(inner.text("vdu-id"), inner, notes, "vdu-id"), inner.text("cpd") or "")
        if key not in names:
            raise inner.error(f"there is no int-cpd {key[1]} in the VDU {key[0]}")
        draft.outer[name] = fit_point(names[key], cpd, notes)
    elif link is not None:
        if link not in draft.links:
            raise cpd.error(f"there is no virtual link {link} in int-virtual-link-desc of the VNFD", "int-virtual-link-desc")
        taken = {point["name"] for point in draft.points}
        point = f"{name}.out" if name in taken else name
        draft.lead_out(point, link)
        draft.outer[name] = point
    elif "k8s-cluster-net" in cpd:  # a leaf of OSM
        draft.clusters.add(name)
    elif name in {point["name"] for point in draft.points}:
        notes.warn(f"inner {name}", f"{name} names no int-cpd; the one of the same name is taken", cpd)
        draft.outer[name] = name
    else:
        raise cpd.error(f"{name} names neither an int-cpd nor an int-virtual-link-desc")


def _management(draft: Draft, vnfd: Traced) -> None:
    """OSM says by which external point a VNF is managed."""
    name = vnfd.text("mgmt-cp")
    if name is None or name in draft.clusters:
        return
    if name not in draft.outer:
        raise vnfd.error(f"there is no ext-cpd {name}", "mgmt-cp")
    for point in draft.points:
        if point["name"] == draft.outer[name]:
            point["management"] = True


def _vdu(draft: Draft, name: str, vdu: Traced, vnfd: Traced, df: Traced, notes: Notes) -> dict:
    answer: dict[str, t.Any] = {"name": name, "kind": "vm"}
    description = vdu.text("description")
    if vdu.text("name") not in (None, vdu.text("id")) and not description:
        description = vdu.text("name")
    if description:
        answer["description"] = description
    count = _instances(df, vdu.text("id") or "", notes)
    if count > 1:
        answer["instances"] = count
    answer |= _compute(_referenced(vnfd, vdu, "virtual-compute-desc"), notes)
    storages = [_referenced(vnfd, vdu, "virtual-storage-desc", text) for text in vdu.texts_of("virtual-storage-desc")]
    if storages and storages[0]:
        answer |= _storage(storages[0])
    for storage in storages[1:]:
        notes.warn(f"storages {vdu.path}", f"{name} has several storages; only the first is used", storage or vdu)
    image = _referenced(vnfd, vdu, "sw-image-desc") or next((_image_of(vnfd, one) for one in storages if one), None)
    if image:
        answer |= _image(answer, image, notes)
    return answer | first_boot(draft, name, vdu, notes)


def _instances(df: Traced, vdu: str, notes: Notes) -> int:
    """The number of the default instantiation level, or the least of the profile."""
    count, default = 0, df.text("default-instantiation-level")
    levels = df.items("instantiation-level")
    for level in levels:
        level.take("id")
        if (default is None and level is levels[0]) or level.text("id") == default:
            counts = {one.text("vdu-id"): one.number("number-of-instances") for one in level.items("vdu-level")}
            count = int(counts.get(vdu) or 0)
    for profile in df.items("vdu-profile"):
        if profile.text("id") == vdu:
            least, most = profile.number("min-number-of-instances"), profile.number("max-number-of-instances")
            count = count or int(least or 1)
            if least is not None and most is not None and least > most:
                notes.warn(f"instances {vdu}", f"{vdu} must have at least {least:g} and at most {most:g} instances", profile)
    return count or 1


def _scale(draft: Draft, vdus: list[tuple[str, Traced]], df: Traced, notes: Notes) -> None:
    """KPIs of the VDUs and of the flavour, and how its aspects scale the VDUs."""
    draft.kpis, names = kpis.read_kpis([*vdus, ("", df)], kpis.SOL006, notes)
    identifiers = {element.text("id") or "": name for name, element in vdus}
    grown = scaling.growths(df, scaling.SOL006, identifiers, notes)
    profiles = {profile.text("id"): profile for profile in df.items("vdu-profile")}
    for vdu, (_name, element) in zip(draft.vdus, vdus, strict=True):
        identifier = element.text("id") or ""
        profile = profiles.get(identifier, Traced({}, df.file, df.path))
        bounds = (profile.number("min-number-of-instances"), profile.number("max-number-of-instances"))
        vdu.update(scaling.scaling(vdu, bounds, grown.get(identifier, []), names, profile, notes))


def _referenced(vnfd: Traced, vdu: Traced, key: str, wanted: str | None = None) -> Traced | None:
    """The entry of the VNFD's list ``key`` that the VDU names under the same key."""
    wanted = wanted or vdu.text(key)
    if wanted is None:
        return None
    for entry in vnfd.items(key):
        if entry.text("id") == wanted:
            return entry
    raise vdu.error(f"{wanted} is not in the {key} list of the VNFD; add it or remove the reference", key)


def _compute(compute: Traced | None, notes: Notes) -> dict:
    if compute is None:
        return {}
    memory, cpu = compute.child("virtual-memory"), compute.child("virtual-cpu")
    size, count = memory.number("size"), cpu.number("num-virtual-cpu")
    policy = CPU_POLICIES.get(plain_identity(cpu.child("pinning").text("policy")))
    pages = plain_identity(memory.text("mempage-size"))  # a leaf of OSM
    sizes = {
        "memory": mebibytes(size),
        "vcpus": int(count) if count else None,
        "cpu_policy": policy,
        "memory_page_size": {"large": "large", "small": "small", "prefer_large": "any", "": None}.get(pages),
    }
    if pages and not sizes["memory_page_size"]:
        notes.warn(f"pages {pages}", f"pages of the size {pages} are not known; the size is left open", memory)
    nodes = capabilities.numa_nodes(memory.child("numa-node-policy"), memory, "numa-enabled")
    sizes["hardware"] = capabilities.read_hardware(compute, capabilities.SOL006, notes, nodes)
    known = {key: value for key, value in sizes.items() if value}
    return capabilities.fitting(known, cpu.child("pinning"), "thread-policy", compute, notes)


def mebibytes(gigabytes: float | None) -> int | None:
    """MiB for a size in GB, by which every orchestrator means GiB; a started MiB counts."""
    return math.ceil(round(gigabytes * 1024, 6)) if gigabytes else None


def _storage(storage: Traced) -> dict:
    for holder in (storage.child("block-storage-data"), storage.child("file-storage-data"), storage):
        size = holder.number("size-of-storage")
        if size is not None:
            return {"storage": math.ceil(size)}
    return {}


def _image_of(vnfd: Traced, storage: Traced) -> Traced | None:
    wanted = storage.child("block-storage-data").text("sw-image-desc") or None
    return _referenced(vnfd, storage, "sw-image-desc", wanted) if wanted else None


def _image(sizes: dict, image: Traced, notes: Notes) -> dict:
    """The image's name in the VIM. Where it can be fetched from is the business of who uploads it."""
    disk, memory = image.number("min-disk"), mebibytes(image.number("min-ram"))
    if disk and sizes.get("storage") is not None and disk > sizes["storage"]:
        notes.warn(f"disk {image.path}", f"the image needs a disk of {disk:g} GiB, and the VDU has {sizes['storage']}", image)
    if memory and memory > sizes.get("memory", memory):
        notes.warn(f"memory {image.path}", f"the image needs {memory} MiB of memory, and the VDU has {sizes['memory']}", image)
    file = image.child("image").value
    if isinstance(file, str) and file and "://" not in file:
        image.take("image", "name")
        return {"image": file}
    name = image.text("name") or image.text("id")
    return {"image": name} if name else {}


def first_boot(draft: Draft, name: str, vdu: Traced, notes: Notes) -> dict:
    """The text that the first boot runs: in the descriptor, or (OSM) in a file of the package."""
    text, file = vdu.text("boot-data") or vdu.text("cloud-init"), vdu.text("cloud-init-file")
    if text:
        return {"user_data": draft.document(f"{draft.name}/{name}/boot-data", text)}
    if not file:
        return {}
    found = notes.package.find(file, beside=vdu.file)
    if found is None:
        raise vdu.error(f"the file {file} is missing; add cloud_init/{file} to the package", "cloud-init-file")
    return {"user_data": draft.document(found, notes.package.text(found))}
