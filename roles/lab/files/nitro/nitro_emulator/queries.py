# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told: objects, members, who uses what, statistics, and the state of the appliance itself."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from . import members, objects
from .errors import NitroError
from .schema import TYPES
from .state import Object, State

Rows = list[Object]
ALL_OF = {f"{resource}_binding": resource for resource in TYPES}


def get(state: State, resource: str, name: str | None, query: dict[str, str]) -> Rows:
    """The rows of a resource; none where there is none of what may be none, an error where a named object is missing."""
    if resource in TYPES:
        rows = _objects(state, resource, name, query)
    elif resource in members.BOUND:
        rows = _members(state, resource, name, query)
    elif resource in _OTHERS:
        rows = _OTHERS[resource](state, name)
    elif resource in ALL_OF and name is not None:
        rows = _everything(state, ALL_OF[resource], name)
    else:
        raise NitroError(1232)
    return _selected(rows, query)


def stat(state: State, resource: str, name: str | None) -> Rows:
    if resource == "hanode":
        return [{"hacurstatus": "YES", "hacurstate": "UP", "hacurmasterstate": state.role, "haerrsyncfailure": "0"}]
    if resource == "ns":
        return [{"cpuusagepcnt": 1.0, "memusagepcnt": 7.0, "starttime": "", "numcpus": 2}]
    if resource not in ("lbvserver", "service", "servicegroup"):
        raise NitroError(1232)
    if name is not None and name not in state.objects(resource):
        raise NitroError(258, name[:60])
    return [_counted(state, resource, key) for key in ([name] if name else state.objects(resource))]


def _counted(state: State, resource: str, name: str) -> Object:
    row = objects.told(state, resource, name)
    zero = dict.fromkeys(("tothits", "totalrequests", "totalresponses", "totalrequestbytes", "totalresponsebytes"), "0")
    key = TYPES[resource].key
    return {key: name, "state": row.get("curstate") or row.get("svrstate") or row["state"], "type": row["servicetype"], **zero}


def _objects(state: State, resource: str, name: str | None, query: dict[str, str]) -> Rows:
    there = state.objects(resource)
    if name is not None and name not in there:
        raise NitroError(258, name[:60])
    names = [name] if name is not None else list(there)
    rows = [objects.told(state, resource, key) for key in names]
    wanted = _pairs(query.get("args", "")) if resource == "lbmonitor" else {}
    return [row for row in rows if all(str(row.get(key)) == value for key, value in wanted.items())]


def _members(state: State, binding: str, name: str | None, query: dict[str, str]) -> Rows:
    parents = state.objects(members.BOUND[binding].parent)
    if name is None:
        if query.get("bulkbindings") != "yes":
            raise NitroError(1095, members.BOUND[binding].key)
        return [row for parent in parents for row in members.told(state, binding, parent)]
    if name not in parents:
        raise NitroError(258, name[:60])
    return members.told(state, binding, name)


def _everything(state: State, resource: str, name: str) -> Rows:
    if name not in state.objects(resource):
        raise NitroError(258, name[:60])
    row: Object = {TYPES[resource].key: name}
    for binding, bound in members.BOUND.items():
        if bound.parent == resource and not binding.startswith("ssl") and (rows := members.told(state, binding, name)):
            row[binding] = rows
    if resource == "server":
        services = [key for key, item in state.objects("service").items() if item["servername"] == name]
        row |= {"server_service_binding": [{"name": name, "servicename": key} for key in services]} if services else {}
        groups = members.uses_of_server(state, name)
        row |= {"server_servicegroup_binding": [{"name": name, "servicegroupname": key} for key in groups]} if groups else {}
    return [row]


def _used_by(binding: str, key: str) -> Callable[[State, str | None], Rows]:
    def used(state: State, name: str | None) -> Rows:
        return [{key: name, "vservername": parent} for parent, rows in state.bound(binding).items() if name in rows]

    return used


def _monitored(binding: str, key: str) -> Callable[[State, str | None], Rows]:
    def monitored(state: State, name: str | None) -> Rows:
        return [{"monitorname": name, key: parent} for parent, rows in state.bound(binding).items() if name in rows]

    return monitored


def _configuration(state: State, _name: str | None) -> Rows:
    now = time.strftime("%a %b %d %H:%M:%S %Y")
    return [{"configchanged": state.changed, "lastconfigsavetime": state.saved_at, "currentsytemtime": now, "systemtype": "HA"}]


_OTHERS: dict[str, Callable[[State, str | None], Rows]] = {
    "svcbindings": _used_by("lbvserver_service_binding", "servicename"),
    "servicegroupbindings": _used_by("lbvserver_servicegroup_binding", "servicegroupname"),
    "lbmonbindings_service_binding": _monitored("service_lbmonitor_binding", "servicename"),
    "lbmonbindings_servicegroup_binding": _monitored("servicegroup_lbmonitor_binding", "servicegroupname"),
    "hanode": lambda state, _name: [{"id": "0", "state": state.role, "ipaddress": "127.0.0.1", "hastatus": "UP"}],
    "nsconfig": _configuration,
    "nsversion": lambda _state, _name: [{"version": "NetScaler NITRO emulator", "mode": "1"}],
    "sslservice_sslcertkey_binding": lambda _state, _name: [],
    "sslservicegroup_sslcertkey_binding": lambda _state, _name: [],
}


def _pairs(text: str) -> dict[str, str]:
    return dict(part.split(":", 1) for part in text.split(",") if ":" in part)


def _selected(rows: Rows, query: dict[str, str]) -> Rows:
    for key, value in _pairs(query.get("filter", "")).items():
        pattern = re.compile(value[1:-1]) if len(value) > 2 and value[0] == value[-1] == "/" else None
        rows = [row for row in rows if (pattern.search(str(row.get(key, ""))) if pattern else str(row.get(key)) == value)]
    if query.get("count", "").lower() == "yes":
        return [{"__count": str(len(rows))}]
    if query.get("pagesize", "").isdecimal() and int(query["pagesize"]):
        size, number = int(query["pagesize"]), max(1, int(query.get("pageno", "1")))
        rows = rows[size * (number - 1) : size * number]
    kept: Any = query.get("attrs")
    return [{key: row[key] for key in kept.split(",") if key in row} for row in rows] if kept else rows
