# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Octavia's objects as states that can be compared: the keys that a plan speaks of, in one form each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any

Raw = Mapping[str, Any]
State = dict[str, Any]

COMMON = ("name", "admin_state_up")
KEYS: Mapping[str, tuple[str, ...]] = {
    "load_balancer": ("vip_subnet_id", "provider"),
    "pool": ("protocol", "lb_algorithm"),
    "member": ("weight", "subnet_id", "backup"),
    "monitor": (
        "type",
        "delay",
        "timeout",
        "max_retries",
        "max_retries_down",
        "http_method",
        "url_path",
        "expected_codes",
    ),
    "listener": (
        "protocol",
        "protocol_port",
        "timeout_client_data",
        "timeout_member_data",
        "timeout_member_connect",
        "connection_limit",
    ),
}
KEPT = ("backup", "monitor_address", "monitor_port")
"""What a batch update of members would reset where the plan does not speak of it."""


def state(kind: str, raw: Raw) -> State:
    """What all kinds have in common; ``status`` is of provisioning."""
    keys = (*COMMON, *KEYS[kind])
    return {**{key: raw.get(key) for key in keys}, "tags": sorted(raw.get("tags") or ()), "status": raw["provisioning_status"]}


def is_pending(raw: Raw) -> bool:
    """Whether a change of the object is under way, or was when it was cut off."""
    return str(raw["provisioning_status"]).startswith("PENDING")


def load_balancer(raw: Raw) -> State:
    return {**state("load_balancer", raw), "vip_address": str(ip_address(raw["vip_address"]))}


def pool(raw: Raw) -> State:
    persistence = {
        key: value
        for key, value in (raw.get("session_persistence") or {}).items()
        if value is not None and key != "persistence_granularity"
    }
    return {**state("pool", raw), "session_persistence": persistence or None}


def listener(raw: Raw, pools: Mapping[str, str]) -> State:
    """:param pools: the name of each pool by its id"""
    sources = sorted(raw.get("allowed_cidrs") or ())
    return {**state("listener", raw), "allowed_cidrs": sources, "default_pool": pools.get(raw.get("default_pool_id") or "")}


def members(raws: Iterable[Raw]) -> State:
    """``{"address port": member}``, the key by which Octavia tells members apart."""
    return {f"{ip_address(raw['address'])} {raw['protocol_port']}": state("member", raw) for raw in raws}


def member_body(key: str, wanted: Raw, raw: Raw | None) -> State:
    """A member as a batch update takes it; what it has beyond the plan stays."""
    address, port = key.split(" ")
    kept = {name: raw[name] for name in KEPT if raw and raw.get(name) is not None}
    body = {name: value for name, value in wanted.items() if name != "status" and value is not None}
    return {**kept, **body, "address": address, "protocol_port": int(port)}


def listener_name(balancer: str, raw: Raw) -> str:
    """The name that a listener of this protocol and port is to have: they tell listeners apart, names need not."""
    return f"{balancer}:{raw['protocol']}:{raw['protocol_port']}"


def named(raws: Iterable[Raw]) -> dict[str, Raw]:
    """Objects by name, the id added where a name was there before."""
    found: dict[str, Raw] = {}
    for raw in raws:
        name = raw.get("name") or raw["id"]
        found[f"{name} {raw['id']}" if name in found else name] = raw
    return found
