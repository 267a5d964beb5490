# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the routes that a host has to those that are wanted: conflicts first, then the difference.

Ours are the routes of segment routing with our protocol number. What others made is never touched; where it would keep ours
from having an effect, nothing is changed at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import ConflictError, InputError, UnavailableError
from ..core.plan import Change, Plan
from .srv6 import VRF_STRICT, Wanted
from .srv6_routes import ENCAPSULATION, LOCAL, Key, Route, line

TITLES = {ENCAPSULATION: "chain", "seg6local": "segment"}


@dataclass(frozen=True)
class Host:
    """What a host has: ``settings`` are those that were asked for, None where the kernel has no such one."""

    routes: Sequence[Route]
    devices: frozenset[str] = frozenset()
    settings: Mapping[str, str | None] = field(default_factory=dict)
    source: str | None = None


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
    return Plan((*settings, *source, *_made(host, wanted), *_gone(host, wanted)))


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
    """Those to be absent, those that nobody lists where only listed ones are to be, and what a changed metric leaves."""
    places = {route.key.place: route.key for route in wanted.present}
    for key, route in sorted(ours(host, wanted).items()):
        unlisted = wanted.only and key.place not in places
        if key.place in wanted.absent or unlisted or places.get(key.place, key) != key:
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
    for path in sorted(wanted.settings):
        if host.settings[path] is None:
            raise UnavailableError(_lacking(path))
    by_place: dict[tuple[int, int, str], list[Route]] = {}
    for one in host.routes:
        by_place.setdefault(one.key.place, []).append(one)
    for route in wanted.present:
        _refuse_rivals(route, by_place.get(route.key.place, ()), wanted)
        if wanted.kind != ENCAPSULATION and (6, LOCAL, route.key.prefix) in by_place:
            raise ConflictError(
                f"{route.key.prefix} is an address of this host itself, to which packets go before any route: take one that no "
                "device has"
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
