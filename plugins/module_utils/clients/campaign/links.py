# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two network namespaces and the link between them: a service in one, what stresses it in the other.

Nothing of the machine's own network is touched. The addresses are those that RFC 2544 sets aside for measuring. A namespace's
name carries the campaign's id, so that a later run finds it; its devices vanish with it.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from .programs import run

SERVICE_ADDRESS, CLIENT_ADDRESS = "198.18.0.1", "198.18.0.2"
DEVICE = "eth0"
FOLDER = Path("/run/netns")
PATIENCE = 5.0
BURST = 0.01
"""Seconds for which a shaped link may send at once what it saved up."""
LEAST_BURST = 15_000
"""Bytes; less than a few whole frames would keep the link from its rate."""


class Link:
    """The two namespaces of a campaign; there or not."""

    def __init__(self, name: str):
        self.service, self.client = f"{name}-service", f"{name}-client"

    def make(self, rate: float | None = None) -> None:
        """Make both and join them.

        :param rate: Mbit/s that either end sends at the most, by HTB; None for a direct link
        :raises FailedError: a command is refused, as for want of permission
        """
        for name in (self.service, self.client):
            run(["ip", "netns", "add", name])
        run(["ip", "-n", self.service, "link", "add", DEVICE, "type", "veth", "peer", "name", DEVICE, "netns", self.client])
        for name, address in ((self.service, SERVICE_ADDRESS), (self.client, CLIENT_ADDRESS)):
            run(["ip", "-n", name, "address", "add", f"{address}/30", "dev", DEVICE])
            run(["ip", "-n", name, "link", "set", "lo", "up"])
            run(["ip", "-n", name, "link", "set", DEVICE, "up"])
            if rate is not None:
                _shape(name, rate)

    def entered(self, name: str) -> list[str]:
        """What stands before a command that runs in one of the two; mounts are those of the machine."""
        return ["nsenter", f"--net={FOLDER / name}"]

    def counters(self) -> dict[str, float]:
        """Bytes and packets that the service received and sent so far."""
        lines = run([*self.entered(self.service), "cat", "/proc/net/dev"]).splitlines()
        cells = next((line.partition(":")[2].split() for line in lines if line.strip().startswith(f"{DEVICE}:")), [])
        places = {"received_bytes": 0, "received_packets": 1, "sent_bytes": 8, "sent_packets": 9, "dropped_packets": 11}
        return {name: float(cells[at]) if cells else 0.0 for name, at in places.items()}

    def remove(self) -> bool:
        """End what runs in them and remove both; whether there was one."""
        found = [name for name in (self.service, self.client) if (FOLDER / name).exists()]
        for name in found:
            _end(name)
            run(["ip", "netns", "delete", name], check=False)
            with suppress(OSError):  # a name without a namespace, as a crash in the middle of its making leaves
                (FOLDER / name).unlink()
        return bool(found)


def _shape(name: str, rate: float) -> None:
    burst = max(LEAST_BURST, round(rate * 1e6 / 8 * BURST))
    limit = f"{round(rate * 1000)}kbit"
    run(["tc", "-n", name, "qdisc", "add", "dev", DEVICE, "root", "handle", "1:", "htb", "default", "1", "r2q", "1000"])
    run(["tc", "-n", name, "class", "add", "dev", DEVICE, "parent", "1:", "classid", "1:1", "htb", "rate", limit,
         "burst", str(burst), "quantum", "15000"])  # fmt: skip


def _end(name: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while (pids := run(["ip", "netns", "pids", name], check=False).split()) and time.monotonic() < deadline:
        for pid in pids:
            if int(pid) != os.getpid():
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.01)
