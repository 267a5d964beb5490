# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts in network namespaces that a chain can pass, and packets through them.

::

    user ── ingress          f1   f2   f3          egress ── server
               └──────────────┴─ core ┴──────────────┘

The core is a bridge. Host N of it (ingress 1, f1 2 … egress 5) has the address fc00::N there and owns fc00:N::/32, to which all
others have a route. Nobody but ingress and egress knows the networks of user and server. All namespaces are removed in all
cases.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

CORE = ("ingress", "f1", "f2", "f3", "egress")
ALL = (*CORE, "user", "server", "core")
USER, SERVER = "2001:db8:a::2", "2001:db8:b::2"
USER4, SERVER4 = "192.0.2.2", "198.51.100.2"
PORT = 7777
MARK = b"chain-test "

RUN = """
import importlib, json, sys
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader()
top = "ansible_collections.superfluidity.nfv.plugins"
errors = importlib.import_module(f"{top}.module_utils.core.errors")
for line in sys.stdin:
    name, options, check = json.loads(line)
    module = importlib.import_module(f"{top}.modules.{name}")
    try:
        acting = module.verb(module.SPEC.validated(options))
        plan = acting.difference(acting.read())
        if plan and not check:
            acting.apply(plan)
        answer = {"changed": bool(plan), "plan": plan.to_list(), "diff": plan.diff(), **acting.result()}
    except errors.NfvError as error:
        answer = {"failed": True, "kind": type(error).__name__, "msg": str(error)}
    print(json.dumps(answer), flush=True)
"""
ECHO = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
one = socket.socket(family, socket.SOCK_DGRAM)
one.bind((sys.argv[1], int(sys.argv[2])))
print("ready", flush=True)
while True:
    data, where = one.recvfrom(65535)
    one.sendto(data, where)
"""
ASK = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
one = socket.socket(family, socket.SOCK_DGRAM)
one.settimeout(float(sys.argv[4]))
one.sendto(sys.argv[3].encode(), (sys.argv[1], int(sys.argv[2])))
try:
    print(one.recvfrom(65535)[0].decode())
except TimeoutError:
    print("no answer")
"""
WATCH = """
import mmap, select, socket, struct, sys
FRAME, NUMBER = 2048, 512
one = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
one.setsockopt(263, 5, struct.pack("IIII", 16 * FRAME, NUMBER // 16, FRAME, NUMBER))  # PACKET_RX_RING
ring = mmap.mmap(one.fileno(), FRAME * NUMBER)
print("ready", flush=True)
at = 0
while True:
    here = FRAME * at
    full, _length, size, start = struct.unpack_from("@LIIH", ring, here)
    if not full & 1:
        select.select([one], [], [])
        continue
    index, _type, kind = struct.unpack_from("@iHB", ring, here + 36)
    frame, port = ring[here + start : here + start + size], socket.if_indextoname(index)
    if kind != socket.PACKET_OUTGOING and sys.argv[1].encode() in frame and port != "bridge":
        print(port, frame.hex(), flush=True)
    struct.pack_into("@L", ring, here, 0)
    at = (at + 1) % NUMBER
"""
"""Frames are taken from a ring, into which the kernel copies them at once: what is read from a socket shares its bytes with the
packet on its way, whose headers the next host changes."""


def why_not() -> str | None:
    """Why there can be no such hosts here."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return "network namespaces need root and the command ip"
    lines = (
        "link add name nfv0 type veth peer name nfv1",
        "link set nfv0 up",
        "route add fc00::/64 encap seg6 mode encap segs fc00::1 dev nfv0",
    )
    command = ["unshare", "--net", "ip", "-batch", "-"]
    trial = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, check=False, timeout=60)
    return f"this kernel has no segment routing: {trial.stderr.strip()}" if trial.returncode else None


@dataclass(frozen=True)
class Hosts:
    """The namespaces, by the names above."""

    mark: str
    runners: dict[str, subprocess.Popen] = field(default_factory=dict)

    def run(self, host: str, *command: str, text: str | None = None, check: bool = True, timeout: float = 60) -> str:
        words = ["ip", "netns", "exec", f"{self.mark}-{host}", *command]
        done = subprocess.run(words, input=text, capture_output=True, text=True, check=False, timeout=timeout)
        if check and done.returncode:
            raise AssertionError(f"{host}: {' '.join(command)}: {done.stderr}")
        return done.stdout

    def start(self, host: str, *command: str, **more: Any) -> subprocess.Popen:
        words = ["ip", "netns", "exec", f"{self.mark}-{host}", *command]
        return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, **more)

    def module(self, host: str, module: str, check: bool = False, **options: Any) -> dict[str, Any]:
        """One run of a module on a host; what runs it stays, for the next one."""
        if host not in self.runners:
            self.runners[host] = self.start(host, sys.executable, "-c", RUN, stdin=subprocess.PIPE)
        runner = self.runners[host]
        runner.stdin.write(json.dumps([module, options, check]) + "\n")
        runner.stdin.flush()
        return json.loads(runner.stdout.readline())

    def way(self, target: str = SERVER, wait: float = 2) -> tuple[str, list[str], list[str]]:
        """Send a packet from the user and wait for its echo: what came back, and from whom it came into the core on its way
        and on the way back."""
        said, seen = self.frames(target, wait)
        there = [port for port, frame in seen if not _is_echo(frame)]
        back = [port for port, frame in seen if _is_echo(frame)]
        return said, there, back

    def frames(self, target: str = SERVER, wait: float = 2) -> tuple[str, list[tuple[str, bytes]]]:
        """The same with the frames as they came into the core, in order."""
        word = f"{MARK.decode()}one"
        with self._started("server", ECHO, target, str(PORT)), self._started("core", WATCH, word) as watch:
            said = self.run("user", sys.executable, "-c", ASK, target, str(PORT), word, str(wait)).strip()
            time.sleep(0.05)
            watch.kill()
            lines = [line.split() for line in watch.stdout]
        return said, [(port, bytes.fromhex(frame)) for port, frame in lines]

    @contextlib.contextmanager
    def _started(self, host: str, code: str, *words: str) -> Iterator[subprocess.Popen]:
        process = self.start(host, sys.executable, "-c", code, *words)
        try:
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def _is_echo(frame: bytes) -> bool:
    """Whether a packet comes from the server: the UDP header, eight bytes before the mark, has its source port first."""
    at = frame.index(MARK) - 8
    return int.from_bytes(frame[at : at + 2], "big") == PORT


@contextlib.contextmanager
def network() -> Iterator[Hosts]:
    made = Hosts(f"nfv{os.getpid()}")
    try:
        for name in ALL:
            subprocess.run(["ip", "netns", "add", f"{made.mark}-{name}"], check=True, capture_output=True, timeout=60)
            made.run(name, "ip", "link", "set", "lo", "up")
            # Whatever the machine gives to new namespaces: the modules have to make what they need.
            for setting in ("ipv6/conf/all/forwarding", "ipv4/ip_forward", "ipv6/conf/default/accept_dad"):
                made.run(name, "sh", "-c", f"echo 0 > /proc/sys/net/{setting}")
        _wire(made)
        yield made
    finally:
        for runner in made.runners.values():
            runner.kill()
            runner.communicate()
        for name in ALL:
            subprocess.run(["ip", "netns", "del", f"{made.mark}-{name}"], check=False, capture_output=True, timeout=60)


def _wire(made: Hosts) -> None:
    made.run("core", "ip", "link", "add", "bridge", "type", "bridge")
    made.run("core", "ip", "link", "set", "bridge", "up")
    for number, name in enumerate(CORE, 1):
        others = [f"route add fc00:{other}::/32 via fc00::{other} dev core" for other in range(1, 6) if other != number]
        far = f"{made.mark}-core"
        lines = [
            f"link add name core type veth peer name {name} netns {far}",
            "link set core up",
            f"addr add fc00::{number}/64 dev core nodad",
        ]
        made.run(name, "ip", "-batch", "-", text="\n".join(lines) + "\n")
        made.run("core", "ip", "-batch", "-", text=f"link set {name} master bridge\nlink set {name} up\n")
        made.run(name, "ip", "-batch", "-", text="\n".join(others) + "\n")
    for edge, end, six, four in (
        ("ingress", "user", "2001:db8:a::", "192.0.2."),
        ("egress", "server", "2001:db8:b::", "198.51.100."),
    ):
        lines = [
            f"link add name edge type veth peer name wan netns {made.mark}-{end}",
            "link set edge up",
            f"addr add {six}1/64 dev edge nodad",
            f"addr add {four}1/24 dev edge",
        ]
        made.run(edge, "ip", "-batch", "-", text="\n".join(lines) + "\n")
        lines = [
            "link set wan up",
            f"addr add {six}2/64 dev wan nodad",
            f"addr add {four}2/24 dev wan",
            f"route add ::/0 via {six}1 dev wan",
            f"route add 0.0.0.0/0 via {four}1 dev wan",
        ]
        made.run(end, "ip", "-batch", "-", text="\n".join(lines) + "\n")
