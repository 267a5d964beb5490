# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Explorations that were kept up to date against new ones, on random networks with random edits."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import sefl
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.checking import Checker
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import (
    Exploration,
    Injection,
    Limits,
    Network,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.incremental import IncrementalExploration
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.memory import Cell, Memory
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.sefl_text import read
from random_networks import ELEMENTS, PLACES, WIDTHS, Maker
from seeds import seeds

LIMITS = Limits(states=400)


def universe():
    sets = PacketSets(1 << 20)
    vectors = sets.symbols(WIDTHS)
    headers = {PLACES[name]: (Cell(WIDTHS[name], vector),) for name, vector in vectors.items()}
    return sets, Memory(headers=headers, tags={"h": 0})


def graph(exploration):
    """All that an exploration says, whatever order it was found in."""
    names = {state: (state.place, state.port, state.memory.key, state.why) for state in exploration.states}
    assert len(set(names.values())) == len(names)
    states = {names[one]: (one.packets, one.fault) for one in exploration.states}
    edges = {(names[one], names[target]): packets for one in exploration.states for target, packets in one.edges.items()}
    return states, edges


def edited(maker: Maker, program: sefl.Program, chance: random.Random) -> sefl.Program:
    """One port's code anew or with another instruction before it, both ports' code, or a port that leads back inside."""
    kind = chance.choice(["port", "before", "before", "all", "inner"])
    port = chance.choice(["in", "back"])
    if kind == "inner":
        code = sefl.Block((*program.ports[port].instructions, sefl.Forward("back")))
        return replace(program, ports={**program.ports, port: code}, inner=program.inner ^ {"back"})
    if kind == "all":
        return maker.program()
    code = maker.program().ports[port]
    if kind == "before":
        code = sefl.Block((maker.instruction(1), *program.ports[port].instructions))
    return replace(program, ports={**program.ports, port: code})


def injections(sets, memory, chance):
    """From one port, or from two with other packets each."""
    some = sets.just({"a": chance.randrange(4)})
    return chance.choice([[Injection("one.in", memory, sets.full)], [Injection(p, memory, some) for p in ("one.in", "two.in")]])


@pytest.mark.one_python
def test_every_edit_leads_to_what_a_new_exploration_finds() -> None:
    compared, moved, some = 0, 0, seeds(700_000, 50)
    for seed in some:
        maker, chance = Maker(random.Random(seed)), random.Random(seed + 1)
        elements, links = maker.network()
        sets, memory = universe()
        given = injections(sets, memory, chance)
        kept = IncrementalExploration(sets, Network(elements, links), LIMITS)
        kept.run(given)
        for _edit in range(5):
            name = chance.choice(ELEMENTS)
            changed = {**elements, name: edited(maker, elements[name], chance)}
            try:
                network = Network(changed, links)
            except InputError:
                continue  # the edit took away a port that is linked, or leads a linked one back inside
            elements = changed
            before = graph(kept)
            kept.change(name, elements[name])
            fresh = Exploration(sets, network, LIMITS).run(given)
            assert (kept.incomplete is None) == (fresh.incomplete is None)
            if fresh.incomplete:
                break
            states, edges = graph(kept)
            expected, wanted = graph(fresh)
            assert states == expected, seed
            assert edges == wanted, seed
            formula = maker.formula()
            assert Checker(sets, kept).check(formula).verdict == Checker(sets, fresh).check(formula).verdict, seed
            compared += 1
            moved += before != (states, edges)
    assert compared > 1.5 * len(some)
    assert moved > 0.6 * len(some)


AROUND = {"one": "port in { Forward(out) }", "two": "port in { Assign([h], [h] + 1) Forward(out) }"}


def explored(limits):
    sets, memory = universe()
    network = Network({name: read(code) for name, code in AROUND.items()}, [("one.out", "two.in")])
    return sets, IncrementalExploration(sets, network, limits).run([Injection("one.in", memory, sets.full)])


def ends(exploration):
    return {state.port for state in exploration.states if exploration.ended(state)}


def test_a_change_is_undone_by_the_one_before():
    sets, kept = explored(Limits())
    before = graph(kept)
    kept.change("one", read("port in { If ([h] == 1) { Drop } Else { Forward(out) } }"))
    dropped = next(state for state in kept.states if state.place == "dropped")
    assert dropped.packets == sets.just({"a": 1})
    kept.change("one", read(AROUND["one"]))
    assert graph(kept) == before


def test_what_reached_a_limit_is_run_anew():
    _sets, kept = explored(Limits(hops=1))
    assert kept.incomplete
    kept.change("one", read("port in { Drop } port x { Forward(out) }"))
    assert (kept.incomplete, ends(kept)) == (None, {"one.in"})


@pytest.mark.parametrize(
    ("element", "code", "sentence"),
    [
        ("three", "port in { Drop }", "there is no element three; there are one, two"),
        ("one", "port other { Forward(out) }", "packets are injected at one.in, where the new one takes none"),
        ("two", "port other { Forward(out) }", "there is no port two.in"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_and_changes_nothing(element, code, sentence):
    _sets, kept = explored(Limits())
    before = graph(kept)
    with pytest.raises(InputError, match=sentence):
        kept.change(element, read(code))
    assert graph(kept) == before
    assert ends(kept.change("two", read("port in { Drop }"))) == {"two.in"}
