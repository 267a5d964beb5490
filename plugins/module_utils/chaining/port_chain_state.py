# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Neutron has of a chain of ports: all objects that it shows, and which of them are the chain's.

Neutron has no tags on these objects. What is made for a chain bears its mark as the description.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .port_chains import MATCHED, Chain, Classifier, Function, shown

Object: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Cloud:
    """All that Neutron shows, by kind; ``project`` is the one whose objects can be ours, ``ports`` has names by ids."""

    objects: Mapping[str, Sequence[Object]]
    project: str = ""
    ports: Mapping[str, str] = field(default_factory=dict)

    def title(self, kind: str, one: Mapping[str, Any], wanted: Chain) -> str:
        """What a plan calls an object, with the names of ports where they are known."""
        if kind == "classifier":
            return f"{wanted.name}: {shown({**dict.fromkeys(MATCHED), **one}, self.port)}"
        return f"{self.port(one['ingress'])} to {self.port(one['egress'])}" if kind == "pair" else one["name"]

    def port(self, given: str) -> str:
        return self.ports.get(given) or given

    def ours(self, kind: str, mark: str) -> list[Object]:
        """What bears a mark, in order of id."""
        found = (one for one in self.objects[kind] if one["description"] == mark and one["project_id"] == self.project)
        return sorted(found, key=lambda one: one["id"])

    def get(self, kind: str, given: str) -> Object | None:
        """By id, or else by a name that only one has."""
        named = [one for one in self.objects[kind] if one["name"] == given]
        byid = [one for one in self.objects[kind] if one["id"] == given]
        return byid[0] if byid else named[0] if len(named) == 1 else None


@dataclass
class There:
    """What of the chain is there, as it is to be used."""

    pairs: dict[tuple[str, str], Object] = field(default_factory=dict)
    groups: dict[str, Object] = field(default_factory=dict)
    surplus: list[Object] = field(default_factory=list)
    classifiers: dict[tuple, Object] = field(default_factory=dict)
    chain: Object | None = None
    graph: Object | None = None

    def group_of(self, pair: Object) -> Object | None:
        groups = (*self.groups.values(), *self.surplus)
        return next((group for group in groups if pair["id"] in group["port_pairs"]), None)


def there(cloud: Cloud, wanted: Chain) -> There:
    """What of a chain is there. Of two groups of one function, as an interrupted run leaves them, the fitting one is used."""
    found = There(
        pairs={(one["ingress"], one["egress"]): one for one in cloud.ours("pair", wanted.mark)},
        classifiers={content(one): one for one in cloud.ours("classifier", wanted.mark)},
        chain=next(iter(cloud.ours("chain", wanted.mark)), None),
        graph=next(iter(cloud.ours("graph", wanted.mark)), None),
    )
    functions = {group_name(wanted, one): one for one in wanted.functions if not one.group}
    for group in cloud.ours("function", wanted.mark):
        function = functions.get(group["name"])
        known = function and found.groups.get(function.name)
        if function is None or (known and (fits(known, function) or not fits(group, function))):
            found.surplus.append(group)
        else:
            found.surplus += [known] if known else []
            found.groups[function.name] = group
    return found


def content(classifier: Classifier) -> tuple:
    return tuple(classifier[key] for key in MATCHED)


def group_name(wanted: Chain, function: Function) -> str:
    return f"{wanted.name}/{function.name}"


def fits(group: Object, function: Function) -> bool:
    fields = sorted(group["port_pair_group_parameters"].get("lb_fields") or ())
    return fields == sorted(function.lb_fields) and bool(group.get("tap_enabled")) == function.tap


def facts(cloud: Cloud, wanted: Chain) -> dict[str, Any] | None:
    """The chain as it is, in order; None where there is none."""
    chain = next(iter(cloud.ours("chain", wanted.mark)), None)
    if chain is None:
        return None
    by_id = {one["id"]: one for kind in ("pair", "function", "classifier") for one in cloud.objects[kind]}
    graph = next(iter(cloud.ours("graph", wanted.mark)), None)
    return {
        "id": chain["id"],
        "name": chain["name"],
        "chain_id": chain.get("chain_id"),
        **{key: chain["chain_parameters"].get(key) for key in ("correlation", "symmetric")},
        "functions": [_function_facts(by_id, one) for one in chain["port_pair_groups"]],
        "classifiers": [
            {"id": one, **{key: by_id[one][key] for key in MATCHED}}
            for one in sorted(chain["flow_classifiers"])
            if one in by_id
        ],
        "graph": graph and {"id": graph["id"], "port_chains": graph["port_chains"]},
    }


def _function_facts(by_id: Mapping[str, Object], group: str) -> dict[str, Any]:
    found = by_id.get(group, {"name": None, "port_pairs": ()})
    pairs = [by_id[one] for one in found["port_pairs"] if one in by_id]
    ports = [
        {"id": one["id"], "ingress": one["ingress"], "egress": one["egress"], **one["service_function_parameters"]}
        for one in sorted(pairs, key=lambda one: (one["ingress"], one["egress"]))
    ]
    return {"id": group, "name": found["name"], "pairs": ports}
