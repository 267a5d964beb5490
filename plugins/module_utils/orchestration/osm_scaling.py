# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many instances of a VDU there are to be, as steps of the scaling aspects that Open Source MANO knows.

OSM adds and removes what an aspect says, a step at a time; a user wants a number. Both styles of counting meet here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..core.errors import InputError

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Aspect:
    """A scaling aspect: each step of it adds ``delta`` instances of a VDU, at most ``levels`` times where that is said."""

    name: str
    delta: int
    levels: int | None


@dataclass(frozen=True)
class Scaling:
    """``vdu`` of the VNF ``member`` is to have ``count`` instances."""

    member: str
    vdu: str
    count: int
    aspect: Aspect
    where: str


def initial_counts(vnfd: Item) -> dict[str, int]:
    """How many instances each VDU begins with: as the first instantiation level says, else one."""
    levels = [level for flavour in _items(vnfd, "df")[:1] for level in _items(flavour, "instantiation-level")[:1]]
    told = {
        str(one.get("vdu-id")): _number(one, "number-of-instances", 1) for level in levels for one in _items(level, "vdu-level")
    }
    return {vdu["id"]: told.get(vdu["id"], 1) for vdu in _items(vnfd, "vdu") if isinstance(vdu.get("id"), str)}


def aspects_of(vnfd: Item, vdu: str) -> Iterator[Aspect]:
    """The scaling aspects that change the number of a VDU."""
    for flavour in _items(vnfd, "df")[:1]:
        for aspect in _items(flavour, "scaling-aspect"):
            details = aspect.get("aspect-delta-details")
            for delta in _items(details if isinstance(details, Mapping) else {}, "deltas")[:1]:
                for one in _items(delta, "vdu-delta"):
                    if one.get("id") == vdu:
                        levels = _number(aspect, "max-scale-level", -1)
                        yield Aspect(
                            str(aspect.get("id")), _number(one, "number-of-instances", 1), levels if levels >= 0 else None
                        )


def scalings(asked: Iterable[Item], members: Mapping[str, Item]) -> list[Scaling]:
    """What the user asks for, with the aspects that lead there.

    :param members: by member index ``vnfd``, the descriptor of the VNF
    :raises InputError: there is no such VNF, VDU or aspect, or no number of steps leads to the count
    """
    found = [_scaling(one, members, f"scale[{number}]") for number, one in enumerate(asked)]
    by_aspect: dict[tuple[str, str], Scaling] = {}
    for one in found:
        other = by_aspect.setdefault((one.member, one.aspect.name), one)
        if other is not one and _steps(other, members) != _steps(one, members):
            raise InputError(f"{one.where}: {one.vdu} and {other.vdu} scale together, and these counts do not go together")
    return [one for one in found if by_aspect[(one.member, one.aspect.name)] is one]


def steps(scaling: Scaling, now: int) -> int:
    """How many steps out (or, negative, in) lead from ``now`` instances to the wanted number.

    :raises InputError: none do
    """
    whole, rest = divmod(scaling.count - now, scaling.aspect.delta)
    if rest:
        aspect, below = scaling.aspect, scaling.count - rest
        there = f"{scaling.where}: there are {now} of {scaling.vdu}, and {aspect.name} adds {aspect.delta} at a time"
        raise InputError(f"{there}; take {below} or {below + aspect.delta}")
    return whole


def _scaling(asked: Item, members: Mapping[str, Item], where: str) -> Scaling:
    member, vdu = _member(asked.get("vnf"), members, where), asked["vdu"]
    vnfd = members[member]["vnfd"]
    initial = initial_counts(vnfd)
    if vdu not in initial:
        raise InputError(f"{where}: the VNF {member} has no VDU {vdu!r}; it has: {_named(initial)}")
    fitting = [one for one in aspects_of(vnfd, vdu) if asked.get("aspect") in (None, one.name)]
    if len(fitting) != 1:
        have = _named(one.name for one in aspects_of(vnfd, vdu))
        lack = f"{vdu} has the scaling aspects {have}: say which, in aspect"
        wrong = f"the VNFD {vnfd.get('id')} has no such scaling aspect for {vdu}; it has: {have}. Add one to df of the VNFD"
        raise InputError(f"{where}: {lack if len(fitting) > 1 else wrong}")
    found = Scaling(member, vdu, asked["count"], fitting[0], where)
    _check_range(found, initial[vdu])
    return found


def _check_range(scaling: Scaling, initial: int) -> None:
    """OSM never goes below the number it began with."""
    aspect = scaling.aspect
    if aspect.delta < 1:
        raise InputError(f"{scaling.where}: {aspect.name} adds {aspect.delta} of {scaling.vdu}, which leads nowhere")
    most = None if aspect.levels is None else initial + aspect.levels * aspect.delta
    if scaling.count < initial or (most is not None and scaling.count > most):
        until = "on" if most is None else f"to {most}"
        raise InputError(f"{scaling.where}: {scaling.count} of {scaling.vdu} cannot be; its VNFD allows from {initial} {until}")


def _member(asked: Any, members: Mapping[str, Item], where: str) -> str:
    if asked is None and len(members) == 1:
        return next(iter(members))
    if asked not in members:
        lack = "say which VNF, in vnf" if asked is None else f"there is no VNF {asked!r}"
        raise InputError(f"{where}: {lack}; the network service has: {_named(members)}")
    return str(asked)


def _steps(scaling: Scaling, members: Mapping[str, Item]) -> int:
    return steps(scaling, initial_counts(members[scaling.member]["vnfd"])[scaling.vdu])


def _items(mapping: Item, key: str) -> list[Item]:
    found = mapping.get(key)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _number(mapping: Item, key: str, default: int) -> int:
    try:
        return int(mapping.get(key, default))
    except (TypeError, ValueError):
        return default


def _named(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)[:20]) or "none"
