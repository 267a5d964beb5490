# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Special hardware in the languages of ETSI: capabilities that are requested, and requirements of logical nodes.

IFA 011 (7.1.9.5, 7.1.9.6) leaves their names and keys to others. What is a trait, a resource class or an extra spec of
OpenStack is read; everything else is told as not used, as it was before anybody looked at it.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from ..model.hardware import RESOURCE_NAME, TRAIT_NAME, check_hardware, hardware_of, joined
from .traced import Notes, Traced


class Words(t.NamedTuple):
    capabilities: str
    name: str
    mandatory: str
    parameters: str
    nodes: str
    requirements: str


SOL006 = Words(
    "request-additional-capability",
    "name",
    "support-mandatory",
    "target-performance-parameters",
    "logical-node",
    "requirement-detail",
)
SOL001 = Words(
    "requested_additional_capabilities",
    "requested_additional_capability_name",
    "support_mandatory",
    "target_performance_parameters",
    "logical_node",
    "logical_node_requirements",
)
IFA011 = Words(
    "requestAdditionalCapabilities",
    "requestedAdditionalCapabilityName",
    "supportMandatory",
    "targetPerformanceParameters",
    "logicalNode",
    "logicalNodeRequirementDetail",
)
THREAD_POLICIES = {"prefer": "prefer", "isolate": "isolate"}
"""Policies of OSM for the threads of a core → Nova's. Its others ask for what no flavor can say."""
COUNTS = ("count", "number")
"""Parameters that say how many of a resource."""


def read_hardware(compute: Traced, words: Words, notes: Notes, numa_nodes: int | None = None) -> dict[str, t.Any]:
    """The ``hardware`` that a description of virtual processors asks for.

    :param numa_nodes: what the language has a key of its own for
    """
    parts: list[dict[str, t.Any]] = [{"numa_nodes": numa_nodes}] if numa_nodes else []
    for node in entries(compute.child(words.nodes)):
        found = list(_specs(node.child(words.requirements)))
        parts += found
        if found:
            node.take("id")
    for capability in entries(compute.child(words.capabilities), words.name):
        parts += _capability(capability, words, notes)
    return joined(parts)


def _capability(capability: Traced, words: Words, notes: Notes) -> Iterator[dict[str, t.Any]]:
    parameters = capability.child(words.parameters)
    specs = list(_specs(parameters))
    name = capability.child(words.name).value
    name = name if isinstance(name, str) else ""
    count = next((one for one in pairs(parameters) if one[0] in COUNTS and hardware_of("resources:VGPU", one[1])), None)
    found: dict[str, t.Any] = {}
    if RESOURCE_NAME.fullmatch(name) and (count or not name.startswith("CUSTOM_")):  # a custom name may be either
        found = {"resources": {name: int(count[1]) if count else 1}}
        if count:
            count[2].take()
    elif TRAIT_NAME.fullmatch(name):
        found = {"traits": [name]}
    if specs or found:
        capability.take(words.name)
    if found and capability.child(words.mandatory).value is not None and not capability.boolean(words.mandatory):
        message = f"{name} is wished for and need not be there; the model has only what is required, so it is left out"
        notes.warn(f"wish {capability.path}", message, capability)
    elif found:
        yield found
    if specs:
        capability.boolean(words.mandatory)
    yield from specs


def _specs(where: Traced) -> Iterator[dict[str, t.Any]]:
    """What of the pairs of key and value are extra specs of Nova for hardware."""
    for key, value, entry in pairs(where):
        part = hardware_of(key, value)
        if part is not None:
            entry.take()
            yield part


def pairs(where: Traced) -> Iterator[tuple[str, str, Traced]]:
    """Key and value of each pair: of a mapping, or of a list of mappings with ``key`` and ``value`` or with one key each."""
    if isinstance(where.value, dict) and {"key", "value"} <= where.value.keys():
        yield from _pair(str(where.value["key"]), where.value["value"], where)
    elif isinstance(where.value, dict):
        for key in where:
            yield from _pair(key, where.child(key).value, where.child(key))
    elif isinstance(where.value, list):
        for entry in entries(where):
            yield from pairs(entry)


def _pair(key: str, value: t.Any, where: Traced) -> Iterator[tuple[str, str, Traced]]:
    if isinstance(value, str | int) and not isinstance(value, bool):
        yield key, str(value), where


def entries(where: Traced, name: str | None = None) -> list[Traced]:
    """The mappings of a list, or of a mapping by names; ``where`` itself if it has the key ``name``."""
    if name is not None and name in where:
        return [where]
    found = [where.child(key) for key in where] if isinstance(where.value, dict) else where.listed()
    return [one for one in found if isinstance(one.value, dict)]


def numa_nodes(policy: Traced, memory: Traced, enabled: str) -> int | None:
    """How many NUMA nodes there are, as OSM has it; of ETSI's, that memory and processors are to be near each other, one."""
    count = policy.number("node-cnt") if policy.value is not None else None
    if count and policy.child("mem-policy").value == "STRICT":  # which is how Nova does it
        policy.take("mem-policy")
    return int(count) if count else (1 if memory.boolean(enabled) else None)


def fitting(vdu: dict[str, t.Any], policy: Traced, key: str, where: Traced, notes: Notes) -> dict[str, t.Any]:
    """``vdu`` with OSM's policy for the threads of a core, and without hardware that Nova would refuse; that is told."""
    hardware = dict(vdu.get("hardware", {}))
    text = policy.text(key) if policy.value is not None else None
    if text:
        hardware["cpu_thread_policy"] = THREAD_POLICIES.get(text.lower(), text)
    if text and text.lower() not in THREAD_POLICIES:
        notes.warn(f"threads {text}", f"the policy {text} for threads is none of Nova's; it is left out", policy.child(key))
        del hardware["cpu_thread_policy"]
    for path, sentence in check_hardware({**vdu, "hardware": hardware}):
        name = path.lstrip(".")
        if hardware.pop(name, None) is not None:
            notes.warn(f"{name} {where.path}", f"{name}: {sentence}; it is left out", where)
    rest = {name: value for name, value in vdu.items() if name != "hardware"}
    return rest | ({"hardware": hardware} if hardware else {})
