# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The symbolic graph against every packet by itself, on random networks."""

from __future__ import annotations

import itertools
import random

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import netctl, sefl_text
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.checking import Checker
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.deciding import drive_until_decided
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.execution import Execution
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import (
    Exploration,
    Injection,
    Limits,
    Network,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.memory import Cell, Memory
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets
from oracle_checker import Explicit
from random_networks import PLACES, WIDTHS, Maker
from seeds import seeds

pytestmark = pytest.mark.one_python
PORT = "one.in"
NO_LIMITS = Limits()


def universe(**options):
    sets = PacketSets(1 << 20, **options)
    vectors = sets.symbols(WIDTHS)
    headers = {PLACES[name]: (Cell(WIDTHS[name], vector),) for name, vector in vectors.items()}
    return sets, Memory(headers=headers, tags={"h": 0})


def explored(elements, links, limits=NO_LIMITS, merge=True, depth_first=False, **options):
    sets, memory = universe(**options)
    exploration = Exploration(sets, Network(elements, links), limits, merge=merge, depth_first=depth_first)
    return sets, exploration.run([Injection(PORT, memory, sets.full)])


def endings(sets, exploration):
    """For every input packet: how and where its ways end."""
    found = {}
    for state in exploration.states:
        how = exploration.ended(state)
        for values in every_packet():
            if how and sets.possible(state.packets & sets.just(values)):
                found.setdefault(tuple(values.values()), set()).add((how, state.port))
    return found


def every_packet():
    for values in itertools.product(*(range(2**width) for width in WIDTHS.values())):
        yield dict(zip(WIDTHS, values, strict=True))


def explicit_endings(explicit):
    found = {}
    for values, root in explicit.roots.items():
        seen, waiting = {root}, [root]
        while waiting:
            state = waiting.pop()
            if explicit.ended(state):
                found.setdefault(values, set()).add((explicit.ended(state), state[1]))
            more = explicit.edges[state] - seen
            seen |= more
            waiting += more
    return found


def random_case(seed, make=Maker):
    maker = make(random.Random(seed))
    elements, links = maker.network()
    try:
        explicit = Explicit(elements, links, PORT)
    except OverflowError:
        return None
    return maker, elements, links, explicit


def test_every_packet_ends_where_the_sets_say() -> None:
    compared, some = 0, seeds(0, 120)
    for seed in some:
        case = random_case(seed)
        if case is None:
            continue
        _maker, elements, links, explicit = case
        sets, exploration = explored(elements, links)
        assert exploration.incomplete is None
        assert endings(sets, exploration) == explicit_endings(explicit), seed
        compared += 1
    assert compared > 0.8 * len(some)


def test_what_is_known_of_code_serves_other_packets() -> None:
    """Each quarter of the packets by itself, with what the quarters before taught of the code."""
    compared, some = 0, seeds(500_000, 30)
    for seed in some:
        case = random_case(seed)
        if case is None:
            continue
        _maker, elements, links, explicit = case
        sets, memory = universe()
        network, execution, found = Network(elements, links), Execution(sets), {}
        for value in range(4):
            exploration = Exploration(sets, network, execution=execution)
            exploration.run([Injection(PORT, memory, sets.just({"a": value}))])
            for values, ends in endings(sets, exploration).items():
                assert values[0] == value
                found[values] = ends
        assert found == explicit_endings(explicit), seed
        compared += 1
    assert compared > 0.6 * len(some)


def test_formulas_are_answered_as_by_brute_force() -> None:
    verdicts, some = {"holds": 0, "violated": 0}, seeds(100_000, 80)
    for seed in some:
        case = random_case(seed)
        if case is None:
            continue
        maker, elements, links, explicit = case
        sets, exploration = explored(elements, links)
        checker = Checker(sets, exploration)
        for _formula in range(12):
            formula = maker.formula()
            expected = explicit.satisfying(formula)
            labels = checker.labels(formula, True)
            [injected] = exploration.injected
            for values, root in explicit.roots.items():
                symbolic = sets.contains(labels[injected], dict(zip(WIDTHS, values, strict=True)))
                assert symbolic == (root in expected), (seed, formula, values)
            verdict = checker.check(formula).verdict
            assert verdict == ("holds" if explicit.holds(formula) else "violated"), (seed, formula)
            verdicts[verdict] += 1
    assert min(verdicts.values()) > 0.8 * len(some)


def test_whether_depth_or_breadth_comes_first_changes_nothing_but_the_order() -> None:
    for seed in seeds(410_000, 20):
        case = random_case(seed)
        if case is None:
            continue
        _maker, elements, links, _explicit = case
        (wide_sets, wide), (deep_sets, deep) = (explored(elements, links, depth_first=first) for first in (False, True))
        assert len(wide.states) == len(deep.states)
        assert endings(wide_sets, wide) == endings(deep_sets, deep)


@pytest.mark.parametrize(("depth_first", "order"), [(False, "a c b d"), (True, "a c d b")])
def test_depth_first_follows_what_was_found_last(depth_first: bool, order: str) -> None:
    pair = "port in { Forward(out) }"
    elements = {"one": "port in { Fork(a, c) }", "a": pair, "b": pair, "c": pair, "d": pair}
    programs = {name: sefl_text.read(text) for name, text in elements.items()}
    links = [["one.a", "a.in"], ["one.c", "c.in"], ["a.out", "b.in"], ["c.out", "d.in"]]
    _sets, exploration = explored(programs, links, depth_first=depth_first)
    entered = [state.port.partition(".")[0] for state in exploration.states if state.place == "in"]
    assert " ".join(entered[1:]) == order


def test_merging_changes_no_answer() -> None:
    compared, some = 0, seeds(300_000, 50)
    for seed in some:
        case = random_case(seed)
        if case is None:
            continue
        maker, elements, links, _explicit = case
        sets, merged = explored(elements, links)
        apart_sets, apart = explored(elements, links, Limits(hops=40, states=3000), merge=False)
        if apart.incomplete:
            continue
        compared += 1
        assert endings(sets, merged) == endings(apart_sets, apart)
        for _formula in range(6):
            formula = maker.formula()
            assert Checker(sets, merged).check(formula).verdict == Checker(apart_sets, apart).check(formula).verdict
    assert compared > 0.4 * len(some)


def test_a_limit_ends_in_bounds_and_never_in_a_wrong_verdict() -> None:
    unknown, some = 0, seeds(200_000, 50)
    for seed in some:
        case = random_case(seed)
        if case is None:
            continue
        maker, elements, links, explicit = case
        sets, exploration = explored(elements, links, Limits(hops=random.Random(seed).randrange(4)))
        checker = Checker(sets, exploration)
        for _formula in range(10):
            formula = maker.formula()
            verdict = checker.check(formula).verdict
            unknown += verdict == "unknown"
            assert verdict in ("unknown", "holds" if explicit.holds(formula) else "violated"), (seed, formula)
    assert unknown > 0.1 * len(some)


def test_endless_packets_are_found_exactly() -> None:
    found = 0
    for seed in seeds(400_000, 50):
        case = random_case(seed)
        if case is None:
            continue
        _maker, elements, links, explicit = case
        sets, exploration = explored(elements, links)
        endless = Checker(sets, exploration).endless()[exploration.injected[0]]
        expected = explicit.satisfying(netctl.Always(False, netctl.Next(False, netctl.TRUE)))
        for values, root in explicit.roots.items():
            assert sets.contains(endless, dict(zip(WIDTHS, values, strict=True))) == (root in expected), seed
        found += endless.satisfiable()
    assert found > 0


def test_what_is_decided_early_is_what_all_ways_say() -> None:
    early, verdicts, some = 0, {"holds": 0, "violated": 0}, seeds(600_000, 60)
    for seed in some:
        case = random_case(seed)
        if case is None:
            continue
        maker, elements, links, explicit = case
        formulas = [maker.formula() for _formula in range(seed % 3)] + [netctl.finally_(True, maker.formula(2))]
        sets, memory = universe()
        exploration = Exploration(sets, Network(elements, links))
        exploration.inject([Injection(PORT, memory, sets.full)])
        drive_until_decided(sets, exploration, formulas)
        early += exploration.incomplete is not None
        checker = Checker(sets, exploration)
        for formula in formulas:
            verdict = checker.check(formula)
            assert verdict.verdict == ("holds" if explicit.holds(formula) else "violated"), (seed, formula)
            verdicts[verdict.verdict] += 1
            expected = explicit.satisfying(verdict.formula)
            for packets in verdict.packets.values():  # some of those that decide it, and no others
                for values, root in explicit.roots.items():
                    if sets.contains(packets, dict(zip(WIDTHS, values, strict=True))):
                        assert (root in expected) == verdict.truth
    assert min(*verdicts.values(), 4 * early) > 0.1 * len(some)
