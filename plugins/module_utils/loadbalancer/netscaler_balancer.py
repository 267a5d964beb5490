# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A described load balancer at a NetScaler: the objects that it is, in the states that are wanted, and what they tell of it.

All that our objects hold is ours: a member or a monitor that somebody bound by hand is unbound. An object of the name that has
not our comment is somebody else's, and nothing is changed then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..core.errors import ConflictError
from ..core.plan import Plan
from ..model.netscaler.resources import BINDINGS, RESOURCES
from ..model.netscaler.steps import Found, Id, State, Wanted
from . import netscaler_plan
from .description import LoadBalancer
from .netscaler import PROBES, accepted_name, mark, monitor_name, resources, wire_port

MEMBERS = "servicegroup_servicegroupmember_binding"
EMPTY: Mapping[str, tuple[str, ...]] = {"lbvserver": ("cookiename", "rule", "resrule")}
"""What another description would have set, and is unset where this one does not."""
FIRST = 1
"""The order of members that get clients before those in reserve."""


def wanted(name: str, balancer: LoadBalancer | None, *, recreate: bool = False) -> list[Wanted]:
    """The objects that are to be there, and those that are not; without a load balancer none is to be.

    :param recreate: whether an object may be deleted and made again where something fixed differs
    :raises InputError: NetScaler takes no such name
    """
    made = _present(balancer, recreate) if balancer else []
    there = {item.id for item in made}
    monitors = [("lbmonitor", monitor_name(name, kind)) for kind in PROBES]
    whole = [("servicegroup", accepted_name(name)), ("lbvserver", name), *monitors]
    return [*made, *(Wanted(*one, present=False) for one in whole if one not in there)]


def _present(balancer: LoadBalancer, recreate: bool) -> list[Wanted]:
    objects, members = {}, {}
    for one in resources(balancer):
        if one.kind in RESOURCES:
            objects[one.kind] = one.attributes
        else:
            parent = BINDINGS[one.kind][1].parent
            members.setdefault(one.kind, []).append({key: value for key, value in one.attributes.items() if key != parent})
    return [_object(kind, attributes, members, recreate) for kind, attributes in objects.items()]


def _object(kind: str, attributes: State, members: Mapping[str, list[State]], recreate: bool) -> Wanted:
    resource = RESOURCES[kind]
    given = {**dict.fromkeys(EMPTY.get(kind, ()), ""), **attributes}
    name = str(given.pop(resource.key))
    bindings = {item.name: tuple(members.get(item.name, ())) for item in resource.bindings}
    disabled = False if resource.switch else None
    return Wanted(kind, name, attributes=given, disabled=disabled, bindings=bindings, recreate=recreate)


def plan(current: Mapping[Id, Found], desired: Iterable[Wanted]) -> Plan:
    """As ``netscaler_plan.plan``, for objects that are ours.

    :raises ConflictError: one is somebody else's, or something fixed differs and may not be made anew
    """
    desired = tuple(desired)
    for item in desired:
        found = current.get(item.id)
        if found and item.kind != "lbmonitor" and found.attributes.get("comment") != mark(item.name):
            raise ConflictError(
                f"{RESOURCES[item.kind].noun} {item.name} is there and is not ours, for its comment is not {mark(item.name)}: "
                "remove it or choose another name"
            )
    return netscaler_plan.plan(current, [_in_order(item, current.get(item.id)) for item in desired])


def _in_order(item: Wanted, found: Found | None) -> Wanted:
    """Members with an order each, where any has one or had one; without backups none is told, as older appliances know none."""
    members = item.bindings.get(MEMBERS, ())
    there = found.bindings.get(MEMBERS, ()) if found else ()
    if not any(member.get("order") for member in (*members, *there)):
        return item
    return replace(
        item, bindings={**item.bindings, MEMBERS: tuple({**member, "order": member.get("order", FIRST)} for member in members)}
    )


def facts(name: str, balancer: LoadBalancer | None, objects: Iterable[Mapping[str, Any] | None]) -> dict[str, Any] | None:
    """What the objects tell of the load balancer, None where there is none.

    :param objects: as ``clients.nitro.configuration`` tells them
    """
    told = {one["resource"]: one for one in objects if one}
    if balancer is None or not {"lbvserver", "servicegroup"} <= set(told):
        return None
    virtual = told["lbvserver"]["attributes"]
    [listener] = balancer.listeners
    names = {(member.address, str(wire_port(member.port))): member.name for member in listener.members}
    rows = told["servicegroup"]["bindings"].get(MEMBERS, ())
    return {
        "name": name,
        "virtual_ip": virtual.get("ipv46"),
        "port": listener.port,
        "status": virtual.get("curstate"),
        "members": {_called(names, row): _member(row) for row in rows},
    }


def _called(names: Mapping[tuple[str, str], str], row: State) -> str:
    place = (str(row.get("ip")), str(row.get("port")))
    return names.get(place, ":".join(place))


def _member(row: State) -> dict[str, Any]:
    return {"weight": int(row.get("weight", 1)), "enabled": row.get("state") != "DISABLED", "status": row.get("svrstate")}
