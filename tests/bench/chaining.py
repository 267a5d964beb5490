# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains of segment routing on hosts in network namespaces: how long they take, and what their packets look like.

    chaining.py [--chains 1000] [--way]

``--way`` shows the frames of one packet and its echo as they come into the core, and nothing else. Needs root. Times are by the
clock: those of ``ansible-playbook`` from its start to its end, those of a module in a process that runs already.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))

from tests.unit.plugins.module_utils.chaining.chain_hosts import Hosts, network, why_not  # noqa: E402

BIN = Path(sys.executable).parent
SERVER = "2001:db8:b::2"
FUNCTIONS = ["fc00:2::1", "fc00:3::1", "fc00:4::1"]
EGRESS = "fc00:5::d6"


def chains(number: int, functions: list[str]) -> list[dict[str, Any]]:
    prefix = "2001:db8:{:x}:{:x}::/64"
    return [
        {"name": f"c{one}", "prefix": prefix.format(0x100 + one // 65536, one % 65536), "segments": [*functions, EGRESS]}
        for one in range(number)
    ]


def seconds(act: Callable[[], object]) -> str:
    started = time.perf_counter()
    act()
    return f"{time.perf_counter() - started:.2f} s"


def play(hosts: Hosts, options: dict[str, Any]) -> None:
    """One task of a playbook, on the ingress itself."""
    variables = {"ansible_python_interpreter": sys.executable}
    task = {"superfluidity.nfv.srv6_chain": options}
    start = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables, "tasks": [task]}
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as book:
        json.dump([start], book)
        book.flush()
        hosts.run("ingress", str(BIN / "ansible-playbook"), "-i", "localhost,", book.name, timeout=600)


def one_by_one(hosts: Hosts, listed: list[dict[str, Any]]) -> None:
    """The usual way: a run of the program for each route."""
    for one in listed:
        tunnel = ["encap", "seg6", "mode", "encap", "segs", ",".join(one["segments"])]
        hosts.run("ingress", "ip", "-6", "route", "add", one["prefix"], *tunnel, "dev", "core")


def measure(hosts: Hosts, number: int) -> None:
    listed, fewer = chains(number, FUNCTIONS), chains(number, FUNCTIONS[:1])
    given = {"device": "core", "chains": listed}

    def module(**more: Any) -> Callable[[], object]:
        def act() -> None:
            answer = hosts.module("ingress", "srv6_chain", **{**given, **more})
            if answer.get("failed"):
                raise SystemExit(answer["msg"])

        return act

    hosts.module("ingress", "srv6_chain", prefix="2001:db8::/32", state="absent")
    for what, act in (
        ("made, as a task of ansible-playbook", lambda: play(hosts, given)),
        ("found as they are, as a task of ansible-playbook", lambda: play(hosts, given)),
        ("found as they are, the module alone", module()),
        ("led through one function in place of three", module(chains=fewer)),
        ("removed", module(chains=[], purge=True)),
        ("made, the module alone", module()),
        ("removed", module(chains=[], purge=True)),
        ("made with one run of ip for each", lambda: one_by_one(hosts, listed)),
    ):
        print(f"{number} chains {what:52} {seconds(act):>9}", flush=True)


def routing_header(frame: bytes) -> Iterator[str]:
    """Where the outer header leads and what its list says."""
    outer = frame[14:54]
    yield f"to {IPv6Address(outer[24:40])}"
    if outer[6] == 43:
        left, last = frame[57], frame[58]
        listed = [IPv6Address(frame[62 + 16 * one : 78 + 16 * one]) for one in range(last + 1)]
        yield f"{left} left of {' '.join(str(one) for one in reversed(listed))}"


def show_way(hosts: Hosts) -> None:
    for number, name in enumerate(("f1", "f2", "f3"), 2):
        hosts.module(name, "srv6_sid", sid=f"fc00:{number}::1", action="End", device="core")
    hosts.module("egress", "srv6_sid", sid=EGRESS, action="End.DX6", nexthop=SERVER, device="edge")
    hosts.module("ingress", "srv6_sid", sid="fc00:1::d6", action="End.DX6", nexthop="2001:db8:a::2", device="edge")
    back = [*reversed(FUNCTIONS), "fc00:1::d6"]
    hosts.module("egress", "srv6_chain", name="back", prefix="2001:db8:a::/64", device="core", segments=back)
    for what, functions in (("all three functions", FUNCTIONS), ("without f2", [FUNCTIONS[0], FUNCTIONS[2]])):
        hosts.module(
            "ingress", "srv6_chain", name="web", prefix="2001:db8:b::/64", device="core", segments=[*functions, EGRESS]
        )
        said, frames = hosts.frames()
        print(f"{what}; the user received {said!r}")
        for port, frame in frames:
            print(f"  {port:8}", ", ".join(routing_header(frame)))


def main() -> int:
    parser = argparse.ArgumentParser(description="Chains of segment routing: times and ways.")
    parser.add_argument("--chains", type=int, default=1000)
    parser.add_argument("--way", action="store_true", help="show the frames of one packet")
    options = parser.parse_args()
    if reason := why_not():
        print(f"chains are not timed: {reason}")
        return 0
    print("Linux", subprocess.run(["uname", "-r"], capture_output=True, text=True, check=True).stdout.strip())
    with network() as hosts:
        show_way(hosts) if options.way else measure(hosts, options.chains)
    return 0


if __name__ == "__main__":
    sys.exit(main())
