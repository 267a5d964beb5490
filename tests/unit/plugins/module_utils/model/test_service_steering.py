# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains of a service on plain servers: who gets which segment and route, seen by a walk that knows nothing of chains."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.deployment import deployment, left_out, unwanted
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service import validate
from ansible_collections.superfluidity.nfv.plugins.modules import srv6_chain, srv6_sid
from hypothesis import given, settings
from hypothesis import strategies as st

SERVERS = ["client", "fw", "lb", "cache", "out"]
SITES: dict[str, Any] = {
    "edge-1": {
        "role": "edge",
        "servers": SERVERS,
        "srv6": {name: {"locator": f"fc00:{number}::/64", "device": "eth0"} for number, name in enumerate(SERVERS, 1)},
    },
    "edge-2": {"role": "edge", "servers": ["far"], "srv6": {"far": {"locator": "fc00:9::/64", "device": "eth1"}}},
}
LED = {"ingress": "client", "prefix": "192.0.2.4/32"}


def service(*hosts: str, order: list[list[str]] | None = None, **led: Any) -> dict[str, Any]:
    """A service whose chain passes a function on each of these servers."""
    functions = [
        {
            "name": f"f{number}",
            "site": {"name": "edge-2" if host == "far" else "edge-1"},
            "vdus": [{"name": f"p{number}", "kind": "process", "host": host, "command": ["true"]}],
        }
        for number, host in enumerate(hosts)
    ]
    chain = {"name": "web", "functions": [one["name"] for one in functions], "srv6": {**LED, **led}}
    return {"name": "video", "functions": functions, "chains": [chain], **({"order": order} if order else {})}


def routes(plan: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What each server gets in all stages, as the modules take it."""
    found: dict[str, dict[str, Any]] = {}
    for share in (share for stage in plan for share in stage["sites"].values()):
        assert set(share.get("steering", {})) <= set(share["hosts"])
        for server, here in share.get("steering", {}).items():
            assert server not in found
            found[server] = here
            assert srv6_sid.SPEC.validated({"sids": here["sids"]})
            assert srv6_chain.SPEC.validated({"chains": here["chains"]})
    return found


def walk(found: dict[str, dict[str, Any]], start: str, target: str, local: bool) -> list[str]:
    """The servers that a packet to an address passes, as the kernels would send it by these routes alone."""
    version = ip_address(target).version
    [chain] = [one for one in found[start]["chains"] if ip_address(target) in ip_network(one["prefix"])]
    passed, left = [start], list(chain["segments"])
    while left:
        here = left.pop(0)
        [(server, sid)] = [
            (name, one) for name, has in found.items() for one in has["sids"] if ip_address(here) in ip_network(one["sid"])
        ]
        passed.append(server)
        out = sid["action"] != "End"
        assert out == (not left), "taken out at the last segment and nowhere else"
        assert not out or sid["action"] == (f"End.DX{version}" if not local or version == 4 else "End.DT6")
    return passed


def without_repetition(names: list[str]) -> list[str]:
    return [name for position, name in enumerate(names) if position == 0 or name != names[position - 1]]


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([*SERVERS, "far"]), min_size=1, max_size=6),
    st.sampled_from([None, *SERVERS, "far"]),
    st.sampled_from([("192.0.2.4/32", "192.0.2.2/32"), ("fd00:4::/64", "fd00:2::/64")]),
    st.booleans(),
)
def test_packets_pass_the_servers_of_the_functions_in_order_and_back_in_reverse(hosts, egress, kind, local) -> None:
    prefix, back = kind
    asked = service(*hosts, prefix=prefix, local=local, **{"return": back}, **({"egress": egress} if egress else {}))
    validate(asked)
    expected = without_repetition(["client", *hosts, *([egress] if egress else [])])
    if len(expected) == 1:
        with pytest.raises(InputError, match="all of it is on the server client"):
            deployment(asked, SITES)
        return
    found = routes(deployment(asked, SITES))
    assert walk(found, expected[0], prefix.partition("/")[0], local) == expected
    assert walk(found, expected[-1], back.partition("/")[0], local) == expected[::-1]
    edges = {expected[0], expected[-1]}
    assert {server for server, here in found.items() if here["chains"]} == edges, "only the edges know a chain"


def test_segments_are_the_same_for_all_chains_of_a_server() -> None:
    asked = service("fw", "lb")
    asked["chains"].append({"name": "more", "functions": ["f0", "f1"], "srv6": {**LED, "prefix": "198.51.100.0/24"}})
    found = routes(deployment(asked, SITES))
    assert [len(found[name]["sids"]) for name in ("fw", "lb")] == [1, 1]
    assert [one["name"] for one in found["client"]["chains"]] == ["web", "more"]


@pytest.mark.parametrize(
    ("name", "led", "sentence"),
    [
        ("more", {"prefix": "192.0.2.4/32"}, "the chain web has the prefix 192.0.2.4/32 on the server client already"),
        ("web-back", {"ingress": "lb", "egress": "out"}, "the chain web-back has the name web-back on the server lb already"),
    ],
)
def test_two_chains_of_one_server_differ(name: str, led: dict[str, str], sentence: str) -> None:
    asked = service("fw", "lb", **{"return": "192.0.2.2/32"})
    asked["chains"].append({"name": name, "functions": ["f0"], "srv6": {**LED, **led}})
    with pytest.raises(InputError, match=r"^chains\[1\]\.srv6: " + sentence):
        deployment(asked, SITES)


def test_a_chain_is_led_with_the_stage_that_starts_the_last_of_its_functions() -> None:
    first, second = deployment(service("fw", "lb", order=[["f1"], ["f0"]]), SITES)
    assert "steering" not in first["sites"]["edge-1"]
    assert second["sites"]["edge-1"]["hosts"] == ["fw", "lb", "client"]
    assert list(second["sites"]["edge-1"]["processes"]) == ["fw"]


def test_without_a_locator_a_chain_is_refused_or_left_out_with_the_reason() -> None:
    sites = {**SITES, "edge-1": {**SITES["edge-1"], "srv6": {}}}
    reason = "the sites file names no srv6.locator of the server client, the range of its segments"
    with pytest.raises(InputError, match=r"chains\[0\]\.srv6: the chain cannot be led: " + reason):
        deployment(service("fw"), sites)
    optional = service("fw", optional=True)
    assert routes(deployment(optional, sites)) == {}
    assert left_out(optional, sites) == [f"the chain web is left out, and packets do not pass its functions: {reason}"]
    assert left_out(optional, SITES) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ingress": "moon"}, r"srv6\.ingress: there is no server moon; there are cache, client, far, fw, lb, out"),
        ({"egress": "moon"}, r"srv6\.egress: there is no server moon"),
        ({"host": None}, r"f0 has the servers cache, client, fw, lb, out; a function of a chain that is led has one server"),
        ({"kind": "vm"}, r"f0 has no process on a plain server; a function of a chain that is led has one server"),
    ],
)
def test_a_chain_that_cannot_be_led_is_refused_with_its_place(change: dict[str, Any], sentence: str) -> None:
    asked = service("fw", **{key: value for key, value in change.items() if key in ("ingress", "egress")})
    [vdu] = asked["functions"][0]["vdus"]
    if "host" in change:
        del vdu["host"]
    if "kind" in change:
        asked["functions"][0]["vdus"] = [{"name": "p0", "kind": "vm"}]
    with pytest.raises(
        InputError, match=r"chains\[0\]\.srv6.*" + sentence if "host" in change or "kind" in change else sentence
    ):
        deployment(asked, {**SITES, "edge-1": {**SITES["edge-1"], "openstack": {"cloud": "e"}}})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"prefix": "192.0.2.4/24"}, "srv6.prefix: 192.0.2.4/24 is no address range"),
        ({"return": "x"}, "srv6.return: x is no address range"),
        ({"return": "fd00::/64"}, "srv6.return: fd00::/64 is not of the version of IP of 192.0.2.4/32"),
        ({"local": "yes"}, "srv6.local: 'yes' is not of the type boolean"),
        ({"source": "fd00::1"}, "srv6.source: fd00::1 is no address of the version of IP of 192.0.2.4/32"),
        ({"source": "x"}, "srv6.source: x is no address"),
        ({"prefix": "", "return": "192.0.2.2/32"}, "srv6.prefix:  is no address range"),
        ({"colour": "red"}, "the key colour is not known here"),
        ({"ingress": 5}, "srv6.ingress: 5 is not of the type string"),
    ],
)
def test_a_mistake_in_the_description_is_told_by_its_key(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        validate(service("fw", **change))
    assert sentence in str(caught.value)


def test_what_a_server_has_of_other_chains_is_unwanted() -> None:
    plan = deployment(service("fw"), SITES)
    parts = [
        {"kind": "chain", "name": "web", "prefix": "192.0.2.4/32"},
        {"kind": "chain", "name": "web", "prefix": "192.0.2.5/32"},
        {"kind": "segment", "name": "fc00:1::1", "prefix": "fc00:1::1/128"},
    ]
    assert unwanted(parts, plan, "edge-1", "client", []) == parts[1:]
    segments = [{"kind": "segment", "name": "x", "prefix": f"fc00:2::{number}/128"} for number in ("d4", "1")]
    assert unwanted(segments, plan, "edge-1", "fw", []) == segments[1:]
