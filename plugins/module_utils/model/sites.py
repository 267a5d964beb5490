# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sites of an operator: where they are, what runs there, and how far apart they lie.

This is what a sites file says (see ``docs/sites.md``), checked: :func:`parse` either gives the whole
of it as frozen values or raises an InputError that names the file and the key. Delays are in ms, one
way, and the same in both directions; capacity is in cores (cpu), MiB (memory) and GiB (storage).
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from ipaddress import IPv6Network
from typing import Any, NoReturn

from ..core.errors import InputError, Place

ROLES = ("core", "edge", "cran")
VIMS = ("openstack", "kubernetes", "servers")
CAPACITIES = ("cpu", "memory", "storage")
SITE_KEYS = ("role", "zone", *VIMS, "enbs", "capacity", "mec_services")

# The name of a site or a zone becomes part of a group's name, where hyphens turn to underscores; with
# no underscore of its own, two names never meet there.
NAME = re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9])*")
SERVER_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
DEVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}")
LONGEST_LOCATOR = 112
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OWN_PREFIX = "nfv_"
GROUPS = ("all", "ungrouped", *ROLES, *VIMS)


@dataclass(frozen=True)
class OpenStack:
    """A cloud by its name in a clouds.yaml; without `clouds_file` openstacksdk looks where it usually does."""

    cloud: str
    clouds_file: str | None = None
    region_name: str | None = None


@dataclass(frozen=True)
class Kubernetes:
    """A cluster by its context in a kubeconfig; what is absent is left to the Kubernetes client."""

    kubeconfig: str | None = None
    context: str | None = None


@dataclass(frozen=True)
class Segments:
    """What a server is in segment routing: the range of its segments, to which the others have a route, and its device."""

    locator: str
    device: str


@dataclass(frozen=True)
class Server:
    """A plain server and the variables that say how it is reached."""

    name: str
    variables: Mapping[str, Any]
    segments: Segments | None = None


@dataclass(frozen=True)
class MecService:
    """A service of the MEC platform of a site, such as ``rnis``, and where it answers."""

    name: str
    address: str | None = None


@dataclass(frozen=True)
class Site:
    name: str
    role: str
    zone: str | None = None
    openstack: OpenStack | None = None
    kubernetes: Kubernetes | None = None
    servers: tuple[Server, ...] = ()
    enbs: tuple[str, ...] = ()
    capacity: Mapping[str, float] | None = None
    mec_services: tuple[MecService, ...] | None = None
    """None where the site does not say what its MEC platform offers."""


@dataclass(frozen=True)
class Sites:
    """All sites of a file, in its order, and the delay of each ordered pair for which one is known."""

    sites: tuple[Site, ...]
    delays: Mapping[tuple[str, str], float]

    def delays_from(self, name: str) -> dict[str, float]:
        return {to: delay for (start, to), delay in self.delays.items() if start == name}

    def to_data(self) -> dict[str, dict[str, Any]]:
        """``{name: site}`` as plain data. Servers are names: their variables are for Ansible alone, ``srv6`` is apart."""
        return {site.name: self._site_data(site) for site in self.sites}

    def _site_data(self, site: Site) -> dict[str, Any]:
        return {
            "role": site.role,
            "zone": site.zone,
            "openstack": asdict(site.openstack) if site.openstack else None,
            "kubernetes": asdict(site.kubernetes) if site.kubernetes else None,
            "servers": [server.name for server in site.servers],
            "srv6": {server.name: asdict(server.segments) for server in site.servers if server.segments},
            "enbs": list(site.enbs),
            "capacity": dict(site.capacity or {}),
            "mec_services": mec_services(site),
            "delays": self.delays_from(site.name),
        }


def mec_services(site: Site) -> list[dict[str, str]] | None:
    """What the MEC platform of a site offers, as ``mec_app`` takes it; None where the site does not say."""
    if site.mec_services is None:
        return None
    return [{key: value for key, value in asdict(one).items() if value is not None} for one in site.mec_services]


def parse(document: Any, file: str) -> Sites:
    """The sites of a parsed sites file; relative paths in it are relative to the file.

    :raises InputError: with the file, the path of keys and one sentence
    """
    root = _Node(document, file)
    named = root.need("sites").mapping()
    if not named:
        root.need("sites").fail("a sites file needs at least one site")
    sites = tuple(_site(name, node) for name, node in named.items())
    _check_servers(sites, file)
    return Sites(sites, _delays(root.child("delays"), [site.name for site in sites]))


@dataclass(frozen=True)
class _Node:
    """A value of the document that knows where it stands."""

    value: Any
    file: str
    path: str = ""

    def fail(self, message: str) -> NoReturn:
        raise InputError(message, Place(self.file, path=self.path or None))

    def child(self, key: str) -> _Node:
        if not isinstance(self.value, Mapping):
            self.fail("a mapping is expected here")
        value = self.value.get(key)
        return _Node(value, self.file, f"{self.path}.{key}" if self.path else key)

    def need(self, key: str) -> _Node:
        child = self.child(key)
        return child if child.value is not None else child.fail("is required")

    def mapping(self, allowed: tuple[str, ...] | None = None) -> dict[str, _Node]:
        """The children by key, none where this is absent; with `allowed`, no other keys."""
        if self.value is None:
            return {}
        if not isinstance(self.value, Mapping):
            self.fail("a mapping is expected here")
        for key in self.value:
            if not isinstance(key, str):
                self.fail(f"the key {key!r} is not text; put it in quotes")
            if allowed and key not in allowed:
                self.child(key).fail(f"is not known here; there are {', '.join(allowed)}")
        return {key: self.child(key) for key in self.value}

    def entries(self, what: str) -> list[_Node]:
        """Those of a list, none where this is absent."""
        if self.value is not None and not isinstance(self.value, list):
            self.fail(f"a list of {what} is expected here")
        return [_Node(value, self.file, f"{self.path}[{index}]") for index, value in enumerate(self.value or ())]

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value:
            self.fail(f"text is expected here, not {self.value!r}")
        return self.value

    def named(self, pattern: re.Pattern[str], what: str) -> str:
        if not pattern.fullmatch(self.text()):
            self.fail(f"{self.value!r} is no name for {what}: use letters, digits and inner hyphens")
        return self.value

    def file_path(self) -> str:
        return os.path.abspath(os.path.join(os.path.dirname(self.file), os.path.expanduser(self.text())))

    def number(self) -> float:
        """A finite number, not negative, as it was written."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.fail(f"a number is expected here, not {value!r}")
        if value < 0:
            self.fail(f"{value} is negative")
        return value


def _site(name: str, node: _Node) -> Site:
    _Node(name, node.file, node.path).named(NAME, "a site")
    given = node.mapping(SITE_KEYS)
    role = node.need("role")
    if role.value not in ROLES:
        role.fail(f"{role.value!r} is none of {', '.join(ROLES)}")
    if not any(given[vim].value for vim in VIMS if vim in given):
        node.fail(f"a site needs at least one of {', '.join(VIMS)}")
    return Site(
        name,
        role.value,
        given["zone"].named(NAME, "a zone") if "zone" in given else None,
        _openstack(given["openstack"]) if "openstack" in given else None,
        _kubernetes(given["kubernetes"]) if "kubernetes" in given else None,
        tuple(_server(name, server) for name, server in node.child("servers").mapping().items()),
        _enbs(node.child("enbs")),
        {key: amount.number() for key, amount in node.child("capacity").mapping(CAPACITIES).items()},
        _mec_services(node.child("mec_services")),
    )


def _openstack(node: _Node) -> OpenStack:
    node.mapping(("cloud", "clouds_file", "region_name"))
    optional = _optional(node, {"clouds_file": _Node.file_path, "region_name": _Node.text})
    return OpenStack(node.need("cloud").text(), *optional)


def _kubernetes(node: _Node) -> Kubernetes:
    node.mapping(("kubeconfig", "context"))
    return Kubernetes(*_optional(node, {"kubeconfig": _Node.file_path, "context": _Node.text}))


def _optional(node: _Node, readers: Mapping[str, Any]) -> Iterator[str | None]:
    for key, read in readers.items():
        child = node.child(key)
        yield None if child.value is None else read(child)


def _server(name: str, node: _Node) -> Server:
    if not SERVER_NAME.fullmatch(name):
        node.fail(f"{name!r} is no name for a server: use letters, digits, and dots, hyphens and underscores inside")
    for key, variable in node.mapping().items():
        if not VARIABLE.fullmatch(key) or key.startswith(OWN_PREFIX):
            variable.fail(f"is no variable of a server; names with {OWN_PREFIX} belong to the inventory")
    variables = {key: value for key, value in (node.value or {}).items() if key != "srv6"}
    return Server(name, variables, _segments(node.child("srv6")) if node.value else None)


def _segments(node: _Node) -> Segments | None:
    """A locator leaves room for segments: it ends before the last two octets."""
    if node.value is None:
        return None
    node.mapping(("locator", "device"))
    locator = node.need("locator")
    try:
        block = IPv6Network(locator.text())
    except ValueError:
        locator.fail(f"{locator.value!r} is no range of IPv6 addresses; write such as fc00:2::/64")
    if block.prefixlen > LONGEST_LOCATOR:
        locator.fail(f"{block} leaves no room for segments; a locator is a /{LONGEST_LOCATOR} or larger")
    return Segments(str(block), node.need("device").named(DEVICE, "a network device"))


def _enbs(node: _Node) -> tuple[str, ...]:
    return tuple(one.text() for one in node.entries("names"))


def _mec_services(node: _Node) -> tuple[MecService, ...] | None:
    """The list that ``mec_app`` takes as what is offered: a name, and perhaps an address."""
    if node.value is None:
        return None
    found: dict[str, MecService] = {}
    for one in node.entries("mappings with name and address"):
        one.mapping(("name", "address"))
        name = one.need("name").text()
        if name in found:
            one.child("name").fail(f"{name} stands twice in the list")
        found[name] = MecService(name, *_optional(one, {"address": _Node.text}))
    return tuple(found.values())


def _check_servers(sites: tuple[Site, ...], file: str) -> None:
    """A server's name is a host of the whole inventory: no other host or group may have it."""
    owners = {host: site.name for site in sites for host in vim_hosts(site).values()}
    for site in sites:
        for server in site.servers:
            node = _Node(server.name, file, f"sites.{site.name}.servers.{server.name}")
            if server.name in owners:
                node.fail(f"site {owners[server.name]} has a host of this name already; name each host once")
            if server.name in GROUPS:
                node.fail("a group of the inventory has this name; give the server another")
            owners[server.name] = site.name


def vim_hosts(site: Site) -> dict[str, str]:
    """The inventory host that stands for each VIM of a site, by kind."""
    return {vim: vim_host(site.name, vim) for vim in ("openstack", "kubernetes") if getattr(site, vim)}


def vim_host(site: str, vim: str) -> str:
    return f"{site}-{vim}"


def _delays(node: _Node, names: list[str]) -> dict[tuple[str, str], float]:
    """Each delay in both directions; it may be declared in either, or in both if they agree."""
    delays: dict[tuple[str, str], float] = {}
    for start, targets in node.mapping().items():
        for to, child in [(start, targets), *targets.mapping().items()]:
            if to not in names:
                child.fail(f"{to!r} is no site of this file, which has {', '.join(names)}")
        for to, child in targets.mapping().items():
            delay = child.number()
            if start == to:
                child.fail("a site has no delay to itself")
            if delays.setdefault((start, to), delay) != delay:
                child.fail(f"{delay} contradicts delays.{to}.{start}, which is {delays[start, to]}")
            delays[to, start] = delay
    return delays
