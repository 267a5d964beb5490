# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections through a NAT in Click and a stateful firewall: the answer finds its way back, or it is said where it is lost."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.elements import element
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.report import sentence
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.verification import Policy, Verification, packets_of

pytest.importorskip("oxidd")
NAT = """
FromDevice(inside) -> Strip(14) -> CheckIPHeader -> [0]nat :: IPRewriter(pattern 192.0.2.1 1024-65535 - - 0 1, drop);
FromDevice(outside) -> Strip(14) -> CheckIPHeader -> [1]nat;
nat[0] -> Unstrip(14) -> ToDevice(outside);
nat[1] -> Unstrip(14) -> ToDevice(inside);
"""
FIREWALL = """
port inside { Assign(@asked, 1w1) Forward(outside) }
port outside { If (present(@asked)) { Forward(inside) } Else { Drop } }
"""
SYN = {"at": "nat.inside", "template": "tcp", "fields": {"ip.src": "10.0.0.0/8", "tcp.flags": 2}, "reply": True}
CONNECTED = (
    "AG (delivered && !reply -> AF (reply && delivered && port == nat.inside"
    " && ip.dst == initial(ip.src) && tcp.dstport == initial(tcp.srcport)))"
)


def verified(formula, nat=NAT, firewall=FIREWALL, packets=None):
    elements = {"nat": element("nat", {"type": "click"}, nat), "fw": element("fw", {"type": "sefl"}, firewall)}
    injected = [packets_of(packets or SYN, "packets[0]")]
    return Verification(elements, [["nat.outside", "fw.inside"]], injected, [Policy("connected", formula)]).run()


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        (CONNECTED, "holds"),
        ("AG (reply && port == fw.outside -> ip.dst == 192.0.2.1 && tcp.dstport >= 1024)", "holds"),
        ("EF (reply && port == fw.outside && tcp.dstport == initial(tcp.srcport))", "holds"),
        ("AG (reply && port == fw.outside -> tcp.dstport == initial(tcp.srcport))", "violated"),
    ],
)
def test_the_answer_is_translated_back(formula, verdict):
    assert verified(formula)["policies"][0]["verdict"] == verdict


def test_a_firewall_that_forgets_loses_answers():
    answer = verified(CONNECTED, firewall=FIREWALL.replace("present(@asked)", "tcp.srcport in {80, 443}"))
    [policy] = answer["policies"]
    assert policy["verdict"] == "violated"
    assert sentence(answer).endswith("nat.outside → fw.inside → fw.outside → answered: fw.outside (Drop (line 3)) → dropped")
    assert all("tcp.dstport in {0-79, 81-442, 444-65535}" in line for line in policy["packets"])


def test_nobody_outside_begins():
    packets = {"at": "fw.outside", "template": "tcp", "fields": {"ip.dst": "192.0.2.1"}, "reply": True}
    assert verified("AF dropped && AG !reply", packets=packets)["holds"]
