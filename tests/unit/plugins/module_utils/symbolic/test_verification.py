# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a network and policies to verdicts, with the reason for each."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.exploration import Limits
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.report import sentence
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.sefl_text import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.verification import (
    Policy,
    Verification,
    packets_of,
)

FIREWALL = """
port eth0 {
  If (tcp.dstport == 22 && ip.src in {10.0.0.0/8}) { Forward(eth1) }
  Else If (tcp.dstport in {80, 443}) { Forward(eth1) }
  Else If (tcp.dstport == 22) { Fail("no ssh") }
  Else { Drop }
}
port eth1 { Forward(eth0) }
"""
NAT = """
port in {
  Assign(ip.src, 192.0.2.1);
  Assign(tcp.srcport, symbol(port, 16));
  Assign(ip.ttl, ip.ttl - 1);
  Forward(out)
}
"""
LINKS = [["fw.eth1", "nat.in"]]
WEB = {"at": "fw.eth0", "template": "tcp", "fields": {"ip.src": "0.0.0.0/0", "tcp.dstport": "1-1023"}}


def verified(formulas, elements=None, links=None, packets=None, names=None, **options):
    programs = {name: read(text, f"{name}.sefl") for name, text in (elements or {"fw": FIREWALL, "nat": NAT}).items()}
    names = names or [f"p{number}" for number in range(len(formulas))]
    policies = [Policy(name, formula) for name, formula in zip(names, formulas, strict=True)]
    injected = [packets_of(WEB if packets is None else packets, "packets[0]")] if packets != [] else []
    return Verification(programs, LINKS if links is None else links, injected, policies).run(**options)


def verdicts(*formulas, **options):
    return [one["verdict"] for one in verified(formulas, **options)["policies"]]


def test_a_violation_has_its_packets_one_packet_and_its_way():
    answer = verified(["AG (tcp.dstport == 22 -> !(port == nat.out))"])
    [policy] = answer["policies"]
    assert not answer["holds"]
    assert policy["packets"] == ["at fw.eth0 eth/ip/tcp: ip.src in {10.0.0.0/8} and tcp.dstport == 22"]
    assert policy["packet"]["fields"]["ip.src"] == "10.0.0.0"
    assert [(step["port"], step["rule"]) for step in policy["trace"]] == [
        ("fw.eth0", "If (line 3)"),
        ("fw.eth1", None),
        ("nat.in", None),
        ("nat.out", None),
    ]
    assert sentence(answer) == (
        "p0 is violated. For p0: packet tcp from 10.0.0.0 port 49152 to 198.51.100.1 port 22, "
        "through fw.eth0 (If (line 3)) → fw.eth1 → nat.in → nat.out"
    )


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("tcp.dstport == 80 -> AF (port == nat.out)", "holds"),
        ("tcp.dstport == 22 -> AF (port == nat.out)", "violated"),
        ("EF (port == nat.out && tcp.dstport == 22)", "holds"),
        ("EF (port == nat.out && tcp.dstport == 23)", "violated"),
        ("AG (ip.dst == initial(ip.dst))", "holds"),
        ("AG (ip.src == initial(ip.src))", "violated"),
        ("AG (port == nat.out -> ip.src == 192.0.2.1)", "holds"),
        ("AG (port == nat.out -> ip.ttl != initial(ip.ttl))", "holds"),
        ("AG (port == nat.in -> EX tcp.srcport == 7)", "holds"),
        ("AG (port == nat.in -> AX tcp.srcport == 7)", "violated"),
        ("EF failed && EF dropped && EF delivered", "holds"),
        ("AF (delivered || dropped || failed)", "holds"),
        ("AG (udp.dstport != 53)", "violated"),
        ("AG !(udp.dstport == 53)", "holds"),
        ("!(EF (port == nat.out && tcp.dstport == 25))", "holds"),
    ],
)
@pytest.mark.parametrize("merge", [True, False])
def test_verdicts(formula, verdict, merge):
    assert verdicts(formula, merge=merge) == [verdict]


def test_a_way_that_ends_in_the_element_says_so():
    answer = verified(["AG !(port == fw.eth0 && tcp.dstport == 25)"])
    [policy] = answer["policies"]
    assert [(step["port"], step["place"]) for step in policy["trace"]] == [("fw.eth0", "in"), ("fw.eth0", "dropped")]
    assert sentence(answer).endswith("through fw.eth0 (Drop (line 6)) → dropped")


def test_a_failure_says_why():
    [policy] = verified(["!(tcp.dstport == 22 && ip.src == 192.0.2.7) -> true", "AG !failed"])["policies"][1:]
    assert policy["trace"][-1] == {"port": "fw.eth0", "place": "failed", "rule": "no ssh", "reply": False}
    assert policy["trace"][0]["rule"] == "If (line 5); Fail (line 5)"


def test_reading_what_is_not_there_is_a_finding():
    answer = verified([], {"x": "port in { If (vlan.id == 7) { Forward(out) } Else { Forward(out) } }"}, [], {"at": "x.in"})
    assert {finding["message"] for finding in answer["findings"]} == {"there is no tag vlan (If (line 1))"}
    assert answer["paths"]["delivered"] == 0
    assert answer["findings"][0]["packet"]["port"] == "x.in"


def test_a_loop_is_found_with_a_packet_and_ttl_ends_it():
    around = "port in { If (ip.dst == 10.0.0.1) { Forward(back) } Else { Forward(out) } }"
    answer = verified(
        ["AF delivered"],
        {"a": around, "b": "port in { Forward(out) }"},
        [["a.back", "b.in"], ["b.out", "a.in"]],
        {"at": "a.in"},
    )
    assert answer["policies"][0]["verdict"] == "violated"
    loops = [finding for finding in answer["findings"] if finding["kind"] == "loop"]
    assert {finding["packet"]["fields"]["ip.dst"] for finding in loops} == {"10.0.0.1"}
    lowering = "port in { If (ip.ttl <= 1) { Drop } Else { Assign(ip.ttl, ip.ttl - 1) Forward(out) } }"
    answer = verified(
        ["AF (delivered || dropped)"], {"a": around, "b": lowering}, [["a.back", "b.in"], ["b.out", "a.in"]], {"at": "a.in"}
    )
    assert (answer["holds"], answer["findings"]) == (True, [])
    answer = verified(
        ["AF (delivered || dropped)", "AG (ip.ttl == initial(ip.ttl))"],
        {"a": around, "b": lowering},
        [["a.back", "b.in"], ["b.out", "a.in"]],
        {"at": "a.in", "fields": {"ip.ttl": "2-255"}},
        ignore_ttl=True,
    )
    assert [one["verdict"] for one in answer["policies"]] == ["violated", "holds"]
    assert {finding["packet"]["fields"]["ip.dst"] for finding in answer["findings"]} == {"10.0.0.1"}


def test_a_limit_is_said_and_nothing_is_claimed():
    around = "port in { Assign(ip.id, ip.id + 1) Forward(out) }"
    answer = verified(
        ["AF delivered", "AG !dropped"],
        {"a": around},
        [["a.out", "a.in"]],
        {"at": "a.in", "template": "udp"},
        limits=Limits(hops=20),
    )
    assert not answer["complete"]
    assert [one["verdict"] for one in answer["policies"]] == ["unknown", "unknown"]
    assert "more than 20 hops, at a.out" in sentence(answer)


def test_what_goes_to_a_port_that_takes_no_packets_is_dropped():
    answer = verified(
        ["AF (port == a.out && dropped)", "AG !delivered"],
        {"a": "port in { Forward(out) }", "b": "port back { Forward(front) }"},
        [["a.out", "b.front"]],
        {"at": "a.in", "template": "udp"},
    )
    assert answer["holds"]
    assert answer["paths"] == {"total": 1, "delivered": 0, "dropped": 1, "failed": 0}


def test_n_diamonds_in_a_row_cost_n():
    diamond = "port in { If (ip.dsfield == %d) { Assign(way, 1w1) } Else { Assign(way, 1w0) } Deallocate(way) Forward(out) }"
    elements = {f"d{number}": diamond % number for number in range(200)}
    links = [[f"d{number}.out", f"d{number + 1}.in"] for number in range(199)]
    answer = verified(["AF (port == d199.out)"], elements, links, {"at": "d0.in", "template": "udp"})
    assert answer["holds"]
    assert answer["paths"]["total"] == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"packets": {**WEB, "at": "fw.eth9"}}, "packets cannot be injected at fw.eth9"),
        ({"packets": {**WEB, "template": "tpc"}}, "packets[0].template: there is no template tpc"),
        (
            {"packets": {**WEB, "fields": {"tcp.port": 1}}},
            "fields.tcp.port: tcp.port is one of two fields here; give tcp.srcport",
        ),
        ({"packets": {**WEB, "fields": {"tcp.flags.syn": 1}}}, "tcp.flags.syn is a part of a field here; give tcp.flags"),
        (
            {"packets": {**WEB, "fields": {"ip.src": []}}},
            "ip.src: give at least one value, or leave the field out",
        ),
        (
            {"packets": {**WEB, "fields": {"ip.ttl": 1.5}}},
            "ip.ttl: 1.5 is no number, address, prefix or range",
        ),
        ({"packets": {**WEB, "fields": {"ip.ttl": True}}}, "True is no number, address, prefix or range"),
        ({"packets": {**WEB, "fields": {"ip.ttl": "1} && true"}}}, "'1} && true' is no number, address, prefix or range"),
        ({"packets": {**WEB, "fields": {"ip.src": "::1"}}}, "::1 has 128 bits and does not fit ip.src, which has 32"),
        ({"formulas": ["AG !(ip.src == ::1)"]}, "policy p0:1: ::1 has 128 bits and does not fit the other side, which has 32"),
        (
            {"formulas": ["AG !(tcp.dstport in {1, 0.0.0.22})"]},
            "0.0.0.22 has 32 bits and does not fit the other side",
        ),
        (
            {"formulas": ["AG (tpc.dstport == 22 -> dropped)"]},
            "p0:1: tpc.dstport is no header field, and no element gives",
        ),
        ({"formulas": ["AG (tpc.dstport == 22 -> dropped)"]}, "name a value; is tcp.dstport meant?"),
        ({"packets": {**WEB, "fields": {"tcp.dstport": "1-70000"}}}, "1-70000 does not fit into the 16 bits of tcp.dstport"),
        ({"packets": {**WEB, "fields": {"ip.src": "10.0.0"}}}, "packets[0].fields.ip.src"),
        ({"packets": {**WEB, "fields": {"ip.proto": 17}}}, "packets[0]: no packet of the template meets all of these fields"),
        ({"links": [["fw.eth1", "nat.inn"]]}, "links[0]: there is no port nat.inn; there are nat.in, nat.out"),
        ({"links": [["fw.eth1", "nat.in"], ["fw.eth1", "nat.out"]]}, "links[1]: fw.eth1 is linked with nat.in already"),
        ({"links": [["fw.eth1"]]}, "links[0]: a link has two ports, not 1"),
        (
            {"links": [["fw.eth1", "fw.eth1"]]},
            "links[0]: fw.eth1 is linked with itself; name the port at the link's other end",
        ),
        ({"formulas": ["AF delivered", "AF dropped"], "names": ["x", "x"]}, "policies: two policies are called x"),
        ({"packets": []}, "packets: give at least one entry"),
        ({"elements": {"a.b": FIREWALL}, "links": []}, "the element a.b has a dot in its name"),
    ],
)
def test_mistakes_are_one_sentence(change, sentence):
    with pytest.raises(InputError) as caught:
        verified(**{"formulas": ["AF delivered"], **change})
    assert sentence in str(caught.value)


ROW = {"elements": {"fw": FIREWALL, **dict.fromkeys(("a", "b", "c"), "port in { Forward(out) }")}}
ROW |= {"links": [["fw.eth1", "a.in"], ["a.out", "b.in"], ["b.out", "c.in"]]}
ARRIVES = "AF (port == c.out)"


def test_checking_stops_where_all_is_decided():
    whole = verified([ARRIVES], **ROW)
    early = verified([ARRIVES], **ROW, stop_when_decided=True)
    assert (whole["complete"], early["complete"]) == (True, False)
    assert early["incomplete"] == "every policy was decided before all ways were followed to their ends"
    assert early["policies"][0]["verdict"] == whole["policies"][0]["verdict"] == "violated"
    assert early["paths"]["delivered"] == 0 < whole["paths"]["delivered"]
    assert not [one for one in early["findings"] if one["kind"] == "loop"]


def test_packets_that_are_left_on_their_way_are_claimed_by_no_policy():
    """The first policy is decided at once; for the second only some packets are driven on."""
    formulas = [ARRIVES, "tcp.dstport == 443 -> AF (port == c.out)"]
    early = verified(formulas, **ROW, stop_when_decided=True)
    assert [one["verdict"] for one in early["policies"]] == ["violated", "holds"]
    assert early["policies"][0]["packets"] == verified(formulas, **ROW)["policies"][0]["packets"]
    assert early["paths"]["delivered"] == 1


def test_nothing_is_stopped_where_nothing_is_asked():
    assert verified([], **ROW, stop_when_decided=True)["complete"]


def test_memory_is_limited():
    around = "port in { Assign(ip.id, ip.id + 1) Forward(out) }"
    limits = Limits(memory=100, in_use=iter(range(60, 1000, 25)).__next__)
    answer = verified(["AF delivered"], {"a": around}, [["a.out", "a.in"]], {"at": "a.in"}, limits=limits)
    assert [one["verdict"] for one in answer["policies"]] == ["unknown"]
    assert (answer["complete"], answer["incomplete"]) == (False, "it took more than 100 MiB of memory")


def test_a_changed_element_changes_the_answer_and_back():
    elements = {name: read(text) for name, text in {"fw": FIREWALL, "nat": NAT}.items()}
    policies = [Policy("no-ssh", "AG (tcp.dstport == 22 -> !(port == nat.out))"), Policy("web", "EF (port == nat.out)")]
    verification = Verification(elements, LINKS, [packets_of(WEB, "packets[0]")], policies)
    untimed = [{**answer, "seconds": 0} for answer in (verification.run(), verification.change("fw", read(CLOSED)))]
    fresh = Verification({**elements, "fw": read(CLOSED)}, LINKS, [packets_of(WEB, "packets[0]")], policies).run()
    assert [[one["holds"] for one in answer["policies"]] for answer in untimed] == [[False, True], [True, True]]
    assert untimed[1] == {**fresh, "seconds": 0}
    assert {**verification.change("fw", elements["fw"]), "seconds": 0} == untimed[0]


CLOSED = """
port eth0 { If (tcp.dstport == 80) { Forward(eth1) } Else { Fail("closed") } }
port eth1 { Forward(eth0) }
"""


def test_a_packet_that_ended_inside_an_element_is_at_no_port():
    formulas = ["AG !(dropped && port == x.in)", "EF dropped", "AG (port == x.in -> EF delivered)"]
    assert [one["verdict"] for one in verified(formulas, {"x": "port in { Drop }"}, [], {"at": "x.in"})["policies"]] == [
        "holds",
        "holds",
        "violated",
    ]


@pytest.mark.parametrize("limits", [{"states": -5}, {"hops": -1}, {"seconds": -0.5}, {"seconds": float("nan")}, {"memory": -1}])
def test_limits_that_can_never_be_met_are_refused(limits):
    with pytest.raises(InputError, match=r"^a limit of \S+ [\w ]+ can never be met; give more$"):
        Limits(**limits)
