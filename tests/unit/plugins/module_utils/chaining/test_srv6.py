# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains and segments as options, as routes and as differences; without a kernel, but for one table that asks it."""

from __future__ import annotations

import ipaddress
import json
import subprocess
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.chaining import srv6, srv6_plan, srv6_routes
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import (
    ConflictError,
    InputError,
    NfvError,
    UnavailableError,
)
from ansible_collections.superfluidity.nfv.plugins.modules import srv6_chain, srv6_sid
from hypothesis import assume, given
from hypothesis import strategies as st

CHAIN = {"name": "web", "prefix": "2001:db8:b::/64", "device": "eth0", "segments": ["fc00:2::1", "fc00:4::d6"]}
SID = {"sid": "fc00:4::d6", "action": "End.DX6", "nexthop": "2001:db8:b::2", "device": "eth1"}


def chains(**options: Any) -> srv6.Wanted:
    return srv6.chains(srv6_chain.SPEC.validated(options))


def sids(**options: Any) -> srv6.Wanted:
    return srv6.segments(srv6_sid.SPEC.validated(options))


def host(*routes: srv6_routes.Route, wanted: srv6.Wanted, **more: Any) -> srv6_plan.Host:
    settings = dict.fromkeys(wanted.settings, "1")
    return srv6_plan.Host(**{"routes": routes, "devices": frozenset({"eth0", "eth1"}), "settings": settings, **more})


def lines(wanted: srv6.Wanted, *routes: srv6_routes.Route) -> list[str]:
    return [step.line for step in srv6_plan.plan(host(*routes, wanted=wanted), wanted)]


def test_a_chain_is_one_line() -> None:
    assert lines(chains(**CHAIN)) == [
        "route add 2001:db8:b::/64 encap seg6 mode encap segs fc00:2::1,fc00:4::d6 dev eth0 table 254 metric 100 proto 118"
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (SID, "action End.DX6 nh6 2001:db8:b::2 dev eth1 table 254 metric 100 proto 118"),
        ({**SID, "action": "End", "nexthop": None}, "action End dev eth1 table"),
        ({**SID, "action": "End.DX4", "nexthop": "192.0.2.1"}, "action End.DX4 nh4 192.0.2.1 dev eth1 table"),
        ({**SID, "action": "End.T", "nexthop": None, "table": 7}, "action End.T table 7 dev eth1 table 254"),
        ({**SID, "action": "End.DT6", "nexthop": None, "table": 7, "route_table": 9}, "table 7 dev eth1 table 9"),
        ({**SID, "action": "End.DT46", "nexthop": None, "vrf_table": 7}, "action End.DT46 vrftable 7 dev eth1"),
        ({**SID, "action": "End.DX2", "nexthop": None, "output_device": "eth0"}, "action End.DX2 oif eth0 dev eth1"),
        ({**SID, "action": "End.B6.Encaps", "nexthop": None, "segments": ["fc00::5", "fc00::6"]},
         "action End.B6.Encaps srh segs fc00::5,fc00::6 dev eth1"),
    ],
)  # fmt: skip
def test_each_action_has_its_words(options: dict, words: str) -> None:
    [line] = lines(sids(**options))
    assert line.startswith("route add fc00:4::d6/128 encap seg6local ")
    assert words in line


BAD_CHAINS = [
    ({"segments": []}, "segments is missing: a chain without a segment leads nowhere"),
    ({"device": None}, "device is missing"),
    ({"prefix": "2001:db8:b::1/64"}, "has bits beyond its length; write 2001:db8:b::/64"),
    ({"prefix": "web"}, "'web' is no prefix; write such as 2001:db8:b::/64"),
    ({"prefix": "2001:db8:b::/129"}, "is no prefix"),
    ({"segments": ["fc00::1", "192.0.2.1"]}, "segments[1]: 192.0.2.1 is IPv4; IPv6 is needed"),
    ({"segments": ["fc00::1 dev eth9"]}, "is no address of IPv6"),
    ({"segments": ["ff02::1"]}, "ff02::1 is no node's address"),
    ({"segments": ["::ffff:192.0.2.1"]}, "is no node's address"),
    ({"prefix": "ff00::/8"}, "prefix: ff00::/8 is multicast"),
    ({"prefix": "224.0.0.0/4"}, "prefix: 224.0.0.0/4 is multicast"),
    ({"source": "ff02::1"}, "source: ff02::1 is no node's address"),
    ({"segments": ["::"]}, ":: is no node's address"),
    ({"segments": ["fe80::1%eth0"]}, "names a zone"),
    ({"segments": ["fc00::1"] * 60}, "60 segments are more than the program ip can hand to the kernel: 59"),
    ({"segments": ["fc00::1"] * 300}, "300 segments are more"),
    ({"segments": ["fc00::1"] * 59, "mode": "inline"}, "59 segments are more than the program ip can hand to the kernel: 58"),
    ({"segments": ["fc00:1111:2222:3333:4444:5555:6666:7777"] * 27}, "27 segments are more"),
    ({"device": "a/b"}, "'a/b' is no name of a network device"),
    ({"device": "a b"}, "'a b' is no name of a network device"),
    ({"device": 'a"b'}, "is no name of a network device"),
    ({"device": "eth0\nroute flush"}, "is no name of a network device"),
    ({"device": "a#b"}, "is no name of a network device"),
    ({"device": ".."}, "is no name of a network device"),
    ({"device": "x" * 16}, "is no name of a network device"),
    ({"name": "web\x1b[2J"}, "has characters that cannot be printed"),
    ({"prefix": "192.0.2.0/24", "mode": "inline"}, "mode inline is for IPv6 alone; take encap"),
    ({"gateway": "192.0.2.1"}, "gateway: 192.0.2.1 is IPv4, and the prefix IPv6"),
    ({"source": "192.0.2.1"}, "source: 192.0.2.1 is IPv4; IPv6 is needed"),
    ({"metric": 0}, "metric: 0 is not from 1 to"),
    ({"metric": 1 << 32}, "is not from 1 to 4294967295"),
    ({"route_table": 0}, "route_table: 0 is not from 1"),
    ({"protocol": 2}, "protocol: 2 is not from 5 to 255"),
]


def test_a_device_that_is_down_is_told_before_anything_is_made() -> None:
    wanted = chains(**CHAIN)
    with pytest.raises(InputError, match=r"the device 'eth0' is down.*: bring it up with ip link set eth0 up"):
        srv6_plan.plan(host(wanted=wanted, down=frozenset({"eth0"})), wanted)
    assert srv6_plan.plan(host(wanted=wanted, down=frozenset({"eth1"})), wanted), "it has to do with another"


@pytest.mark.parametrize(("change", "sentence"), BAD_CHAINS)
def test_chains_that_cannot_be(change: dict, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        chains(**{**CHAIN, **change})
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sid": "ff02::1"}, "sid: ff02::1/128 is multicast"),
        ({"sid": "192.0.2.0/24"}, "sid: 192.0.2.0/24 is IPv4; a segment is an IPv6 address"),
        ({"nexthop": "192.0.2.1"}, "nexthop: 192.0.2.1 is IPv4, for which there is End.DX4; IPv6 is needed"),
        ({"action": "End.DX4"}, "2001:db8:b::2 is IPv6, for which there is End.DX6; IPv4 is needed"),
        ({"action": "End"}, "nexthop: End takes no nexthop; leave it out"),
        ({"nexthop": None}, "action: End.DX6 needs nexthop"),
        ({"action": "End.DT6", "nexthop": None}, "End.DT6 needs table or vrf_table"),
        ({"action": "End.DT6", "nexthop": None, "table": 1, "vrf_table": 2}, "End.DT6 needs table or vrf_table"),
        ({"action": "End.B6", "nexthop": None, "segments": []}, "End.B6 needs segments"),
    ],
)
def test_segments_that_cannot_be(change: dict, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        sids(**{**SID, **change})
    assert sentence in str(caught.value)


def test_a_segment_without_an_action_is_asked_for_it() -> None:
    with pytest.raises(InputError, match=r"^action is missing"):
        sids(sid="fc00::1", device="eth0")


def test_of_several_chains_the_one_that_is_wrong_is_named() -> None:
    good = {"prefix": "2001:db8:1::/48", "segments": ["fc00::1"]}
    with pytest.raises(InputError, match=r"chains\[1\]\.segments\[0\]: '' is no address"):
        chains(device="eth0", chains=[good, {**good, "prefix": "2001:db8:2::/48", "segments": [""]}])
    with pytest.raises(InputError, match=r"chains\[1\]\.prefix: 2001:db8:1::/48 is given twice"):
        chains(device="eth0", chains=[good, {**good, "prefix": "2001:0db8:1::/48"}])
    with pytest.raises(InputError, match=r"the name 'web' is given twice"):
        chains(device="eth0", chains=[{**good, "name": "web"}, {**good, "prefix": "2001:db8:2::/48", "name": "web"}])


@pytest.mark.parametrize("name", ["web/../x", 'it\'s "web"', "ウェブ 🚀", "", "x" * 5000])
def test_any_name_that_can_be_printed_is_a_name(name: str) -> None:
    assert len(lines(chains(**{**CHAIN, "name": name}))) == 1


def route(prefix: str, metric: int = 100, protocol: int = 118, table: int = 254, **state: Any) -> srv6_routes.Route:
    version = 6 if ":" in prefix else 4
    return srv6_routes.Route(srv6_routes.Key(version, table, prefix, metric), state, protocol)


@pytest.mark.parametrize(
    ("rival", "sentence"),
    [
        (route("2001:db8:b::/64", protocol=3), "there is a route of metric 100 already, which is not ours (its protocol is 3)"),
        (route("2001:db8:b::/64", metric=7, protocol=3), "a route that is not ours goes before it (metric 7, protocol 3)"),
        (route("2001:db8:b::/64"), "which is not ours"),
        (route("2001:db8:b::/64", action="End"), "is a segment already, made with the other module"),
        (route("2001:db8:b::/64", metric=101, protocol=3), None),
        (route("2001:db8:b::/64", table=9, protocol=3), None),
        (route("2001:db8::/32", metric=1, protocol=3), None),
    ],
)
def test_routes_of_others_are_in_the_way_or_not(rival: srv6_routes.Route, sentence: str | None) -> None:
    wanted = chains(**CHAIN)
    if sentence is None:
        assert lines(wanted, rival) == lines(wanted)
        return
    with pytest.raises(ConflictError) as caught:
        lines(wanted, rival)
    assert sentence in str(caught.value)


def test_what_the_kernel_lacks_is_named() -> None:
    wanted = sids(sid="fc00::1", action="End.DT46", vrf_table=7, device="eth0")
    for path, sentence in (
        ("net/vrf/strict_mode", "this kernel has no VRFs"),
        ("net/ipv6/conf/all/seg6_enabled", "this kernel has no segment routing over IPv6"),
        ("net/ipv4/ip_forward", "is IPv4 switched off?"),
    ):
        settings = {**dict.fromkeys(wanted.settings, "1"), path: None}
        with pytest.raises(UnavailableError, match=sentence.replace("?", r"\?")):
            srv6_plan.plan(host(wanted=wanted, settings=settings), wanted)
    assert chains(**CHAIN, settings=False).settings == {}


def test_settings_and_the_source_come_before_the_routes() -> None:
    wanted = chains(**CHAIN, source="fc00:1::1")
    plan = srv6_plan.plan(host(wanted=wanted, settings=dict.fromkeys(wanted.settings, "0"), source="::"), wanted)
    assert [step.kind for step in plan] == ["setting", "source", "chain"]


@pytest.mark.parametrize(
    "text", ["{", "[{}]", "[1]", '[{"dst": "x", "metric": "y"}]', '[{"dst":"a","encap":"seg6","dev":"e"}]']
)
def test_an_answer_that_is_not_understood(text: str) -> None:
    with pytest.raises(UnavailableError, match=r"the answer of `ip -json route` is not understood"):
        srv6_routes.read(text, 6)


# Any states of a host, against a kernel that is a dictionary.

PREFIXES = [f"2001:db8:{one}::/48" for one in range(1, 5)]
LISTS = st.lists(st.sampled_from(["fc00::1", "fc00::2", "fc00::3"]), min_size=1, max_size=3)
TASKS = st.builds(
    lambda chosen, purge: {"device": "eth0", "purge": purge, "chains": list(chosen.values())},
    st.dictionaries(
        st.sampled_from(PREFIXES),
        st.fixed_dictionaries({"segments": LISTS, "metric": st.sampled_from([90, 100]), "mode": st.sampled_from(srv6.MODES)}),
    ).map(lambda found: {key: {"prefix": key, **value} for key, value in found.items()}),
    st.booleans(),
)


class Kernel:
    """Takes lines as ``ip -batch`` does, and has routes by their keys; written without the code it tests."""

    def __init__(self) -> None:
        self.routes: dict[tuple[str, str, str], str] = {("2001:db8:9::/48", "254", "1"): "dev eth0 proto 3"}

    def take(self, line: str) -> None:
        words = line.split()
        key = (words[2], words[words.index("table") + 1], words[words.index("metric") + 1])
        if words[1] == "delete":
            assert "proto 118" in self.routes.pop(key)
            return
        assert (key in self.routes) == (words[1] == "replace")
        self.routes[key] = line

    def told(self) -> str:
        return json.dumps([self._entry(key, line) for key, line in self.routes.items()])

    def _entry(self, key: tuple[str, str, str], line: str) -> dict[str, Any]:
        entry: dict[str, Any] = {"dst": key[0]}
        if "encap" in line:
            words = line.split()
            mode, listed = words[words.index("mode") + 1], words[words.index("segs") + 1].split(",")
            entry |= {"encap": "seg6", "mode": mode, "segs": [*listed, *(["::"] if mode == "inline" else [])]}
        protocol = line.rpartition("proto ")[2]
        return {**entry, "dev": "eth0", "table": key[1], "protocol": protocol, "metric": int(key[2])}


@given(st.lists(TASKS, min_size=1, max_size=4))
def test_each_task_leads_to_what_it_asks_for_and_no_further(tasks: list[dict]) -> None:
    kernel = Kernel()
    expected: dict[str, tuple] = {}
    for task in tasks:
        wanted = chains(**task)
        for line in lines(wanted, *srv6_routes.read(kernel.told(), 6)):
            kernel.take(line)
        listed = {one["prefix"]: (one["segments"], one["metric"], one["mode"]) for one in task["chains"]}
        expected = {**({} if task["purge"] else expected), **listed}
        routes = srv6_routes.read(kernel.told(), 6)
        found = {one.key.prefix: (one.state["segments"], one.key.metric, one.state["mode"]) for one in routes if one.kind}
        assert found == expected
        assert len(kernel.routes) == len(expected) + 1
        assert lines(wanted, *routes) == []
        if srv6_plan.missed(host(*routes, wanted=wanted), wanted):
            raise AssertionError


@given(st.text(max_size=20), st.text(max_size=20), st.lists(st.text(max_size=12), max_size=3))
def test_any_text_is_taken_or_refused_in_a_sentence_and_never_makes_two_lines(
    prefix: str, device: str, listed: list[str]
) -> None:
    try:
        found = lines(chains(prefix=prefix, device=device, segments=listed))
    except NfvError:
        return
    assert len(found) == 1
    assert len(found[0].splitlines()) == 1


@given(st.ip_addresses(v=6), st.integers(0, 128))
def test_a_prefix_is_known_again_as_the_kernel_writes_it(address: ipaddress.IPv6Address, length: int) -> None:
    prefix = ipaddress.IPv6Network((int(address), length), strict=False)
    assume(not prefix.is_multicast)
    [there] = chains(**{**CHAIN, "prefix": prefix.exploded}).present
    told = "default" if length == 0 else str(prefix.network_address) if length == 128 else str(prefix)
    entry = {"dst": told, "encap": "seg6", "mode": "encap", "segs": CHAIN["segments"], "dev": "eth0", "table": "254"}
    [read] = srv6_routes.read(json.dumps([{**entry, "protocol": "118", "metric": 100}]), 6)
    assert read == there


def test_how_many_segments_the_program_can_hand_over(hosts) -> None:
    """The limits are those of the real program: one more, and it makes a route without any, and ends well."""

    def handed(words: str, count: int) -> int:
        listed = ",".join(f"fc00::{one:x}" for one in range(1, count + 1))
        hosts.run("user", "ip", "-6", "route", "replace", "fd00::/64", *words.format(listed).split(), "dev", "wan")
        [entry] = json.loads(hosts.run("user", "ip", "-6", "-json", "route", "show", "fd00::/64"))
        hosts.run("user", "ip", "-6", "route", "del", "fd00::/64")
        return len(entry.get("segs", entry.get("srh", {}).get("segs", ())))

    for mode in srv6.MODES[:3]:
        most = srv6.MOST_SEGMENTS - (mode == "inline")
        assert handed(f"encap seg6 mode {mode} segs {{}}", most) == srv6.MOST_SEGMENTS
    assert handed("encap seg6local action End.B6.Encaps srh segs {}", srv6.MOST_SEGMENTS) == srv6.MOST_SEGMENTS


@pytest.mark.parametrize(
    "sid",
    [
        {"action": "End"},
        {"action": "End.X", "nexthop": "fe80::1"},
        {"action": "End.T", "table": 100, "route_table": 200},
        {"action": "End.DX2", "output_device": "wan"},
        {"action": "End.DX4", "nexthop": "192.0.2.1"},
        {"action": "End.DX4", "nexthop": "0.0.0.0"},
        {"action": "End.DX6", "nexthop": "::"},
        {"action": "End.DT6", "table": 100},
        {"action": "End.B6", "segments": ["fc00::5"]},
        {"action": "End.B6.Encaps", "segments": ["fc00::5", "fc00::6"]},
        {"action": "End", "sid": "fc00:99::/48", "metric": 7},
    ],
    ids=lambda sid: " ".join(map(str, sid.values())),
)
def test_the_real_program_prints_what_was_asked_for(hosts, sid: dict) -> None:
    given = {"sid": "fc00:99::1", "device": "wan", **sid}
    answer = hosts.module("server", "srv6_sid", **given)
    assert [step["kind"] for step in answer["plan"]].count("segment") == 1
    assert not hosts.module("server", "srv6_sid", **given)["changed"]
    place = {name: value for name, value in given.items() if name in ("sid", "route_table")}
    assert hosts.module("server", "srv6_sid", **place, state="absent")["changed"]


def test_nothing_of_ours_is_left_when_all_is_removed(hosts) -> None:
    hosts.module("server", "srv6_sid", sids=[], purge=True)
    listed = subprocess.run(
        ["ip", "-n", f"{hosts.mark}-server", "-6", "route", "show", "table", "all", "proto", "118"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert listed.stdout == ""
