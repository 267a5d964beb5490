# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Linux router in a network namespace: real packets go in at its interfaces, and what comes out is caught.

The router has interfaces p0, p1 …; their far ends q0, q1 … are in a second namespace where nothing answers, so neighbours
are entered by hand. Both are removed in all cases. A packet is known again by the last eight bytes of its payload.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

MARK = 8
DRIVER = """
import json, select, socket, sys, time
ports, frames, quiet = json.load(sys.stdin)
sockets = {}
for port in ports:
    sockets[port] = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sockets[port].bind((port, 0))
caught, last = [], time.monotonic()
def catch(wait):
    global last
    ready, _, _ = select.select(list(sockets.values()), [], [], wait)
    for one in ready:
        frame, where = one.recvfrom(65535)
        if where[2] != socket.PACKET_OUTGOING:
            caught.append((where[0], frame.hex()))
            last = time.monotonic()
    return ready
for port, frame in frames:
    sockets[port].send(bytes.fromhex(frame))
    catch(0)
last = time.monotonic()
while time.monotonic() - last < quiet:
    catch(quiet)
json.dump(caught, sys.stdout)
"""


def mac(number: int, *, far: bool = False) -> str:
    """The address of p0 … in the router, and of what is at its far end."""
    return f"02:00:00:00:{'ff' if far else '00'}:{number:02x}"


@dataclass(frozen=True)
class Router:
    name: str
    far: str
    ports: int

    def run(self, *command: str, text: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """A command in the router's namespace."""
        words = ["ip", "netns", "exec", self.name, *command]
        return subprocess.run(words, input=text, capture_output=True, text=True, check=check, timeout=60)

    def ip(self, *lines: str) -> None:
        """Commands of ip, all of which must succeed."""
        self.run("ip", "-batch", "-", text="\n".join(lines) + "\n")

    def sent(self, frames: Sequence[tuple[int, bytes]], quiet: float = 0.3) -> dict[bytes, list[tuple[int, bytes]]]:
        """What comes out, by the mark of what went in at a port."""
        given = [[f"q{number}" for number in range(self.ports)], [(f"q{port}", one.hex()) for port, one in frames], quiet]
        command = ["ip", "netns", "exec", self.far, sys.executable, "-c", DRIVER]
        done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True, timeout=60)
        found: dict[bytes, list[tuple[int, bytes]]] = {one[-MARK:]: [] for _port, one in frames}
        for port, text in json.loads(done.stdout):
            frame = bytes.fromhex(text)
            if frame[-MARK:] in found:
                found[frame[-MARK:]].append((int(port[1:]), frame))
        return found


@contextmanager
def router(ports: int) -> Iterator[Router]:
    """A router that forwards, with addresses 10.0.N.1/24 and fc00:N::1/64 and a neighbour at .2 and ::2 of each interface."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("network namespaces need root and the command ip")
    made = Router(f"nfv-r-{os.getpid()}", f"nfv-f-{os.getpid()}", ports)
    names = (made.name, made.far)
    added = [subprocess.run(["ip", "netns", "add", one], check=False, capture_output=True, text=True) for one in names]
    try:
        if any(one.returncode for one in added):
            pytest.skip(f"no network namespace can be made here: {added[0].stderr.strip()}")
        try:
            _set_up(made)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"this kernel makes no router: {error.stderr.strip()}")
        yield made
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True, timeout=60)


def _set_up(made: Router) -> None:
    settings = [f"net.ipv{version}.conf.{which}" for version in (4, 6) for which in ("all", "default")]
    made.run("sysctl", "-qw", "net.ipv4.ip_forward=1", *(f"{one}.forwarding=1" for one in settings))
    made.run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0")
    made.run("sysctl", "-qw", "net.ipv6.conf.default.seg6_enabled=1", "net.ipv6.conf.all.seg6_enabled=1", check=False)
    made.ip("link set lo up")
    for one in range(made.ports):
        made.ip(f"link add p{one} address {mac(one)} type veth peer name q{one} address {mac(one, far=True)} netns {made.far}")
        subprocess.run(["ip", "-n", made.far, "link", "set", f"q{one}", "up", "arp", "off"], check=True, timeout=60)
        made.ip(
            f"link set p{one} up",
            f"addr add 10.0.{one}.1/24 dev p{one}",
            f"addr add fc00:{one}::1/64 dev p{one} nodad",
            f"neigh add 10.0.{one}.2 lladdr {mac(one, far=True)} dev p{one}",
            f"neigh add fc00:{one}::2 lladdr {mac(one, far=True)} dev p{one}",
        )


def checksum(*parts: bytes) -> int:
    """The Internet checksum, RFC 1071."""
    data = b"".join(parts) + b"\0" * (len(b"".join(parts)) % 2)
    total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(source: int, target: int, protocol: int, body: bytes, ttl: int = 64, **fields: int) -> bytes:
    """A packet with a right checksum; ``fields``: ``id``, ``fragment``, ``tos``."""
    head = bytes([0x45, fields.get("tos", 0)]) + (20 + len(body)).to_bytes(2, "big") + fields.get("id", 1).to_bytes(2, "big")
    head += fields.get("fragment", 0).to_bytes(2, "big") + bytes([ttl, protocol])
    ends = source.to_bytes(4, "big") + target.to_bytes(4, "big")
    return head + checksum(head, ends).to_bytes(2, "big") + ends + body


def udp(ends: bytes, source: int, target: int, payload: bytes) -> bytes:
    """``ends``: the addresses, for the checksum."""
    head = source.to_bytes(2, "big") + target.to_bytes(2, "big") + (8 + len(payload)).to_bytes(2, "big")
    size = (8 + len(payload)).to_bytes(4, "big")
    return head + (checksum(ends, size, b"\0\0\0\x11", head, payload) or 0xFFFF).to_bytes(2, "big") + payload


def ipv6(source: bytes, target: bytes, following: int, body: bytes, hops: int = 64) -> bytes:
    return b"\x60\0\0\0" + len(body).to_bytes(2, "big") + bytes([following, hops]) + source + target + body


def ethernet(port: int, kind: int, body: bytes) -> bytes:
    """A frame from the far end to the router."""
    addresses = (mac(port), mac(port, far=True))
    return b"".join(bytes.fromhex(one.replace(":", "")) for one in addresses) + kind.to_bytes(2, "big") + body
