# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes that belong to services, on the real kernel: told, shared, refused, removed, and found again after a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
from chain_hosts import ASK, ECHO, RUN

CHAIN = {"name": "web", "prefix": "198.51.100.0/24", "device": "core", "segments": ["fc00:2::1", "fc00:5::d4"]}
SIDS = [
    {"sid": "fc00:2::1", "action": "End"},
    {"sid": "fc00:2::d4", "action": "End.DX4", "nexthop": "0.0.0.0"},
]
PARTS = """
import json, sys
from ansible_collections.superfluidity.nfv.plugins.module_utils.chaining import srv6_plan, srv6_routes
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.host import segment_routing
print(json.dumps(segment_routing.parts(sys.argv[1], sys.argv[2] or None, srv6_routes, srv6_plan)))
"""


@pytest.fixture
def f1(hosts, tmp_path):
    """One host; what a test leaves on it is removed."""

    def run(module: str, service: str | None = "a", check: bool = False, **options):
        return hosts.module("f1", f"srv6_{module}", check, service=service, root=str(tmp_path), **options)

    def statuses(service: str = "") -> dict[tuple[str, str], str]:
        told = json.loads(hosts.run("f1", sys.executable, "-c", PARTS, str(tmp_path), service))
        return {(one["service"], one["name"]): one["status"] for one in told}

    run.statuses, run.root = statuses, tmp_path
    run.ip = lambda *words, **more: hosts.run("f1", "ip", *words, **more)
    run.start = lambda *words, **more: hosts.start("f1", *words, **more)
    run.left = lambda: [line for six in ("-4", "-6") for line in run.ip(six, "route", "show", "proto", "118").splitlines()]
    yield run
    for module, several in (("chain", "chains"), ("sid", "sids")):
        run(module, None, **{several: []}, purge=True)


def test_each_service_has_what_it_asked_for_until_nobody_does(f1) -> None:
    shown = f1("sid", check=True, sids=SIDS, device="core")
    assert not f1.statuses()
    assert f1("sid", sids=SIDS, device="core")["diff"] == shown["diff"]
    assert f1("chain", **CHAIN)["changed"]
    assert not f1("sid", sids=SIDS, device="core")["changed"]
    assert not f1("chain", **CHAIN)["changed"]
    assert f1("sid", "b", **SIDS[0], device="core")["plan"] == [{"action": "create", "kind": "record", "name": "b"}]
    assert f1.statuses() == {
        ("a", "web"): "present",
        ("a", "fc00:2::1"): "present",
        ("a", "fc00:2::d4"): "present",
        ("b", "fc00:2::1"): "present",
    }
    assert f1.statuses("b") == {("b", "fc00:2::1"): "present"}
    assert f1("sid", sids=[], purge=True)["plan"] == [
        {"action": "delete", "kind": "record", "name": "a"},
        {"action": "delete", "kind": "segment", "name": "fc00:2::d4/128"},
    ]
    assert f1.statuses() == {("a", "web"): "present", ("b", "fc00:2::1"): "present"}
    assert f1("chain", prefix=CHAIN["prefix"], state="absent")["changed"]
    assert not f1("chain", prefix=CHAIN["prefix"], state="absent")["changed"]
    assert f1("sid", "b", sid="fc00:2::1", state="absent")["changed"]
    assert f1.left() == []
    assert list(f1.root.iterdir()) == []


def test_two_services_do_not_lead_one_prefix_two_ways(f1) -> None:
    f1("chain", **CHAIN)
    refused = f1("chain", "b", **{**CHAIN, "segments": ["fc00:5::d4"]})
    assert "web (198.51.100.0/24) is there for the service a, which asks for another chain" in refused["msg"]
    assert f1.statuses() == {("a", "web"): "present"}


def test_what_belongs_to_no_service_stays(f1) -> None:
    f1("chain", None, **{**CHAIN, "prefix": "203.0.113.0/24"})
    f1("chain", **CHAIN)
    assert f1("chain", chains=[], purge=True)["changed"]
    assert not f1("chain", prefix="203.0.113.0/24", state="absent")["changed"]
    assert [line.split()[0] for line in f1.left()] == ["203.0.113.0/24"]


def test_what_was_changed_or_removed_by_hand_is_told_and_put_right(f1) -> None:
    f1("chain", **CHAIN)
    other = "route replace 198.51.100.0/24 encap seg6 mode encap segs fc00:5::d4 dev core metric 100 proto 118"
    f1.ip("-batch", "-", text=f"{other}\n")
    assert f1.statuses() == {("a", "web"): "altered"}
    assert f1("chain", **CHAIN)["changed"]
    f1.ip("route", "del", "198.51.100.0/24")
    assert f1.statuses() == {("a", "web"): "absent"}
    assert f1("chain", **CHAIN)["changed"]
    assert f1.statuses() == {("a", "web"): "present"}


def test_packets_of_the_host_itself_bear_the_preferred_source(f1) -> None:
    f1.ip("address", "add", "192.0.2.77/32", "dev", "core")
    f1.ip("address", "add", "2001:db8:77::1/128", "dev", "core", "nodad")
    for prefix, source in (("198.51.100.0/24", "192.0.2.77"), ("2001:db8:f::/64", "2001:db8:77::1")):
        given = {**CHAIN, "prefix": prefix, "preferred_source": source}
        assert f1("chain", **given)["changed"]
        assert not f1("chain", **given)["changed"]
        target = prefix.partition("/")[0]
        assert f"src {source}" in f1.ip("route", "get", target)
        assert f1("chain", **{**given, "preferred_source": None})["plan"][0]["action"] == "update"
        assert f1("chain", prefix=prefix, state="absent")["changed"]


@pytest.mark.parametrize(
    ("own", "users", "out"),
    [
        ("198.51.100.1", "192.0.2.1", {"action": "End.DX4", "nexthop": "0.0.0.0"}),
        ("2001:db8:b::1", "2001:db8:a::1", {"action": "End.DT6", "table": 255}),
    ],
)
def test_packets_between_ingress_and_egress_themselves(f1, hosts, tmp_path, own, users, out) -> None:
    """What the playbook deploy makes of a chain whose ends are its users, with addresses that no network leads to."""
    given = {"service": "a", "root": str(tmp_path), "device": "core"}
    f1("sid", **SIDS[0], device="core")
    for name, number, here, there, other in (("ingress", 1, users, own, 5), ("egress", 5, own, users, 1)):
        assert hosts.module(name, "srv6_sid", sid=f"fc00:{number}::d7", **out, **given)["changed"]
        length = 128 if ":" in there else 32
        segments = {"segments": ["fc00:2::1", f"fc00:{other}::d7"], "preferred_source": here}
        assert hosts.module(name, "srv6_chain", prefix=f"{there}/{length}", **segments, **given)["changed"]
    echo = hosts.start("egress", sys.executable, "-c", ECHO, own, "7778")
    try:
        assert echo.stdout.readline() == "ready\n"
        assert hosts.run("ingress", sys.executable, "-c", ASK, own, "7778", "hello", "3") == "hello\n"
        f1("sid", sids=[], purge=True)
        assert hosts.run("ingress", sys.executable, "-c", ASK, own, "7778", "hello", "0.3") == "no answer\n", "f1 was passed"
    finally:
        echo.kill()
        echo.communicate()
        for name in ("ingress", "egress"):
            for module, several in (("srv6_chain", "chains"), ("srv6_sid", "sids")):
                hosts.module(name, module, **{several: []}, purge=True)


@pytest.mark.parametrize("lines", [0, 1, 2])
def test_killed_in_the_middle_nothing_is_without_a_record(f1, tmp_path_factory, lines) -> None:
    folder = tmp_path_factory.mktemp("ip")
    program = shutil.which("ip")
    body = f'case "$*" in *-batch*) head -n {lines} | {program} -batch - ; kill -9 "$PPID" ;; *) exec {program} "$@" ;; esac\n'
    (folder / "ip").write_text(f"#!/bin/sh\n{body}")
    (folder / "ip").chmod(0o755)
    command = ["env", f"PATH={folder}:{os.environ['PATH']}", sys.executable, "-c", RUN]
    given = {"service": "a", "root": str(f1.root), "sids": SIDS, "device": "core"}
    process = f1.start(*command, stdin=subprocess.PIPE)
    process.communicate(json.dumps(["srv6_sid", given, False]), timeout=60)
    assert process.returncode == -signal.SIGKILL
    told = f1.statuses()
    assert sorted(told) == [("a", "fc00:2::1"), ("a", "fc00:2::d4")]
    assert sum(status == "present" for status in told.values()) == len(f1.left()) == lines
    assert f1("sid", sids=[], purge=True)["changed"]
    assert (f1.left(), list(f1.root.iterdir())) == ([], [])


@pytest.mark.parametrize("text", ["{", "[1]", '{"seg6local": [{}]}', '{"seg6local": 5}'])
def test_a_record_that_is_none_is_told_with_its_place(f1, text) -> None:
    (f1.root / "a").mkdir()
    (f1.root / "a/segment-routing.json").write_text(text)
    refused = f1("sid", sids=SIDS, device="core")
    assert f"{f1.root}/a/segment-routing.json is no record of routes" in refused["msg"]
    assert f1.left() == []


@pytest.mark.parametrize("name", ["../x", "", "a b", "x" * 64, "a\n"])
def test_a_service_has_a_name_that_is_one_folder(f1, name) -> None:
    assert "is no name of a service" in f1("chain", name, **CHAIN)["msg"]
