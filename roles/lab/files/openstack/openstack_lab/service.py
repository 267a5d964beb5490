# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record by which each service's file describes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from supervisor.lab import Lab, Site
from supervisor.process import Process, Task

from openstack_lab.ini import Sections


@dataclass(frozen=True)
class Database:
    """One database of a site: which schema it has, and SQL that gives it what is particular to the site."""

    name: str
    schema: str
    seed: Callable[[Lab, Site], str] | None = None


@dataclass(frozen=True)
class Endpoint:
    """A service's entry in the catalogue; ``path`` follows the root of the port called like the service."""

    type: str
    path: str = ""


@dataclass(frozen=True)
class Service:
    """One OpenStack service as it runs at each site, or at the sites that have its ``profile``."""

    name: str
    databases: tuple[Database, ...]
    endpoint: Endpoint
    config: Callable[[Lab, Site], Sections]
    items: Callable[[Lab, Site], tuple[Process | Task, ...]]
    profile: str | None = None
    # Further files: path below ``etc`` → text.
    extra_files: Callable[[Lab, Site], Mapping[str, str]] | None = None
    # The name of the configuration file, without its suffix, where it is not the service's own.
    config_alias: str | None = None

    @property
    def config_file(self) -> str:
        return self.config_alias or self.name

    def runs_at(self, site: Site) -> bool:
        return self.profile is None or self.profile in site.profiles
