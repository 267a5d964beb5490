# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands: ``python hosts --state DIR start --host client --host fw | stop | status``.

Each prints one JSON object. ``start`` brings up what is down and leaves alone what is up; without
``--host`` it means the hosts that the lab has had. ``stop`` keeps the hosts' disks, unless told to
``--erase`` them. Needs root.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # the package itself is what is run

from hosts import host as hosts  # noqa: E402
from hosts import lab as labs  # noqa: E402
from hosts import network, processes, ssh  # noqa: E402
from hosts.command import LabError  # noqa: E402
from hosts.lab import Host, Lab  # noqa: E402


def start(lab: Lab, options: argparse.Namespace) -> dict[str, Any]:
    lab, changed = _establish(lab.with_hosts(options.host), lab)
    down = [host for host in lab.hosts() if not hosts.is_up(host)]
    wanted = [host for host in down if not options.host or host.name in options.host]
    if changed or wanted:
        _together(hosts.prepare, lab.hosts())
        ssh.write_config(lab)
        _together(hosts.introduce, lab.hosts() if changed else wanted)
        _together(network.lead_to_locators, [host for host in lab.hosts() if host not in down])
        _together(hosts.start, wanted)
        _together(ssh.log_in, wanted)
    return {"changed": bool(changed or wanted), "hosts": _describe(lab)}


def _establish(lab: Lab, recorded: Lab) -> tuple[Lab, bool]:
    """Give the lab its network and keys; whether the lab is now another than was recorded."""
    with _locked(Path("/run")):  # two labs must not take the same network at one moment
        lab = replace(lab, network=network.choose(lab))
        labs.save(lab)
        changed = network.ensure_bridge(lab)
    ssh.ensure_key(ssh.key(lab), f"lab-{lab.id}")
    ssh.ensure_controls(lab, lab.state.stat().st_uid)
    return lab, changed or lab != recorded


def stop(lab: Lab, options: argparse.Namespace) -> dict[str, Any]:
    """Remove by the lab's id, so that a lost record leaves nothing behind either."""
    changed = bool(network.namespaces(lab) or network.interfaces(lab))
    _together(hosts.stop, lab.hosts())
    for namespace in network.namespaces(lab):
        processes.end(filter(None, map(processes.find, network.pids(namespace))))
        network.remove_namespace(namespace)
    for interface in network.interfaces(lab):
        network.remove_interface(interface)
    ssh.close_connections(lab)
    if options.erase:
        labs.erase(lab.state)
    return {"changed": changed, "hosts": {}}


def status(lab: Lab, _options: argparse.Namespace) -> dict[str, Any]:
    return {"changed": False, "hosts": _describe(lab)}


def _describe(lab: Lab) -> dict[str, Any]:
    """What one has to know of each host; it has a locator where the kernel knows segment routing."""
    locators = network.has_segments()
    return {
        host.name: {
            "address": host.address,
            "address6": host.address6,
            "locator": host.locator if locators else None,
            "service_address": host.service_address,
            "netns": host.namespace,
            "running": hosts.is_up(host),
        }
        for host in lab.hosts()
    }


def _together(step: Callable[[Host], None], of: Iterable[Host]) -> None:
    """Take one step for all these hosts at a time; they wait for programs, not for this one."""
    with ThreadPoolExecutor(max_workers=16) as pool:
        list(pool.map(step, of))


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _hand_over(lab: Lab) -> None:
    """Whoever owns the state folder owns what is made in it for the machine's side."""
    owner = lab.state.stat()
    for name in ("ssh", "run", "logs", "ssh_config"):
        for file in [lab.state / name, *(lab.state / name).glob("*")]:
            if file.exists():
                os.chown(file, owner.st_uid, owner.st_gid)


def _require_root() -> None:
    if os.geteuid() != 0:
        raise LabError("plain hosts need root: run this as root or by sudo")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hosts", description="The plain hosts of the lab.")
    parser.add_argument("--state", required=True, type=Path, metavar="DIR", help="the lab's state folder")
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("start", help="bring up what is down")
    starting.add_argument("--host", action="append", default=[], metavar="NAME", help="a host; may be repeated")
    starting.set_defaults(run=start)
    stopping = commands.add_parser("stop", help="end the lab's hosts and remove their network")
    stopping.add_argument("--erase", action="store_true", help="remove the hosts' disks too")
    stopping.set_defaults(run=stop)
    commands.add_parser("status", help="say what runs").set_defaults(run=status)
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    began = time.monotonic()
    try:
        _require_root()
        options.state.mkdir(parents=True, exist_ok=True)
        state = options.state.resolve()
        with _locked(labs.folder(state)):
            lab = labs.load(state)
            answer = options.run(lab, options)
            _hand_over(lab)
    except (LabError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(json.dumps({**answer, "seconds": round(time.monotonic() - began, 2)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
