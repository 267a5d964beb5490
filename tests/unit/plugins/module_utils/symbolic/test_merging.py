# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers about parts of the packets say together what one answer about all of them says."""

from __future__ import annotations

import random

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import netctl
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.checking import Checker
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import (
    Exploration,
    Injection,
    Limits,
    Network,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.memory import Cell, Memory
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.merging import merged
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.netctl_text import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets
from random_networks import PLACES, WIDTHS, Maker
from seeds import seeds

ENTRIES = [(port, value) for port in ("one.in", "two.back") for value in range(4)]
"""Ports, and the values of the first field of the packets that enter there."""


def answer(elements, links, entries, formulas, limits):
    """The verdicts about some entries, with as much around them as is merged."""
    sets = PacketSets(1 << 20)
    vectors = sets.symbols(WIDTHS)
    memory = Memory(headers={PLACES[name]: (Cell(WIDTHS[name], vector),) for name, vector in vectors.items()}, tags={"h": 0})
    injections = [Injection(port, memory, sets.just({"a": value})) for port, value in entries]
    exploration = Exploration(sets, Network(elements, links), limits).run(injections)
    checker = Checker(sets, exploration)
    policies = [
        {
            "name": str(number),
            "verdict": checker.check(formula).verdict,
            "quantifier": netctl.quantifier(formula),
            "exact": True,
            "packets": [],
        }
        for number, formula in enumerate(formulas)
    ]
    told = [{**policy, "holds": policy["verdict"] == "holds"} for policy in policies]
    return {"policies": told, "incomplete": exploration.incomplete, "paths": {}, "findings": [], "seconds": 0.0}


def policy(maker, depth=2):
    """A formula that has path operators at its top, joined in every way."""
    kind = maker.random.choice(["path", "not", "and", "or"] if depth else ["path"])
    if kind == "path":
        return netctl.finally_(maker.random.random() < 0.5, maker.formula(1))
    if kind == "not":
        return netctl.Not(policy(maker, depth - 1))
    return (netctl.And if kind == "and" else netctl.Or)((policy(maker, depth - 1), policy(maker, depth - 1)))


@pytest.mark.one_python
@pytest.mark.parametrize("limits", [Limits(), Limits(hops=3)], ids=["complete", "limited"])
def test_parts_say_together_what_one_answer_says(limits: Limits) -> None:
    """With a limit the one answer and the parts may know more or less, but never the opposite of one another."""
    seen = set()
    for seed in seeds(0, 30):
        maker = Maker(random.Random(seed))
        elements, links = maker.network()
        formulas = [maker.formula() for _one in range(4)] + [policy(maker) for _one in range(12)]
        whole = answer(elements, links, ENTRIES, formulas, limits)
        if limits == Limits() and whole["incomplete"]:
            continue
        count = maker.random.choice([2, 3, 8])
        parts = [answer(elements, links, ENTRIES[number::count], formulas, limits) for number in range(count)]
        for one, other in zip(merged(parts)["policies"], whole["policies"], strict=True):
            assert one["holds"] == (one["verdict"] == "holds")
            seen.add((one["quantifier"], one["verdict"]))
            if one["quantifier"] == "mixed":
                assert one["verdict"] == "unknown"
            elif limits == Limits():
                assert one["verdict"] == other["verdict"], (seed, one["name"])
            else:
                assert {one["verdict"], other["verdict"]} != {"holds", "violated"}, (seed, one["name"])
        assert merged(parts, whole)["policies"][0]["quantifier"] == whole["policies"][0]["quantifier"]
    assert seen >= {(who, verdict) for who in ("every", "some") for verdict in ("holds", "violated")} | {("mixed", "unknown")}


@pytest.mark.parametrize(
    ("formula", "quantifier"),
    [
        ("tcp.dstport == 80 -> EF delivered", "every"),
        ("AG !failed", "every"),
        ("EF delivered", "some"),
        ("!(EF dropped)", "every"),
        ("!(AF delivered)", "some"),
        ("AG !failed && A [true U delivered]", "every"),
        ("EF dropped || E [true U delivered]", "some"),
        ("AF delivered || AF dropped", "mixed"),
        ("EF delivered && EF dropped", "mixed"),
        ("EF delivered && AG !failed", "mixed"),
        ("!(EF delivered && AG !failed)", "mixed"),
        ("!(EF delivered || EF dropped)", "every"),
        ("AF delivered -> AF dropped", "mixed"),
        ("AF delivered -> EF dropped", "some"),
        ("true", "every"),
        ("true || EF delivered", "every"),
    ],
)
def test_of_which_packets_a_policy_speaks(formula: str, quantifier: str) -> None:
    assert netctl.quantifier(read(formula, ()).formula) == quantifier


def part(verdict: str, quantifier: str, name: str = "p", incomplete: str | None = None) -> dict:
    told = {"name": name, "holds": verdict == "holds", "verdict": verdict, "quantifier": quantifier, "trace": []}
    told |= {"exact": True, "reason": "too long" if verdict == "unknown" else None}
    policy = {**told, "packets": [f"some that {verdict}"], "packet": {"port": "a.in"}}
    finding = {"kind": "memory", "at": "a.in", "message": "there is no tag vlan"}
    return {
        "policies": [policy],
        "incomplete": incomplete,
        "paths": {"total": 3, "delivered": 2},
        "findings": [{**finding, "packet": {"of": verdict}}],
        "seconds": 2.0 if incomplete else 1.0,
    }


@pytest.mark.parametrize(
    ("quantifier", "verdicts", "verdict"),
    [
        ("every", ["holds", "holds"], "holds"),
        ("every", ["holds", "unknown"], "unknown"),
        ("every", ["unknown", "violated"], "violated"),
        ("some", ["violated", "holds"], "holds"),
        ("some", ["violated", "unknown"], "unknown"),
        ("some", ["violated", "violated"], "violated"),
        ("mixed", ["holds", "holds"], "unknown"),
        ("mixed", ["holds"], "holds"),
    ],
)
def test_one_verdict_of_several(quantifier: str, verdicts: list[str], verdict: str) -> None:
    answer = merged([part(one, quantifier) for one in verdicts])
    [policy] = answer["policies"]
    assert (policy["verdict"], policy["holds"], answer["holds"]) == (verdict, verdict == "holds", verdict == "holds")
    assert policy["packets"] == [f"some that {verdict}"] * verdicts.count(verdict)


def test_what_else_is_merged() -> None:
    answer = merged([part("holds", "every"), part("unknown", "every", incomplete="too long")])
    assert (answer["complete"], answer["incomplete"], answer["seconds"]) == (False, "too long", 2.0)
    assert answer["paths"] == {"total": 6, "delivered": 4}
    assert [finding["packet"] for finding in answer["findings"]] == [{"of": "holds"}]


def test_an_answer_about_all_packets_decides_what_parts_do_not() -> None:
    parts = [part("holds", "mixed"), part("violated", "mixed")]
    assert merged(parts, part("holds", "mixed"))["holds"]
    assert not merged(parts, part("unknown", "mixed", incomplete="too long"))["complete"]


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([], "there is no answer to merge; verify some packets"),
        ([part("holds", "every"), {"failed": True, "msg": "no such port"}], "[1]: this part was not verified: no such port"),
        ([part("holds", "every"), part("holds", "every", "q")], "[1]: this answer is about other policies than the first"),
    ],
)
def test_what_cannot_be_merged_is_refused(parts: list[dict], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        merged(parts)
    assert str(refused.value) == sentence
