# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Port pools against the usual ways to make ports, on the real Neutron of a running lab, in one run.

    pools.py [--lab .lab] [--sizes 50 200] [--usual 10] [--audit 5000]

``--usual`` is for how many ports the usual ways are tried; their time grows with the number, so it is told per port. They are
``openstack.cloud.port`` in a loop with ``openstack network trunk set --subport`` in another, and the bare calls one by one
in one process. What is measured is the time by the clock, of ``ansible-playbook`` where a playbook is named.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))

from tests.bench.many_ports import many_ports  # noqa: E402
from tests.integration.pools.conftest import Place, make_place, make_site  # noqa: E402

BIN = Path(sys.executable).parent
CACHE = Path.home() / ".cache/superfluidity-nfv/bench-openstack"
USUAL = ("openstacksdk==4.4.0", "python-openstackclient==7.4.0")
"""openstack.cloud 2.5.0 does not work with the SDK that the collection itself is tested with."""


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def say(what: str, *figures: str) -> None:
    print(f"{what:62}", *(f"{figure:>12}" for figure in figures), flush=True)


def play(tasks: list[dict[str, Any]], python: Path | None = None) -> None:
    variables = {"ansible_python_interpreter": str(python or sys.executable)}
    start = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables, "tasks": tasks}
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as book:
        json.dump([start], book)
        book.flush()
        command = [str(BIN / "ansible-playbook"), "-i", "localhost,", book.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=TOP)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)


def pool_task(place: Place, **more: Any) -> list[dict[str, Any]]:
    return [{"superfluidity.nfv.kuryr_port_pool": {**place.options(**more), "rate": 0}}]


def usual_tasks(place: Place, number: int, openstack: Path) -> list[dict[str, Any]]:
    """One task for each port and one for each subport, as playbooks do it."""
    cloud = {"auth": place.cloud["auth"], "region_name": place.cloud["region_name"], "auth_type": "password"}
    words = {f"OS_{name.upper()}": value for name, value in place.cloud["auth"].items()}
    words |= {"OS_REGION_NAME": place.cloud["region_name"], "OS_IDENTITY_API_VERSION": "3"}
    port = {**cloud, "name": "usual-{{ item }}", "network": place.network.id, "security_groups": [place.group.id]}
    subport = "port=usual-{{ item }},segmentation-type=vlan,segmentation-id={{ item + 1 }}"
    line = f"{openstack.parent / 'openstack'} network trunk set --subport {subport} {place.trunks[0].id}"
    loop = list(range(number))
    return [
        {"openstack.cloud.port": port, "loop": loop},
        {"ansible.builtin.command": line, "loop": loop, "environment": words},
    ]


def bare_calls(place: Place, number: int) -> None:
    """What the fastest script would do that knows no pools: two calls for each port."""
    network = place.site.network
    for index in range(number):
        port = network.create_port(network_id=place.network.id, security_groups=[place.group.id])
        row = {"port_id": port.id, "segmentation_type": "vlan", "segmentation_id": index + 1}
        network.add_trunk_subports(place.trunks[0].id, [row])


def usual_python() -> Path:
    if not (CACHE / "bin/openstack").exists():
        subprocess.run([sys.executable, "-m", "venv", str(CACHE)], check=True)
        subprocess.run([str(CACHE / "bin/pip"), "-q", "install", *USUAL], check=True)
    return CACHE / "bin/python"


def filling(place: Place, sizes: list[int], usual: int) -> None:
    openstack = usual_python()
    by_playbook = seconds(lambda: play(usual_tasks(place, usual, openstack), openstack)) / usual
    place.reset()
    by_calls = seconds(lambda: bare_calls(place, usual)) / usual
    place.reset()
    say(f"one by one, of {usual}: openstack.cloud.port, trunk set", f"{by_playbook:.2f} s/port")
    say(f"one by one, of {usual}: bare calls in one process", f"{by_calls:.2f} s/port")
    for size in sizes:
        took = seconds(lambda size=size: play(pool_task(place, count=size, batch=50)))
        ratios = f"{by_playbook * size / took:.1f} x", f"{by_calls * size / took:.1f} x"
        say(f"a pool of {size}, ansible-playbook with one task", f"{took:.1f} s", f"{took / size:.2f} s/port", *ratios)
        place.reset()


def handing_over(place: Place, number: int = 20) -> None:
    place.run(count=number + 1)
    calls = [place.run(state="claimed", claimants=[f"first-{index}"])["api_calls"] for index in range(1)]
    warm = seconds(lambda: place.run(state="claimed", claimants=[f"pod-{index}" for index in range(number)])) / number
    single = statistics.median(seconds(lambda: place.run(state="claimed", claimants=["first-0"])) for _again in range(3))
    told = place.run(state="released", claimants=[f"pod-{index}" for index in range(number)])
    place.reset()
    cold = seconds(lambda: place.run(state="claimed", claimants=["pod-0"], min=1, batch=1))
    place.reset()
    say("a port handed over, pool warm, of 20 in one run", f"{warm * 1000:.0f} ms")
    say("a port asked for again, one run with its log-in and look-ups", f"{single * 1000:.0f} ms", f"{calls[0]} calls")
    say("a port handed over, pool empty: it is made first", f"{cold * 1000:.0f} ms")
    say("calls of a run that takes 20 ports back", f"{told['api_calls']}")


def auditing(place: Place, number: int) -> None:
    place.trunk()
    place.run(pools=[{"trunk": trunk.id, "count": 1} for trunk in place.trunks])
    with many_ports(place, number):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        info = [{"superfluidity.nfv.kuryr_port_pool_info": {"cloud": place.cloud, "network": place.network.id, "rate": 0}}]
        took = seconds(lambda: play(info))
        peak = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        say(f"audit of {number} ports on 2 trunks, ansible-playbook", f"{took:.1f} s", f"{peak // 1024} MiB")
        recycled = seconds(lambda: place.run(state="recycled"))
        say(f"  a run that recycles one of the pools ({number // 2})", f"{recycled:.1f} s")
    place.reset()


@contextlib.contextmanager
def a_place(lab: Path) -> Iterator[Place]:
    with make_site(lab) as site:
        place = make_place(site)
        place.trunk()
        try:
            yield place
        finally:
            place.reset()
            place.remove()


def main() -> int:
    parser = argparse.ArgumentParser(description="Time port pools on a running lab.")
    parser.add_argument("--lab", type=Path, default=TOP / ".lab")
    parser.add_argument("--sizes", type=int, nargs="*", default=[50, 200])
    parser.add_argument("--usual", type=int, default=10)
    parser.add_argument("--audit", type=int, default=5000)
    options = parser.parse_args()
    if not (options.lab / "clouds.yaml").exists():
        print(f"no lab runs in {options.lab}: make lab starts one, and make bench then times port pools")
        return 0
    with a_place(options.lab) as place:
        filling(place, options.sizes, options.usual)
        handing_over(place)
        auditing(place, options.audit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
