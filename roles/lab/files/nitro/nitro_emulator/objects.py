# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done to an object: add, set, unset, enable, disable, rename, remove."""

from __future__ import annotations

import ipaddress
from typing import Any

from . import members
from .errors import NitroError
from .schema import NAME, TYPES, UNITS, Kind, Type, checked, shown
from .state import Object, State

PER_UNIT = {"MSEC": 1, "SEC": 1000, "MIN": 60_000}


def add(state: State, resource: str, given: Object) -> None:
    kinds, given = TYPES[resource], dict(given)
    name = _new_name(kinds, given)
    if resource == "service":
        _place_service(state, given)
    attributes = _checked(kinds, given, creating=True)
    missing = [key for key in kinds.required if key not in attributes]
    if missing:
        raise NitroError(1095, missing[0])
    if name in state.objects(resource):
        raise NitroError(273, name)
    _CHECKS.get(resource, lambda *_: None)(state, name, attributes)
    defaults = {kind.name: checked(kind, kind.default) for kind in kinds.attributes.values() if kind.default is not None}
    state.objects(resource)[name] = _in_units({**defaults, **attributes}, resource)
    state.servers_changed()


def update(state: State, resource: str, given: Object) -> None:
    kinds, given = TYPES[resource], dict(given)
    name, there = _there(state, resource, kinds, given)
    if members.set_member(state, resource, name, given):
        return
    if resource == "lbmonitor" and str(given.pop("type", there["type"])) != there["type"]:
        raise NitroError(278, "type")
    if resource == "service" and "ipaddress" in given:
        _move_service(state, name, there, str(given.pop("ipaddress")))
    attributes = _checked(kinds, given, creating=False)
    if resource == "server" and "ipaddress" in attributes:
        _unique_address(state, name, attributes)
    there.update(_in_units(attributes, resource))
    state.servers_changed()


def unset(state: State, resource: str, given: Object) -> None:
    kinds, given = TYPES[resource], dict(given)
    _name, there = _there(state, resource, kinds, given)
    given.pop("type", None)
    for key in given:
        kind = kinds.attributes.get(key)
        if kind is None or kind.fixed:
            raise NitroError(278, key)
        if kind.default is None:
            there.pop(key, None)
        else:
            there[key] = checked(kind, kind.default)


def switch(state: State, resource: str, given: Object, value: str) -> None:
    """Enable or disable an object or, of a service group, a member; a monitor is switched at what it is bound to."""
    given = dict(given)
    if resource == "lbmonitor":
        members.switch_monitor(state, given, value)
        return
    name, there = _there(state, resource, TYPES[resource], given)
    if resource == "servicegroup" and "servername" in given:
        members.switch_member(state, name, given, value)
        return
    unknown = set(given) - ({"graceful", "delay"} if value == "DISABLED" and resource != "lbvserver" else set())
    if unknown:
        raise NitroError(278, sorted(unknown)[0])
    there["state"] = value


def rename(state: State, resource: str, given: Object) -> None:
    name, there = _there(state, resource, TYPES[resource], given)
    new = str(given.get("newname", ""))
    if not NAME.fullmatch(new):
        raise NitroError(1075)
    if new in state.objects(resource):
        raise NitroError(273, new)
    del state.objects(resource)[name]
    state.objects(resource)[new] = there
    members.renamed(state, resource, name, new)
    state.servers_changed()


def remove(state: State, resource: str, name: str, args: dict[str, str]) -> None:
    there = state.objects(resource).get(name)
    if there is None:
        raise NitroError(258, name)
    if resource == "lbmonitor":
        if args.get("type") != there["type"]:
            raise NitroError(1095, "type")
        if members.uses_of_monitor(state, name):
            raise NitroError(2131)
    if resource == "server":
        for service in [key for key, item in state.objects("service").items() if item["servername"] == name]:
            remove(state, "service", service, {})
    members.forget(state, resource, name)
    del state.objects(resource)[name]
    state.servers_changed()
    if resource == "service":
        members.drop_implicit(state, there["servername"])


def told(state: State, resource: str, name: str) -> Object:
    """An object as NITRO tells it."""
    kinds, there = TYPES[resource], state.objects(resource)[name]
    row: Object = {kinds.key: name}
    for key, value in there.items():
        kind = kinds.attributes.get(key)
        if kind and kind.kind != "hidden" and key not in ("state", "implicit"):
            row[key] = shown(kind, value)
    if resource == "vxlan":
        row["id"] = name
    return {**row, **_states(state, resource, there)}


def _states(state: State, resource: str, there: Object) -> Object:
    """A server and a group tell whether they are enabled; a service and a virtual server tell only whether they work."""
    off = there.get("state") == "DISABLED"
    if resource in ("server", "servicegroup"):
        return {"state": there["state"]}
    if resource == "service":
        server = state.objects("server")[there["servername"]]
        gone = off or server["state"] == "DISABLED"
        return {"ipaddress": server.get("ipaddress", "0.0.0.0"), "svrstate": "OUT OF SERVICE" if gone else "DOWN"}  # noqa: S104
    if resource == "lbvserver":
        return {"curstate": "OUT OF SERVICE" if off else "DOWN", "effectivestate": "DOWN", "type": "ADDRESS"}
    return {"state": "ENABLED"} if resource == "lbmonitor" else {}


def _new_name(kinds: Type, given: Object) -> str:
    value = given.pop(kinds.key, None)
    if value is None:
        raise NitroError(1095, kinds.key)
    name = str(value)
    if kinds.key == "id":
        if not (name.isdecimal() and 1 <= int(name) <= 16_777_215):
            raise NitroError(1097, f"id, {name[:30]}")
    elif not isinstance(value, str) or not NAME.fullmatch(name):
        raise NitroError(1075)
    return name


def _there(state: State, resource: str, kinds: Type, given: Object) -> tuple[str, Object]:
    name = str(given.pop(kinds.key, ""))
    there = state.objects(resource).get(name)
    if there is None:
        raise NitroError(258, name)
    return name, there


def _checked(kinds: Type, given: Object, *, creating: bool) -> Object:
    result = {}
    for key, value in given.items():
        kind: Kind | None = kinds.attributes.get(key)
        if kind is None or (kind.fixed and not creating) or (kind.name == "implicit"):
            raise NitroError(278, str(key)[:40])
        kept = checked(kind, value)
        if kept is None:
            raise NitroError(1097, f"{key}, {str(value)[:40]}" if kind.kind != "hidden" else key)
        result[key] = kept
    return result


def _place_service(state: State, given: Object) -> None:
    """A service is on a named server, or on an address; where no server has that, the appliance makes one of its name."""
    if "ip" in given and "servername" in given:
        raise NitroError(1092, "serverName, IP")
    if "ip" not in given and "servername" not in given:
        raise NitroError(1095, "IP")
    if "ip" in given:
        given["servername"] = server_of(state, str(given.pop("ip")))
    elif str(given["servername"]) not in state.objects("server"):
        raise NitroError(258, f"serverName, {str(given['servername'])[:60]}")


def server_of(state: State, address: str) -> str:
    """The server of an address, made where there is none."""
    try:
        text = str(ipaddress.ip_address(address))
    except ValueError:
        raise NitroError(1097, f"IP, {address[:40]}") from None
    name = state.server_at(text)
    if name is not None:
        return name
    defaults = {"domainresolveretry": 5, "ipv6address": "NO", "td": 0, "state": "ENABLED"}
    state.objects("server")[text] = {**defaults, "ipaddress": text, "implicit": True}
    state.servers_changed(text, text)
    return text


def _move_service(state: State, name: str, there: Object, address: str) -> None:
    """A new address: the service goes to the server that has it."""
    old, new = there["servername"], server_of(state, address)
    there["servername"] = new
    _unique_service(state, name, there)
    members.drop_implicit(state, old)


def _unique_address(state: State, name: str, attributes: Object) -> None:
    try:
        attributes["ipaddress"] = str(ipaddress.ip_address(attributes["ipaddress"]))
    except ValueError:
        raise NitroError(1097, f"ipAddress, {attributes['ipaddress'][:40]}") from None
    for other, item in state.objects("server").items():
        if other != name and item.get("ipaddress") == attributes["ipaddress"]:
            raise NitroError(1335)


def _server(state: State, name: str, attributes: Object) -> None:
    if ("ipaddress" in attributes) == ("domain" in attributes):
        raise NitroError(1092, "ipAddress, domain") if "domain" in attributes else NitroError(1095, "IPAddress")
    if "ipaddress" in attributes:
        _unique_address(state, name, attributes)


def _unique_service(state: State, name: str, attributes: Object) -> None:
    place = ("servername", "port", "servicetype")
    for other, item in state.objects("service").items():
        if other != name and all(item[key] == attributes[key] for key in place):
            raise NitroError(273, other)


def _in_units(attributes: Object, resource: str) -> Object:
    """A monitor keeps whole minutes as minutes, whatever they were given as."""
    for key, unit in UNITS.items() if resource == "lbmonitor" else ():
        if key in attributes:
            amount = attributes[key] * PER_UNIT[attributes.get(unit, "SEC")]
            whole = amount % 60_000 == 0 and amount > 0
            attributes[key], attributes[unit] = (
                (amount // 60_000, "MIN") if whole else (attributes[key], attributes.get(unit, "SEC"))
            )
    return attributes


def _monitor(_state: State, _name: str, attributes: Object) -> None:
    if (
        attributes.get("interval", 5) * PER_UNIT[attributes.get("units3", "SEC")]
        <= attributes.get("resptimeout", 2) * PER_UNIT[attributes.get("units4", "SEC")]
    ):
        raise NitroError(1097, "respTimeout")


_CHECKS: dict[str, Any] = {"server": _server, "service": _unique_service, "lbmonitor": _monitor}
