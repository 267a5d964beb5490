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
from . import netctl, netctl_text, values
from .deciding import drive_until_decided
from .execution import Execution
from .exploration import Exploration, Injection, Limits, State
from .fields import EITHER, FIELDS, PARTS
from .grammar import parse
from .incremental import IncrementalExploration
from .layouts import TEMPLATES, Layout, Ranges, declare, memory, packets, vector
from .memory import Cell, Memory
from .network import Network
from .packet_sets import PacketSets
from .replies import MARK, Replies, replies
from .report import Report
from .sefl import Compare, Meta, Program, Read

TIMES_TO_LIVE = frozenset(FIELDS[name].target for name in ("ip.ttl", "ipv6.hlim", "nsh.ttl"))


@dataclass(frozen=True)
class Packets:
    """Packets to inject: where, of which template, in which ranges their fields lie, and whether they are answered."""

    at: str
    template: str
    fields: Mapping[str, Ranges]
    reply: bool = False


def packets_of(entry: Mapping[str, Any], where: str) -> Packets:
    """The packets that ``{at, template, fields: {name: value or list}, reply}`` asks for.

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
            raise InputError(_no_field(name), place)
        wanted[name] = _ranges(name, value if isinstance(value, list) else [value], place)
    return Packets(entry["at"], template, wanted, bool(entry.get("reply")))


def _ranges(name: str, items: Sequence[Any], place: Place) -> Ranges:
    if not items:
        raise InputError("give at least one value, or leave the field out for any", place)
    return values.merged([_range(name, item, place) for item in items])


def _range(name: str, item: Any, place: Place) -> tuple[int, int]:
    is_written = isinstance(item, int | str) and not isinstance(item, bool)
    try:
        tree = parse("NetCTL", f"{name} in {{{item}}}").children[0] if is_written else None
    except InputError:
        tree = None
    if tree is None or tree.data != "within":
        raise InputError(f"{item!r} is no number, address, prefix or range", place)
    token = tree.children[1].children[0]
    try:
        (low, high), known = values.bounds(token)
        values.check_fits(high, Read(FIELDS[name].target), token, known, side=name)
    except InputError as error:
        raise InputError(error.message, place) from None
    return low, high


def _no_field(name: str) -> str:
    if name in EITHER:
        return f"{name} is one of two fields here; give {' or '.join(EITHER[name])}"
    if name in PARTS:
        return f"{name} is a part of a field here; give {PARTS[name][0]}"
    return f"{name} is no header field; the names are Wireshark's"


@dataclass(frozen=True)
class Policy:
    name: str
    text: str


class Verification:
    """One network, the packets that are put into it, and the policies that are to hold of them.

    :param reply_at: ports where packets leave, each with the one where answers enter if that has another name
    :param answered_elsewhere: these are a share of packets of which others are answered, so policies may speak of answers
    """

    def __init__(
        self,
        elements: Mapping[str, Program],
        links: Sequence[Sequence[str]],
        injected: Sequence[Packets],
        policies: Sequence[Policy],
        reply_at: Mapping[str, str] | None = None,
        answered_elsewhere: bool = False,
    ):
        if not injected:
            raise InputError("give at least one entry: with no packets every policy would hold", Place(path="packets"))
        names = [one.name for one in policies]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise InputError(f"two policies are called {twice}; give each a name of its own", Place(path="policies"))
        self._network = Network(elements, links)
        self._injected = injected
        self._reply_at = reply_at or {}
        self._is_answered = answered_elsewhere or any(one.reply for one in injected)
        self._replies = self._answers(self._network)
        self._policies = {one.name: self._read(one) for one in policies}
        asking = next((name for name, policy in self._policies.items() if policy.replies), None)
        if not self._replies and (asking or reply_at):
            what = f"the policy {asking} speaks of" if asking else "reply_at is about"
            raise InputError(f"{what} answers, and no packets are answered; say reply: true of some", Place(path="packets"))
        self._sets = PacketSets()
        self._exploration = self._new(Limits())
        self._injected_layouts: list[Layout] = []
        self._layouts: dict[State, Layout] = {}

    def _read(self, policy: Policy) -> netctl_text.Policy:
        network = self._network
        return netctl_text.read(policy.text, network.ports, policy.name, lambda: network.metadata)

    def run(
        self,
        limits: Limits | None = None,
        *,
        merge: bool = True,
        depth_first: bool = False,
        stop_when_decided: bool = False,
        ignore_ttl: bool = False,
    ) -> dict[str, Any]:
        """The verdicts as plain data, see the module ``sefl_verify``.

        :param stop_when_decided: check while packets are driven on, and no further than all verdicts are known
        :param ignore_ttl: no element lowers a time to live, so that what goes around does so for ever
        """
        began = time.monotonic()
        layouts = [layout for one in self._injected for layout in TEMPLATES[one.template]]
        declare(self._sets, layouts, _compared(policy.formula for policy in self._policies.values()))
        self._exploration = self._new(limits or Limits(), merge=merge, depth_first=depth_first, ignore_ttl=ignore_ttl)
        self._inject(self._exploration)
        if stop_when_decided and self._policies:
            drive_until_decided(self._sets, self._exploration, [policy.formula for policy in self._policies.values()])
        else:
            self._exploration.drive()
        return self._answer(self._exploration, began)

    def change(self, element: str, program: Program) -> dict[str, Any]:
        """The answer with another program for one element, after :meth:`run`; only what it touches is executed again.

        See :meth:`.incremental.IncrementalExploration.change`; all ways are followed to their ends.

        :raises InputError: there is no such element, or it lacks a port that is linked or where packets are injected
        """
        began = time.monotonic()
        self._network = self._network.changed(element, program)
        self._replies = self._answers(self._network)
        return self._answer(self._exploration.change(element, program, self._replies), began)

    def _answers(self, network: Network) -> Replies | None:
        return replies(network, self._reply_at) if self._is_answered else None

    def _new(self, limits: Limits, *, ignore_ttl: bool = False, **how: bool) -> IncrementalExploration:
        execution = Execution(self._sets, TIMES_TO_LIVE if ignore_ttl else frozenset())
        return IncrementalExploration(self._sets, self._network, limits, execution=execution, replies=self._replies, **how)

    def _answer(self, exploration: IncrementalExploration, began: float) -> dict[str, Any]:
        self._layouts = dict(zip(exploration.injected, self._injected_layouts, strict=True))
        report = Report(self._sets, exploration, self._layouts, self._replies)
        told = [report.policy(name, policy.formula) for name, policy in self._policies.items()]
        return {
            "holds": all(one["holds"] for one in told),
            "complete": exploration.incomplete is None,
            "incomplete": exploration.incomplete,
            "policies": told,
            "paths": report.paths(),
            "findings": [*self._notes(), *report.findings()],
            "seconds": round(time.monotonic() - began, 3),
        }

    def _notes(self) -> Iterator[dict[str, Any]]:
        """What looks like a mistake in the texts of elements, as findings."""
        for name, program in self._network.elements.items():
            yield from ({"kind": "text", "at": name, "message": note, "packet": None} for note in program.notes)

    def _inject(self, exploration: Exploration) -> None:
        initials = sorted({name for policy in self._policies.values() for name in policy.initials})
        injections, layouts = [], []
        for number, one in enumerate(self._injected):
            found = list(self._injections(one, initials))
            if not found:
                raise InputError("no packet of the template meets all of these fields", Place(path=f"packets[{number}]"))
            injections += [injection for injection, _layout in found]
            layouts += [layout for _injection, layout in found]
        exploration.inject(injections)
        self._injected_layouts = layouts

    def _injections(self, one: Packets, initials: Sequence[str]) -> Iterator[tuple[Injection, Layout]]:
        for layout in TEMPLATES[one.template]:
            found = packets(self._sets, layout, one.fields)
            if found.satisfiable():
                start = self._remembering(memory(self._sets, layout), layout, initials)
                yield Injection(one.at, self._marked(start) if one.reply else start, found), layout

    def _remembering(self, start: Memory, layout: Layout, initials: Sequence[str]) -> Memory:
        """The memory with the values that policies ask for later."""
        kept = {
            ("", netctl_text.initial(name).name): (Cell(FIELDS[name].width, vector(self._sets, layout, name)),)
            for name in initials
            if FIELDS[name].header in layout.headers
        }
        return replace(start, metadata=kept)

    def _marked(self, start: Memory) -> Memory:
        return start.assign(MARK, self._sets.constant(0, 1), 1, "")


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
