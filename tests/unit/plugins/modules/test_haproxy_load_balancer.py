# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Load balancers with a real HAProxy, on loopback: started, changed under load, refused, killed, removed."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.host import haproxy as client
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.host import processes
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import (
    ConflictError,
    InputError,
    UnavailableError,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.plan import Plan
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.firewalls import pair
from ansible_collections.superfluidity.nfv.plugins.modules.haproxy_load_balancer import SPEC, HaproxyLoadBalancer

pytestmark = pytest.mark.skipif(client.find("haproxy") is None, reason="needs haproxy; on Debian: apt-get install haproxy")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Origins:
    """Web servers that tell their own name, in a thread of their own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def open(self, name: str, delay: float = 0.0) -> int:
        """Start one that takes ``delay`` s to answer; its port."""

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while await reader.readuntil(b"\r\n\r\n"):
                    await asyncio.sleep(delay)
                    writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(name)}\r\n\r\n{name}".encode())
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        async def start() -> int:
            server = await asyncio.start_server(answer, "127.0.0.1", 0)
            return server.sockets[0].getsockname()[1]

        return asyncio.run_coroutine_threadsafe(start(), self._loop).result(5)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


@pytest.fixture(scope="module")
def origins() -> Iterator[Origins]:
    made = Origins()
    yield made
    made.close()


@pytest.fixture(scope="module")
def ports(origins: Origins) -> dict[str, int]:
    return {name: origins.open(name) for name in ("a", "b", "c")}


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for record in tmp_path.glob("*/*"):
        processes.stop(record, None)


def members(ports: dict[str, int], *names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"name": name, "address": "127.0.0.1", "port": ports[name], **more} for name in names]


def verb(root: Path, **options: Any) -> HaproxyLoadBalancer:
    standard = {"name": "web", "root": str(root), "drain": 5, "virtual_ip": "127.0.0.1", "protocol": "http"}
    return HaproxyLoadBalancer(SPEC.validated({**standard, **options}))


def bring(root: Path, **options: Any) -> Plan:
    """One run of the module; a second finds nothing to do."""
    first = verb(root, **options)
    plan = first.difference(first.read())
    first.apply(plan)
    again = verb(root, **options)
    assert again.difference(again.read()).to_list() == []
    return plan


def ask(port: int, source: str = "", address: str = "127.0.0.1", cookie: str = "") -> tuple[str, str]:
    """Head and body of one answer, over a connection of its own."""
    with socket.create_connection((address, port), 5, (source, 0) if source else None) as one:
        extra = f"Cookie: {cookie}\r\n" if cookie else ""
        one.sendall(f"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{extra}\r\n".encode())
        head, _blank, body = b"".join(iter(lambda: one.recv(4096), b"")).decode().partition("\r\n\r\n")
        return head, body


class Load:
    """Clients that ask all the time, each answer counted by who gave it; what failed is counted as its reason.

    Half of them keep their connection, as browsers do.
    """

    def __init__(self, port: int, clients: int = 8):
        self._port = port
        self.counted: Counter[str] = Counter()
        self._over = threading.Event()
        loop = (self._one, self._kept)
        self._threads = [threading.Thread(target=loop[number % 2], daemon=True) for number in range(clients)]

    def _one(self) -> None:
        while not self._over.is_set():
            try:
                self.counted[ask(self._port)[1] or "empty answer"] += 1
            except OSError as error:
                self.counted[repr(error)] += 1

    def _kept(self) -> None:
        while not self._over.is_set():
            with socket.create_connection(("127.0.0.1", self._port), 5) as one:
                closing = False
                while not closing and not self._over.is_set():
                    one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    answer = one.recv(4096).decode()
                    self.counted[answer.rpartition("\r\n\r\n")[2] or "empty answer"] += 1
                    closing = "connection: close" in answer.lower() or not answer

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_told: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(10)


def eventually(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_it_balances_until_it_is_removed(root: Path, ports: dict[str, int]) -> None:
    port = free_port()
    plan = bring(root, port=port, members=members(ports, "a", "b"))
    assert plan.to_list() == [{"action": "create", "kind": "load_balancer", "name": "web"}]
    assert any("server a 127.0.0.1" in line for line in plan.diff()["after"]["load_balancer web"]["configuration"])
    assert Counter(ask(port)[1] for _number in range(10)) == {"a": 5, "b": 5}
    assert [part["kind"] for part in processes.parts(str(root), "load-balancing")] == ["process"]
    bring(root, state="absent")
    assert list(root.iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        ask(port)


def test_no_request_fails_while_members_come_and_go(root: Path, ports: dict[str, int]) -> None:
    port = free_port()
    bring(root, port=port, members=members(ports, "a", "b"))
    with Load(port) as load:
        for names in ("abc", "bc", "c", "abc"):
            before = sum(load.counted.values())
            bring(root, port=port, members=members(ports, *names))
            eventually(lambda at=before: sum(load.counted.values()) > at + 50)
    assert load.counted.keys() == {"a", "b", "c"}, "whatever else there is says why a request failed"


def test_weights_and_states_change_without_a_new_process(root: Path, ports: dict[str, int]) -> None:
    port = free_port()
    bring(root, port=port, members=members(ports, "a", "b"))
    before = verb(root, port=port, members=members(ports, "a", "b"))._client._info()
    with Load(port) as load:
        plan = bring(root, port=port, members=[*members(ports, "a", weight=3), *members(ports, "b")])
        assert Counter(ask(port)[1] for _number in range(40)).keys() == {"a", "b"}
        bring(root, port=port, members=[*members(ports, "a", enabled=False), *members(ports, "b")])
    assert {ask(port)[1] for _number in range(6)} == {"b"}
    assert load.counted.keys() == {"a", "b"}
    assert set(plan.diff()["after"]["load_balancer web"]) == {"configuration", "members"}
    assert verb(root, port=port)._client._info()["Pid"] == before["Pid"]


def test_shares_follow_weights(root: Path, ports: dict[str, int]) -> None:
    port = free_port()
    bring(root, port=port, members=[*members(ports, "a", weight=3), *members(ports, "b", weight=1)])
    assert Counter(ask(port)[1] for _number in range(40)) == {"a": 30, "b": 10}


def test_what_was_done_by_hand_is_undone(root: Path, ports: dict[str, int]) -> None:
    port = free_port()
    wanted = {"port": port, "members": members(ports, "a", "b")}
    bring(root, **wanted)
    hand = verb(root, **wanted)._client
    hand._ask("set server members/a state drain; set server members/b weight 7")
    (root / "load-balancing/web/haproxy.cfg").write_text("global\n", encoding="utf-8")
    assert bring(root, **wanted).to_list() == [{"action": "update", "kind": "load_balancer", "name": "web"}]
    assert {ask(port)[1] for _number in range(6)} == {"a", "b"}


def test_a_port_that_somebody_has_is_told_and_nothing_stays(root: Path, ports: dict[str, int]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(ConflictError, match=r"^somebody else has 127.0.0.1 port \d+: choose another"):
            bring(root, port=taken, members=members(ports, "a"))
        assert list(root.iterdir()) == []
        checked = verb(root, port=taken, members=members(ports, "a"))
        assert checked.read() == {}
        assert checked.result()["warnings"] == [
            f"somebody else has 127.0.0.1 port {taken}: choose another port, or end what has it"
        ]
        port = free_port()
        bring(root, port=port, members=members(ports, "a"))
        assert verb(root, port=port, members=members(ports, "b")).result()["warnings"] == [], "it is ours"
        with Load(port) as load, pytest.raises(ConflictError, match=r"^somebody else has 127.0.0.1 port"):
            bring(root, port=taken, members=members(ports, "a"))
        assert load.counted.keys() == {"a"}
    assert bring(root, port=port, members=members(ports, "a")).to_list() == [], "the old configuration is there again"
    assert bring(root, port=port, members=members(ports, "a", "b")).to_list() != []


def test_two_load_balancers_do_not_share_a_port(root: Path, ports: dict[str, int]) -> None:
    port = free_port()
    bring(root, port=port, members=members(ports, "a"))
    with pytest.raises(ConflictError, match=r"^somebody else has 127.0.0.1 port"):
        bring(root, name="second", port=port, members=members(ports, "b"))
    assert {ask(port)[1] for _number in range(4)} == {"a"}


def test_a_port_that_is_taken_between_the_look_and_the_start_is_told_by_haproxy(
    root: Path, ports: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_see_free", lambda address, port: None)
    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(ConflictError, match=r"haproxy says: Binding .*Address already in use"):
            bring(root, port=taken, members=members(ports, "a"))
        assert list(root.iterdir()) == []
        bring(root, port=port, members=members(ports, "a"))
        with pytest.raises(ConflictError, match=r"haproxy says: Binding .*Address already in use"):
            bring(root, port=taken, members=members(ports, "a"))
    assert bring(root, port=port, members=members(ports, "a")).to_list() == [], "the old configuration is there again"
    assert bring(root, port=port, members=members(ports, "a", "b")).to_list() != []


def test_an_address_that_is_not_here_is_told(root: Path, ports: dict[str, int]) -> None:
    with pytest.raises(InputError, match=r"^cannot serve at 192.0.2.1 port \d+: Cannot assign requested address$"):
        bring(root, virtual_ip="192.0.2.1", port=free_port(), members=members(ports, "a"))
    assert list(root.iterdir()) == []


def test_what_haproxy_refuses_does_not_replace_the_old(root: Path, ports: dict[str, int]) -> None:
    port = free_port()
    bring(root, port=port, members=members(ports, "a"))
    told = verb(root, port=port)._client
    with pytest.raises(
        InputError, match=r"^haproxy refuses the configuration: line 2: unknown keyword 'sing' in 'global' section$"
    ):
        told.try_out("global\n    sing\n")
    assert bring(root, port=port, members=members(ports, "a")).to_list() == []


def test_check_mode_makes_nothing(root: Path, ports: dict[str, int]) -> None:
    checked = verb(root, port=free_port(), members=members(ports, "a"))
    assert checked.difference(checked.read()).to_list() == [{"action": "create", "kind": "load_balancer", "name": "web"}]
    assert checked.result()["load_balancer"] is None
    assert list(root.iterdir()) == []


def test_without_haproxy_a_run_says_so_and_makes_nothing(root: Path) -> None:
    missing = verb(root, port=free_port(), program="no-such-haproxy")
    plan = missing.difference(missing.read())
    assert missing.result()["warnings"] == ["no-such-haproxy is not installed here, so nobody has tried its configuration"]
    with pytest.raises(UnavailableError, match="no-such-haproxy is not installed here: on Debian, apt-get install haproxy"):
        missing.apply(plan)
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("name", ["web", "other"])
def test_a_folder_that_is_not_ours_is_refused(root: Path, name: str) -> None:
    folder = root / "load-balancing" / name
    folder.mkdir(parents=True)
    (folder / "letters.txt").write_text("dear", encoding="utf-8")
    for state in ("present", "absent"):
        with pytest.raises(ConflictError, match="is there and holds no load balancer"):
            verb(root, name=name, port=free_port(), state=state).read()
    assert (folder / "letters.txt").exists()


@pytest.mark.parametrize("record", ["", "[1]", "7", "{}", '{"kind": "process"}'])
def test_a_record_that_is_none_is_refused(root: Path, record: str) -> None:
    folder = root / "load-balancing/web"
    folder.mkdir(parents=True)
    (folder / "record.json").write_text(record, encoding="utf-8")
    with pytest.raises(ConflictError, match="is there and holds no load balancer"):
        verb(root, port=free_port()).read()


def test_a_process_of_the_same_name_is_refused(root: Path) -> None:
    options = {"service": "load-balancing", "function": None, "name": "web", "state": "present", "root": str(root)}
    sleeper = processes.Process({**options, "command": ["sleep", "60"], "environment": {}, "files": {}})
    sleeper.apply(sleeper.difference(sleeper.read()))
    with pytest.raises(ConflictError, match="is there and holds no load balancer"):
        verb(root, port=free_port()).read()


def test_clients_stay_with_their_member_over_a_reload(root: Path, ports: dict[str, int]) -> None:
    port = free_port()
    wanted = {"port": port, "persistence": {"type": "source_ip"}}
    sources = [f"127.0.3.{number}" for number in range(1, 13)]
    bring(root, members=members(ports, "a", "b"), **wanted)
    before = {source: ask(port, source)[1] for source in sources}
    assert set(before.values()) == {"a", "b"}
    bring(root, members=members(ports, "a", "b", "c"), **wanted)
    assert {source: ask(port, source)[1] for source in sources} == before


def test_a_cookie_brings_a_client_back(root: Path, ports: dict[str, int]) -> None:
    port = free_port()
    bring(root, port=port, members=members(ports, "a", "b"), persistence={"type": "cookie", "cookie": "place"})
    head, first = ask(port)
    cookie = head.partition("set-cookie: ")[2].partition(";")[0]
    assert cookie.startswith("place=")
    bring(root, port=port, members=members(ports, "c", "b", "a"), persistence={"type": "cookie", "cookie": "place"})
    assert {ask(port, cookie=cookie)[1] for _number in range(6)} == {first}


def test_a_member_that_fails_its_probes_gets_no_clients_and_the_backup_gets_all(
    root: Path, origins: Origins, ports: dict[str, int]
) -> None:
    port, dead = free_port(), free_port()
    listed = [{"name": "dead", "address": "127.0.0.1", "port": dead}, *members(ports, "b", backup=True)]
    check = {"type": "http", "interval": 1, "timeout": 0, "rise": 1, "fall": 1}
    with pytest.raises(InputError, match=r"^health_check.timeout: 0 is not between"):
        verb(root, port=port, members=listed, health_check=check)
    verb(root, port=port, members=listed, health_check={**check, "interval": 2, "timeout": 1})
    bring(root, port=port, members=listed, health_check={**check, "interval": 2, "timeout": 1})
    facts = verb(root, port=port).result
    eventually(lambda: facts()["load_balancer"]["members"]["dead"]["status"] == "DOWN")
    assert {ask(port)[1] for _number in range(4)} == {"b"}


def test_a_member_may_be_told_by_a_name_that_the_server_knows(root: Path, ports: dict[str, int]) -> None:
    port = free_port()
    bring(root, port=port, members=[{"address": "localhost", "port": ports["a"]}])
    assert ask(port)[1] == "a"
    assert list(verb(root, port=port).result()["load_balancer"]["members"]) == [f"localhost:{ports['a']}"]
    with pytest.raises(InputError, match=r"^members\[0\]\.address: this server knows no host no-such-host\.invalid: give an"):
        verb(root, port=port, members=[{"address": "no-such-host.invalid", "port": 1}])
    with pytest.raises(InputError, match=r"^members\[0\]\.address: 'a b' is no IP address"):
        verb(root, port=port, members=[{"address": "a b", "port": 1}])


def test_removal_waits_for_an_open_request(root: Path, origins: Origins) -> None:
    port = free_port()
    slow = {"name": "slow", "address": "127.0.0.1", "port": origins.open("slow", 1.0)}
    bring(root, port=port, members=[slow])
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(ask(port)[1]))
    asking.start()
    time.sleep(0.3)
    bring(root, state="absent")
    asking.join()
    assert answers == ["slow"]


RUNS = """
import json, os, signal, sys
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader()
from ansible_collections.superfluidity.nfv.plugins.modules.haproxy_load_balancer import SPEC, HaproxyLoadBalancer
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    verb = HaproxyLoadBalancer(SPEC.validated(json.loads(line)))
    plan = verb.difference(verb.read())
    pid = os.fork()
    if not pid:
        verb.apply(plan)
        os._exit(0)
    print(pid, flush=True)
"""
"""Runs of the module, each a process of its own that can be killed."""


@pytest.fixture
def runs() -> Iterator[Callable[..., int]]:
    """Begins a run; its pid."""
    made = subprocess.Popen([sys.executable, "-c", RUNS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def begin(**options: Any) -> int:
        made.stdin.write(json.dumps(options) + "\n")
        made.stdin.flush()
        return int(made.stdout.readline())

    yield begin
    made.stdin.close()
    made.wait(10)


@pytest.mark.one_python
@pytest.mark.parametrize("first", [True, False], ids=["while it is made", "while it is changed"])
def test_a_run_that_is_killed_is_completed_by_the_next(
    root: Path, ports: dict[str, int], runs: Callable[..., int], first: bool
) -> None:
    """Killed at points spread over the time that a run takes."""
    port, listed = free_port(), members(ports, "a", "b")
    options = {"name": "web", "root": str(root), "drain": 5, "virtual_ip": "127.0.0.1", "protocol": "http", "port": port}
    for delay in (0.0, 0.003, 0.01, 0.03, 0.1):
        if not first:
            bring(root, port=port, members=members(ports, "a"))
        pid = runs(**options, members=listed)
        time.sleep(delay)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if not first:
            assert ask(port)[1] in {"a", "b"}, "it serves all the time"
        bring(root, port=port, members=listed)
        assert {ask(port)[1] for _number in range(4)} == {"a", "b"}
        bring(root, state="absent")
        assert not processes.members(root / "load-balancing/web", None)


@pytest.mark.parametrize("asked", [["a"], ["a", "b"]], ids=["as it was before", "another"])
def test_a_configuration_that_a_killed_run_had_begun_to_bring_is_not_just_overwritten(
    root: Path, ports: dict[str, int], asked: list[str]
) -> None:
    """The running process may be about to read it: so the process is told again, and not the file alone."""
    port = free_port()
    bring(root, port=port, members=members(ports, "a"))
    client = verb(root, port=port)._client
    before = client._info()["Pid"]
    client._write(verb(root, port=free_port(), members=members(ports, "b"))._goal.text)  # killed before the signal
    assert bring(root, port=port, members=members(ports, *asked)).to_list() != []
    assert client._info()["Pid"] != before
    assert bring(root, port=port, members=members(ports, *asked)).to_list() == []
    assert {ask(port)[1] for _number in range(4)} == set(asked)


@pytest.mark.parametrize("left", [[], ["record.json.part"]])
def test_what_a_run_left_that_had_only_begun_is_taken_over(root: Path, ports: dict[str, int], left: list[str]) -> None:
    folder = root / "load-balancing/web"
    folder.mkdir(parents=True)
    for name in left:
        (folder / name).write_text("{", encoding="utf-8")
    port = free_port()
    bring(root, port=port, members=members(ports, "a"))
    assert ask(port)[1] == "a"


def test_runs_at_the_same_time_end_well(root: Path, ports: dict[str, int], runs: Callable[..., int]) -> None:
    port, listed = free_port(), members(ports, "a", "b")
    options = {"name": "web", "root": str(root), "drain": 5, "virtual_ip": "127.0.0.1", "protocol": "http", "port": port}
    begun = [runs(**options, members=listed) for _number in range(3)]
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in begun), 30)
    bring(root, port=port, members=listed)
    assert {ask(port)[1] for _number in range(4)} == {"a", "b"}


def test_a_haproxy_that_was_killed_is_started_again(root: Path, ports: dict[str, int]) -> None:
    port = free_port()
    wanted = {"port": port, "members": members(ports, "a")}
    bring(root, **wanted)
    master = verb(root, **wanted).result()["load_balancer"]["pid"]
    os.kill(master, signal.SIGKILL)
    while processes.start_time(master) is not None:  # a signal is not at its end when it is sent
        time.sleep(0.01)
    bring(root, **wanted)
    assert ask(port)[1] == "a"


def test_both_sides_of_firewalls_choose_the_same(root: Path, origins: Origins) -> None:
    """Two real HAProxys: from outside by the client's address, from inside by the same address as the destination."""
    firewalls = [f"fw-{number}" for number in range(4)]
    gates = {name: origins.open(name) for name in firewalls}
    outer, inner = free_port(), free_port()
    described = {
        "name": "gate",
        "protocol": "http",
        "outside": {"virtual_ip": "127.0.0.1", "port": outer},
        "inside": {"virtual_ip": "0.0.0.0", "port": inner},
        "firewalls": [
            {"name": name, "outside": "127.0.0.1", "inside": "127.0.0.1", "port": port} for name, port in gates.items()
        ],
    }
    for side, balancer in pair(described).items():
        balancer["members"] = balancer["members"] if side == "outside" else balancer["members"][::-1]
        bring(root, **balancer)
    hosts = random.Random(5)
    chosen = Counter()
    for _number in range(40):
        host = f"127.{hosts.randrange(1, 255)}.{hosts.randrange(255)}.{hosts.randrange(1, 255)}"
        there, back = ask(outer, source=host)[1], ask(inner, address=host)[1]
        assert there == back
        chosen[there] += 1
    assert len(chosen) == len(firewalls), "and not all the same one"
