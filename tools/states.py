# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the states that an exploration finds in a row of diamonds, with and without packets that meet again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import svg
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import layouts, sefl_text
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import Exploration, Injection, State
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.network import Network
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets

RULES = ("ip.ttl > 8", "tcp.dstport == 80", "tcp.flags.syn == 1")
TITLE = "The states of three rules in a row: every way by itself, and met again"
COLUMN, HEIGHT, TOP = 66, 200, 54


def network() -> Network:
    """For each rule an element that sends packets one way or the other, and one where both ways meet."""
    elements, links = {}, []
    for number, rule in enumerate(RULES):
        elements[f"rule{number}"] = f"port in {{ If ({rule}) {{ Forward(a) }} Else {{ Forward(b) }} }}"
        elements[f"meet{number}"] = "port a { Forward(out) } port b { Forward(out) }"
        links += [[f"rule{number}.{port}", f"meet{number}.{port}"] for port in "ab"]
        links += [[f"meet{number - 1}.out", f"rule{number}.in"]] if number else []
    return Network({name: sefl_text.read(text, None) for name, text in elements.items()}, links)


def explored(*, merge: bool) -> Exploration:
    sets, [layout] = PacketSets(), layouts.TEMPLATES["tcp"]
    layouts.declare(sets, [layout])
    packets = layouts.packets(sets, layout, {})
    start = Injection("rule0.in", layouts.memory(sets, layout), packets)
    return Exploration(sets, network(), merge=merge).run([start])


def entered(state: State) -> Iterator[State]:
    """The states where packets arrive next, or leave the network."""
    for target in state.edges:
        if target.place == "out" and target.edges:
            yield from target.edges
        else:
            yield target


def columns(starts: Iterable[State]) -> list[list[State]]:
    """The states by the number of ports before them."""
    found, column = [], list(starts)
    while column:
        found.append(column)
        column = list(dict.fromkeys(following for state in column for following in entered(state)))
    return found


def _graph(found: Sequence[Sequence[State]], left: float) -> Iterator[str]:
    places = {
        state: (left + COLUMN * number, TOP + HEIGHT * (at + 0.5) / len(column))
        for number, column in enumerate(found)
        for at, state in enumerate(column)
    }
    yield from (svg.line(*places[state], *places[following], svg.GREY) for state in places for following in entered(state))
    yield from (svg.dot(*place, svg.BLUE, 5) for place in places.values())


def _panel(found: Sequence[Sequence[State]], left: float, what: str) -> Iterator[str]:
    """One graph below its name, and the rules below their columns."""
    yield svg.text(left - 5, 28, what, "name") + svg.text(left - 5, 46, f"paths.delivered: {len(found[-1])}", "quiet")
    yield from _graph(found, left)
    for number, rule in enumerate(RULES):
        yield svg.text(left + 2 * COLUMN * number, TOP + HEIGHT + 18, rule, "quiet")


def diamonds() -> str:
    """Both graphs side by side."""
    parts, left = [], 28.0
    for merge in (False, True):
        found = columns(explored(merge=merge).injected)
        parts += _panel(found, left, "merge: true" if merge else "merge: false")
        left += COLUMN * len(found) + 30
    return svg.picture(
        left - 40, TOP + HEIGHT + 36, "The states of three rules in a row: every way by itself, and met again", parts
    )
