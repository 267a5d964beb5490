# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is bound to what, with the oddities of the appliance.

A service has a default monitor until it gets another. A group of services takes no weight at a virtual server. What is bound
already is not bound again with another weight: that is set at the parent.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any

from . import objects
from .errors import NitroError
from .schema import Kind, checked
from .state import Object, State

BUILT_IN = ("tcp-default", "ping-default")
STANDARD_MONITORS = ("tcp", "ping", "http", "udp-ecv", "dns", "ftp", "https", *BUILT_IN)
WEIGHT = Kind("weight", "num", "1", low=1, high=100)
HASH = Kind("hashid", "num", low=1, high=4_294_967_295)
ORDER = Kind("order", "num", low=1, high=8192)
ABLE = Kind("state", "able", "ENABLED")
PORT = Kind("port", "int", low=1, high=65535)
TEXT = Kind("text", "text")


@dataclass(frozen=True)
class Bound:
    """One binding: the parent and the member, and what goes with it."""

    parent: str
    key: str
    member: str
    of: str
    extras: dict[str, Kind]


BOUND = {
    "service_lbmonitor_binding": Bound("service", "name", "monitor_name", "lbmonitor", {"weight": WEIGHT, "monstate": ABLE}),
    "servicegroup_lbmonitor_binding": Bound(
        "servicegroup", "servicegroupname", "monitor_name", "lbmonitor", {"weight": WEIGHT, "monstate": ABLE}
    ),
    "lbvserver_service_binding": Bound("lbvserver", "name", "servicename", "service", {"weight": WEIGHT, "order": ORDER}),
    "lbvserver_servicegroup_binding": Bound("lbvserver", "name", "servicegroupname", "servicegroup", {}),
    "servicegroup_servicegroupmember_binding": Bound(
        "servicegroup",
        "servicegroupname",
        "",
        "server",
        {"weight": WEIGHT, "hashid": HASH, "order": ORDER, "state": ABLE, "customserverid": TEXT, "serverid": HASH},
    ),
    "vxlan_srcip_binding": Bound("vxlan", "id", "srcip", "", {}),
    "vxlan_nsip_binding": Bound("vxlan", "id", "ipaddress", "", {"netmask": TEXT}),
    "sslvserver_sslcertkey_binding": Bound("lbvserver", "vservername", "certkeyname", "", {}),
}


def bind(state: State, name: str, given: Object) -> None:
    binding, given = BOUND[name], dict(given)
    parent = str(given.pop(binding.key, ""))
    if parent not in state.objects(binding.parent):
        raise NitroError(258, parent)
    if name == "lbvserver_servicegroup_binding" and "weight" in given:
        raise NitroError(1093, "weight, serviceName")
    key, row = _new_member(state, binding, parent, given)
    for extra, value in given.items():
        if extra not in binding.extras:
            raise NitroError(278, extra)
        row[extra] = checked(binding.extras[extra], value)
        if row[extra] is None:
            raise NitroError(1097, f"{extra}, {str(value)[:40]}")
    if key in state.members(name, parent):
        raise NitroError(2133 if binding.of == "lbmonitor" else 273)
    defaults = {extra: checked(kind, kind.default) for extra, kind in binding.extras.items() if kind.default}
    state.members(name, parent)[key] = {**defaults, **row}


def _new_member(state: State, binding: Bound, parent: str, given: Object) -> tuple[str, Object]:
    if not binding.member:
        return _group_member(state, given)
    member = str(given.pop(binding.member, ""))
    if not member:
        raise NitroError(1095, binding.member)
    if binding.of == "lbmonitor":
        if member in BUILT_IN:
            raise NitroError(2165)
        if member not in STANDARD_MONITORS and member not in state.objects("lbmonitor"):
            raise NitroError(258, f"monitorName, {member[:60]}")
    elif binding.of and member not in state.objects(binding.of):
        raise NitroError(258, member[:60])
    elif binding.of == "service":
        _same_protocol(state, parent, member)
    return member, {binding.member: member}


def _same_protocol(state: State, vserver: str, service: str) -> None:
    ours, theirs = state.objects("lbvserver")[vserver]["servicetype"], state.objects("service")[service]["servicetype"]
    if ours != theirs and not {ours, theirs} <= {"HTTP", "SSL"}:
        raise NitroError(278, "Service type mismatch")


def _group_member(state: State, given: Object) -> tuple[str, Object]:
    if "ip" in given and "servername" in given:
        raise NitroError(1092, "serverName, IP")
    port = checked(PORT, given.pop("port", ""))
    if port is None:
        raise NitroError(1097, "port")
    if "servername" in given:
        server = str(given.pop("servername"))
        if server not in state.objects("server"):
            raise NitroError(258, f"serverName, {server[:60]}")
    else:
        server = objects.server_of(state, str(given.pop("ip", "")))
    return f"{server}:{port}", {"servername": server, "port": port}


def unbind(state: State, name: str, parent: str, args: dict[str, str]) -> None:
    binding = BOUND[name]
    if parent not in state.objects(binding.parent):
        raise NitroError(258, parent)
    if not binding.member and "ip" in args and "servername" in args:
        raise NitroError(1092, "serverName, IP")
    if args.get(binding.member) in BUILT_IN:
        raise NitroError(2164)
    key = (
        args.get(binding.member)
        if binding.member
        else f"{args.get('servername') or _by_address(state, args)}:{args.get('port')}"
    )
    rows = state.members(name, parent)
    if key not in rows:
        raise NitroError(1208)
    row = rows.pop(key)
    if not binding.member:
        drop_implicit(state, row["servername"])


def _by_address(state: State, args: dict[str, str]) -> str:
    return state.server_at(_canonical(args.get("ip", ""))) or ""


def _canonical(address: str) -> str:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return address


def drop_implicit(state: State, server: str) -> None:
    there = state.objects("server").get(server)
    used = any(item["servername"] == server for item in state.objects("service").values())
    if there and there.get("implicit") and not used and not uses_of_server(state, server):
        del state.objects("server")[server]
        state.servers_changed()


def told(state: State, name: str, parent: str) -> list[Object]:
    """The members of one parent as NITRO tells them."""
    binding = BOUND[name]
    rows = list(state.members(name, parent).values())
    if name == "service_lbmonitor_binding" and not rows:
        rows = [{"monitor_name": _default_monitor(state, parent), "weight": 1, "monstate": "ENABLED"}]
    return [_row(state, binding, parent, row) for row in rows]


def _default_monitor(state: State, service: str) -> str:
    datagrams = state.objects("service")[service]["servicetype"] in ("UDP", "DNS", "TFTP", "SNMP", "RADIUS", "ANY")
    return "ping-default" if datagrams else "tcp-default"


def _row(state: State, binding: Bound, parent: str, row: Object) -> Object:
    told_row: Object = {binding.key: parent}
    for key, value in row.items():
        kind = binding.extras.get(key)
        told_row[key] = str(value) if kind and kind.kind == "num" else value
    if not binding.member:
        server = state.objects("server")[row["servername"]]
        off = "DISABLED" in (row["state"], server["state"])
        told_row |= {"ip": server.get("ipaddress", "0.0.0.0"), "svrstate": "OUT OF SERVICE" if off else "DOWN"}  # noqa: S104
    if binding.of == "lbmonitor":
        told_row |= {
            "dup_weight": str(row["weight"]),
            "dup_state": row["monstate"],
            "passive": False,
            "monitor_state": "UNKNOWN",
        }
    return told_row


def set_member(state: State, resource: str, name: str, given: Object) -> bool:
    """The weight and the like of one member, which are set at the parent; false where the call speaks of none."""
    if "monitor_name_svc" in given:
        weight = "dup_weight" if resource == "servicegroup" else "weight"
        row = state.members(f"{resource}_lbmonitor_binding", name).get(str(given["monitor_name_svc"]))
        _set(row, {"weight": given.get(weight)}, {"weight": WEIGHT})
    elif resource == "lbvserver" and "servicename" in given:
        row = state.members("lbvserver_service_binding", name).get(str(given["servicename"]))
        binding = BOUND["lbvserver_service_binding"]
        _set(row, {key: value for key, value in given.items() if key != "servicename"}, binding.extras)
    elif resource == "servicegroup" and "servername" in given:
        binding = BOUND["servicegroup_servicegroupmember_binding"]
        row = state.members("servicegroup_servicegroupmember_binding", name).get(f"{given['servername']}:{given.get('port')}")
        changes = {key: value for key, value in given.items() if key not in ("servername", "port")}
        _set(row, changes, {key: kind for key, kind in binding.extras.items() if key not in ("state", "serverid")})
    else:
        return False
    return True


def _set(row: Object | None, changes: dict[str, Any], kinds: dict[str, Kind]) -> None:
    if row is None:
        raise NitroError(1208)
    for key, value in changes.items():
        kept = checked(kinds[key], value) if key in kinds else None
        if kept is None:
            raise NitroError(1097 if key in kinds else 278, str(key)[:40])
        row[key] = kept


def switch_member(state: State, group: str, given: Object, value: str) -> None:
    row = state.members("servicegroup_servicegroupmember_binding", group).get(f"{given['servername']}:{given.get('port')}")
    if row is None:
        raise NitroError(1208)
    row["state"] = value


def switch_monitor(state: State, given: Object, value: str) -> None:
    """A monitor at the service or the group that it is bound to."""
    for binding, key in (("service_lbmonitor_binding", "servicename"), ("servicegroup_lbmonitor_binding", "servicegroupname")):
        if key in given:
            row = state.members(binding, str(given[key])).get(str(given.get("monitorname")))
            if row is None:
                raise NitroError(1208)
            row["monstate"] = value
            return
    if str(given.get("monitorname")) not in state.objects("lbmonitor"):
        raise NitroError(258, str(given.get("monitorname"))[:60])


def uses_of_monitor(state: State, monitor: str) -> list[str]:
    names = ("service_lbmonitor_binding", "servicegroup_lbmonitor_binding")
    return [parent for name in names for parent, rows in state.bound(name).items() if monitor in rows]


def uses_of_server(state: State, server: str) -> list[str]:
    groups = state.bound("servicegroup_servicegroupmember_binding").items()
    return [group for group, rows in groups if any(row["servername"] == server for row in rows.values())]


def forget(state: State, resource: str, name: str) -> None:
    """What was bound to an object, and where it was bound, goes with it."""
    for binding, bound in BOUND.items():
        if bound.parent == resource:
            rows = state.bound(binding).pop(name, {})
            for row in rows.values() if not bound.member else ():
                drop_implicit(state, row["servername"])
        if bound.of == resource:
            for members in state.bound(binding).values():
                for key in [key for key, row in members.items() if row.get(bound.member or "servername") == name]:
                    del members[key]


def renamed(state: State, resource: str, name: str, new: str) -> None:
    for binding, bound in BOUND.items():
        if bound.parent == resource and name in state.bound(binding):
            state.bound(binding)[new] = state.bound(binding).pop(name)
        for members in state.bound(binding).values() if bound.of == resource and bound.member else ():
            if name in members:
                members[new] = {**members.pop(name), bound.member: new}
    if resource == "server":
        for item in state.objects("service").values():
            item["servername"] = new if item["servername"] == name else item["servername"]
        for members in state.bound("servicegroup_servicegroupmember_binding").values():
            for key in [key for key, row in members.items() if row["servername"] == name]:
                row = members.pop(key)
                members[f"{new}:{row['port']}"] = {**row, "servername": new}
