# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What descriptors of Open Source MANO need to know of a function: which of its points others see, and what cannot be said.

Both styles of OSM are written from this view; each adds to ``left_out`` what it has no word for.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..core.errors import InputError
from ..model.service_parts import VMS
from .kubernetes_names import dns_name

PLAIN = {"vm": None, "click": "is written as the VM that boots into its configuration"}
"""Kinds of VDU that OSM starts, and what is lost of each."""
UNSAID = ("flavor", "create_flavor", "ssh_key", "availability_zone", "port_pool")
UNSAID_OF_POINTS = ("mac", "floating_ip", "allowed_address_pairs")
VIRTUAL_INTERFACES = {"normal": "PARAVIRT", "direct": "SR-IOV", "direct-physical": "PCI-PASSTHROUGH"}


@dataclass
class View:
    """A function of a service. ``points`` are those of its machines, in the order of their interfaces."""

    service: dict
    function: dict
    left_out: list[str]
    points: list[dict] = field(init=False)
    inner: list[dict] = field(init=False)
    outer: list[dict] = field(init=False)
    """The points that others may be connected to; by the first of them the function is managed."""

    def __post_init__(self) -> None:
        machines = {vdu["name"]: vdu.get("interfaces", []) for vdu in self.machines}
        self.inner = [link for link in self.service.get("links", []) if self._is_inner(link)]
        points = [point for point in self.function.get("connection_points", []) if point.get("vdu") in machines]
        self.points = sorted(points, key=lambda point: _position(machines[point["vdu"]], point))
        outward = [point for point in self.function.get("connection_points", []) if self._is_outer(point)]
        self.outer = sorted(outward, key=lambda point: not is_management(point))

    @property
    def name(self) -> str:
        return self.function["name"]

    @property
    def machines(self) -> list[dict]:
        return [vdu for vdu in self.function["vdus"] if vdu["kind"] in PLAIN]

    @property
    def pods(self) -> list[dict]:
        return [vdu for vdu in self.function["vdus"] if vdu["kind"] == "pod"]

    def say(self, sentence: str) -> None:
        if sentence not in self.left_out:
            self.left_out.append(sentence)

    def _is_inner(self, link: dict) -> bool:
        return link["name"].startswith(f"{self.name}.") and all(end.partition(".")[0] == self.name for end in link["endpoints"])

    def _is_outer(self, point: dict) -> bool:
        endpoint = f"{self.name}.{point['name']}"
        inner = {end for link in self.inner for end in link["endpoints"]}
        linked = {end for link in self.service.get("links", []) if link not in self.inner for end in link["endpoints"]}
        return "link" in point or (point in self.points and (endpoint in linked or endpoint not in inner))

    def inner_of(self, point: dict) -> list[str]:
        """The inner links, by the names that they have in the function, that end in a point."""
        endpoint = f"{self.name}.{point['name']}"
        return [link["name"].removeprefix(f"{self.name}.") for link in self.inner if endpoint in link["endpoints"]]

    def kind_of(self, point: dict) -> str:
        """The kind of vNIC of a point: its own, or that of its VDU."""
        vdu = next(one for one in self.machines if one["name"] == point["vdu"])
        return point.get("vnic_type", vdu.get("vnic_type", "normal"))

    def boot_file(self, vdu: dict) -> tuple[str, str] | None:
        """The name, in the folder cloud_init, and the text of what a machine runs first."""
        document = vdu.get("user_data", vdu.get("descriptor"))
        if document is None:
            return None
        return f"{vdu['name']}{PurePosixPath(document).suffix or '.txt'}", self.service["documents"][document]

    def tell_unsaid(self) -> None:
        """What neither style of OSM has a word for."""
        for vdu in self.function["vdus"]:
            what = f"{self.name}.{vdu['name']}"
            if vdu["kind"] not in PLAIN and vdu["kind"] != "pod":
                self.say(f"{what}: a {vdu['kind']} is nothing that OSM starts")
            elif PLAIN.get(vdu["kind"]):
                self.say(f"{what} {PLAIN[vdu['kind']]}")
            for key in (key for key in UNSAID if key in vdu):
                self.say(f"{what}: {key} is not said")
            named = {point.get("interface") for point in self.points if point.get("vdu") == vdu["name"]}
            if vdu["kind"] in VMS and set(vdu.get("interfaces", [])) - named:
                self.say(f"{what}: interfaces without a connection point are not said")
            if vdu["kind"] == "pod" and "parent" in vdu:
                self.say(f"{what}: that it belongs to {vdu['parent']} is not said; OSM chooses the cluster")
        for point in self.function.get("connection_points", []):
            for key in (key for key in UNSAID_OF_POINTS if key in point):
                self.say(f"{self.name}.{point['name']}: {key} is not said")
            if "router" in point:
                self.say(f"{self.name}.{point['name']}: a router of the VIM is nothing that OSM makes")
        for key in ("cran_block", "model", "mec_services", "cost"):
            if key in self.function:
                self.say(f"{self.name}: {key} is not said")


def _position(order: list[str], point: dict) -> int:
    return order.index(point["interface"]) if point.get("interface") in order else len(order)


def is_management(point: dict) -> bool:
    """Whether a function is managed through a point: as the model says, else by its name."""
    return point.get("management", bool(re.match(r"(?i)(.*[._-])?(mgmt|management)([._-].*)?$", point["name"])))


def views(service: dict) -> tuple[list[View], list[str]]:
    """A view of each function, and the list of what is left out, to which the writers add."""
    left_out: list[str] = []
    found = [View(service, function, left_out) for function in service["functions"]]
    for view in found:
        view.tell_unsaid()
        if not view.machines and not view.pods:
            left_out.append(f"the function {view.name} is left out: it has neither a VM nor a pod")
    found = [view for view in found if view.machines or view.pods]
    if not found:
        raise InputError(f"{service['name']} has nothing that OSM starts: neither a VM nor a pod")
    for key in ("policies", "packets", "sla", "cost"):
        if key in service:
            left_out.append(f"{key} is not said" if key == "cost" else f"{key} are not said")
    for link in service.get("links", []):
        for key in (key for key in ("provider", "dns_nameservers") if key in link):
            left_out.append(f"the {key} of the link {link['name']} is not said")
    if any("site" in function for function in service["functions"]):
        left_out.append("sites are not said; a VIM is chosen when OSM instantiates")
    return found, left_out


def outer_links_of(service: dict, found: list[View]) -> list[dict]:
    """The links between functions. A function alone, such as a MEC application, has one for each point that others see."""
    inner = [link["name"] for view in found for link in view.inner]
    links = [link for link in service.get("links", []) if link["name"] not in inner]
    if links or len(found) != 1:
        return links
    (view,) = found
    return [{"name": point["name"], "endpoints": [f"{view.name}.{point['name']}"]} for point in view.outer]


def is_managed(ends: list[tuple[View, dict]], found: list[View]) -> bool:
    """Whether a link is a network of management: a function is managed through it, and its point says so or is alone."""
    return any(view.outer[0] is point and (is_management(point) or len(found) == 1) for view, point in ends)


def known(mapping: dict[str, t.Any]) -> dict[str, t.Any]:
    """What a descriptor says: a mapping without its empty values."""
    return {key: value for key, value in mapping.items() if value not in (None, [], {})}


def identifier(text: str) -> str:
    """An identifier for what the model has no name for, such as an image."""
    return dns_name(text)


def ends_of(link: dict, found: list[View], say: t.Callable[[str], None]) -> list[tuple[View, dict]]:
    """The functions and points in which a link between functions ends."""
    ends = []
    for endpoint in link["endpoints"]:
        function, _dot, name = endpoint.partition(".")
        view = next((one for one in found if one.name == function), None)
        point = next((one for one in view.outer if one["name"] == name), None) if view else None
        if view is None or point is None:
            say(f"the end {endpoint} of {link['name']} is not said")
        else:
            ends.append((view, point))
    return ends
