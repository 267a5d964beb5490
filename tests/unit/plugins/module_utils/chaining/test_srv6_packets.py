# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains of segment routing with real packets: hosts in namespaces, the modules on each of them, and what passes where."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
from chain_hosts import RUN, SERVER, SERVER4, USER

FUNCTIONS = ("fc00:2::1", "fc00:3::1", "fc00:4::1")
THERE, BACK = ["ingress", "f1", "f2", "f3"], ["egress", "f3", "f2", "f1"]


@pytest.fixture(scope="module")
def chained(hosts):
    """The nodes have their segments, and both edges a chain: there by all functions, back in reverse."""
    for number, name in enumerate(("f1", "f2", "f3"), 2):
        assert hosts.module(name, "srv6_sid", sid=f"fc00:{number}::1", action="End", device="core")["changed"]
    out = [
        {"sid": "fc00:5::d6", "action": "End.DX6", "nexthop": SERVER},
        {"sid": "fc00:5::d4", "action": "End.DX4", "nexthop": SERVER4},
    ]
    back = {"name": "back", "prefix": "2001:db8:a::/64", "segments": [*reversed(FUNCTIONS), "fc00:1::d6"]}
    back4 = {"name": "back 4", "prefix": "192.0.2.0/24", "segments": [*reversed(FUNCTIONS), "fc00:1::d4"]}
    assert hosts.module("egress", "srv6_sid", device="edge", sids=out)["changed"]
    assert hosts.module("egress", "srv6_chain", device="core", chains=[back, back4], source="fc00:5::")["changed"]
    out = [
        {"sid": "fc00:1::d6", "action": "End.DX6", "nexthop": USER},
        {"sid": "fc00:1::d4", "action": "End.DX4", "nexthop": "192.0.2.2"},
    ]
    assert hosts.module("ingress", "srv6_sid", device="edge", sids=out)["changed"]
    assert web(hosts)["changed"]
    return hosts


def web(hosts, functions=FUNCTIONS, check=False, **more):
    given = {"name": "web", "prefix": "2001:db8:b::/64", "device": "core", "source": "fc00:1::", **more}
    return hosts.module("ingress", "srv6_chain", check, segments=[*functions, "fc00:5::d6"], **given)


def test_packets_pass_the_functions_in_order_and_back_in_reverse(chained) -> None:
    assert chained.way() == ("chain-test one", THERE, BACK)


@pytest.mark.parametrize("mode", ["encap.red", "encap"])
def test_with_a_list_that_leaves_out_its_first_segment_too(chained, mode) -> None:
    assert web(chained, mode=mode)["plan"] == [{"action": "update", "kind": "chain", "name": "web (2001:db8:b::/64)"}]
    assert chained.way() == ("chain-test one", THERE, BACK)


def test_a_function_is_left_out_and_the_order_changed_at_the_ingress_alone(chained) -> None:
    def routes():
        return [chained.run(name, "ip", "-6", "route") for name in ("f1", "f2", "f3", "egress")]

    before = routes()
    for functions, way in (
        (["fc00:2::1", "fc00:4::1"], ["ingress", "f1", "f3"]),
        (["fc00:4::1", "fc00:2::1"], ["ingress", "f3", "f1"]),
        ([], ["ingress"]),
        (FUNCTIONS, THERE),
    ):
        shown = web(chained, functions, check=True)
        assert shown["changed"]
        assert web(chained, functions)["diff"] == shown["diff"]
        assert not web(chained, functions)["changed"]
        assert chained.way() == ("chain-test one", way, BACK)
    assert routes() == before


def test_ipv4_packets_go_through_the_same_functions(chained) -> None:
    given = {"name": "old", "prefix": "198.51.100.0/24", "device": "core", "segments": [*FUNCTIONS, "fc00:5::d4"]}
    assert chained.module("ingress", "srv6_chain", **given)["changed"]
    assert not chained.module("ingress", "srv6_chain", **given)["changed"]
    assert chained.way(SERVER4) == ("chain-test one", THERE, BACK)
    assert chained.module("ingress", "srv6_chain", prefix="198.51.100.0/24", state="absent")["changed"]
    assert chained.way(SERVER4, wait=0.3)[0] == "no answer"


def test_of_overlapping_prefixes_the_longer_one_decides(chained) -> None:
    host = {"name": "one server", "prefix": f"{SERVER}/128", "segments": ["fc00:3::1", "fc00:5::d6"]}
    assert chained.module("ingress", "srv6_chain", device="core", chains=[host])["changed"]
    assert chained.way() == ("chain-test one", ["ingress", "f2"], BACK)
    assert chained.module("ingress", "srv6_chain", prefix=f"{SERVER}/128", state="absent")["changed"]
    assert chained.way() == ("chain-test one", THERE, BACK)


@pytest.mark.parametrize(
    ("sid", "way"),
    [
        ({"action": "End.X", "nexthop": "fc00::5"}, THERE),
        ({"action": "End.T", "table": 254}, THERE),
        ({"action": "End.B6.Encaps", "segments": ["fc00:2::1", "fc00:5::d7"]}, [*THERE, "f1"]),
        ({"action": "End"}, THERE),
    ],
)
def test_what_a_node_can_do_with_a_segment(chained, sid, way) -> None:
    # End.B6.Encaps leads the packet once more through f1, in a second outer header that the egress takes off before the first.
    given = {"sid": "fc00:4::1", "device": "core", **sid}
    chained.module("egress", "srv6_sid", sid="fc00:5::d7", action="End.DT6", table=254, device="core")
    chained.module("f3", "srv6_sid", **given)
    assert not chained.module("f3", "srv6_sid", **given)["changed"]
    said, there, _back = chained.way()
    assert (said, there) == ("chain-test one", way)


def test_egress_by_a_table_and_frames_by_a_device(chained) -> None:
    six = {"sid": "fc00:5::d6", "device": "edge"}
    assert chained.module("egress", "srv6_sid", **six, action="End.DT6", table=254)["changed"]
    assert chained.way() == ("chain-test one", THERE, BACK)
    frames = {"sid": "fc00:5::d2", "device": "edge", "action": "End.DX2", "output_device": "edge"}
    assert chained.module("egress", "srv6_sid", **frames)["changed"]
    assert not chained.module("egress", "srv6_sid", **frames)["changed"]
    assert chained.module("egress", "srv6_sid", sid="fc00:5::d2", state="absent")["changed"]
    assert chained.module("egress", "srv6_sid", **six, action="End.DX6", nexthop=SERVER)["changed"]


def test_a_list_inside_the_packet_itself(chained) -> None:
    """The last function has to know the way to the server, and the server to take what has a list."""
    chained.run("f3", "ip", "-6", "route", "add", "2001:db8:b::/64", "via", "fc00::5", "dev", "core")
    chained.run("server", "sh", "-c", "cd /proc/sys/net/ipv6/conf; echo 1 > all/seg6_enabled; echo 1 > wan/seg6_enabled")
    inline = {"name": "web", "prefix": "2001:db8:b::/64", "device": "core", "segments": FUNCTIONS, "mode": "inline"}
    assert chained.module("ingress", "srv6_chain", **inline)["changed"]
    assert not chained.module("ingress", "srv6_chain", **inline)["changed"]
    assert chained.way() == ("chain-test one", THERE, BACK)
    web(chained)


def test_what_others_made_is_left_alone(chained) -> None:
    chained.run("ingress", "ip", "-6", "route", "add", "2001:db8:c::/64", "via", "fc00::2", "dev", "core", "metric", "100")
    chained.run("ingress", "ip", "-6", "route", "add", "2001:db8:d::/64", "via", "fc00::2", "dev", "core", "metric", "50")
    try:
        before = chained.run("ingress", "ip", "-6", "route")
        given = {"device": "core", "segments": ["fc00:5::d6"]}
        same = chained.module("ingress", "srv6_chain", prefix="2001:db8:c::/64", **given)
        assert "2001:db8:c::/64: there is a route of metric 100 already, which is not ours (its protocol is 3)" in same["msg"]
        better = chained.module("ingress", "srv6_chain", prefix="2001:db8:d::/64", **given)
        assert "a route that is not ours goes before it (metric 50, protocol 3)" in better["msg"]
        assert not chained.module("ingress", "srv6_chain", prefix="2001:db8:c::/64", state="absent")["changed"]
        mixed = [{"prefix": "2001:db8:e::/64"}, {"prefix": "2001:db8:c::/64"}]
        assert chained.module("ingress", "srv6_chain", chains=mixed, **given)["kind"] == "ConflictError"
        assert chained.run("ingress", "ip", "-6", "route") == before
        only = chained.module("ingress", "srv6_chain", purge=True, chains=[], device="core")
        assert [step["name"] for step in only["plan"]] == ["2001:db8:b::/64"]
        left = chained.run("ingress", "ip", "-6", "route")
        assert "2001:db8:c::/64" in left
        assert "seg6local" in left
        assert "encap seg6 " not in left
    finally:
        chained.run("ingress", "ip", "-6", "route", "del", "2001:db8:c::/64")
        chained.run("ingress", "ip", "-6", "route", "del", "2001:db8:d::/64")
        web(chained)


def test_a_metric_that_changes_leaves_no_second_route(chained) -> None:
    plan = web(chained, metric=90)["plan"]
    assert [step["action"] for step in plan] == ["create", "delete"]
    assert not web(chained, metric=90)["changed"]
    assert chained.way() == ("chain-test one", THERE, BACK)
    web(chained)


@pytest.mark.parametrize(
    ("host", "module", "options", "sentence"),
    [
        ("ingress", "srv6_chain", {"prefix": "2001:db8:f::/64", "device": "nope0", "segments": ["fc00::9"]},
         "there is no device 'nope0' on this host; there are core, edge, lo"),
        ("f1", "srv6_sid", {"sid": "fc00::2", "action": "End", "device": "core"},
         "fc00::2/128 is an address of this host itself"),
        ("f1", "srv6_sid", {"sid": "fc00:2::9", "action": "End.DT4", "vrf_table": 77, "device": "core"}, ("vrf", "VRF")),
        ("f1", "srv6_sid", {"sid": "fc00:2::9", "action": "End.DX2", "output_device": "eth9", "device": "core"},
         "there is no device 'eth9'"),
        ("ingress", "srv6_chain", {"prefix": "fc00:1::d6/128", "device": "core", "segments": ["fc00::9"]},
         "fc00:1::d6/128 is a segment already, made with the other module"),
        ("ingress", "srv6_chain", {"prefix": "2001:db8:f::/64", "device": "core", "gateway": "2001:db8:99::1",
                                   "segments": ["fc00::9"]}, "2001:db8:f::/64"),
    ],
)  # fmt: skip
def test_refusals_leave_everything_as_it_was(chained, host, module, options, sentence) -> None:
    before = chained.run(host, "ip", "-6", "route", "show", "table", "all")
    answer = chained.module(host, module, **options)
    assert answer.get("failed"), answer
    assert any(one in answer["msg"] for one in ([sentence] if isinstance(sentence, str) else sentence)), answer["msg"]
    assert chained.run(host, "ip", "-6", "route", "show", "table", "all") == before


def many(number: int, functions: list[str]) -> list[dict]:
    return [
        {"name": f"c{one}", "prefix": f"2001:db8:100:{one:x}::/64", "segments": [*functions, "fc00:5::d6"]}
        for one in range(number)
    ]


KILLER = """#!/bin/sh
# The program ip; of a batch it makes some lines, and then ends the process that called it, and itself.
case "$*" in
*-batch*) head -n {lines} | {program} -batch -; kill -9 "$PPID" ;;
*) exec {program} "$@" ;;
esac
"""


@pytest.mark.parametrize("lines", [1, 150, 399])
def test_killed_in_the_middle_the_next_run_completes(chained, tmp_path, lines) -> None:
    given = {"device": "core", "chains": many(400, FUNCTIONS)}
    program = tmp_path / "ip"
    program.write_text(KILLER.format(lines=lines, program=shutil.which("ip")))
    program.chmod(0o755)
    command = ["env", f"PATH={tmp_path}:{os.environ['PATH']}", sys.executable, "-c", RUN]
    process = chained.start("ingress", *command, stdin=subprocess.PIPE)
    assert process.communicate(json.dumps(["srv6_chain", given, False]), timeout=60)[0] == ""
    assert process.returncode == -signal.SIGKILL
    assert _count(chained) == 1 + lines
    after = chained.module("ingress", "srv6_chain", **given)
    assert len(after["plan"]) == 400 - lines
    assert len(after["chains"]) == _count(chained) == 401
    assert all(one["segments"] == [*FUNCTIONS, "fc00:5::d6"] for one in after["chains"])
    assert not chained.module("ingress", "srv6_chain", **given)["changed"]
    chained.module("ingress", "srv6_chain", chains=[{**one, "state": "absent"} for one in given["chains"]])
    assert _count(chained) == 1


def _count(hosts) -> int:
    listed = hosts.run("ingress", "ip", "-6", "-json", "route", "show", "proto", "118")
    return sum(one.get("encap") == "seg6" for one in json.loads(listed))


def test_the_program_fails_at_a_line_and_what_is_left_is_told(chained) -> None:
    good, bad = ({"prefix": f"2001:db8:200:{one}::/64", "segments": ["fc00:5::d6"]} for one in (1, 2))
    bad["gateway"] = "2001:db8:99::1"
    answer = chained.module("ingress", "srv6_chain", device="core", chains=[good, bad])
    assert "create chain 2001:db8:200:2::/64: no network of this host leads to the gateway" in answer["msg"]
    assert "(made: create chain 2001:db8:200:1::/64; left for the next run: create chain 2001:db8:200:2::/64)" in answer["msg"]
    assert chained.module("ingress", "srv6_chain", chains=[{"prefix": good["prefix"]}], state="absent")["changed"]


def test_a_route_without_its_segments_is_removed_and_told(chained, tmp_path) -> None:
    """As the program makes one of 60 segments, and ends well; here of two."""
    script = f'#!/bin/sh\ncase "$*" in *-batch*) sed "s/encap seg6 .* dev/dev/" | {shutil.which("ip")} -batch - ;;'
    program = tmp_path / "ip"
    program.write_text(f'{script} *) exec {shutil.which("ip")} "$@" ;; esac\n')
    program.chmod(0o755)
    given = {"device": "core", "chains": many(2, FUNCTIONS)}
    command = ["env", f"PATH={tmp_path}:{os.environ['PATH']}", sys.executable, "-c", RUN]
    process = chained.start("ingress", *command, stdin=subprocess.PIPE)
    answer = json.loads(process.communicate(json.dumps(["srv6_chain", given, False]), timeout=60)[0])
    assert answer["msg"].startswith("2001:db8:100::/64: the kernel shows another route than was asked for, or none; of 2 such")
    assert answer["msg"].endswith("2 were removed again, and 0 could not be")
    assert "2001:db8:100:" not in chained.run("ingress", "ip", "-6", "route")
