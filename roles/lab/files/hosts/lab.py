# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts there are, and every name and address that follows from it.

The lab's id is taken from the path of its state folder, so that several labs live side by side on
one machine: whatever is visible machine-wide bears it. ``hosts/lab.json`` in the state folder keeps
the network and the number of each host; a host's addresses are its number in the lab's networks.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from .command import LabError

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
LAST_NUMBER = 254
SERVICE_RANGE = ipaddress.IPv4Network("192.0.2.0/24")
"""Addresses that services of the lab may speak of; set aside for documentation (RFC 5737), so nobody has them."""


@dataclass(frozen=True)
class Lab:
    """The lab of one state folder: its network, such as 198.18.7.0/24, and the numbers of its hosts, from 2."""

    state: Path
    network: ipaddress.IPv4Network | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return hashlib.sha256(os.fsencode(self.state)).hexdigest()[:6]

    @property
    def bridge(self) -> str:
        return f"nfv-{self.id}"

    @property
    def network6(self) -> ipaddress.IPv6Network:
        return ipaddress.IPv6Network(f"fd00:{self.id[:4]}:{self.id[4:]}00::/64")

    @property
    def controls(self) -> Path:
        """The folder of SSH's control sockets; short, because a socket's path ends at 107 characters."""
        return Path("/tmp") / f"nfv-{self.id}"

    def gateway(self, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> str:
        return f"{network[1]}/{network.prefixlen}"

    def host(self, name: str) -> Host:
        return Host(self, name, self.numbers[name])

    def hosts(self) -> list[Host]:
        return [self.host(name) for name in self.numbers]

    def with_hosts(self, names: Iterable[str]) -> Lab:
        """This lab with more hosts; those that it has keep their numbers."""
        numbers = dict(self.numbers)
        for name in names:
            if not NAME.fullmatch(name):
                raise LabError(f"a host's name is up to 40 small letters, digits and inner hyphens, not {name!r}")
            numbers.setdefault(name, max(numbers.values(), default=1) + 1)
        if len(numbers) >= LAST_NUMBER:
            raise LabError(f"a lab holds at most {LAST_NUMBER - 1} plain hosts, not {len(numbers)}")
        return replace(self, numbers=numbers)


@dataclass(frozen=True)
class Host:
    """One plain host: every name and address of it."""

    lab: Lab
    name: str
    number: int

    @property
    def namespace(self) -> str:
        return f"{self.lab.bridge}-{self.name}"

    @property
    def namespace_file(self) -> Path:
        return Path("/run/netns") / self.namespace

    @property
    def link(self) -> str:
        """The machine's end of the wire; interface names have at most 15 characters."""
        return f"{self.lab.bridge}-{self.number}"

    @property
    def mac(self) -> str:
        """Always the same, so that a host that comes back is not looked for where it was."""
        octets = [self.lab.id[at : at + 2] for at in (0, 2, 4)]
        return ":".join(["02", *octets, "00", f"{self.number:02x}"])

    @property
    def address(self) -> str:
        if self.lab.network is None:
            raise LabError(f"the host {self.name} has no address before its lab has a network")
        return str(self.lab.network[self.number])

    @property
    def address6(self) -> str:
        return str(self.lab.network6[self.number])

    @property
    def locator(self) -> str:
        """The range of the host's segments: a /64 of its own beside that of the lab, whose last octet is the host's number."""
        return str(ipaddress.IPv6Network((int(self.lab.network6[0]) + (self.number << 64), 64)))

    @property
    def service_address(self) -> str:
        """An address for services, the same in every lab."""
        return str(SERVICE_RANGE[self.number])

    @property
    def disk(self) -> Path:
        return self.lab.state / "hosts" / self.name

    @property
    def pid_file(self) -> Path:
        return self.lab.state / "run" / f"host-{self.name}.pid"

    @property
    def log(self) -> Path:
        return self.lab.state / "logs" / f"host-{self.name}.log"


def load(state: Path) -> Lab:
    """The lab of a state folder; one without hosts where nothing was recorded yet."""
    try:
        record = json.loads(_record(state).read_text(encoding="utf-8"))
        return Lab(state, ipaddress.IPv4Network(record["network"]), record["hosts"])
    except FileNotFoundError:
        return Lab(state)
    except (ValueError, KeyError, TypeError):
        raise LabError(f"{_record(state)} is no record of a lab's hosts: remove it and start again") from None


def save(lab: Lab) -> None:
    text = json.dumps({"network": str(lab.network), "hosts": dict(lab.numbers)}, indent=2) + "\n"
    write(_record(lab.state), text)


def folder(state: Path) -> Path:
    """Where the hosts' disks and their record are."""
    (state / "hosts").mkdir(exist_ok=True)
    return state / "hosts"


def erase(state: Path) -> None:
    """Remove the hosts' disks and their record; the folder stays, for whoever waits for its lock."""
    for entry in folder(state).iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _record(state: Path) -> Path:
    return state / "hosts" / "lab.json"


def write(file: Path, text: str, mode: int = 0o644) -> None:
    """Write a file whole or not at all, its parent folder included."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as stream:
        stream.write(text)
    draft.chmod(mode)
    draft.replace(file)
