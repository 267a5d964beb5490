# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Relations and sums that are left to a solver, against every packet by itself."""

from __future__ import annotations

import builtins
import subprocess
import sys
from functools import partial

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic import sefl, verification
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.checking import Checker
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import Limits
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.packet_sets import PacketSets
from random_networks import PLACES, WIDTHS, Maker
from seeds import seeds
from test_exploration import endings, explicit_endings, explored, random_case
from test_verification import verified

pytest.importorskip("z3")
LIMITS = Limits(hops=40)
"""A sum that is derived anew in each round of a loop never comes back to what it was."""


class Relating(Maker):
    """Draws networks that compare and add up what is not known, and seldom fail before."""

    def target(self) -> sefl.Target:
        return sefl.Header("h", self.random.choice([*PLACES.values()]))

    def expression(self, depth: int = 2, choices: bool = False) -> sefl.Expression:
        if depth and self.random.random() < 0.6:
            make = self.random.choice([sefl.Sum, sefl.Difference])
            return make(sefl.Read(self.target()), self.expression(depth - 1, choices))
        return sefl.Symbol(self.random.choice("xy"), 2) if choices and self.random.random() < 0.2 else sefl.Read(self.target())

    def instruction(self, depth: int) -> sefl.Instruction:
        drawn = super().instruction(depth)
        return drawn if isinstance(drawn, sefl.Assign | sefl.If | sefl.Constrain | sefl.Forward) else self.instruction(depth)


def cases(some: range, largest: int):
    """Networks whose exploration ended, and in which something was derived."""
    for seed in some:
        case = random_case(seed, Relating)
        if case is None:
            continue
        maker, elements, links, explicit = case
        sets, exploration = explored(elements, links, LIMITS, largest=largest)
        if sets.residue.derived and exploration.incomplete is None:
            yield seed, maker, explicit, sets, exploration


@pytest.mark.one_python
@pytest.mark.parametrize(("largest", "some"), [(1, seeds(600_000, 8)), (3, seeds(610_000, 12))])
def test_every_packet_ends_where_the_solver_says(largest: int, some: range) -> None:
    """``largest`` of 1 lets nothing fit, and of 3 what speaks of one unknown."""
    compared = 0
    for seed, _maker, explicit, sets, exploration in cases(some, largest):
        assert endings(sets, exploration) == explicit_endings(explicit), seed
        compared += 1
    assert compared > 0.1 * len(some)


@pytest.mark.one_python
def test_formulas_are_answered_within_bounds_that_mostly_meet() -> None:
    verdicts, some = {"holds": 0, "violated": 0, "unknown": 0}, seeds(700_000, 16)
    for seed, maker, explicit, sets, exploration in cases(some, 3):
        checker = Checker(sets, exploration)
        for _formula in range(6):
            formula = maker.formula()
            expected = explicit.satisfying(formula)
            [injected] = exploration.injected
            least, most = checker.labels(formula, True)[injected], checker.labels(formula, False)[injected]
            for values, root in explicit.roots.items():
                packet = sets.residue.completed(dict(zip(WIDTHS, values, strict=True)))
                lower, upper = (sets.contains(bound, packet) for bound in (least, most))
                assert lower <= (root in expected) <= upper, (seed, formula)
            verdict = checker.check(formula).verdict
            assert verdict in ("unknown", "holds" if explicit.holds(formula) else "violated"), (seed, formula)
            verdicts[verdict] += 1
    assert min(verdicts["holds"], verdicts["violated"]) > 0.4 * len(some), verdicts
    assert verdicts["unknown"] < len(some), verdicts


PACKET = {"at": "x.in", "template": "tcp"}
ONLY = "port in {{ Assign(sum, ip.src + ip.dst) If ({}) {{ Forward(out) }} Else {{ Drop }} }}"


def answer(condition: str, formula: str = "AG !delivered"):
    return verified([formula], {"x": ONLY.format(condition)}, [], PACKET)["policies"][0]


def number(packet, field: str) -> int:
    text = packet["fields"][field]
    if "." not in text:
        return int(text, 0)
    return int.from_bytes(bytes(map(int, text.split("."))), "big")


@pytest.mark.parametrize(
    ("condition", "told", "meets"),
    [
        ("sum == 7", "ip.src + ip.dst == 7", lambda s, d, q, a: (s + d) % 2**32 == 7),
        ("sum in {5-9}", "ip.src + ip.dst in {5-9}", lambda s, d, q, a: 5 <= (s + d) % 2**32 <= 9),
        ("tcp.seq == ip.src", "tcp.seq == ip.src", lambda s, d, q, a: q == s),
        ("tcp.seq != ip.src", "!(tcp.seq == ip.src)", lambda s, d, q, a: q != s),
        ("tcp.ack <= tcp.seq", "!(tcp.seq < tcp.ack)", lambda s, d, q, a: a <= q),
        ("sum + tcp.seq < tcp.ack", "((ip.src + ip.dst) + tcp.seq) < tcp.ack", lambda s, d, q, a: (s + d + q) % 2**32 < a),
        ("bits(sum, 0, 24) == bits(tcp.seq, 8, 24)", None, lambda s, d, q, a: (s + d) % 2**24 == q >> 8),
        ("extend(ip.src, 40) < extend(ip.dst, 40)", None, lambda s, d, q, a: s < d),
        ("tcp.ack - 1 == tcp.seq && tcp.seq < 1000", None, lambda s, d, q, a: (a - 1) % 2**32 == q < 1000),
    ],
)
def test_a_relation_of_unknowns_is_told_as_a_formula_with_a_packet_that_meets_it(condition, told, meets) -> None:
    policy = answer(condition)
    assert (policy["verdict"], policy["exact"]) == ("violated", False)
    assert told is None or policy["packets"] == [f"at x.in eth/ip/tcp: {told}"]
    assert meets(*(number(policy["packet"], name) for name in ("ip.src", "ip.dst", "tcp.seq", "tcp.ack")))


@pytest.mark.parametrize(
    "condition",
    [
        "sum == 7 && ip.src == 1 && ip.dst == 1",
        "tcp.seq < tcp.ack && tcp.ack < tcp.seq",
        "tcp.seq < tcp.ack && tcp.ack < ip.src && ip.src < tcp.seq",
        "tcp.seq == ip.src && tcp.seq + 1 == ip.src",
        "sum != ip.dst + ip.src",
        "sum - ip.dst != ip.src",
    ],
)
def test_what_no_packet_meets_is_proven(condition) -> None:
    policy = answer(condition)
    assert (policy["verdict"], policy["packets"], policy["packet"]) == ("holds", [], None)


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("AG (delivered -> ip.src == tcp.seq)", "holds"),
        ("AG (delivered -> ip.src == tcp.ack)", "violated"),
        ("EF (delivered && tcp.seq == 5)", "holds"),
        ("EF (delivered && tcp.seq == 5 && ip.src == 0.0.0.6)", "violated"),
        ("tcp.seq == ip.src -> AF delivered", "holds"),
        ("tcp.seq <= ip.src -> AF delivered", "violated"),
        ("tcp.seq == ip.src -> AF dropped", "violated"),
    ],
)
def test_policies_speak_of_relations(formula, verdict) -> None:
    assert answer("tcp.seq == ip.src", formula)["verdict"] == verdict


CHOOSES = "port in { Assign(key, symbol(key, 32)) If (key + ip.src == tcp.seq) { Forward(out) } Else { Drop } }"


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("EF delivered", "holds"),
        ("AG !delivered", "violated"),
        ("AF dropped", "violated"),
        ("EF (delivered && tcp.seq == 7)", "holds"),
        ("AG (delivered -> key == 5)", "violated"),
        ("true -> EF delivered", "unknown"),
        ("EF (port == x.in && EX true && AX delivered)", "unknown"),
    ],
)
def test_what_an_element_chooses_is_found_or_left_open(formula, verdict) -> None:
    """Some choice is a question to the solver, and so is that no choice; one for each packet is more than it is asked."""
    [policy] = verified([formula], {"x": CHOOSES}, [], PACKET)["policies"]
    assert policy["verdict"] == verdict
    assert (policy["reason"] is not None) == (verdict == "unknown")
    assert all("x:key" in line for line in policy["packets"])


def test_a_solver_that_gives_up_proves_nothing(monkeypatch) -> None:
    monkeypatch.setattr(verification, "PacketSets", partial(PacketSets, effort=1))
    policy = answer("tcp.seq < tcp.ack && tcp.ack < ip.src && ip.src < tcp.seq")
    assert (policy["verdict"], policy["reason"]) == ("unknown", "z3 gave up after 1 steps")


def test_without_z3_a_sentence_says_what_to_install(monkeypatch) -> None:
    real = builtins.__import__

    def without(name, *rest, **named):
        if name == "z3":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match="z3-solver, which compares and adds up fields, is missing in this Python"):
        answer("sum == 7")
    assert answer("tcp.dstport == 80")["exact"]


def test_z3_is_not_imported_where_sets_do() -> None:
    code = (
        "import sys; from {0} import PacketSets; s = PacketSets(); s.possible(s.equal(*s.symbols({{'a': 9, 'b': 9}}).values()))"
    )
    command = code.format(PacketSets.__module__) + "; sys.exit('z3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], check=False).returncode == 0


FREE = "port a { Assign(tcp.srcport, symbol(p, 16)) Forward(b) }"
HIGH = 'port a { Assign(tcp.srcport, symbol(p, 16)) If (tcp.srcport < 1024) { Fail("low") } Forward(b) }'
RELATION = "AG (port == n.b -> tcp.srcport == initial(tcp.srcport))"
SOME_CHOICE = "port == n.a && tcp.srcport >= 1024 -> EF (delivered && tcp.srcport == initial(tcp.srcport))"


@pytest.mark.parametrize(
    ("code", "formulas", "verdicts"),
    [
        (FREE, ["port == n.a -> EF (delivered && tcp.srcport == initial(tcp.srcport))"], ["unknown"]),
        (FREE, ["port == n.a -> EX (tcp.srcport == tcp.dstport)"], ["unknown"]),
        (FREE, ["EF (port == n.a && !EF (delivered && tcp.srcport == initial(tcp.srcport)))"], ["unknown"]),
        (HIGH, [RELATION, "true -> EF delivered"], ["violated", "holds"]),
        (HIGH, ["true -> EF delivered", RELATION], ["holds", "violated"]),
        (HIGH, [RELATION, "EF (tcp.dstport == 7 && port == n.a && !failed && AG !delivered)"], ["violated", "violated"]),
        (HIGH, [SOME_CHOICE, "port == n.a -> EF (delivered && tcp.srcport == 5000)"], ["unknown", "holds"]),
    ],
)
def test_a_relation_that_a_policy_brings_in_changes_no_other_answer(code, formulas, verdicts) -> None:
    """It becomes a derived symbol only when the policy is looked at; whoever came before or after is answered as alone."""
    answer = verified(formulas, {"n": code}, [], {"at": "n.a", "template": "tcp"})
    assert [policy["verdict"] for policy in answer["policies"]] == verdicts
