# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service put together from what a descriptor says piece by piece.

Readers of languages that name connection points within a VDU, call functions by the profile of a network service, or
describe one VNF alone, meet here: a ``Draft`` is a function on the way, ``service_of`` the end of the way.
"""

from __future__ import annotations

import ipaddress
import typing as t
from collections import Counter
from dataclasses import dataclass, field

from .element import Element
from .traced import Notes, Traced

LINK_KINDS = {"line": "line", "e-line": "line", "eline": "line", "tree": "tree", "e-tree": "tree", "etree": "tree"}
"""Flow patterns of all languages; any other is a lan, in which each may speak with each."""


@dataclass
class Draft:
    """One function: its VDUs, connection points, inner links, and the names by which others call its points."""

    name: str
    site: dict
    description: str | None = None
    vdus: list[dict] = field(default_factory=list)
    points: list[dict] = field(default_factory=list)
    links: dict[str, dict] = field(default_factory=dict)
    outer: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    objects: list[str] = field(default_factory=list)
    rules: list[dict] = field(default_factory=list)
    kpis: list[dict] = field(default_factory=list)
    clusters: set[str] = field(default_factory=set)
    """Outer points that are of a Kubernetes cluster, and of no VDU."""

    def add_link(self, identifier: str, **keys: t.Any) -> None:
        known = {key: value for key, value in keys.items() if value is not None}
        self.links[identifier] = {"name": f"{self.name}.{identifier}", "kind": "lan", "endpoints": [], **known}

    def connect(self, identifier: str, point: str) -> None:
        """Let an inner link end in a point."""
        self.links[identifier]["endpoints"].append(f"{self.name}.{point}")

    def lead_out(self, name: str, identifier: str) -> None:
        """Make a connection point of an inner link."""
        self.points.append({"name": name, "link": self.links[identifier]["name"]})
        self.outer[name] = name

    def document(self, name: str, text: str) -> str:
        self.documents[name] = text
        return name

    def model(self) -> dict[str, t.Any]:
        keys = {
            "name": self.name,
            "description": self.description,
            "site": self.site,
            "vdus": self.vdus,
            "connection_points": self.points,
            "objects": self.objects,
            "security_rules": self.rules,
            "kpis": self.kpis,
        }
        return {key: value for key, value in keys.items() if value or key == "vdus"}


def service_of(
    name: str, drafts: list[Draft], links: dict[str, dict], access: list[dict] | None = None, **keys: t.Any
) -> dict[str, t.Any]:
    """The service model of ``drafts`` and the ``links`` between them; ``keys`` are further ones, left out where empty."""
    inner = [link for draft in drafts for link in draft.links.values()]
    for link in inner:
        link["endpoints"] = list(dict.fromkeys(link["endpoints"]))
    documents = {name: text for draft in drafts for name, text in draft.documents.items()}
    service = {
        "name": name,
        "functions": [draft.model() for draft in drafts],
        "links": [*links.values(), *inner],
        "access_points": access or [],
        **keys,
        "documents": dict(sorted(documents.items())),
    }
    return {key: value for key, value in service.items() if value or key == "functions"}


def outer_links(drafts: list[Draft], together: dict[str, str] | None = None) -> dict[str, dict]:
    """What a VNF without a network service needs: a link for each of its outer connection points.

    :param together: connection point → the network that it shares with others
    """
    links: dict[str, dict] = {}
    for draft in drafts:
        for outer, point in draft.outer.items():
            shared = (together or {}).get(point) or (together or {}).get(outer)
            name = shared or (outer if len(drafts) == 1 else f"{draft.name}.{outer}")
            link = links.setdefault(name, {"name": name, "kind": "lan", "endpoints": []})
            if f"{draft.name}.{point}" not in link["endpoints"]:
                link["endpoints"].append(f"{draft.name}.{point}")
    return links


def separate_ranges(drafts: list[Draft], where: Element, notes: Notes) -> None:
    """Two functions of one VNFD have inner links of one range, which a service cannot have twice: the later get another."""
    taken: set[str] = set()
    for draft in drafts:
        for link in draft.links.values():
            if told := give_up_range(link, draft.points, taken):
                notes.warn(f"range {link['name']}", told, where)
        taken |= {link["cidr"] for link in draft.links.values() if "cidr" in link}


def give_up_range(link: dict, points: list[dict], taken: t.Container[str]) -> str | None:
    """Leave out the range of a link that is ``taken``, and the addresses that its points have in it; answers what to tell."""
    cidr = link.get("cidr")
    if cidr is None or cidr not in taken:
        return None
    for key in ("cidr", "gateway"):
        link.pop(key, None)
    ends = {end.partition(".")[2] for end in link["endpoints"]}
    lost = [point["name"] for point in points if point["name"] in ends and point.pop("fixed_ip", None)]
    addresses = f", and {', '.join(lost)} an address in it" if lost else ""
    return f"{cidr} is the range of an earlier function too; {link['name']} gets the next free one{addresses}"


def unique_points(wanted: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Names of the points (VDU, name in the VDU): the name alone where it is unique, else the VDU's before it."""
    counts = Counter(name for _vdu, name in wanted)
    return {(vdu, name): name if counts[name] == 1 else f"{vdu}.{name}" for vdu, name in wanted}


def flow_pattern(text: str | None) -> str:
    return LINK_KINDS.get((text or "").lower(), "lan")


def address_range(where: Traced, key: str, notes: Notes) -> str | None:
    """The range of a link. Bits beyond its prefix are cut off, and it is said."""
    text = where.text(key)
    if not text:
        return None
    try:
        interface = ipaddress.ip_interface(text)
    except ValueError:
        raise where.error(f"{text[:40]!r} is no address range, as 10.0.0.0/24 is", key) from None
    if str(interface.network) != text and interface.ip != interface.network.network_address:
        notes.warn(f"range {text}", f"{text} has bits beyond its prefix; it is read as {interface.network}", where.child(key))
    return str(interface.network)


def layers(before: dict[str, set[str]], where: Element, key: str) -> list[list[str]]:
    """Stages: each name in the first after all that must come before it.

    :raises InputError: some wait for each other
    """
    stages: list[list[str]] = []
    placed: set[str] = set()
    while len(placed) < len(before):
        stage = [name for name, earlier in before.items() if name not in placed and earlier <= placed]
        if not stage:
            circle = ", ".join(name for name in before if name not in placed)
            raise where.error(f"{circle} wait for each other; remove one of the dependencies", key)
        stages.append(stage)
        placed.update(stage)
    return stages
