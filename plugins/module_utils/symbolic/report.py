# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of an exploration: each policy's verdict with its reason, what was noticed, and one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from . import netctl, readable
from .checking import Checker, Verdict
from .exploration import Exploration, State
from .fields import FIELDS
from .layouts import Layout
from .packet_sets import PacketSet, PacketSets
from .replies import MARK, REPLY, Replies
from .witness import Step, Witness

OPEN = "a sum or a relation of fields depends on what an element chooses freely, and is too large to try every choice"


class Report:
    """Reports on one exploration.

    :param layouts: by the states where packets were injected, the headers that they had there
    :param replies: where delivered packets were answered, if any were
    """

    def __init__(
        self, sets: PacketSets, exploration: Exploration, layouts: Mapping[State, Layout], replies: Replies | None = None
    ):
        self._sets = sets
        self._exploration = exploration
        self._layouts = layouts
        self._replies = replies
        self._checker = Checker(sets, exploration)
        self._witness = Witness(sets, exploration, self._checker)

    def policy(self, name: str, formula: netctl.Formula) -> dict[str, Any]:
        """The verdict on a policy, and the packets that decided it: all as constraints, one with its bytes and its way."""
        verdict = self._checker.check(formula)
        exact = not any(map(self._sets.residue.among, verdict.packets.values()))
        answer = {
            "name": name,
            "holds": verdict.verdict == "holds",
            "verdict": verdict.verdict,
            "reason": self._reason(verdict),
        }
        answer |= {"quantifier": netctl.quantifier(formula), "exact": exact}
        answer |= {"packets": list(self._constraints(verdict)), "packet": None, "trace": []}
        if verdict.packets:
            state, found = next(iter(verdict.packets.items()))
            example = readable.example(self._sets, found)
            steps = self._witness.trace(verdict.formula, state, self._sets.just(example), holds=verdict.truth)
            answer |= {"packet": self._packet(state, example), "trace": list(map(self._step, steps))}
        return answer

    def _step(self, step: Step) -> dict[str, Any]:
        state = step.state
        reply = self._exploration.truth(REPLY, state) == self._sets.full
        return {"port": state.port, "place": state.place, "rule": step.rule, "reply": reply}

    def _reason(self, verdict: Verdict) -> str | None:
        """Why a verdict is unknown."""
        if verdict.verdict != "unknown":
            return None
        return self._exploration.incomplete or self._sets.residue.gave_up or OPEN

    def _constraints(self, verdict: Verdict) -> Iterator[str]:
        for state, found in verdict.packets.items():
            layout = self._layouts[state]
            names = [name for name in self._sets.names if name in FIELDS and FIELDS[name].header in layout.headers]
            more = [name for name in self._sets.residue.connected(found) if name not in FIELDS]
            for line in readable.constraints(self._sets, found, [*names, *more]):
                yield f"at {state.port} {layout.name}: {line}"

    def _packet(self, state: State, example: Mapping[str, int]) -> dict[str, Any]:
        return {
            "port": state.port,
            "fields": readable.fields(self._sets, state.memory, example),
            "hex": readable.packet_bytes(self._sets, state.memory, example).hex(),
        }

    def _example(self, state: State, found: PacketSet) -> dict[str, Any] | None:
        """One of the packets; None where none was found, which is not to say that there is none."""
        return self._packet(state, readable.example(self._sets, found)) if self._sets.example(found) is not None else None

    def findings(self) -> Iterator[dict[str, Any]]:
        """What is wrong with the network itself: ``kind``, ``at``, ``message`` and ``packet``."""
        for state in self._exploration.states:
            if state.fault:
                where = f" ({state.origin})" if state.origin else ""
                packet = self._reaching(state)
                yield {"kind": "memory", "at": state.port, "message": f"{state.why}{where}", "packet": packet}
        yield from self._unanswered()
        if self._exploration.incomplete is None:
            yield from self._loops()
        else:
            yield {"kind": "incomplete", "at": None, "message": self._exploration.incomplete, "packet": None}

    def _unanswered(self) -> Iterator[dict[str, Any]]:
        """Ports where packets that are to be answered leave, and nobody takes the answers."""
        asked: dict[str, State] = {}
        for state in self._exploration.states:
            if self._replies and self._exploration.ended(state) == "delivered" and state.memory.has(MARK, ""):
                asked.setdefault(state.port, state)
        for port in asked.keys() - (self._replies.ports.keys() if self._replies else ()):
            message = f"answers cannot enter at {port}, where no element takes packets: name another port in reply_at"
            yield {"kind": "reply", "at": port, "message": message, "packet": self._reaching(asked[port])}

    def _loops(self) -> Iterator[dict[str, Any]]:
        endless = self._checker.endless()
        for state in self._exploration.injected:
            if self._sets.possible(endless[state]):
                message = "packets from here may go around for ever"
                packet = self._example(state, endless[state])
                yield {"kind": "loop", "at": state.port, "message": message, "packet": packet}

    def _reaching(self, state: State) -> dict[str, Any] | None:
        """An injected packet that comes to a state."""
        ways = (self._example(start, start.packets & state.packets) for start in self._layouts)
        return next((packet for packet in ways if packet), None)

    def paths(self) -> dict[str, int]:
        """How many classes of packets end in each way."""
        ends = [self._exploration.ended(state) for state in self._exploration.states]
        counts = {how: ends.count(how) for how in ("delivered", "dropped", "failed")}
        return {"total": sum(counts.values()), **counts}


def sentence(answer: Mapping[str, Any]) -> str:
    """Which policies do not hold, and for the first of them which packet takes which way."""
    wrong = [one for one in answer["policies"] if not one["holds"]]
    names = ", ".join(f"{one['name']} is {one['verdict']}" for one in wrong)
    shown = next((one for one in wrong if one["packet"]), None)
    if shown is None:
        reason = next((one["reason"] for one in wrong if one["reason"]), "no packet does what it asks for")
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
    """Port by port; where the answer begins it is said."""
    steps, answering = [], False
    for step in trace:
        place = step["port"] if step["place"] in ("in", "out") else step["place"]
        turned = "answered: " if step["reply"] and not answering else ""
        answering = step["reply"]
        steps.append(f"{turned}{place} ({step['rule']})" if step["rule"] else turned + place)
    return " → ".join(steps)
