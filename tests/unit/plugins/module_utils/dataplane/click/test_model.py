# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graphs with many ways: packets that meet go on together, and the answers are those of every way by itself."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click import model
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.verification import (
    Policy,
    Verification,
    packets_of,
)


def diamonds(count: int) -> str:
    """Each bit of the source address chooses one of two ways, which meet again."""
    text = "FromDevice(p0) -> Strip(14) -> MarkIPHeader -> "
    for bit in range(count):
        mask = f"{128 >> bit % 8:02x}"
        text += f"c{bit} :: Classifier({12 + bit // 8}/{mask}%{mask}, -); "
        text += f"c{bit}[0] -> Paint(1) -> m{bit} :: Paint(0); c{bit}[1] -> Paint(2) -> m{bit}; m{bit} -> "
    return text + "filter :: IPFilter(deny src 10.0.0.0/8, allow all) -> ToDevice(p1);"


def verified(text: str):
    elements = {"c": model.program(text, "c.click", {})}
    formulas = ["AG (port == c.p1 -> !(ip.src == 10.0.0.0/8))", "ip.src == 10.0.0.0/8 -> AF dropped", "AF delivered"]
    injected = [packets_of({"at": "c.p0", "template": "udp"}, "packets[0]")]
    answer = Verification(elements, [], injected, [Policy(one, one) for one in formulas]).run()
    return [(one["verdict"], one["packets"]) for one in answer["policies"]], answer["paths"], answer["findings"]


def test_a_million_ways_are_twenty_steps():
    verdicts, paths, findings = verified(diamonds(20))
    assert [verdict for verdict, _packets in verdicts] == ["holds", "holds", "violated"]
    assert (paths["total"], findings) == (2, [])


@pytest.mark.parametrize("most", [0, 256])
def test_ports_inside_change_no_answer(monkeypatch: pytest.MonkeyPatch, most: int):
    expected = verified(diamonds(6))
    monkeypatch.setattr(model, "MOST_WAYS", most)
    assert bool(model.program(diamonds(6), None, {}).inner) == (most == 0)
    assert verified(diamonds(6)) == expected


def test_a_copy_that_is_discarded_leaves_the_other_to_be_delivered():
    """The idiom for "every packet has a delivered copy": the discarded one is at no port where it ends."""
    program = model.program("FromDevice(a) -> t :: Tee; t[0] -> ToDevice(b); t[1] -> Discard;", None, {})
    injected = [packets_of({"at": "n.a", "template": "udp"}, "packets[0]")]
    policy = Policy("copied", "AG (port == n.a -> EF delivered)")
    answer = Verification({"n": program}, [], injected, [policy]).run()
    assert answer["holds"]
    assert (answer["paths"]["delivered"], answer["paths"]["dropped"]) == (1, 1)
