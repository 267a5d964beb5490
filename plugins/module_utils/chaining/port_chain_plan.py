# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what Neutron has to the chain that is wanted: the calls, in an order that Neutron takes and that interrupts least.

What can be changed is changed in place: the classifiers of a chain, functions that go, the pairs of a group. What cannot is
made anew. The chain leads past no function meanwhile: a group whose pairs are replaced is empty for some calls, and its packets
are lost rather than let through unseen. A chain whose order, correlation or symmetry changes is deleted and made by two calls,
one right after the other, when all that it needs is there; Neutron takes no second chain of the same groups or classifiers
beside it.

Source: the checks of networking-sfc, as its code states them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.plan import Change, Plan
from .port_chain_state import Cloud, Object, There, content, fits, group_name, there
from .port_chains import Chain, Classifier, Function, Pair, overlap

PATHS = {
    "pair": "port_pair",
    "function": "port_pair_group",
    "classifier": "flow_classifier",
    "chain": "port_chain",
    "graph": "service_graph",
}
"""What the API calls the kinds of a plan; the plural has an s."""


@dataclass(frozen=True)
class Reference:
    """Stands in a call for the id of what an earlier call of the same plan makes."""

    kind: str
    key: Any


@dataclass(frozen=True)
class Step(Change):
    """One call: ``body`` of a creation or a change, ``id`` of what is changed or deleted, ``made`` to refer to what is made."""

    body: Mapping[str, Any] | None = None
    id: str | None = None
    made: Reference | None = None


def plan(cloud: Cloud, wanted: Chain) -> Plan:
    """The calls that lead to the wanted chain; :mod:`port_chain_conflicts` has to have been asked before."""
    have = there(cloud, wanted)
    return Plan(tuple(_Planner(cloud, wanted, have).steps()))


def removal(cloud: Cloud, wanted: Chain) -> Plan:
    """The calls that remove all of a chain, in reverse."""
    steps = [
        _deletion(kind, cloud.title(kind, one, wanted), one)
        for kind in ("graph", "chain", "function", "pair", "classifier")
        for one in cloud.ours(kind, wanted.mark)
    ]
    return Plan(tuple(steps))


def resolved(body: Any, made: Mapping[Reference, str]) -> Any:
    """What a call sends, with ids in place of references."""
    if isinstance(body, Reference):
        return made[body]
    if isinstance(body, Mapping):
        return {resolved(key, made): resolved(value, made) for key, value in body.items()}
    return [resolved(one, made) for one in body] if isinstance(body, list | tuple) else body


def _same_pair(there: Object, pair: Pair, function: Function) -> bool:
    parameters = there["service_function_parameters"]
    return (parameters.get("correlation"), parameters.get("weight", 1)) == (function.correlation, pair.weight)


def _deletion(kind: str, name: str, one: Object) -> Step:
    known = ("id", "project_id", "tenant_id", "description", "name", "group_id")
    before = {key: value for key, value in one.items() if key not in known and value not in (None, {}, [], "")}
    return Step(kind, name, before, None, None, one["id"])


class _Planner:
    """Works out one plan; each method yields the steps of one phase."""

    def __init__(self, cloud: Cloud, wanted: Chain, have: There):
        self.cloud, self.wanted, self.have = cloud, wanted, have
        self.inside = {group["id"]: group["port_pairs"] for group in (*have.groups.values(), *have.surplus)}
        self.own = [function for function in wanted.functions if not function.group]
        self.made = {function.name for function in self.own if not self._kept(function)}
        self.anew = {
            pair.ports
            for function in self.own
            for pair in function.pairs
            if pair.ports in have.pairs and not _same_pair(have.pairs[pair.ports], pair, function)
        }

    def steps(self) -> Iterator[Step]:
        have, graph = self.have.graph, self._graph_wanted()
        goes = have is not None and (graph is None or self._is_touched() or self._graph_differs(have, graph))
        if goes:
            yield _deletion("graph", have["name"], have)
        yield from self._released()
        yield from self._pairs()
        yield from self._groups()
        yield from self._chain_anew() if self._is_replaced() else self._chain_in_place()
        yield from self._surplus_groups()
        yield from self._surplus_pairs()
        yield from self._surplus_classifiers()
        if graph is not None and (have is None or goes):
            yield self._creation("graph", self.wanted.name, {"port_chains": graph}, {"port_chains": self.wanted.graph})

    def _chain_in_place(self) -> Iterator[Step]:
        """Classifiers in the way leave the chain and go, then the new ones come."""
        chain, blocking = self.have.chain, self._in_the_way()
        used = [one["id"] for one in blocking if chain and one["id"] in chain["flow_classifiers"]]
        if used:
            yield self._update(chain, {"flow_classifiers": [one for one in chain["flow_classifiers"] if one not in used]})
        yield from self._classifiers_gone(blocking)
        yield from self._classifiers_made(self._new_classifiers())
        if chain is None:
            yield self._chain_made()
        elif self._is_touched():
            yield self._update(chain, self._chain_wanted())

    def _chain_anew(self) -> Iterator[Step]:
        """Whatever can be made beside the old chain comes before it goes."""
        blocking, new = self._in_the_way(), self._new_classifiers()
        blocked = [key for key, one in new.items() if any(overlap(old, one, logical=True) for old in blocking)]
        yield from self._classifiers_made({key: one for key, one in new.items() if key not in blocked})
        yield _deletion("chain", self.wanted.name, self.have.chain)
        yield from self._classifiers_gone(blocking)
        yield from self._classifiers_made({key: new[key] for key in blocked})
        yield self._chain_made()

    def _chain_made(self) -> Step:
        final, parameters = self._chain_wanted(), self._parameters()
        return self._creation(
            "chain", self.wanted.name, {**final, "chain_parameters": parameters}, self._shown(final) | parameters
        )

    # Pairs and groups.

    def _kept(self, function: Function) -> bool:
        group = self.have.groups.get(function.name)
        return group is not None and fits(group, function)

    def _target(self, ports: tuple[str, str]) -> str | None:
        """The id of the group that a pair is to be in; None for one that is not there yet, or no group."""
        function = next((one for one in self.own if ports in [pair.ports for pair in one.pairs]), None)
        if function is None or function.name in self.made:
            return None
        return self.have.groups[function.name]["id"]

    def _released(self) -> Iterator[Step]:
        """Pairs leave a group first where they are made anew, or are to be in another group."""
        wanted = {pair.ports for function in self.own for pair in function.pairs}
        for group in (*self.have.groups.values(), *self.have.surplus):
            inside = {ports: pair["id"] for ports, pair in self.have.pairs.items() if pair["id"] in group["port_pairs"]}
            gone = {
                pair
                for ports, pair in inside.items()
                if ports in wanted and (ports in self.anew or self._target(ports) != group["id"])
            }
            if gone:
                left = [pair for pair in group["port_pairs"] if pair not in gone]
                yield self._group_update(group, left)
                self.inside[group["id"]] = left

    def _pairs(self) -> Iterator[Step]:
        for function in self.own:
            for pair in function.pairs:
                there = self.have.pairs.get(pair.ports)
                if pair.ports in self.anew:
                    yield _deletion("pair", self._title("pair", there), there)
        for function in self.own:
            for pair in function.pairs:
                if pair.ports not in self.have.pairs or pair.ports in self.anew:
                    parameters = {"correlation": function.correlation, "weight": pair.weight}
                    body = {"ingress": pair.ingress, "egress": pair.egress, "service_function_parameters": parameters}
                    whole = {**body, "name": group_name(self.wanted, function)}
                    yield self._creation("pair", self._title("pair", body), whole, body, pair.ports)

    def _groups(self) -> Iterator[Step]:
        for function in self.own:
            pairs = [self._pair(pair) for pair in function.pairs]
            if function.name in self.made:
                parameters = {"lb_fields": list(function.lb_fields)}
                body = {"port_pairs": pairs, "port_pair_group_parameters": parameters}
                # An extension of its own, which a cloud without taps does not know.
                body |= {"tap_enabled": True} if function.tap else {}
                name = group_name(self.wanted, function)
                after = {**body, "port_pairs": [self._title("pair", vars(pair)) for pair in function.pairs]}
                yield self._creation("function", name, {**body, "name": name}, after, function.name)
            elif set(self.inside[self.have.groups[function.name]["id"]]) != set(pairs):
                yield self._group_update(self.have.groups[function.name], pairs)

    def _pair(self, pair: Pair) -> str | Reference:
        if pair.ports in self.have.pairs and pair.ports not in self.anew:
            return self.have.pairs[pair.ports]["id"]
        return Reference("pair", pair.ports)

    def _group_update(self, group: Object, pairs: Sequence[str | Reference]) -> Step:
        names: dict[Any, str] = {pair["id"]: self._title("pair", pair) for pair in self.have.pairs.values()}
        names |= {Reference("pair", pair.ports): self._title("pair", vars(pair)) for one in self.own for pair in one.pairs}
        before, after = (
            {"port_pairs": sorted(names.get(one, one) for one in some)} for some in (self.inside[group["id"]], pairs)
        )
        return Step("function", group["name"], before, after, {"port_pairs": list(pairs)}, group["id"])

    def _surplus_groups(self) -> Iterator[Step]:
        old = [group for name, group in sorted(self.have.groups.items()) if name in self.made]
        for group in (*old, *self.have.surplus):
            yield _deletion("function", group["name"], group)

    def _surplus_pairs(self) -> Iterator[Step]:
        wanted = {pair.ports for function in self.own for pair in function.pairs}
        for ports, pair in sorted(self.have.pairs.items()):
            if ports not in wanted:
                yield _deletion("pair", self._title("pair", pair), pair)

    # Classifiers.

    def _wanted_classifiers(self) -> dict[tuple, Classifier]:
        return {content(one): one for one in self.wanted.classifiers}

    def _new_classifiers(self) -> dict[tuple, Classifier]:
        return {key: one for key, one in self._wanted_classifiers().items() if key not in self.have.classifiers}

    def _in_the_way(self) -> list[Object]:
        """Those to go that Neutron would see in conflict with one that is to come."""
        wanted, new = self._wanted_classifiers(), self._new_classifiers().values()
        gone = [one for key, one in self.have.classifiers.items() if key not in wanted]
        return [old for old in gone if any(overlap(old, one, logical=True) for one in new)]

    def _classifiers_gone(self, gone: Iterable[Object]) -> Iterator[Step]:
        for one in gone:
            yield _deletion("classifier", self._title("classifier", one), one)

    def _classifiers_made(self, new: Mapping[tuple, Classifier]) -> Iterator[Step]:
        for key, one in new.items():
            given = {name: value for name, value in one.items() if value is not None}
            yield self._creation("classifier", self._title("classifier", one), {**given, "name": self.wanted.name}, given, key)

    def _surplus_classifiers(self) -> Iterator[Step]:
        wanted, blocking = self._wanted_classifiers(), self._in_the_way()
        gone = [one for key, one in self.have.classifiers.items() if key not in wanted]
        yield from self._classifiers_gone(one for one in gone if one not in blocking)

    # The chain and its graph.

    def _parameters(self) -> dict[str, Any]:
        return {"correlation": self.wanted.correlation, "symmetric": self.wanted.symmetric}

    def _is_replaced(self) -> bool:
        """Whether the chain is made anew: for its parameters, or for groups that come or stand in another order.

        Neutron answers with the new order, but a group that stays keeps the position that it had, and one that comes gets a
        position that another may have. Only groups that go leave the others in a known order.
        """
        chain = self.have.chain
        if chain is None:
            return False
        given = {"correlation": "mpls", "symmetric": False, **chain["chain_parameters"]}
        groups = self._groups_wanted()
        left = [one for one in chain["port_pair_groups"] if one in groups]
        return left != groups or any(given[key] != value for key, value in self._parameters().items())

    def _groups_wanted(self) -> list[str | Reference]:
        return [self._group(one) for one in self.wanted.functions]

    def _chain_wanted(self) -> dict[str, list]:
        classifiers = [
            self.have.classifiers[key]["id"] if key in self.have.classifiers else Reference("classifier", key)
            for key in self._wanted_classifiers()
        ]
        return {"port_pair_groups": self._groups_wanted(), "flow_classifiers": classifiers}

    def _is_touched(self) -> bool:
        """Whether a chain that is there changes; its groups are in order, its classifiers are not."""
        chain, final = self.have.chain, self._chain_wanted()
        if chain is None or self._is_replaced():
            return chain is not None
        groups, classifiers = final["port_pair_groups"], set(final["flow_classifiers"])
        return chain["port_pair_groups"] != groups or set(chain["flow_classifiers"]) != classifiers

    def _group(self, function: Function) -> str | Reference:
        if function.group:
            return self.cloud.get("function", function.group)["id"]
        known = function.name not in self.made
        return self.have.groups[function.name]["id"] if known else Reference("function", function.name)

    def _update(self, chain: Object, body: Mapping[str, Any]) -> Step:
        before, after = self._shown(chain), self._shown(body)
        changed = [key for key in after if before[key] != after[key]] or list(body)
        return Step(
            "chain", chain["name"], {key: before[key] for key in changed}, {key: after[key] for key in changed},
            {key: body[key] for key in changed}, chain["id"],
        )  # fmt: skip

    def _shown(self, chain: Mapping[str, Any]) -> dict[str, list[str]]:
        """Its ordered groups and its classifiers, which have no order, by names that a person knows."""
        groups = {one["id"]: one["name"] for one in self.cloud.objects["function"]}
        known: dict[Any, str] = {one["id"]: self._title("classifier", one) for one in self.have.classifiers.values()}
        known |= {
            Reference("classifier", key): self._title("classifier", one) for key, one in self._wanted_classifiers().items()
        }
        found = {}
        if "port_pair_groups" in chain:
            prefix = f"{self.wanted.name}/"
            found["port_pair_groups"] = [
                f"{prefix}{one.key} (new)" if isinstance(one, Reference) else groups.get(one, one)
                for one in chain["port_pair_groups"]
            ]
        if "flow_classifiers" in chain:
            found["flow_classifiers"] = sorted(known.get(one, one) for one in chain["flow_classifiers"])
        return found

    def _graph_wanted(self) -> dict[Any, list[Any]] | None:
        if self.wanted.graph is None:
            return None
        return {self._chain(source): [self._chain(one) for one in targets] for source, targets in self.wanted.graph.items()}

    def _chain(self, name: str) -> str | Reference:
        if name == self.wanted.name:
            is_new = self.have.chain is None or self._is_replaced()
            return Reference("chain", name) if is_new else self.have.chain["id"]
        return self.cloud.get("chain", name)["id"]

    def _graph_differs(self, have: Object, graph: Mapping[Any, Iterable[Any]]) -> bool:
        return {key: set(ids) for key, ids in have["port_chains"].items()} != {key: set(ids) for key, ids in graph.items()}

    def _title(self, kind: str, one: Mapping[str, Any]) -> str:
        return self.cloud.title(kind, one, self.wanted)

    def _creation(self, kind: str, name: str, body: Mapping[str, Any], after: Mapping[str, Any], key: Any = None) -> Step:
        whole = {"name": name, **body, "description": self.wanted.mark}
        return Step(kind, name, None, after, whole, None, Reference(kind, key or name))
