# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifies policies on a network of SEFL programs: one exploration, all policies, and what was noticed on the way."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from ..core.errors import InputError, Place
from . import netctl, netctl_text, readable, values
from .checking import Checker, Verdict
from .exploration import Exploration, Injection, Limits, Network, State
from .fields import FIELDS
from .grammar import parse
from .layouts import TEMPLATES, Layout, Ranges, declare, memory, packets, vector
from .memory import Cell, Memory
from .packet_sets import PacketSet, PacketSets
from .sefl import Compare, Meta, Program, Read
from .witness import Step, Witness


@dataclass(frozen=True)
class Packets:
    """Packets to inject: where, of which template, and in which ranges their fields lie."""

    at: str
    template: str
    fields: Mapping[str, Ranges]


def packets_of(entry: Mapping[str, Any], where: str) -> Packets:
    """The packets that ``{at, template, fields: {name: value or list}}`` asks for.

    A value is a number, an address, a prefix, or a range ``first-last``.

    :param where: the entry's place, such as ``packets[0]``
    :raises InputError: an unknown template, field or value
    """
    template = entry.get("template") or "ipv4"
    if template not in TEMPLATES:
        raise InputError(f"there is no template {template}; there are {', '.join(TEMPLATES)}", Place(path=f"{where}.template"))
    wanted = {}
    for name, value in (entry.get("fields") or {}).items():
        place = Place(path=f"{where}.fields.{name}")
        if name not in FIELDS:
            raise InputError(f"{name} is no header field; the names are Wireshark's", place)
        wanted[name] = _ranges(name, value if isinstance(value, list) else [value], place)
    return Packets(entry["at"], template, wanted)


def _ranges(name: str, items: Sequence[Any], place: Place) -> Ranges:
    try:
        tree = parse("NetCTL", f"{name} in {{{', '.join(map(str, items))}}}").children[0]
        found = [values.bounds(item.children[0])[0] for item in tree.children[1:]]
    except InputError as error:
        raise InputError(error.message, place) from None
    width = FIELDS[name].width
    if any(high >> width for _low, high in found):
        raise InputError(f"{', '.join(map(str, items))} does not fit into the {width} bits of {name}", place)
    return values.merged(found)


@dataclass(frozen=True)
class Policy:
    name: str
    text: str


class Verification:
    """One network, the packets that are put into it, and the policies that are to hold of them."""

    def __init__(
        self,
        elements: Mapping[str, Program],
        links: Sequence[Sequence[str]],
        injected: Sequence[Packets],
        policies: Sequence[Policy],
    ):
        if not injected:
            raise InputError("give at least one entry: with no packets every policy would hold", Place(path="packets"))
        names = [one.name for one in policies]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise InputError(f"two policies are called {twice}; give each a name of its own", Place(path="policies"))
        self._network = Network(elements, links)
        self._injected = injected
        self._policies = {one.name: netctl_text.read(one.text, self._network.ports, one.name) for one in policies}
        self._sets = PacketSets()
        self._layouts: dict[State, Layout] = {}

    def run(self, limits: Limits | None = None, *, merge: bool = True) -> dict[str, Any]:
        """The verdicts as plain data, see the module ``sefl_verify``."""
        began = time.monotonic()
        layouts = [layout for one in self._injected for layout in TEMPLATES[one.template]]
        declare(self._sets, layouts, _compared(policy.formula for policy in self._policies.values()))
        exploration = Exploration(self._sets, self._network, limits or Limits(), merge=merge)
        self._inject(exploration)
        checker = Checker(self._sets, exploration)
        witness = Witness(self._sets, exploration, checker)
        told = [self._told(name, policy, checker, witness) for name, policy in self._policies.items()]
        return {
            "holds": all(one["holds"] for one in told),
            "complete": exploration.incomplete is None,
            "incomplete": exploration.incomplete,
            "policies": told,
            "paths": _paths(exploration),
            "findings": list(self._findings(exploration, checker)),
            "seconds": round(time.monotonic() - began, 3),
        }

    def _inject(self, exploration: Exploration) -> None:
        initials = sorted({name for policy in self._policies.values() for name in policy.initials})
        injections, layouts = [], []
        for number, one in enumerate(self._injected):
            found = list(self._injections(one, initials))
            if not found:
                raise InputError("no packet of the template meets all of these fields", Place(path=f"packets[{number}]"))
            injections += [injection for injection, _layout in found]
            layouts += [layout for _injection, layout in found]
        exploration.run(injections)
        self._layouts = dict(zip(exploration.injected, layouts, strict=True))

    def _injections(self, one: Packets, initials: Sequence[str]) -> Iterator[tuple[Injection, Layout]]:
        for layout in TEMPLATES[one.template]:
            found = packets(self._sets, layout, one.fields)
            if found.satisfiable():
                yield Injection(one.at, self._remembering(memory(self._sets, layout), layout, initials), found), layout

    def _remembering(self, start: Memory, layout: Layout, initials: Sequence[str]) -> Memory:
        """The memory with the values that policies ask for later."""
        kept = {
            ("", netctl_text.initial(name).name): (Cell(FIELDS[name].width, vector(self._sets, layout, name)),)
            for name in initials
            if FIELDS[name].header in layout.headers
        }
        return replace(start, metadata=kept)

    # What is told.

    def _told(self, name: str, policy: netctl_text.Policy, checker: Checker, witness: Witness) -> dict[str, Any]:
        verdict = checker.check(policy.formula)
        answer = {"name": name, "holds": verdict.verdict == "holds", "verdict": verdict.verdict}
        answer |= {"quantifier": netctl.quantifier(policy.formula), "packets": [], "packet": None, "trace": []}
        if verdict.packets:
            state, found = next(iter(verdict.packets.items()))
            example = readable.example(self._sets, found)
            steps = witness.trace(verdict.formula, state, self._sets.just(example), holds=verdict.truth)
            answer |= {"packets": list(self._constraints(verdict)), "packet": self._packet(state, example)}
            answer["trace"] = list(map(_step, steps))
        return answer

    def _constraints(self, verdict: Verdict) -> Iterator[str]:
        for state, found in verdict.packets.items():
            layout = self._layouts[state]
            names = [name for name in self._sets.names if name in FIELDS and FIELDS[name].header in layout.headers]
            for line in readable.constraints(self._sets, found, names):
                yield f"at {state.port} {layout.name}: {line}"

    def _packet(self, state: State, example: Mapping[str, int]) -> dict[str, Any]:
        return {
            "port": state.port,
            "fields": readable.fields(self._sets, state.memory, example),
            "hex": readable.packet_bytes(self._sets, state.memory, example).hex(),
        }

    def _example(self, state: State, found: PacketSet) -> dict[str, Any]:
        return {"packet": self._packet(state, readable.example(self._sets, found))}

    def _findings(self, exploration: Exploration, checker: Checker) -> Iterator[dict[str, Any]]:
        for state in exploration.states:
            if state.fault:
                where = f" ({state.origin})" if state.origin else ""
                yield {"kind": "memory", "at": state.port, "message": f"{state.why}{where}", **self._reaching(state)}
        if exploration.incomplete is None:
            endless = checker.endless()
            for state in exploration.injected:
                if endless[state].satisfiable():
                    message = "packets from here may go around for ever"
                    yield {"kind": "loop", "at": state.port, "message": message, **self._example(state, endless[state])}
        else:
            yield {"kind": "incomplete", "at": None, "message": exploration.incomplete, "packet": None}

    def _reaching(self, state: State) -> dict[str, Any]:
        """An injected packet that comes to a state."""
        for start in self._layouts:
            found = start.packets & state.packets
            if found.satisfiable():
                return self._example(start, found)
        return {"packet": None}


def _step(step: Step) -> dict[str, Any]:
    return {"port": step.state.port, "place": step.state.place, "rule": step.rule}


def _paths(exploration: Exploration) -> dict[str, int]:
    """How many classes of packets end in each way."""
    ends = [exploration.ended(state) for state in exploration.states]
    counts = {how: ends.count(how) for how in ("delivered", "dropped", "failed")}
    return {"total": sum(counts.values()), **counts}


def _compared(formulas: Iterable[netctl.Formula]) -> list[list[str]]:
    """Groups of fields that formulas compare with one another, whose bits are best interleaved."""
    groups: list[set[str]] = []
    for pair in (pair for formula in formulas for pair in _pairs(formula)):
        joined = [group for group in groups if group & pair]
        groups = [group for group in groups if not group & pair] + [set().union(pair, *joined)]
    return [sorted(group, key=list(FIELDS).index) for group in groups]


def _pairs(term: Any) -> Iterator[set[str]]:
    if isinstance(term, Compare):
        names = {name for side in (term.left, term.right) if isinstance(side, Read) and (name := _field(side))}
        if len(names) > 1:
            yield names
    elif isinstance(term, tuple):
        for item in term:
            yield from _pairs(item)
    elif is_dataclass(term):
        for item in fields(term):
            yield from _pairs(getattr(term, item.name))


def _field(read: Read) -> str | None:
    if isinstance(read.target, Meta):
        return read.target.name.removeprefix("initial(").removesuffix(")") if read.target.name.startswith("initial(") else None
    return values.TARGETS.get(read.target)


def sentence(answer: Mapping[str, Any]) -> str:
    """Which policies do not hold, and for the first of them which packet takes which way."""
    wrong = [one for one in answer["policies"] if not one["holds"]]
    names = ", ".join(f"{one['name']} is {one['verdict']}" for one in wrong)
    shown = next((one for one in wrong if one["packet"]), None)
    if shown is None:
        reason = answer["incomplete"] or "no packet does what it asks for"
        return f"{names}: {reason}"
    return f"{names}. For {shown['name']}: packet {_short(shown['packet']['fields'])}, through {_way(shown['trace'])}"


def _short(fields: Mapping[str, str]) -> str:
    """A packet in a few words: protocol, source and destination."""
    protocol = next((name for name in ("tcp", "udp", "icmp", "icmpv6", "arp", "ip", "ipv6") if _has(fields, name)), "ethernet")
    source, target = (
        fields.get(f"ip.{end}") or fields.get(f"ipv6.{end}") or fields.get(f"eth.{end}") for end in ("src", "dst")
    )
    ports = [fields.get(f"{protocol}.{end}") for end in ("srcport", "dstport")]
    left, right = (
        f"{address} port {port}" if port else str(address) for address, port in zip((source, target), ports, strict=True)
    )
    return f"{protocol} from {left} to {right}"


def _has(fields: Mapping[str, str], header: str) -> bool:
    return any(name.startswith(f"{header}.") for name in fields)


def _way(trace: Sequence[Mapping[str, Any]]) -> str:
    steps = []
    for step in trace:
        place = step["port"] if step["place"] in ("in", "out") else step["place"]
        steps.append(f"{place} ({step['rule']})" if step["rule"] else place)
    return " → ".join(steps)
