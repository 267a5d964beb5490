# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An oracle: every packet and every choice by itself, as explicit states, and CTL by textbook fixpoints over them."""

from __future__ import annotations

import itertools
from typing import Any

from oracle_interpreter import Interpreter, Stuck
from random_networks import PLACES, WIDTHS

State = tuple[Any, ...]
CHOICES = range(4)


def frozen(packet):
    return tuple(
        frozenset((key, tuple(map(tuple, value)) if isinstance(value, list) else value) for key, value in packet[part].items())
        for part in ("headers", "metadata", "tags", "drawn")
    )


def packet_of(values):
    headers = {PLACES[name]: [[WIDTHS[name], values[name]]] for name in WIDTHS}
    return {"headers": headers, "metadata": {}, "tags": {"h": 0}, "drawn": {}}


class Explicit:
    """The graph of explicit states that packets reach from where they are injected."""

    def __init__(self, elements, links, port, most=4000):
        self.elements, self.most = elements, most
        self.peers = {**dict(links), **{right: left for left, right in links}}
        self.inputs = {f"{name}.{entry}" for name, one in elements.items() for entry in one.ports}
        self.packets: dict[State, Any] = {}
        self.edges: dict[State, set[State]] = {}
        self.roots: dict[tuple[int, ...], State] = {}
        waiting = []
        for values in itertools.product(*(range(2**width) for width in WIDTHS.values())):
            self.roots[values] = self.add("in", port, packet_of(dict(zip(WIDTHS, values, strict=True))), waiting)
        while waiting:
            state = waiting.pop()
            self.edges[state] = {self.add(*after, waiting) for after in self.successors(state)}

    def add(self, place, port, packet, waiting) -> State:
        state = (place, port, frozen(packet))
        if state not in self.packets:
            if len(self.packets) > self.most:
                raise OverflowError
            self.packets[state] = packet
            self.edges[state] = set()
            waiting.append(state)
        return state

    def successors(self, state):
        place, port, _key = state
        if place == "out" and port in self.peers and self.peers[port] in self.inputs:
            yield "in", self.peers[port], self.packets[state]
        if place == "in":
            name, entry = port.split(".")
            for ending, bound, packet in self.runs(name, self.elements[name].ports[entry], self.packets[state]):
                yield ending, f"{name}.{bound}" if ending == "out" else port, packet

    def runs(self, name, code, packet):
        """With every combination of what the element may choose; it is asked for more as it asks."""
        waiting = [{}]
        while waiting:
            chosen = waiting.pop()
            if len(chosen) > 3:
                raise OverflowError  # the case is too large to try each packet by itself

            def choose(element, symbol, occurrence, chosen=chosen):
                key = (symbol, occurrence)
                if key not in chosen:
                    raise LookupError(key)
                return chosen[key]

            try:
                yield from Interpreter(name, choose).run(code, packet)
            except LookupError as asked:
                waiting += [{**chosen, asked.args[0]: value} for value in CHOICES]

    def ended(self, state):
        place, port, _key = state
        if place in ("dropped", "failed"):
            return place
        if place != "out" or self.peers.get(port) in self.inputs:
            return None
        return "dropped" if port in self.peers else "delivered"

    # CTL.

    def satisfying(self, formula) -> set[State]:  # noqa: PLR0911
        states = set(self.packets)
        name = type(formula).__name__
        if name == "Holds":
            return {state for state in states if self.true(formula.condition, state)}
        if name == "At":
            return {state for state in states if state[1] == formula.port and state[0] in ("in", "out")}
        if name == "Ended":
            return {state for state in states if self.ended(state) == formula.how}
        if name == "Not":
            return states - self.satisfying(formula.operand)
        if name == "And":
            return states.intersection(*map(self.satisfying, formula.operands))
        if name == "Or":
            return set().union(*map(self.satisfying, formula.operands))
        if name == "Next":
            return self.next(formula.every, self.satisfying(formula.operand))
        if name == "Always":
            body = self.satisfying(formula.operand)
            kept = set(body)
            while True:  # the greatest fixpoint; at an end nothing more is asked
                ends = {state for state in kept if not self.edges[state]}
                smaller = body & (self.next(True, kept) if formula.every else ends | self.next(False, kept))
                if smaller == kept:
                    return kept
                kept = smaller
        left, found = self.satisfying(formula.left), self.satisfying(formula.right)
        while True:
            alive = {state for state in states if self.edges[state]}
            larger = found | (left & alive & self.next(formula.every, found))
            if larger == found:
                return found
            found = larger

    def next(self, every, target):
        test = all if every else any
        return {state for state in self.packets if test(after in target for after in self.edges[state])}

    def true(self, condition, state):
        try:
            return Interpreter(state[1].split(".")[0], None).true(condition, self.packets[state])
        except Stuck:
            return False

    def holds(self, formula) -> bool:
        """At the top: all injected packets for A and for what has a bare condition, some for E."""
        name = type(formula).__name__
        if closed(formula) and name == "Not":
            return not self.holds(formula.operand)
        if closed(formula) and name in ("And", "Or"):
            return (all if name == "And" else any)(self.holds(one) for one in formula.operands)
        injected, satisfying = set(self.roots.values()), self.satisfying(formula)
        return bool(satisfying & injected) if closed(formula) and not formula.every else injected <= satisfying


def closed(formula) -> bool:
    """Nothing in it speaks of the packet at hand."""
    parts = {"And": "operands", "Or": "operands", "Not": "operand"}.get(type(formula).__name__)
    if parts is None:
        return type(formula).__name__ in ("Next", "Until", "Always")
    inner = getattr(formula, parts)
    return closed(inner) if parts == "operand" else bool(inner) and all(map(closed, inner))
