# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wanted of a chain of Neutron ports: the options of ``sfc_chain``, checked as far as they alone can tell.

Source: the API of networking-sfc and its checks, as its code states them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network
from itertools import combinations, pairwise
from typing import Any, TypeAlias

from ..core.errors import InputError, Place
from ..core.ownership import tag

LB_FIELDS = ("eth_src", "eth_dst", "ip_src", "ip_dst", "tcp_src", "tcp_dst", "udp_src", "udp_dst")
CORRELATIONS = ("mpls", "nsh")
MOST_NAME = 200
"""Characters of a chain's or a function's name; what bears both has to fit into the 255 that Neutron has for a name."""
MATCHED = (
    *("ethertype", "protocol", "source_port_range_min", "source_port_range_max"),
    *("destination_port_range_min", "destination_port_range_max", "source_ip_prefix", "destination_ip_prefix"),
    *("logical_source_port", "logical_destination_port"),
)
"""What a classifier looks at; none of it can be changed later."""

Classifier: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Pair:
    """The ports by which packets come into an instance of a function and leave it; names at first, ids once resolved."""

    ingress: str
    egress: str
    weight: int = 1

    @property
    def ports(self) -> tuple[str, str]:
        return self.ingress, self.egress


@dataclass(frozen=True)
class Function:
    """A port pair group. With ``group`` it is one that exists and that is not ours to change, and has nothing else here."""

    name: str
    pairs: tuple[Pair, ...] = ()
    correlation: str | None = None
    lb_fields: tuple[str, ...] = ()
    tap: bool = False
    group: str | None = None


@dataclass(frozen=True)
class Chain:
    """What a task asks for; ``graph`` has the names of chains by that of the one which branches into them."""

    name: str
    functions: tuple[Function, ...] = ()
    classifiers: tuple[Classifier, ...] = ()
    correlation: str = "mpls"
    symmetric: bool = False
    graph: Mapping[str, tuple[str, ...]] | None = None

    @property
    def mark(self) -> str:
        """The description of all that is made for the chain, by which it is known again."""
        return tag("chain", self.name)

    def ports(self) -> set[str]:
        """All ports that it names."""
        pairs = {port for function in self.functions for pair in function.pairs for port in pair.ports}
        logical = {one[key] for one in self.classifiers for key in MATCHED[-2:] if one[key]}
        return pairs | logical


def chain(options: Mapping[str, Any]) -> Chain:
    """The chain that options describe.

    :raises InputError: options that do not go together
    """
    wanted = Chain(
        name=_name(options["name"], "name"),
        functions=tuple(_functions(options["functions"] or ())),
        classifiers=tuple(_classifier(one, f"classifiers[{at}].") for at, one in enumerate(options["classifiers"] or ())),
        correlation=options["correlation"],
        symmetric=options["symmetric"],
        graph=_graph(options["graph"], options["name"]),
    )
    if options["state"] == "present":
        _check_functions(wanted)
        _check_classifiers(wanted, needs_ports=options["driver"] == "ovs")
    return wanted


def with_ids(wanted: Chain, id_of: Callable[[str, str], str]) -> Chain:
    """The chain with the ids of its ports; ``id_of`` gets a name and the place where it stands."""
    functions = [
        replace(function, pairs=tuple(
            replace(pair, ingress=id_of(pair.ingress, f"{place}.ingress"), egress=id_of(pair.egress, f"{place}.egress"))
            for number, pair in enumerate(function.pairs)
            for place in [f"functions[{at}].pairs[{number}]"]
        ))
        for at, function in enumerate(wanted.functions)
    ]  # fmt: skip
    classifiers = [
        {**one, **{key: id_of(one[key], f"classifiers[{at}].{key}") for key in MATCHED[-2:] if one[key]}}
        for at, one in enumerate(wanted.classifiers)
    ]
    found = replace(wanted, functions=tuple(functions), classifiers=tuple(classifiers))
    _check_pairs(found)
    return found


def overlap(one: Classifier, other: Classifier, *, logical: bool) -> bool:
    """Whether a packet can match both, as networking-sfc sees it.

    :param logical: with their logical ports, as where a classifier is made; without, as where one is given to a chain
    """
    same = [_same(one[key], other[key]) for key in ("protocol", *(MATCHED[-2:] if logical else ()))]
    prefixes = [_prefixes_meet(one[key], other[key]) for key in ("source_ip_prefix", "destination_ip_prefix")]
    ranges = [_ranges_meet(one, other, side) for side in ("source", "destination")]
    return one["ethertype"] == other["ethertype"] and all((*same, *prefixes, *ranges))


def shown(classifier: Classifier, name_of: Callable[[str], str] = str) -> str:
    """A classifier in a few words: ``IPv4 tcp to port 80``; ``name_of`` gives a port's name by its id."""
    words = [classifier["ethertype"], classifier["protocol"]]
    for word, side in (("from", "source"), ("to", "destination")):
        low, high = (classifier[f"{side}_port_range_{end}"] for end in ("min", "max"))
        numbers = f"port {low}" if low == high else f"ports {low}-{high}"
        said = [classifier[f"{side}_ip_prefix"], None if low is None and high is None else numbers]
        logical = classifier[f"logical_{side}_port"]
        said.append(logical and f"at {name_of(logical)}")
        words += [word, *filter(None, said)] if any(said) else []
    return " ".join(filter(None, words))


def _same(one: Any, other: Any) -> bool:
    return one is None or other is None or one == other


def _prefixes_meet(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return True
    first, second = ip_network(one, strict=False), ip_network(other, strict=False)
    return first.version == second.version and first.overlaps(second)


def _ranges_meet(one: Classifier, other: Classifier, side: str) -> bool:
    low, high = f"{side}_port_range_min", f"{side}_port_range_max"
    apart = (first[low] is not None and second[high] is not None and first[low] > second[high]
             for first, second in ((one, other), (other, one)))  # fmt: skip
    return not any(apart)


def _name(given: Any, where: str) -> str:
    name = str(given).strip()
    if not name or len(name) > MOST_NAME or not name.isprintable():
        raise InputError(
            f"{given!r} is no name: it has from 1 to {MOST_NAME} characters that can be printed", Place(path=where)
        )
    return name


def _functions(given: Sequence[Mapping[str, Any]]) -> Iterator[Function]:
    for at, one in enumerate(given):
        pairs = tuple(Pair(pair["ingress"], pair["egress"], pair["weight"]) for pair in one["pairs"] or ())
        lb_fields = tuple(dict.fromkeys(one["lb_fields"] or ()))
        name = _name(one["name"], f"functions[{at}].name")
        yield Function(name, pairs, one["correlation"], lb_fields, one["tap"], one["group"])


def _check_functions(wanted: Chain) -> None:
    if not wanted.functions:
        raise InputError("a chain needs at least one function", Place(path="functions"))
    names = [function.name for function in wanted.functions]
    for at, function in enumerate(wanted.functions):
        place = Place(path=f"functions[{at}]")
        if function.name in names[:at]:
            raise InputError(f"{function.name!r} comes twice, and Neutron passes a group once in a chain", place)
        if function.group and (function.pairs or function.lb_fields or function.tap or function.correlation):
            raise InputError(f"{function.name!r} has a group that exists already; say nothing else of it", place)
        if not function.group and not function.pairs:
            raise InputError(f"{function.name!r} has no pairs; give at least one, or the group that it is", place)
        if function.correlation not in (None, wanted.correlation):
            raise InputError(
                f"{function.name!r} understands {function.correlation}, and the chain has {wanted.correlation}: make them "
                "alike, or leave it out for a function that understands neither",
                place,
            )
        if function.tap and len(function.pairs) > 1:
            raise InputError(f"{function.name!r} is a tap with several pairs, and Neutron takes one", place)
        if any(pair.weight < 0 for pair in function.pairs):
            raise InputError(f"{function.name!r} has a weight below 0", place)
    if two := next((both for both in pairwise(wanted.functions) if all(one.tap for one in both)), None):
        raise InputError(f"{two[0].name!r} and {two[1].name!r} are taps one after the other, which Neutron does not support")
    _check_pairs(wanted)


def _check_pairs(wanted: Chain) -> None:
    of: dict[tuple[str, str], str] = {}
    for at, function in enumerate(wanted.functions):
        for pair in function.pairs:
            if pair.ports in of:
                raise InputError(
                    f"the ports {pair.ingress} and {pair.egress} are a pair of {of[pair.ports]!r} already; it has one group",
                    Place(path=f"functions[{at}]"),
                )
            of[pair.ports] = function.name


def _check_classifiers(wanted: Chain, *, needs_ports: bool) -> None:
    sides = {"source": "the driver of Open vSwitch"} | ({"destination": "a symmetric chain"} if wanted.symmetric else {})
    for at, one in enumerate(wanted.classifiers if needs_ports else ()):
        for side, who in sides.items():
            if not one[f"logical_{side}_port"]:
                raise InputError(
                    f"{who} needs the port of the {side}: give logical_{side}_port, or driver=other for another driver",
                    Place(path=f"classifiers[{at}]"),
                )
    for (first, one), (second, other) in combinations(enumerate(wanted.classifiers), 2):
        if overlap(one, other, logical=True):
            raise InputError(
                f"it overlaps with classifiers[{first}]; a packet must match one", Place(path=f"classifiers[{second}]")
            )


def _classifier(given: Mapping[str, Any], where: str) -> Classifier:
    ethertype, protocol = given["ethertype"], given["protocol"]
    found = {"ethertype": ethertype, "protocol": protocol}
    for side in ("source", "destination"):
        found |= _ports(given[f"{side}_port"], side, where)
        found[f"{side}_ip_prefix"] = _prefix(given[f"{side}_ip_prefix"], f"{where}{side}_ip_prefix", ethertype)
        found[f"logical_{side}_port"] = given[f"logical_{side}_port"] or None
        if given[f"{side}_port"] is not None and protocol not in ("tcp", "udp"):
            raise InputError("ports are of protocol tcp or udp; say which", Place(path=f"{where}{side}_port"))
    return {key: found[key] for key in MATCHED}


def _ports(given: str | None, side: str, where: str) -> dict[str, int | None]:
    low, sign, high = (given or "").replace(" ", "").partition("-")
    both = (low, high if sign else low)
    numbers = [int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1 for text in both]
    if given is None:
        numbers = [None, None]
    elif min(numbers) < 0 or numbers[1] > 65535 or numbers[0] > numbers[1]:
        raise InputError(f"{given!r} is no port and no range of ports; write 80 or 80-90", Place(path=f"{where}{side}_port"))
    return {f"{side}_port_range_min": numbers[0], f"{side}_port_range_max": numbers[1]}


def _prefix(given: str | None, where: str, ethertype: str) -> str | None:
    if given is None:
        return None
    try:
        network = ip_network(given.strip())
    except ValueError as error:
        raise InputError(f"{given!r} is no prefix ({error}); write such as 10.1.0.0/24", Place(path=where)) from None
    if ethertype != f"IPv{network.version}":
        raise InputError(
            f"{given} is IPv{network.version}, and the classifier for {ethertype}: set ethertype", Place(path=where)
        )
    return str(network)


def _graph(given: Any, name: str) -> dict[str, tuple[str, ...]] | None:
    if not given:
        return None
    place = Place(path="graph")
    listed = {str(source): targets for source, targets in given.items()}
    if wrong := next((one for one in listed.values() if not isinstance(one, list | tuple) or not one), None):
        raise InputError(f"{wrong!r} is no list of chains; write such as {{web: [video, audio]}}", place)
    graph = {source: tuple(map(str, targets)) for source, targets in listed.items()}
    if name not in graph:
        raise InputError(f"it does not say into which chains {name!r} branches, and it is made with that chain", place)
    if twice := next((source for source, targets in graph.items() if len(set(targets)) < len(targets)), None):
        raise InputError(f"{twice!r} branches twice into the same chain", place)
    if any(_leads_back(graph, source, ()) for source in graph):
        raise InputError("it has a loop", place)
    return graph


def _leads_back(graph: Mapping[str, Sequence[str]], source: str, passed: tuple[str, ...]) -> bool:
    return source in passed or any(_leads_back(graph, target, (*passed, source)) for target in graph.get(source, ()))
