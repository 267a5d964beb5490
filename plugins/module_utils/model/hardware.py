# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The special hardware of a VDU, in the service model and in the extra specs of Nova's flavors.

``hardware`` has ``numa_nodes``, ``cpu_thread_policy``, ``traits`` (names that Placement has for what a host can do),
``resources`` (how many of a resource class, such as VGPU) and ``devices`` (PCI devices by their alias, and how many).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Data = Mapping[str, Any]
Finding = tuple[str, str]

PLAIN = {"numa_nodes": "hw:numa_nodes", "cpu_thread_policy": "hw:cpu_thread_policy"}
"""Key of the model → the extra spec that has its value as it is."""
ALIAS = "pci_passthrough:alias"
TRAIT, RESOURCE = "trait:", "resources:"
THREAD_POLICIES = ("prefer", "isolate", "require")
TRAIT_NAME = re.compile(r"(COMPUTE|CUSTOM|HW|MISC|OWNER|STORAGE)_[A-Z0-9_]{1,240}")
"""The namespaces of os-traits."""
RESOURCE_NAME = re.compile(
    r"CUSTOM_[A-Z0-9_]{1,240}|FPGA|MEM_ENCRYPTION_CONTEXT|NET_BW_(E|I)GR_KILOBIT_PER_SEC|PCI_DEVICE|PGPU|SRIOV_NET_VF"
    r"|VGPU|VGPU_DISPLAY_HEAD"
)
"""The classes of os-resource-classes, without those of a size that a VDU has a key of its own for."""
ALIASES = re.compile(r"\s*[A-Za-z0-9_.-]+\s*:\s*[1-9][0-9]{0,5}\s*(,\s*[A-Za-z0-9_.-]+\s*:\s*[1-9][0-9]{0,5}\s*)*")
COUNT = re.compile(r"[1-9][0-9]{0,8}")


def hardware_specs(hardware: Data) -> dict[str, str]:
    """The extra specs of a flavor for ``hardware``."""
    specs = {spec: str(hardware[key]) for key, spec in PLAIN.items() if key in hardware}
    specs |= {f"{TRAIT}{name}": "required" for name in hardware.get("traits", ())}
    specs |= {f"{RESOURCE}{name}": str(count) for name, count in hardware.get("resources", {}).items()}
    devices = [f"{one['alias']}:{one.get('count', 1)}" for one in hardware.get("devices", ())]
    return specs | ({ALIAS: ",".join(devices)} if devices else {})


def hardware_of(spec: str, value: str) -> dict[str, Any] | None:
    """The part of ``hardware`` that an extra spec says; None where it says something else, or nothing that can be read."""
    kind, _sign, name = spec.partition(":")
    if spec == PLAIN["numa_nodes"] and COUNT.fullmatch(value):
        return {"numa_nodes": int(value)}
    if spec == PLAIN["cpu_thread_policy"] and value in THREAD_POLICIES:
        return {"cpu_thread_policy": value}
    if f"{kind}:" == TRAIT and TRAIT_NAME.fullmatch(name) and value == "required":
        return {"traits": [name]}
    if f"{kind}:" == RESOURCE and RESOURCE_NAME.fullmatch(name) and COUNT.fullmatch(value):
        return {"resources": {name: int(value)}}
    if spec == ALIAS and ALIASES.fullmatch(value):
        return {"devices": [{"alias": alias, "count": count} for alias, count in _devices(value).items()]}
    return None


def joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One ``hardware`` of its parts: lists and mappings are put together, of what has one value the last is taken."""
    whole: dict[str, Any] = {}
    for key, value in (pair for part in parts for pair in part.items()):
        if isinstance(value, list):
            known = whole.setdefault(key, [])
            known += [one for one in value if one not in known]
        elif isinstance(value, dict):
            whole.setdefault(key, {}).update(value)
        else:
            whole[key] = value
    return whole


def _devices(text: str) -> dict[str, int]:
    """``gpu:1,fpga:2`` by alias; one that is named twice counts twice."""
    found: dict[str, int] = {}
    for alias, _sign, count in (one.partition(":") for one in text.split(",")):
        found[alias.strip()] = found.get(alias.strip(), 0) + int(count)
    return found


def offers(has: str | None, spec: str, wanted: str) -> bool:
    """Whether the value ``has`` of a flavor's extra spec is enough for the one that is wanted.

    Of resources and of devices there may be more; all else is as it is asked for.
    """
    if has is None:
        return False
    if spec == ALIAS and ALIASES.fullmatch(has):
        there = _devices(has)
        return all(there.get(alias, 0) >= count for alias, count in _devices(wanted).items())
    if spec.startswith(RESOURCE) and COUNT.fullmatch(has):
        return int(has) >= int(wanted)
    return has == wanted


def check_hardware(vdu: Data) -> Iterator[Finding]:
    """What Nova would refuse, below ``hardware``. It shares processors and memory out among NUMA nodes in equal parts."""
    hardware = vdu.get("hardware", {})
    nodes, aliases = hardware.get("numa_nodes", 1), [one["alias"] for one in hardware.get("devices", ())]
    for key, unit in (("vcpus", "processors"), ("memory", "MiB")):
        if vdu.get(key, nodes) % nodes:
            yield ".numa_nodes", f"{vdu[key]} {unit} cannot be shared out among {nodes} nodes in equal parts"
    if "cpu_thread_policy" in hardware and vdu.get("cpu_policy") != "dedicated":
        yield ".cpu_thread_policy", "needs processors that are the VDU's own; give cpu_policy: dedicated"
    for index, alias in enumerate(aliases):
        if alias in aliases[:index]:
            yield f".devices[{index}].alias", f"{alias} stands twice; give its count"
