# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests per second through a HAProxy of ``haproxy_load_balancer``, on loopback, and what changes of it cost.

    load_balancer.py [--seconds 5] [--connections 16]

The same changes at a NetScaler are timed with an emulator of its NITRO, which balances nothing: they tell what the module and
the calls cost, and nothing of an appliance.

Two nginx answer 128 bytes each, wrk asks with as many connections as are told, kept open, from two threads. All of them share
the machine's processors, so the figures say what the load balancer costs in comparison, not what one can do.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible.plugins.loader import init_plugin_loader

init_plugin_loader()

from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.nitro.session import Sessions  # noqa: E402
from ansible_collections.superfluidity.nfv.plugins.modules import netscaler_load_balancer  # noqa: E402
from ansible_collections.superfluidity.nfv.plugins.modules.haproxy_load_balancer import (  # noqa: E402
    SPEC,
    HaproxyLoadBalancer,
)

EMULATOR = Path(__file__).resolve().parents[2] / "roles/lab/files/nitro"
MANY = [{"address": f"10.{number // 250}.{number % 250}.1", "port": 80} for number in range(10_000)]
HEAVIER = [{**MANY[0], "weight": 2}, *MANY[1:]]

NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "{body}"; }} }}
}}
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def origin(folder: Path) -> Iterator[int]:
    """An nginx that answers 128 bytes; its port."""
    folder.mkdir()
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, body="x" * 128), encoding="utf-8")
    command = [shutil.which("nginx", path="/usr/sbin:/usr/bin") or "nginx", "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _number in range(100):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def balancer(root: Path, port: int, members: list[dict[str, Any]], state: str = "present", **more: Any) -> float:
    """Bring it to its state; the seconds that took."""
    options = {"name": "bench", "root": str(root), "virtual_ip": "127.0.0.1", "port": port, "drain": 2, "state": state}
    return brought(HaproxyLoadBalancer(SPEC.validated({**options, "members": members, **more})))


def brought(verb: Any) -> float:
    started = time.perf_counter()
    plan = verb.difference(verb.read())
    if plan:
        verb.apply(plan)
    return time.perf_counter() - started


def emulated(members: list[dict[str, Any]], place: str) -> float:
    """Bring a load balancer at an emulated NetScaler to its state; the seconds that took."""
    access = {"nsip": place, "nitro_user": "nsroot", "nitro_pass": "nsroot"}
    options = {**access, "name": "bench", "virtual_ip": "192.0.2.1", "port": 80, "protocol": "http", "members": members}
    with Sessions() as sessions:
        verb = netscaler_load_balancer.NetscalerLoadBalancer(sessions, netscaler_load_balancer.SPEC.validated(options))
        return brought(verb)


@contextmanager
def emulator() -> Iterator[str]:
    """The address of an emulated NetScaler."""
    command = [sys.executable, "-m", "nitro_emulator", "--port", "0"]
    with subprocess.Popen(command, cwd=EMULATOR, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip().removeprefix("http://")
        finally:
            process.terminate()


def say_changes(where: str, bring: Callable[[list[dict[str, Any]]], float]) -> None:
    """What it takes to make a load balancer of many members, to find it, and to change it."""
    made, found, changed = (bring(members) for members in (MANY, MANY, HEAVIER))
    print(
        f"10,000 members, {where}: {made:.1f} s, again, nothing to do: {found:.1f} s, one weight: {changed:.1f} s", flush=True
    )


def wrk(port: int, seconds: int, connections: int) -> tuple[float, str, str, int]:
    """Requests per second, the median and the 99th percentile of the time they take, and how many failed."""
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", f"http://127.0.0.1:{port}/"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    errors = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    failed = sum(map(int, errors.groups())) if errors else 0
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    return rate, re.search(r"50%\s+(\S+)", said)[1], re.search(r"99%\s+(\S+)", said)[1], failed + (int(bad[1]) if bad else 0)


def say(what: str, rate: float, median: str, late: str, failed: int) -> None:
    print(f"{what:44} {rate:10,.0f} requests/s   50% {median:>8}   99% {late:>8}   {failed} failed", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=16)
    arguments = parser.parse_args()
    for program in ("wrk", "nginx", "haproxy"):
        if not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin"):
            print(f"{program} is missing: apt-get install {program} brings it, and make bench then times load balancers")
            return 0
    print(f"{os.cpu_count()} processors, load average before {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name, origin(Path(name) / "a") as first, origin(Path(name) / "b") as second:
        root, port = Path(name) / "root", free_port()
        both = [{"address": "127.0.0.1", "port": one} for one in (first, second)]
        shape = (arguments.seconds, arguments.connections)
        say("nginx itself", *wrk(first, *shape))
        for protocol in ("tcp", "http"):
            balancer(root, port, both, protocol=protocol)
            say(f"HAProxy, {protocol}, two members", *wrk(port, *shape))
        over, spent = threading.Event(), []

        def change() -> None:
            while not over.wait(0.5):
                spent.append(balancer(root, port, both[: 1 + len(spent) % 2], protocol="http"))

        changing = threading.Thread(target=change)
        changing.start()
        say("HAProxy, http, a member comes or goes", *wrk(port, *shape))
        over.set()
        changing.join()
        print(f"{len(spent)} reloads, {sorted(spent)[len(spent) // 2] * 1000:.0f} ms each (median)")
        say_changes("HAProxy", lambda members: balancer(root, port, members, protocol="http"))
        balancer(root, port, [], state="absent")
    with emulator() as place:
        say_changes("emulated NetScaler", lambda members: emulated(members, place))
    return 0


if __name__ == "__main__":
    sys.exit(main())
