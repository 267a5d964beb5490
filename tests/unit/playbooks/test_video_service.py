# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration service: what it says of itself, and the programs that it brings."""

from __future__ import annotations

import asyncio
import ipaddress
import runpy
import struct
import zlib
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service_stages import stages

FOLDER = Path(__file__).parents[3] / "playbooks" / "files" / "services" / "video"


@pytest.fixture(scope="module")
def service() -> dict:
    files = {str(one.relative_to(FOLDER)): one.read_bytes() for one in FOLDER.rglob("*") if one.is_file()}
    reading = read(files)
    assert (reading.format, reading.warnings) == ("superfluidity", [])
    return reading.service


def test_functions_and_their_sites(service: dict) -> None:
    roles = {function["name"]: function["site"]["role"] for function in service["functions"]}
    assert roles == {"epc": "core", "origin": "core", "tof": "edge", "firewall": "edge", "cache": "edge", "bbu": "cran"}
    assert service["order"] == [["core"], ["edge", "cran"]]
    assert stages(service) == [["epc", "origin"], ["tof", "firewall", "cache", "bbu"]]


def test_kinds(service: dict) -> None:
    kinds = {vdu["name"]: vdu["kind"] for function in service["functions"] for vdu in function["vdus"]}
    assert kinds == {
        "epc-vm": "vm",
        "origin-vm": "vm",
        "tof-vm": "vm",
        "firewall": "process",
        "cache-vm": "vm",
        "cache-pod": "pod",
        "bbu": "process",
    }


def test_every_function_is_linked(service: dict) -> None:
    linked = {endpoint.partition(".")[0] for link in service["links"] for endpoint in link["endpoints"]}
    assert linked == {function["name"] for function in service["functions"]}


def test_the_firewall_lets_its_rules_decide() -> None:
    program = runpy.run_path(str(FOLDER / "PROCESS" / "firewall.py"))
    rules = program["read_rules"]((FOLDER / "PROCESS" / "firewall.rules").read_text(encoding="utf-8"))
    verdicts = {source: program["is_allowed"](rules, source) for source in ("10.10.3.9", "10.10.4.9", "127.0.0.1")}
    assert verdicts == {"10.10.3.9": True, "10.10.4.9": False, "127.0.0.1": True}


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
    formulas = {one: f"ip.src == {one} && tcp.dstport == 8080 -> AF (port == cache.users)" for one in sources}
    asked = to_network(service | {"policies": [{"name": name, "formula": text} for name, text in formulas.items()]})
    del asked["warnings"]
    given = {name: one.get("default") for name, one in SPEC.to_kwargs()["argument_spec"].items()}
    told = {one["name"]: one["holds"] for one in decide({**given, **asked}, Files())["policies"]}
    assert told == {source: program["is_allowed"](rules, source) for source in sources}
    assert set(told.values()) == {True, False}


@pytest.mark.parametrize(("rules", "answer"), [("allow 127.0.0.0/8", b"hello"), ("deny 127.0.0.0/8", b"")])
def test_the_firewall_relays_what_is_allowed(rules: str, answer: bytes) -> None:
    program = runpy.run_path(str(FOLDER / "PROCESS" / "firewall.py"))

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read(100))
        writer.close()

    async def ask() -> bytes:
        cache = await asyncio.start_server(echo, "127.0.0.1", 0)
        free = await asyncio.start_server(echo, "127.0.0.1", 0)
        listen = free.sockets[0].getsockname()
        free.close()
        task = asyncio.create_task(program["serve"](program["read_rules"](rules), listen, cache.sockets[0].getsockname()))
        try:
            reader, writer = await connected(listen)
            writer.write(b"hello")
            try:
                return await asyncio.wait_for(reader.read(100), 10)
            except ConnectionError:
                return b""
        finally:
            task.cancel()
            cache.close()

    assert asyncio.run(ask()) == answer


async def connected(address: tuple[str, int]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    deadline = asyncio.get_running_loop().time() + 10
    while True:
        try:
            return await asyncio.open_connection(*address)
        except ConnectionRefusedError:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.01)


def test_baseband_acknowledges_a_subframe() -> None:
    acknowledge = runpy.run_path(str(FOLDER / "PROCESS" / "bbu.py"))["acknowledge"]
    assert acknowledge(struct.pack("!I", 7) + b"samples") == struct.pack("!II", 7, zlib.crc32(b"samples"))
    assert acknowledge(b"x") is None
