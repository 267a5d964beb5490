# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A VNF of openmano as a function of the service model."""

from __future__ import annotations

import math
import typing as t
from collections.abc import Container

from .assembly import Draft, unique_points
from .naming import fit_name, fit_point
from .traced import Notes, Traced

DEDICATED = {"yes": "direct-physical", "no": "direct", "yes:sriov": "direct"}
"""Whose a fast interface is: the machine's own card, or a part of one (SR-IOV)."""
THREADS = {"cores": 1, "threads": 1, "paired-threads": 2}
"""How a NUMA node is asked for → the processors that the guest sees for each."""


def read_vnf(vnf: Traced, name: str, site: dict, notes: Notes) -> Draft:
    vnf.text("name")
    draft = Draft(name, dict(site), vnf.text("description"))
    machines = {machine.text("name") or "": machine for machine in vnf.items("VNFC")}
    for key, machine in machines.items():
        draft.vdus.append(_machine(draft, fit_name(key, machine, notes, "name"), machine))
    names = {key: vdu["name"] for key, vdu in zip(machines, draft.vdus, strict=True)}
    kinds = {(key, one.text("name") or ""): (one, kind) for key in machines for one, kind in _interfaces(machines[key])}
    outer = _outer(draft, vnf, kinds, notes)
    inner = unique_points([(names[key], interface) for key, interface in kinds if (key, interface) not in outer])
    taken, points = set(outer.values()), {}
    for (key, interface), (where, kind) in kinds.items():
        free = inner.get((names[key], interface), "")
        free = f"{names[key]}.{interface}" if free in taken else free
        points[key, interface] = outer.get((key, interface)) or fit_point(free, where, notes)
        draft.points.append(_point(points[key, interface], names[key], where, kind))
    _inner_links(draft, vnf, points, notes)
    managed = {draft.outer[one.text("name") or ""] for one in vnf.items("external-connections") if one.text("type") == "mgmt"}
    for point in draft.points:
        if point["name"] in managed:
            point["management"] = True
    return draft


def _interfaces(machine: Traced) -> t.Iterator[tuple[Traced, str]]:
    """The interfaces of a machine, in order, each with its kind of vNIC."""
    for interface in machine.items("bridge-ifaces"):
        yield interface, "normal"
    for numa in machine.items("numas"):
        for interface in numa.items("interfaces"):
            dedicated = interface.text("dedicated") if isinstance(interface.child("dedicated").value, str) else None
            if dedicated is None:  # YAML's yes and no without quotes
                dedicated = "yes" if interface.boolean("dedicated") else "no"
            if dedicated not in DEDICATED:
                raise interface.error(f"{dedicated} is none of {', '.join(DEDICATED)}", "dedicated")
            yield interface, DEDICATED[dedicated]


def _point(name: str, vdu: str, interface: Traced, kind: str) -> dict[str, t.Any]:
    point: dict[str, t.Any] = {"name": name, "vdu": vdu, "interface": interface.text("name") or ""}
    if kind != "normal":
        point["vnic_type"] = kind
    if interface.text("mac_address"):
        point["mac"] = interface.text("mac_address")
    return point


def _outer(draft: Draft, vnf: Traced, plugs: Container[tuple[str, str]], notes: Notes) -> dict[tuple[str, str], str]:
    """Interfaces that others may be connected to, and the name that each bears there."""
    outer = {}
    for one in vnf.items("external-connections"):
        one.take("description")
        key = (one.text("VNFC") or "", one.text("local_iface_name") or "")
        if key not in plugs:
            raise one.error(f"there is no interface {key[1]} of the VNFC {key[0]}")
        name = fit_point(one.text("name"), one, notes, "name")
        if key in outer or one.text("name") in draft.outer:
            raise one.error(f"{one.text('name')}, or its interface, is connected twice")
        outer[key] = draft.outer[one.text("name") or ""] = name
    return outer


def _inner_links(draft: Draft, vnf: Traced, points: dict[tuple[str, str], str], notes: Notes) -> None:
    for one in vnf.items("internal-connections"):
        one.take("description", "type")  # the interfaces say what kind of network it is
        name = fit_point(one.text("name"), one, notes, "name")
        draft.add_link(name)
        for end in one.items("elements"):
            key = (end.text("VNFC") or "", end.text("local_iface_name") or "")
            if key not in points:
                raise end.error(f"there is no interface {key[1]} of the VNFC {key[0]}")
            draft.connect(name, points[key])


def _machine(draft: Draft, name: str, machine: Traced) -> dict[str, t.Any]:
    """Size and image. What a NUMA node is asked for (processors, huge pages) belongs to the machine alone."""
    numas = machine.items("numas")
    counts = [(numa.number(key) or 0) * threads for numa in numas for key, threads in THREADS.items()]
    memory = sum(numa.number("memory") or 0 for numa in numas)
    disk, cpus, ram = machine.number("disk"), machine.number("vcpus"), machine.number("ram")
    answer = {
        "name": name,
        "kind": "vm",
        "description": machine.text("description"),
        "image": machine.text("VNFC image") or machine.text("image name"),
        "vcpus": int(sum(counts)) or int(cpus or 0) or None,
        "memory": math.ceil(memory * 1024) or int(ram or 0) or None,
        "storage": math.ceil(disk) if disk is not None else None,
        "cpu_policy": "dedicated" if sum(counts) else None,
        "memory_page_size": "large" if memory else None,
        "interfaces": [interface.text("name") or "" for interface, _kind in _interfaces(machine)] or None,
    }
    text = machine.text("boot-data") if isinstance(machine.child("boot-data").value, str) else None
    if text:
        answer["user_data"] = draft.document(f"{draft.name}/{name}/boot-data", text)
    return {key: value for key, value in answer.items() if value is not None}
