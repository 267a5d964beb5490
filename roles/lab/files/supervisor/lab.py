# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lab as plain data: its folders, ports, sites and secrets, kept in ``lab.json`` of the state folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from supervisor.errors import LabError
from supervisor.files import write_if_changed

# sun_path of a Unix socket holds 107 characters and a final zero.
SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET_NAME = 32


@dataclass(frozen=True)
class Site:
    """A site of the lab: its name, which is its OpenStack region too, and what runs there."""

    name: str
    openstack: bool = True
    profiles: tuple[str, ...] = ()
    kubernetes: bool = False

    @property
    def identifier(self) -> str:
        """The name as databases take it."""
        return self.name.replace("-", "_")


@dataclass(frozen=True)
class Lab:
    """Everything that the configuration files and the processes of one lab are computed from."""

    root: Path
    size: str
    sites: tuple[Site, ...]
    cache: Path
    ports: Mapping[str, int] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Six digits that everything machine-wide bears, so that two labs never meet."""
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:6]

    @property
    def etc(self) -> Path:
        return self.root / "etc"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def sockets(self) -> Path:
        """Where Unix sockets lie: in the state folder, or in /tmp where its path is too long for them."""
        fits = len(str(self.run)) + 1 + LONGEST_SOCKET_NAME <= SOCKET_PATH_LIMIT
        return self.run if fits else Path("/tmp") / f"nfv-lab-{self.id}"

    @property
    def openstack_sites(self) -> tuple[Site, ...]:
        return tuple(site for site in self.sites if site.openstack)

    def url(self, name: str) -> str:
        """The root of the HTTP server that listens on the port called ``name``."""
        return f"http://127.0.0.1:{self.ports[name]}"


def save(lab: Lab) -> bool:
    """Write ``lab.json`` and the secrets beside it; returns whether anything changed."""
    public = {
        "id": lab.id,
        "size": lab.size,
        "state": str(lab.root),
        "cache": str(lab.cache),
        "sites": [_site_record(site) for site in lab.sites],
        "ports": dict(lab.ports),
    }
    changed = write_if_changed(lab.root / "lab.json", _json(public))
    return write_if_changed(lab.etc / "secrets.json", _json(dict(lab.secrets))) or changed


def load(root: Path) -> Lab:
    """Read back what :func:`save` wrote."""
    record = read_record(root / "lab.json")
    if not record:
        raise LabError(f"{root} holds no lab yet: run 'configure --spec FILE' first")
    sites = tuple(Site(**{**site, "profiles": tuple(site["profiles"])}) for site in record["sites"])
    secrets = read_record(root / "etc" / "secrets.json")
    return Lab(root, record["size"], sites, Path(record["cache"]), record["ports"], secrets)


def read_record(path: Path) -> dict[str, Any]:
    """The JSON object in a file; an absent file counts as an empty one."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise LabError(f"{path} is damaged ({error}): remove it and run 'configure' again") from None


def _site_record(site: Site) -> dict[str, Any]:
    return {
        "name": site.name,
        "openstack": site.openstack,
        "profiles": list(site.profiles),
        "kubernetes": site.kubernetes,
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2, sort_keys=True) + "\n"
