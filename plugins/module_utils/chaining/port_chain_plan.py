# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what Neutron has to the chain that is wanted: the calls, in an order that Neutron takes and that interrupts least.

What can be changed is changed in place: the order of a chain, its classifiers, the pairs of a group. What cannot is made anew.
The chain leads past no function meanwhile: a group whose pairs are replaced is empty for some calls, and its packets are lost
rather than let through unseen. A chain whose correlation or symmetry changes is deleted and made by two calls, one right after
the other, when all that it needs is there; Neutron takes no second chain of the same groups or classifiers beside it.

Source: the checks of networking-sfc, as its code states them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..core.plan import Change, Plan
from .port_chains import MATCHED, Chain, Classifier, Function, Pair, overlap, shown

PATHS = {
    "pair": "port_pair",
    "function": "port_pair_group",
    "classifier": "flow_classifier",
    "chain": "port_chain",
    "graph": "service_graph",
}
"""What the API calls the kinds of a plan; the plural has an s."""
Object: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Reference:
    """Stands in a call for the id of what an earlier call of the same plan makes."""

    kind: str
    name: str


@dataclass(frozen=True)
class Step(Change):
    """One call: ``body`` of a creation or a change, ``id`` of what is changed or deleted, ``made`` to refer to what is made."""

    body: Mapping[str, Any] | None = None
    id: str | None = None
    made: Reference | None = None


@dataclass(frozen=True)
class Cloud:
    """All that Neutron shows, by kind; ``project`` is the one whose objects can be ours."""

    objects: Mapping[str, Sequence[Object]]
    project: str = ""

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


def plan(cloud: Cloud, wanted: Chain) -> Plan:
    """The calls that lead to the wanted chain; :mod:`port_chain_conflicts` has to have been asked before."""
    have = there(cloud, wanted)
    return Plan(tuple(_Planner(cloud, wanted, have).steps()))


def removal(cloud: Cloud, wanted: Chain) -> Plan:
    """The calls that remove all of a chain, in reverse."""
    steps = [
        _deletion(kind, _title(kind, one, wanted), one)
        for kind in ("graph", "chain", "function", "pair", "classifier")
        for one in cloud.ours(kind, wanted.mark)
    ]
    return Plan(tuple(steps))


def content(classifier: Classifier) -> tuple:
    return tuple(classifier[key] for key in MATCHED)


def group_name(wanted: Chain, function: Function) -> str:
    return f"{wanted.name}/{function.name}"


def fits(group: Object, function: Function) -> bool:
    fields = sorted(group["port_pair_group_parameters"].get("lb_fields") or ())
    return fields == sorted(function.lb_fields) and bool(group.get("tap_enabled")) == function.tap


def _same_pair(there: Object, pair: Pair, function: Function) -> bool:
    parameters = there["service_function_parameters"]
    return (parameters.get("correlation"), parameters.get("weight", 1)) == (function.correlation, pair.weight)


def _title(kind: str, one: Object, wanted: Chain) -> str:
    if kind == "classifier":
        return f"{wanted.name}: {shown(one)}"
    return f"{one['ingress']} to {one['egress']}" if kind == "pair" else one["name"]


def _deletion(kind: str, name: str, one: Object) -> Step:
    before = {key: value for key, value in one.items() if key not in ("id", "project_id", "tenant_id", "description")}
    return Step(kind, name, before, None, id=one["id"])


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
        before = self._before_the_chain()
        chain, replaced = self._chain_now(), self._is_replaced()
        classifiers = list(self._classifiers())
        after = [*self._surplus_groups(), *self._surplus_pairs(), *self._surplus_classifiers()]
        final = self._chain_wanted()
        touched = replaced or self._differs(chain, final)
        graph = self._graph_wanted()
        have = self.have.graph
        stale = have is not None and (touched or graph is None or self._graph_differs(have, graph))
        if stale:
            yield _deletion("graph", have["name"], have)
        yield from before
        if replaced:
            yield from (
                step for step in classifiers if step.body is not None and step.id is None and not self._is_blocked(step)
            )
            yield _deletion("chain", self.wanted.name, chain)
            yield from (step for step in classifiers if step.kind == "classifier" and (step.id or self._is_blocked(step)))
        else:
            yield from classifiers
        if chain is None or replaced:
            body = {**final, "chain_parameters": self._parameters()}
            yield self._creation("chain", self.wanted.name, body, self._shown(final) | self._parameters())
        elif touched:
            yield self._update(chain, final)
        yield from after
        if graph is not None and (have is None or stale):
            yield self._creation("graph", self.wanted.name, {"port_chains": graph}, {"port_chains": self.wanted.graph})

    # Pairs and groups.

    def _kept(self, function: Function) -> bool:
        group = self.have.groups.get(function.name)
        return group is not None and fits(group, function)

    def _before_the_chain(self) -> list[Step]:
        return [*self._released(), *self._pairs(), *self._groups()]

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
                    yield _deletion("pair", _title("pair", there, self.wanted), there)
        for function in self.own:
            for pair in function.pairs:
                if pair.ports not in self.have.pairs or pair.ports in self.anew:
                    parameters = {"correlation": function.correlation, "weight": pair.weight}
                    body = {"ingress": pair.ingress, "egress": pair.egress, "service_function_parameters": parameters}
                    name = f"{pair.ingress} to {pair.egress}"
                    yield self._creation("pair", name, {**body, "name": group_name(self.wanted, function)}, body)

    def _groups(self) -> Iterator[Step]:
        for function in self.own:
            pairs = [self._pair(pair) for pair in function.pairs]
            if function.name in self.made:
                parameters = {"lb_fields": list(function.lb_fields)}
                body = {"port_pairs": pairs, "port_pair_group_parameters": parameters}
                # An extension of its own, which a cloud without taps does not know.
                body |= {"tap_enabled": True} if function.tap else {}
                name = group_name(self.wanted, function)
                after = {**body, "port_pairs": [f"{pair.ingress} to {pair.egress}" for pair in function.pairs]}
                yield self._creation("function", name, {**body, "name": name}, after, function.name)
            elif set(self.inside[self.have.groups[function.name]["id"]]) != set(pairs):
                yield self._group_update(self.have.groups[function.name], pairs)

    def _pair(self, pair: Pair) -> str | Reference:
        if pair.ports in self.have.pairs and pair.ports not in self.anew:
            return self.have.pairs[pair.ports]["id"]
        return Reference("pair", f"{pair.ingress} to {pair.egress}")

    def _group_update(self, group: Object, pairs: Sequence[str | Reference]) -> Step:
        names = {pair["id"]: _title("pair", pair, self.wanted) for pair in self.have.pairs.values()}
        before, after = (
            {"port_pairs": sorted(one.name if isinstance(one, Reference) else names.get(one, one) for one in some)}
            for some in (self.inside[group["id"]], pairs)
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
                yield _deletion("pair", _title("pair", pair, self.wanted), pair)

    # Classifiers.

    def _wanted_classifiers(self) -> dict[tuple, Classifier]:
        return {content(one): one for one in self.wanted.classifiers}

    def _in_the_way(self) -> list[Object]:
        """Those to go that Neutron would see in conflict with one that is to come."""
        wanted = self._wanted_classifiers()
        new = [one for key, one in wanted.items() if key not in self.have.classifiers]
        gone = [one for key, one in self.have.classifiers.items() if key not in wanted]
        return [old for old in gone if any(overlap(old, one, logical=True) for one in new)]

    def _classifiers(self) -> Iterator[Step]:
        """Those in the way leave the chain and go, then the new ones come."""
        blocking = self._in_the_way()
        chain = self._chain_now()
        used = [one["id"] for one in blocking if chain and one["id"] in chain["flow_classifiers"]]
        if used and not self._is_replaced():
            left = [one for one in chain["flow_classifiers"] if one not in used]
            yield self._update(chain, {"flow_classifiers": left})
        for one in blocking:
            yield _deletion("classifier", _title("classifier", one, self.wanted), one)
        for key, one in self._wanted_classifiers().items():
            if key not in self.have.classifiers:
                name = f"{self.wanted.name}: {shown(one)}"
                given = {field: value for field, value in one.items() if value is not None}
                yield self._creation("classifier", name, {**given, "name": self.wanted.name}, given)

    def _is_blocked(self, step: Step) -> bool:
        """Whether a classifier can be made only when another one has gone."""
        one = {**dict.fromkeys(MATCHED), **(step.after or {})}
        return step.id is None and any(overlap(old, one, logical=True) for old in self._in_the_way())

    def _surplus_classifiers(self) -> Iterator[Step]:
        wanted, blocking = self._wanted_classifiers(), self._in_the_way()
        for key, one in self.have.classifiers.items():
            if key not in wanted and one not in blocking:
                yield _deletion("classifier", _title("classifier", one, self.wanted), one)

    # The chain and its graph.

    def _chain_now(self) -> Object | None:
        return self.have.chain

    def _parameters(self) -> dict[str, Any]:
        return {"correlation": self.wanted.correlation, "symmetric": self.wanted.symmetric}

    def _is_replaced(self) -> bool:
        chain = self.have.chain
        given = {"correlation": "mpls", "symmetric": False, **(chain["chain_parameters"] if chain else {})}
        return chain is not None and any(given[key] != value for key, value in self._parameters().items())

    def _chain_wanted(self) -> dict[str, list]:
        classifiers = [
            self.have.classifiers[key]["id"]
            if key in self.have.classifiers
            else Reference("classifier", f"{self.wanted.name}: {shown(one)}")
            for key, one in self._wanted_classifiers().items()
        ]
        return {"port_pair_groups": [self._group(one) for one in self.wanted.functions], "flow_classifiers": classifiers}

    def _differs(self, chain: Object | None, final: Mapping[str, list]) -> bool:
        """Groups are in order, classifiers are not."""
        groups, classifiers = final["port_pair_groups"], set(final["flow_classifiers"])
        return chain is not None and (chain["port_pair_groups"] != groups or set(chain["flow_classifiers"]) != classifiers)

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
        known = {one["id"]: f"{self.wanted.name}: {shown(one)}" for one in self.have.classifiers.values()}
        found = {}
        if "port_pair_groups" in chain:
            prefix = f"{self.wanted.name}/"
            found["port_pair_groups"] = [
                f"{prefix}{one.name} (new)" if isinstance(one, Reference) else groups.get(one, one)
                for one in chain["port_pair_groups"]
            ]
        if "flow_classifiers" in chain:
            found["flow_classifiers"] = sorted(
                one.name if isinstance(one, Reference) else known.get(one, one) for one in chain["flow_classifiers"]
            )
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

    def _creation(self, kind: str, name: str, body: Mapping[str, Any], after: Mapping[str, Any], key: str = "") -> Step:
        whole = {"name": name, **body, "description": self.wanted.mark}
        return Step(kind, name, None, after, whole, made=Reference(kind, key or name))


def resolved(body: Any, made: Mapping[Reference, str]) -> Any:
    """What a call sends, with ids in place of references."""
    if isinstance(body, Reference):
        return made[body]
    if isinstance(body, Mapping):
        return {resolved(key, made): resolved(value, made) for key, value in body.items()}
    return [resolved(one, made) for one in body] if isinstance(body, list | tuple) else body


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
