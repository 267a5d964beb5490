# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration service: what it says of itself, and the programs that it brings."""

from __future__ import annotations

import ipaddress
import os
import re
import runpy
import struct
import subprocess
import threading
import urllib.request
import zlib
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service_stages import stages
from hypothesis import given
from hypothesis import strategies as st

FOLDER = Path(__file__).parents[3] / "playbooks" / "files" / "services" / "video"


@pytest.fixture(scope="module")
def service() -> dict:
    files = {str(one.relative_to(FOLDER)): one.read_bytes() for one in FOLDER.rglob("*") if one.is_file()}
    reading = read(files)
    assert (reading.format, reading.warnings) == ("superfluidity", [])
    return reading.service


def test_functions_and_their_sites(service: dict) -> None:
    roles = {function["name"]: function["site"]["role"] for function in service["functions"]}
    edge = dict.fromkeys(("tof", "firewall", "balancer", "cache"), "edge")
    assert roles == {"epc": "core", "origin": "core", **edge, "bbu": "cran"}
    assert service["order"] == [["core"], ["edge", "cran"]]
    assert stages(service) == [["epc", "origin"], [*edge, "bbu"]]


def test_kinds(service: dict) -> None:
    kinds = {vdu["name"]: vdu["kind"] for function in service["functions"] for vdu in function["vdus"]}
    assert kinds == {
        "epc-vm": "vm",
        "origin-vm": "vm",
        "tof-vm": "vm",
        "firewall": "process",
        "balancer": "process",
        "cache-vm": "vm",
        "cache-pod": "pod",
        "cache-1": "process",
        "cache-2": "process",
        "bbu": "process",
    }


def test_every_function_is_linked(service: dict) -> None:
    linked = {endpoint.partition(".")[0] for link in service["links"] for endpoint in link["endpoints"]}
    assert linked == {function["name"] for function in service["functions"]}


def test_the_firewall_lets_its_rules_decide() -> None:
    program = runpy.run_path(str(FOLDER / "PROCESS" / "firewall.py"))
    rules = program["read_rules"]((FOLDER / "PROCESS" / "firewall.rules").read_text(encoding="utf-8"))
    verdicts = {source: program["is_allowed"](rules, source) for source in ("10.10.3.9", "10.10.4.9", "192.0.2.2")}
    assert verdicts == {"10.10.3.9": True, "10.10.4.9": False, "192.0.2.2": True}


def test_the_model_of_the_firewall_lets_in_whom_the_program_does(service: dict) -> None:
    """Whole ranges on one side, single addresses on the other: first, last and neighbours of each."""
    pytest.importorskip("oxidd")
    from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
    from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_network import to_network
    from ansible_collections.superfluidity.nfv.plugins.modules.sefl_verify import SPEC, decide

    program = runpy.run_path(str(FOLDER / "PROCESS" / "firewall.py"))
    rules = program["read_rules"]((FOLDER / "PROCESS" / "firewall.rules").read_text(encoding="utf-8"))
    ends = [end for _allowed, block in rules for end in (int(block[0]), int(block[-1]))]
    sources = {str(ipaddress.ip_address((end + step) % 2**32)) for end in ends for step in (-1, 0, 1)}
    asks = "ip.dst == 192.0.2.4 && tcp.dstport == 8080"
    formulas = {one: f"ip.src == {one} && {asks} -> AF (port == cache.users)" for one in sources}
    asked = to_network(service | {"policies": [{"name": name, "formula": text} for name, text in formulas.items()]})
    del asked["warnings"]
    given = {name: one.get("default") for name, one in SPEC.to_kwargs()["argument_spec"].items()}
    told = {one["name"]: one["holds"] for one in decide({**given, **asked}, Files())["policies"]}
    assert told == {source: program["is_allowed"](rules, source) for source in sources}
    assert set(told.values()) == {True, False}


def packet(source: str, destination: str, ports: tuple[int, int], protocol: int = 6, options: int = 0) -> bytes:
    """An IPv4 packet with the beginning of what it carries, as RFC 791 has it."""
    addresses = ipaddress.ip_address(source).packed + ipaddress.ip_address(destination).packed
    head = struct.pack("!BBHHHBBH", 0x45 + options, 0, 44 + 4 * options, 1, 0, 64, protocol, 0) + addresses
    return head + bytes(4 * options) + struct.pack("!HHIIBBHHH", *ports, 0, 0, 0x50, 2, 1000, 0, 0)


def verdict(filtering: str, inner: bytes) -> str:
    """What nft does with a packet by the rules of the chain: bits are compared, and the first rule that matches decides."""
    bits = f"{int.from_bytes(inner, 'big'):0{8 * len(inner)}b}"
    for line in re.search(r"chain guard \{\n(.*?)\n  \}", filtering, re.DOTALL)[1].splitlines():
        asked = re.findall(r"@th,(\d+),(\d+) (\S+)", line)
        if all(int(bits[int(at) : int(at) + int(size)], 2) == int(value, 0) for at, size, value in asked):
            return line.split()[-1]
    return "accept"


RANGES = st.sampled_from(["0.0.0.0/0", "10.0.0.0/8", "10.10.3.0/24", "10.10.3.128/25", "192.0.2.2/32", "2001:db8::/32"])
SOURCES = st.sampled_from(["10.10.3.9", "10.10.3.200", "10.11.0.1", "192.0.2.2", "203.0.113.5"])


@given(st.lists(st.tuples(st.booleans(), RANGES), max_size=5), SOURCES, st.sampled_from([8080, 22]), st.sampled_from([6, 17]),
       st.integers(0, 1))  # fmt: skip
def test_the_filter_of_the_firewall_does_what_its_rules_say(listed, source, port, protocol, options) -> None:
    program = runpy.run_path(str(FOLDER / "PROCESS" / "firewall.py"))
    rules = program["read_rules"]("".join(f"{'allow' if allowed else 'deny'} {block} # x\n" for allowed, block in listed))
    filtering = program["filtering"](rules, "192.0.2.4", 8080)
    there = packet(source, "192.0.2.4", (40000, port), protocol, options)
    back = packet("192.0.2.4", source, (port, 40000), protocol, options)
    expected = program["is_allowed"](rules, source) and (port, protocol, options) == (8080, 6, 0)
    assert [verdict(filtering, one) == "accept" for one in (there, back)] == [expected, expected]
    assert verdict(filtering, packet(source, "192.0.2.5", (40000, port), protocol, options)) == "accept", "not guarded"


def test_nft_takes_the_filter() -> None:
    if os.geteuid() != 0 or not Path("/usr/sbin/nft").exists():
        pytest.skip("the filter needs root and nftables")
    program = runpy.run_path(str(FOLDER / "PROCESS" / "firewall.py"))
    rules = program["read_rules"]("deny 10.9.0.0/16\nallow 0.0.0.0/0\nallow ::/0\n")
    script = program["filtering"](rules, "192.0.2.4", 8080)
    line = 'printf %s "$1" | nft -f - && printf %s "$1" | nft -f - && nft list ruleset'
    done = subprocess.run(["unshare", "--net", "sh", "-c", line, "sh", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("table inet video-firewall") == 1


def test_the_balancer_has_a_member_for_each_cache(service: dict) -> None:
    vdus = {vdu["name"]: vdu for function in service["functions"] for vdu in function["vdus"]}
    caches = [vdus["cache-1"], vdus["cache-2"]]
    listening = [(vdu["host"], int(vdu["command"][-1].rpartition(":")[2])) for vdu in caches]
    described = vdus["balancer"]["load_balancer"]
    assert [(one["address"], one["port"]) for one in described["members"]] == listening
    assert vdus["firewall"]["command"][-1] == f"{described['virtual_ip']}:{described['port']}"


def test_a_cache_says_which_one_it_is() -> None:
    server = runpy.run_path(str(FOLDER / "PROCESS" / "cache.py"))["server"]("cache-1", "127.0.0.1", 0)
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_address[1]}/film", timeout=10) as answer:
            assert answer.read() == b"/film from cache-1\n"
        server.shutdown()


def test_baseband_acknowledges_a_subframe() -> None:
    acknowledge = runpy.run_path(str(FOLDER / "PROCESS" / "bbu.py"))["acknowledge"]
    assert acknowledge(struct.pack("!I", 7) + b"samples") == struct.pack("!II", 7, zlib.crc32(b"samples"))
    assert acknowledge(b"x") is None
