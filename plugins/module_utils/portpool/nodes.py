# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools for the nodes of a cluster: one of each kind for each node whose label asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from ..core.errors import InputError
from ..model.port_pools import NESTED, NEUTRON

DRIVERS = (NEUTRON, NESTED)
DEFAULTS = {
    "state": "present",
    "on_quota": "fail",
    "active_timeout": 90,
    "reattach_down": True,
    "leak_grace": 0,
    "force": False,
}
Pool = dict[str, Any]


def expand_pools(options: Mapping[str, Any], names: Iterable[str], nodes: Iterable[Mapping[str, Any]]) -> list[Pool]:
    """The options of each pool of a task.

    :param options: the task's; where a pool leaves one out, the task's holds; with ``check_mode`` no node need be there yet
    :param names: the options that a pool may have of its own
    :param nodes: ``{name, address, labels}`` of each node of the cluster
    :raises InputError: a pool without a kind or a place
    """
    names, nodes = list(names), list(nodes)
    items = options.get("pools")
    found = [
        pool
        for index, item in enumerate(items if items is not None else [{}])
        for pool in _of_nodes(_merged(options, item, names), nodes, f"pools[{index}]: " if items is not None else "")
    ]
    if not found and (items == [] or not options.get("check_mode")):
        raise InputError("pools: none is left: the list is empty, or no node has a label that a pool asks for")
    return found


def unmatched_labels(options: Mapping[str, Any], nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """A sentence for each label that pools ask for and no node has: its pools are none."""
    nodes = list(nodes)
    asked = [pool.get("node_label") or options.get("node_label") for pool in options.get("pools") or [options]]
    return [
        f"node_label: no node has {label}, so there is no pool for it"
        for label in dict.fromkeys(label for label in asked if label)
        if not any(_has(node, label) for node in nodes)
    ]


def in_use_of(ask: Callable[[], frozenset[str]]) -> Callable[[Mapping[str, Any]], frozenset[str] | None]:
    """For a pool's options, the ids of the ports that are used without Neutron's knowledge; None where nobody said.

    :param ask: asks the cluster; called once, when the first pool wants it
    """
    ask = cache(ask)

    def in_use(pool: Mapping[str, Any]) -> frozenset[str] | None:
        if pool.get("in_use") is None and pool.get("in_use_from") is None:
            return None
        return frozenset(pool.get("in_use") or ()) | (ask() if pool.get("in_use_from") else frozenset())

    return in_use


def _merged(options: Mapping[str, Any], item: Mapping[str, Any], names: Iterable[str]) -> Pool:
    """A pool may stand at a trunk where the task names a host, and the other way round."""
    merged = {name: options.get(name) if item.get(name) is None else item[name] for name in names}
    for mine, other in (("host", "trunk"), ("trunk", "host")):
        if item.get(mine) is not None and item.get(other) is None:
            merged[other] = None
    return {**merged, **{name: value for name, value in DEFAULTS.items() if merged.get(name) is None}}


def _of_nodes(pool: Pool, nodes: Iterable[Mapping[str, Any]], where: str) -> Iterator[Pool]:
    driver = pool.get("pool_driver")
    if driver not in DRIVERS:
        raise InputError(f"{where}pool_driver: {driver!r} is no kind of a single pool: say neutron or nested for each of pools")
    if pool.get("network") is None:
        raise InputError(f"{where}network: it is missing: name the network of the ports")
    place = "trunk" if driver == NESTED else "host"
    if pool.get("node_label") is None:
        if pool.get(place) is None:
            raise InputError(f"{where}{place}: it is missing: a {driver} pool needs one, or a node_label")
        yield pool
        return
    for node in nodes:
        if _has(node, pool["node_label"]):
            yield {**pool, place: _place(node, driver)}


def _has(node: Mapping[str, Any], label: str) -> bool:
    """A label without ``=`` is asked for with any value, as ``kubectl --selector`` does."""
    key, sign, value = label.partition("=")
    labels = node.get("labels") or {}
    return labels.get(key) == value if sign else key in labels


def _place(node: Mapping[str, Any], driver: str) -> str:
    """A node that has only just joined has no address yet."""
    if driver == NEUTRON:
        return node["name"]
    if not node.get("address"):
        raise InputError(
            f"node {node['name']} has no internal address, by which its trunk would be found: wait until it is ready, "
            "or give trunk"
        )
    return node["address"]
