# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names in a pool's options become ids; each name is asked for once in a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ...core.errors import InputError
from ...model.port_pools import NESTED, REMOVING, PoolKey, Wanted
from ...model.service_addresses import is_address
from .neutron import Neutron, Refusal

UNLIMITED = (None, "unlimited", "0", 0)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BATCH, MINIMUM = 10, 5
LAST_VLAN = 4094
LONGEST_NAME = 255
"""Characters of a ``device_id``, and of the name of a host."""


class NoneThereError(InputError):
    """A name that nothing has."""


class PoolNames:
    """From options to :class:`Wanted`.

    :param assume: take what is not there for something that is still to be made, as a check does; it stands under its name
    """

    def __init__(self, neutron: Neutron, assume: bool = False):
        self._neutron = neutron
        self._check = assume
        self._assume = False
        self._known: dict[tuple[Any, ...], Any] = {}
        self._missing: list[str] = []

    def wanted(self, options: Mapping[str, Any], in_use: frozenset[str] | None) -> Wanted:
        """The pool of a module's options.

        :raises InputError: options that contradict each other, a name that is not there or is there twice
        """
        limits = _limits(options)
        for name in ("active_timeout", "leak_grace"):
            _check((options.get(name) or 0) >= 0, f"{name}: {options.get(name)} is less than 0")
        self._missing = []
        self._assume = self._check and options["state"] != "absent"
        project = self._project(options)
        network = self._find("networks", options["network"])
        driver = options["pool_driver"]
        place = self._place(options) if driver == NESTED else _host(options["host"])
        label = f"{options['trunk'] if driver == NESTED else options['host']}/{options['network']}"
        groups = self._groups(options, network, project)
        return Wanted(
            key=PoolKey(driver, place, project, network["id"], groups, label),
            state=options["state"],
            **limits,
            vlans=_vlans(options),
            name=options.get("name"),
            tags=frozenset(options.get("tags") or ()),
            in_use=in_use,
            partial=options.get("on_quota") == "partial",
            force=bool(options.get("force")),
            reattach_after=float(options["active_timeout"]) if options.get("reattach_down", True) else None,
            leak_grace=float(options.get("leak_grace") or 0),
            claimants=_claimants(options),
            ports=tuple(options.get("ports") or ()),
        )

    @property
    def missing(self) -> str | None:
        """What the last pool names and is not there, as a sentence."""
        return "; ".join(dict.fromkeys(self._missing)) or None

    def network(self, name: str) -> str:
        """The id of a network."""
        return self._find("networks", name)["id"]

    def subnet(self, options: Mapping[str, Any], network: str) -> str | None:
        """The id of the subnet that the ports are to be on; None for whichever of the network."""
        if not options.get("subnet"):
            return None
        return self._find("subnets", options["subnet"], network_id=network)["id"]

    def _project(self, options: Mapping[str, Any]) -> str:
        """A project is given by its id: only administrators of Keystone could look names up."""
        return options.get("project") or self._neutron.project

    def _groups(self, options: Mapping[str, Any], network: Mapping[str, Any], project: str) -> tuple[str, ...]:
        names = options.get("security_groups")
        if names is None:
            names = ["default"] if network.get("port_security_enabled", True) else []
        return tuple(sorted({self._find("security-groups", name, project_id=project)["id"] for name in names}))

    def _place(self, options: Mapping[str, Any]) -> str:
        """The id of the trunk; of one that is gone the id that was given, or none, for what it has left can be removed."""
        try:
            return self._trunk(options)["id"]
        except NoneThereError as error:
            gone = options["state"] == "absent"
            if not (gone or self._assume):
                raise
            self._missing.append(str(error))
            return options["trunk"] if not gone or UUID.fullmatch(options["trunk"]) else ""

    def _trunk(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        name = options["trunk"]
        if is_address(name):
            return {"id": self._once(("parent", name), lambda: self._trunk_of_parent(options))}
        try:
            return self._find("trunks", name)
        except Refusal as error:
            if error.status == 404:
                raise InputError(
                    "this cloud's Neutron has no trunks: enable its trunk service plugin, or use pool_driver: neutron"
                ) from error
            raise

    def _trunk_of_parent(self, options: Mapping[str, Any]) -> str:
        """The trunk whose parent port has an address; addresses of other tenants may be the same, so subnets narrow it."""
        address, subnets = options["trunk"], options.get("worker_subnets") or []
        allowed = {self._find("subnets", name, option="worker_subnets")["id"] for name in subnets}
        query = {"fixed_ips": f"ip_address={address}", "fields": ["id", "fixed_ips", "trunk_details"]}
        trunks = [
            port["trunk_details"]["trunk_id"]
            for port in self._neutron.list("ports", **query)
            if port.get("trunk_details") and (not allowed or allowed & {ip["subnet_id"] for ip in port["fixed_ips"]})
        ]
        return _only(trunks, f"trunk: of a parent port with the address {address}", "give the trunk's id, or worker_subnets")

    def _find(self, kind: str, name: str, option: str | None = None, **query: Any) -> Any:
        option = option or SINGULAR[kind]
        _check(bool(name.strip()), f"{option}: it is empty: give a name or an id")
        try:
            return self._once((kind, name, *query.values()), lambda: self._ask(kind, name, option, query))
        except NoneThereError as error:
            if not self._assume or kind == "trunks":
                raise
            self._missing.append(str(error))
            return {"id": name}

    def _ask(self, kind: str, name: str, option: str, query: Mapping[str, Any]) -> Any:
        query = {**query, "fields": ["id", "name", "port_security_enabled"]}
        found = self._neutron.list(kind, id=name, **query) if UUID.fullmatch(name) else []
        found = found or self._neutron.list(kind, name=name, **query)
        return _only(found, f"{option}: named {name}", "give its id")

    def _once(self, key: tuple[Any, ...], ask: Callable[[], Any]) -> Any:
        if key not in self._known:
            self._known[key] = ask()
        return self._known[key]


SINGULAR = {"networks": "network", "subnets": "subnet", "security-groups": "security_groups", "trunks": "trunk"}
"""The option that names each kind."""


def _only(found: list[Any], what: str, remedy: str) -> Any:
    if not found:
        raise NoneThereError(f"{what} there is none that this user may see: check the name and the project")
    if len(found) > 1:
        raise InputError(f"{what} there are {len(found)}: {remedy}")
    return found[0]


def _host(name: str) -> str:
    """A port without a host would be nobody's."""
    _check(bool(name.strip()), "host: it is empty: give the name that Neutron knows the host under")
    _check(len(name) <= LONGEST_NAME, f"host: {name[:20]}… has {len(name)} characters, and Neutron takes {LONGEST_NAME}")
    return name


def _limits(options: Mapping[str, Any]) -> dict[str, Any]:
    """How many ports, as numbers that go together; what is not given adapts to what is."""
    maximum = _maximum(options.get("max"))
    known = maximum if maximum is not None else max(BATCH, MINIMUM)
    minimum = options["min"] if options.get("min") is not None else min(MINIMUM, known)
    batch = options["batch"] if options.get("batch") is not None else min(BATCH, known)
    for name, value, least in (("min", minimum, 0), ("batch", batch, 1), ("count", options.get("count"), 0)):
        if value is not None and value < least:
            raise InputError(f"{name}: {value} is less than {least}")
    if maximum is not None:
        _check(minimum <= maximum, f"max: {maximum} is less than min, {minimum}: raise max or lower min")
        _check(batch <= maximum, f"batch: {batch} is more than max, {maximum}: lower batch or raise max")
    if options.get("count") is not None and maximum is not None:
        _check(options["count"] <= maximum, f"count: {options['count']} is more than max, {maximum}")
    return {"minimum": minimum, "maximum": maximum, "batch": batch, "count": options.get("count")}


def _maximum(value: Any) -> int | None:
    if value in UNLIMITED:
        return None
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    _check(number > 0, f"max: {value!r} is neither a number above 0 nor unlimited")
    return number


def _claimants(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom ports are handed to; the name goes into ``device_id``, where an empty one and our own mark mean something else."""
    claimants = tuple(options.get("claimants") or ())
    state = options["state"]
    _check(state != "claimed" or bool(claimants), "claimants: it is missing: say who is to get a port")
    asked = bool(claimants or options.get("ports"))
    _check(state != "released" or asked, "claimants: it is missing, and so is ports: say whose ports, or which, to give back")
    for name in claimants:
        _check(bool(name.strip()), "claimants: an empty name is nobody's: give each a name")
        _check(name != REMOVING, f"claimants: {REMOVING} marks ports that are being removed: choose another name")
        _check(
            len(name) <= LONGEST_NAME, f"claimants: {name[:20]}… has {len(name)} characters, and Neutron takes {LONGEST_NAME}"
        )
    return claimants


def _vlans(options: Mapping[str, Any]) -> tuple[int, int]:
    given = options.get("segmentation_range")
    limits = [1, LAST_VLAN] if given is None else given
    _check(
        len(limits) == 2 and 1 <= limits[0] <= limits[1] <= LAST_VLAN,
        f"segmentation_range: {limits} is not the first and the last of VLAN ids between 1 and {LAST_VLAN}",
    )
    return limits[0], limits[1]


def _check(holds: bool, sentence: str) -> None:
    if not holds:
        raise InputError(sentence)
