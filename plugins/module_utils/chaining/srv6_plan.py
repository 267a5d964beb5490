# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the routes that a host has to those that are wanted: conflicts first, then the difference.

Ours are the routes of segment routing with our protocol number. What others made is never touched; where it would keep ours
from having an effect, nothing is changed at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from ..core.errors import ConflictError, InputError, UnavailableError
from ..core.plan import Change, Plan
from .srv6 import VRF_STRICT, Wanted
from .srv6_routes import ENCAPSULATION, ENDPOINT, LOCAL, Key, Route, line

TITLES = {ENCAPSULATION: "chain", ENDPOINT: "segment"}


Place: TypeAlias = "tuple[int, int, str]"


@dataclass(frozen=True)
class Host:
    """What a host has: ``settings`` are those that were asked for, None where the kernel has no such one.

    ``records`` say which routes of the kind at hand belong to which service: ``{service: [entry]}``, see :func:`entry`.
    """

    routes: Sequence[Route]
    devices: frozenset[str] = frozenset()
    down: frozenset[str] = frozenset()
    settings: Mapping[str, str | None] = field(default_factory=dict)
    source: str | None = None
    records: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def recorded(self, service: str | None) -> dict[Place, Mapping[str, Any]]:
        """The entries of one service by their places."""
        return {_place(one): one for one in self.records.get(service or "", ())}

    def others(self, service: str) -> dict[Place, tuple[str, Mapping[str, Any]]]:
        """The entries of all other services by their places, each with the service."""
        return {_place(one): (name, one) for name, listed in self.records.items() if name != service for one in listed}


@dataclass(frozen=True)
class Recording(Change):
    """A change of a service's record: the entries until all is done, and those after it."""

    meanwhile: Sequence[Mapping[str, Any]] = ()
    entries: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Step(Change):
    """A change of a route, with the line of ``ip -batch`` that makes it."""

    line: str = ""


def plan(host: Host, wanted: Wanted) -> Plan:
    """The changes: settings, the source, routes made and altered, and those that go.

    :raises NfvError: something keeps them from having an effect; nothing is to be done then
    """
    _refuse(host, wanted)
    settings = tuple(
        Change("setting", path.replace("/", "."), {"value": host.settings[path]}, {"value": value})
        for path, value in sorted(wanted.settings.items())
        if host.settings[path] != value
    )
    source = ()
    if wanted.source and host.source != wanted.source:
        source = (Change("source", "of encapsulated packets", {"address": host.source}, {"address": wanted.source}),)
    return Plan((*settings, *source, *_recorded(host, wanted), *_made(host, wanted), *_gone(host, wanted)))


def entry(route: Route, name: str | None) -> dict[str, Any]:
    """A route as a service's record has it."""
    state = {key: value for key, value in route.state.items() if value is not None}
    return {"name": name or None, **asdict(route.key), "protocol": route.protocol, "state": state}


def parts(host: Host) -> list[dict[str, Any]]:
    """The routes of the services' records, as ``service_info`` tells them: whether the host has them as they were made."""
    there = {(one.key, one.protocol): entry(one, None)["state"] for one in host.routes if one.kind}
    return [_part(service, one, there) for service, listed in host.records.items() for one in listed]


def _part(service: str, one: Mapping[str, Any], there: Mapping[tuple[Key, int], Mapping[str, Any]]) -> dict[str, Any]:
    key = Key(one["version"], one["table"], one["prefix"], one["metric"])
    found, chain = there.get((key, one["protocol"])), "mode" in one["state"]
    return {
        "service": service,
        "kind": TITLES[ENCAPSULATION if chain else ENDPOINT],
        "name": (one["name"] if chain else None) or key.prefix.removesuffix("/128"),
        "id": key.prefix if chain else one["state"]["action"],
        "status": "absent" if found is None else "present" if found == one["state"] else "altered",
        "prefix": key.prefix,
        "route_table": key.table,
        "protocol": one["protocol"],
        **({"addresses": one["state"]["segments"]} if chain else {}),
    }


def _place(one: Mapping[str, Any]) -> Place:
    return one["version"], one["table"], one["prefix"]


def _recorded(host: Host, wanted: Wanted) -> Iterator[Recording]:
    """What becomes of the record of the service."""
    if wanted.service is None:
        return
    before = host.recorded(wanted.service)
    wished = {route.key.place: entry(route, wanted.names.get(route.key.place)) for route in wanted.present}
    after = {place: one for place, one in before.items() if not _leaves(host, wanted, place)} | wished
    if before != after:
        shown = [{"prefixes": [place[2] for place in sorted(some)]} if some else None for some in (before, after)]
        listed = [[some[place] for place in sorted(some)] for some in ({**before, **after}, after)]
        yield Recording("record", wanted.service, shown[0], shown[1], *listed)


def _leaves(host: Host, wanted: Wanted, place: Place) -> bool:
    """Whether what stands at a place is to go; of what belongs to a service, only its record tells."""
    if wanted.service is not None and place not in host.recorded(wanted.service):
        return False
    return place in wanted.absent or (wanted.only and place not in {route.key.place for route in wanted.present})


def ours(host: Host, wanted: Wanted) -> dict[Key, Route]:
    """The routes of the host that are ours and of the kind at hand."""
    return {one.key: one for one in host.routes if one.protocol == wanted.protocol and one.kind == wanted.kind}


def missed(host: Host, wanted: Wanted) -> list[Route]:
    """Of the routes that are wanted, those that the host has not, or has in another form."""
    there = ours(host, wanted)
    return [one for one in wanted.present if one.key not in there or _differing(there[one.key], one)]


def impostors(host: Host, missed: Sequence[Route]) -> list[Route]:
    """What stands, with our mark, where the missed routes should: of another form, or without a tunnel at all."""
    keys = {(route.key, route.protocol) for route in missed}
    return [one for one in host.routes if (one.key, one.protocol) in keys]


def facts(host: Host, wanted: Wanted) -> list[dict[str, Any]]:
    """Our routes as plain data, in order of prefix."""
    chain = wanted.kind == ENCAPSULATION
    return [
        {
            **({"name": wanted.names.get(key.place) or None} if chain else {}),
            "prefix" if chain else "sid": key.prefix,
            "route_table": key.table,
            "metric": key.metric,
            **{name: value for name, value in route.state.items() if value is not None},
        }
        for key, route in sorted(ours(host, wanted).items())
    ]


def _made(host: Host, wanted: Wanted) -> Iterator[Step]:
    there = ours(host, wanted)
    for route in wanted.present:
        before = there.get(route.key)
        title = TITLES[wanted.kind], _title(route.key, wanted)
        if before is None:
            yield Step(*title, None, {**route.state, "metric": route.key.metric}, line("add", route))
        elif differing := _differing(before, route):
            shown = [{name: state.get(name) for name in differing} for state in (before.state, route.state)]
            yield Step(*title, *shown, line("replace", route))


def _gone(host: Host, wanted: Wanted) -> Iterator[Step]:
    """Those to be absent, those that nobody lists where only listed ones are to be, and what a changed metric leaves.

    What another service uses too stays.
    """
    places = {route.key.place: route.key for route in wanted.present}
    shared = host.others(wanted.service) if wanted.service is not None else {}
    for key, route in sorted(ours(host, wanted).items()):
        goes = _leaves(host, wanted, key.place) and key.place not in shared
        if goes or places.get(key.place, key) != key:
            title = TITLES[wanted.kind], _title(key, wanted)
            yield Step(*title, {**route.state, "metric": key.metric}, None, line("delete", route))


def _title(key: Key, wanted: Wanted) -> str:
    name = wanted.names.get(key.place)
    return f"{name} ({key})" if name else str(key)


def _differing(before: Route, after: Route) -> list[str]:
    return sorted(name for name in {*before.state, *after.state} if before.state.get(name) != after.state.get(name))


def _refuse(host: Host, wanted: Wanted) -> None:
    if absent := sorted(wanted.devices - host.devices):
        there = ", ".join(sorted(host.devices)) or "none"
        raise InputError(f"there is no device {absent[0]!r} on this host; there are {there}")
    if down := sorted(host.down.intersection(route.state["device"] for route in wanted.present)):
        raise InputError(f"the device {down[0]!r} is down, and has no routes then: bring it up with ip link set {down[0]} up")
    for path in sorted(wanted.settings):
        if host.settings[path] is None:
            raise UnavailableError(_lacking(path))
    by_place: dict[tuple[int, int, str], list[Route]] = {}
    for one in host.routes:
        by_place.setdefault(one.key.place, []).append(one)
    for route in wanted.present if wanted.service is not None else ():
        _refuse_others(route, host.others(wanted.service), wanted)
    for route in wanted.present:
        _refuse_rivals(route, by_place.get(route.key.place, ()), wanted)
        if wanted.kind != ENCAPSULATION and (6, LOCAL, route.key.prefix) in by_place:
            raise ConflictError(
                f"{route.key.prefix} is an address of this host itself, to which packets go before any route: take one that no "
                "device has"
            )


def _refuse_others(route: Route, others: Mapping[Place, tuple[str, Mapping[str, Any]]], wanted: Wanted) -> None:
    service, theirs = others.get(route.key.place, (None, {}))
    mine = entry(route, theirs.get("name"))
    if service is not None and mine != theirs:
        raise ConflictError(
            f"{_title(route.key, wanted)} is there for the service {service}, which asks for another "
            f"{TITLES[wanted.kind]}: give this one another prefix, or remove that service"
        )


def _refuse_rivals(route: Route, rivals: Sequence[Route], wanted: Wanted) -> None:
    for rival in rivals:
        mine = rival.protocol == wanted.protocol and rival.kind is not None
        if mine and rival.kind != wanted.kind:
            raise ConflictError(
                f"{route.key} is a {TITLES[rival.kind]} already, made with the other module: remove it there first"
            )
        if not mine and rival.key.metric == route.key.metric:
            raise ConflictError(
                f"{_title(route.key, wanted)}: there is a route of metric {rival.key.metric} already, which is not ours (its "
                f"protocol is {rival.protocol}): remove it, or give another metric"
            )
        if not mine and rival.key.metric < route.key.metric:
            raise ConflictError(
                f"{_title(route.key, wanted)}: a route that is not ours goes before it (metric {rival.key.metric}, protocol "
                f"{rival.protocol}): remove it, give a smaller metric or a longer prefix"
            )


def _lacking(path: str) -> str:
    if path == VRF_STRICT:
        return "this kernel has no VRFs, which the actions with vrf_table need: load the module vrf, or take table with End.DT6"
    if path.endswith("seg6_enabled"):
        return f"this kernel has no segment routing over IPv6 ({path.replace('/', '.')}): it needs CONFIG_IPV6_SEG6_LWTUNNEL"
    return f"this kernel has no setting {path.replace('/', '.')}: is IPv{4 if 'ipv4' in path else 6} switched off?"
