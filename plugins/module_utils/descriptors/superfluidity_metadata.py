# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Superfluidity descriptors carry in ``modifiableAttributes.metadata`` of a VNFD or an NSD.

The list holds mappings of a category to entries, each entry a mapping of an identifier of this
descriptor to a value::

    "metadata": [{"CPIPv4FixedIP": [{"net_mgmt": "10.10.10.3"}]}, {"types": [{"vdu1": "OS::Nova::Server"}]}]

A value that is a list of one-key mappings means the mapping of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .element import Element
from .superfluidity_project import Project
from .traced import Traced

CATEGORIES = {
    "types": "kind of resource of a VDU or an external connection point",
    "properties": "properties of that resource",
    "CPIPv4FixedIP": "address of a connection point",
    "CPIPv4FloatingIP": "public address of a connection point",
    "CPIPv4CIDR": "address ranges of a virtual link",
    "createVIMFlavor": "whether a deployment flavour is made as a flavor of the VIM",
    "podDependencies": "what a pod must know of other pods",
    "deploymentOrder": "order of nested VDUs",
    "deploymentPause": "seconds to wait before a nested VDU",
    "site": "where the VNF stands: role, or name, and instances (this project's own)",
    "model": "how the VNF handles packets: type and document (this project's own)",
    "mecServices": "services of the MEC platform: mandatory and optional (this project's own)",
    "cost": "what the machines of the VNF may cost: maximum (this project's own)",
}
"""The categories of a VNFD."""

SERVICE_CATEGORIES = {
    "policies": "what must hold of the traffic: formulas by name (this project's own)",
    "traffic": "what passes a chain: pps and latency by the name of its vnffgd (this project's own)",
    "steering": "how segment routing leads a chain, by the name of its vnffgd (this project's own)",
    "packets": "the packets of which it must hold, by the port where they enter (this project's own)",
    "cost": "what all machines may cost, by the nsdIdentifier: maximum (this project's own)",
}
"""The categories of an NSD."""

SPELLINGS = {
    "allowed_adddress_pairs": "allowed_address_pairs",
    "ip_addres": "ip_address",
}
"""Misspelt keys of published descriptors → what they mean."""


class Metadata:
    """The side channel of one descriptor, with the categories that it may have."""

    def __init__(self, project: Project, owner: Traced, categories: Mapping[str, str] = MappingProxyType(CATEGORIES)):
        self._entries: dict[tuple[str, str], Traced] = {}
        self._project = project
        self._categories = categories
        if "modifiableAttributes" not in owner:
            return
        for block in owner.child("modifiableAttributes").items("metadata"):
            for category in block:
                self._take(block, category)

    def _take(self, block: Traced, category: str) -> None:
        if category not in self._categories:
            message = f"metadata of the category {category} is not used; known are {', '.join(self._categories)}"
            self._project.warn(f"category {category}", message, block, category)
            block.take(category)
            return
        for entry in block.items(category):
            for identifier in entry:
                self._entries[category, identifier] = entry.child(identifier)

    def get(self, category: str, identifier: str) -> Traced | None:
        found = self._entries.get((category, identifier))
        if found is not None:
            found.take()
        return found

    def all(self, category: str) -> dict[str, Traced]:
        """Every entry of a category by its identifier."""
        names = [identifier for of, identifier in self._entries if of == category]
        return {identifier: entry for identifier in names if (entry := self.get(category, identifier)) is not None}

    def text(self, category: str, identifier: str) -> str | None:
        found = self.get(category, identifier)
        return found.text() if found else None

    def properties(self, category: str, identifier: str) -> Element | None:
        """The entry as one mapping, spelt right."""
        found = self.get(category, identifier)
        return self._mapping(found) if found else None

    def _mapping(self, found: Element) -> Element:
        pairs = found.value if isinstance(found.value, list) else [found.value]
        whole: dict = {}
        for index, pair in enumerate(pairs):
            part = Element(pair, found.file, f"{found.path}[{index}]")
            for key in part:
                whole[self._spelt(part, key)] = part.child(key).value
        return Element(whole, found.file, found.path)

    def _spelt(self, owner: Element, key: str) -> str:
        if key in SPELLINGS:
            self._project.warn(f"spelling {key}", f"{key} is read as {SPELLINGS[key]}", owner, key)
        return SPELLINGS.get(key, key)

    def inner(self, owner: Element, key: str) -> Element:
        """The mapping at ``key`` of properties, itself perhaps a list of one-key mappings."""
        return self._mapping(owner.child(key))
