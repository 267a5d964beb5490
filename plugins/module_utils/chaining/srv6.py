# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wanted of segment routing on one host: the options of ``srv6_chain`` and ``srv6_sid``, checked, as routes.

A chain is a route at the ingress whose packets get a list of segments; a segment is a route at a service node or an egress
that says what becomes of packets which it is the destination of.

Source: RFC 8754 and RFC 8986; ip-route(8).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from ..core.errors import InputError, Place
from .srv6_routes import APPENDED, ENCAPSULATION, ENDPOINT, PROTOCOL, Key, Route

MODES = ("encap", "encap.red", "inline", "l2encap", "l2encap.red")
MOST_SEGMENTS = 59
"""Of what ``ip`` can hand to the kernel; from the 60th on it says so, and makes the route without any segment."""
MOST_TEXT = 1023
"""Bytes of a list as text; ``ip`` cuts off what is beyond, without a word."""

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "End": (),
    "End.X": ("nexthop",),
    "End.T": ("table",),
    "End.DX2": ("output_device",),
    "End.DX4": ("nexthop",),
    "End.DX6": ("nexthop",),
    "End.DT4": ("vrf_table",),
    "End.DT6": ("table", "vrf_table"),
    "End.DT46": ("vrf_table",),
    "End.B6": ("segments",),
    "End.B6.Encaps": ("segments",),
}
"""The actions, and of which options each needs one."""
WORDS = {"table": "table", "vrf_table": "vrftable", "output_device": "oif"}
"""What ``ip`` calls an option."""
INTO_IPV4 = frozenset({"End.DX4", "End.DT4", "End.DT46"})
FORWARD_IPV4, FORWARD_IPV6 = "net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"
VRF_STRICT = "net/vrf/strict_mode"
_SERVICE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_DEVICE = re.compile(r"""[^\s/"'\\#\x00-\x1f]{1,15}""")


@dataclass(frozen=True)
class Wanted:
    """What a task asks for.

    ``names`` gives the routes' names, by their places; ``present`` are routes that there are to be, ``absent`` places where
    there is to be none of ours; with ``only`` there is to be no other of ours of this ``kind`` at all. ``settings`` of the
    kernel have paths below ``/proc/sys``.
    """

    kind: str
    present: tuple[Route, ...]
    absent: tuple[tuple[int, int, str], ...] = ()
    names: Mapping[tuple[int, int, str], str] = field(default_factory=dict)
    only: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None
    protocol: int = PROTOCOL
    service: str | None = None

    @property
    def devices(self) -> set[str]:
        """The devices that have to be there."""
        return {str(route.state[name]) for route in self.present for name in ("device", "oif") if route.state.get(name)}


def chains(options: Mapping[str, Any]) -> Wanted:
    """What ``srv6_chain`` is asked for.

    :raises InputError: options that do not go together, with the place of the chain in the list
    """
    source = options["source"] and str(_one_node(_address(options["source"], "source", 6), "source"))
    wanted = _wanted(options, "chains", ENCAPSULATION, ("prefix", "segments", "device"), _chain)
    return Wanted(**wanted, source=source)


def segments(options: Mapping[str, Any]) -> Wanted:
    """What ``srv6_sid`` is asked for; as :func:`chains`."""
    return Wanted(**_wanted(options, "sids", ENDPOINT, ("sid", "action", "device"), _segment))


def _wanted(
    options: Mapping[str, Any],
    several: str,
    kind: str,
    needed: Sequence[str],
    make: Callable[[Mapping[str, Any], str, int], Route],
) -> dict[str, Any]:
    present: dict[tuple[int, int, str], Route] = {}
    names: dict[tuple[int, int, str], str] = {}
    absent = []
    protocol = _number(options["protocol"], "protocol", 5, 255)
    for one, where in _each(options, several):
        gone = one["state"] == "absent"
        if missing := [name for name in (needed[:1] if gone else needed) if one.get(name) in (None, "", [])]:
            raise InputError(f"{missing[0]} is missing{_why(missing[0], gone)}", Place(path=where or None))
        key = _key(one, where, needed[0])
        if key.place in names:
            raise InputError(f"{key} is given twice; write each one time", Place(path=f"{where}{needed[0]}"))
        names[key.place] = _name(one.get("name"), where)
        if gone:
            absent.append(key.place)
        else:
            present[key.place] = make(one, where, protocol)
    routes = tuple(present.values())
    _once([name for name in names.values() if name], several)
    settings = _settings(routes) if options["settings"] else {}
    return {"kind": kind, "present": routes, "absent": tuple(absent), "names": names, "only": options["purge"],
            "settings": settings, "protocol": protocol, "service": _service(options["service"])}  # fmt: skip


def _service(given: str | None) -> str | None:
    if given is not None and not _SERVICE.fullmatch(given):
        raise InputError(f"{given!r} is no name of a service: letters, digits, - and _, 63 at most", Place(path="service"))
    return given


def _each(options: Mapping[str, Any], several: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each of the list with its place, what it leaves out taken from the task; without a list the task itself."""
    if options[several] is None:
        yield options, ""
        return
    for index, one in enumerate(options[several]):
        yield {**options, **{name: value for name, value in one.items() if value is not None}}, f"{several}[{index}]."


def _why(name: str, gone: bool) -> str:
    if name == "segments":
        return ": a chain without a segment leads nowhere"
    return ": the kernel keeps no names, and knows what to remove by it" if gone and name == "prefix" else ""


def _once(names: Sequence[str], several: str) -> None:
    if twice := next((name for index, name in enumerate(names) if name in names[:index]), None):
        raise InputError(f"the name {twice!r} is given twice; give each its own", Place(path=several))


def _name(given: Any, where: str) -> str:
    name = str(given or "")
    if not name.isprintable():
        raise InputError(f"{name!r} has characters that cannot be printed; choose another", Place(path=f"{where}name"))
    return name


def _key(one: Mapping[str, Any], where: str, option: str) -> Key:
    text = str(one[option]).strip()
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise InputError(f"{text!r} is no prefix; write such as 2001:db8:b::/64", Place(path=f"{where}{option}")) from None
    if option == "sid" and network.version == 4:
        raise InputError(f"{text} is IPv4; a segment is an IPv6 address", Place(path=f"{where}sid"))
    if network.is_multicast:
        raise InputError(f"{network} is multicast, which no route for a single node leads", Place(path=f"{where}{option}"))
    if ip_address(text.partition("/")[0]) != network.network_address:
        raise InputError(f"{text} has bits beyond its length; write {network}", Place(path=f"{where}{option}"))
    table = _number(one["route_table"], f"{where}route_table", 1, (1 << 32) - 1)
    least = 0 if network.version == 4 else 1  # for IPv6 the kernel makes 1024 of it
    return Key(network.version, table, str(network), _number(one["metric"], f"{where}metric", least, (1 << 32) - 1))


def _chain(one: Mapping[str, Any], where: str, protocol: int) -> Route:
    key = _key(one, where, "prefix")
    mode = one["mode"]
    if mode == "inline" and key.version == 4:
        raise InputError("mode inline is for IPv6 alone; take encap", Place(path=f"{where}mode"))
    gateway = one.get("gateway") and _address(one["gateway"], f"{where}gateway")
    if gateway and gateway.version < key.version:
        raise InputError(f"{gateway} is IPv4, and the prefix IPv6", Place(path=f"{where}gateway"))
    state = {
        "mode": mode,
        "segments": _segments(one["segments"], where, mode),
        "device": _device(one["device"], f"{where}device"),
        "gateway": gateway and str(gateway),
        "preferred_source": _preferred(one, where, key.version),
    }
    return Route(key, state, protocol)


def _preferred(one: Mapping[str, Any], where: str, version: int) -> str | None:
    given = one.get("preferred_source")
    return str(_address(given, f"{where}preferred_source", version)) if given else None


def _segment(one: Mapping[str, Any], where: str, protocol: int) -> Route:
    action = one["action"]
    options = ("nexthop", "table", "vrf_table", "output_device", "segments")
    given = [name for name in options if one.get(name) not in (None, [])]
    if strange := [name for name in given if name not in ACTIONS[action]]:
        raise InputError(f"{action} takes no {strange[0]}; leave it out", Place(path=f"{where}{strange[0]}"))
    if ACTIONS[action] and len(given) != 1:
        raise InputError(f"{action} needs {' or '.join(ACTIONS[action])}", Place(path=f"{where}action"))
    state: dict[str, Any] = {"action": action}
    if "nexthop" in given:
        version = 4 if action == "End.DX4" else 6
        state[f"nh{version}"] = str(_address(one["nexthop"], f"{where}nexthop", version, action))
    elif "segments" in given:
        state["segments"] = _segments(one["segments"], where, action)
    elif "output_device" in given:
        state["oif"] = _device(one["output_device"], f"{where}output_device")
    elif given:
        state[WORDS[given[0]]] = str(_number(one[given[0]], f"{where}{given[0]}", 1, (1 << 32) - 1))
    hop = {"device": _device(one["device"], f"{where}device"), "gateway": None}
    return Route(_key(one, where, "sid"), {**state, **hop}, protocol)


def _segments(given: Sequence[Any], where: str, kind: str) -> list[str]:
    most = MOST_SEGMENTS - (kind in APPENDED)
    found = []
    for index, one in enumerate(given):
        place = f"{where}segments[{index}]"
        address = _one_node(_address(one, place, 6), place)
        if address.is_unspecified or address.ipv4_mapped:
            raise InputError(f"{address} is no node's address, and a segment is", Place(path=place))
        found.append(str(address))
    if len(found) > most or len(",".join(found)) > MOST_TEXT:
        raise InputError(
            f"{len(found)} segments are more than the program ip can hand to the kernel: {most}, of at most {MOST_TEXT} "
            "characters in all; split the way with End.B6.Encaps",
            Place(path=f"{where}segments"),
        )
    return found


def _address(given: Any, where: str, version: int = 0, action: str = "") -> IPv4Address | IPv6Address:
    text = str(given).strip()
    try:
        address = ip_address(text)
    except ValueError:
        raise InputError(f"{text!r} is no address of IPv{version or '4 or IPv6'}", Place(path=where)) from None
    if version and address.version != version:
        other = f", for which there is End.DX{address.version}" if action in ("End.DX4", "End.DX6") else ""
        raise InputError(f"{text} is IPv{address.version}{other}; IPv{version} is needed", Place(path=where))
    if "%" in text:
        raise InputError(f"{text} names a zone; leave out the % and what follows", Place(path=where))
    return address


def _one_node(address: IPv6Address, where: str) -> IPv6Address:
    if address.is_multicast:
        raise InputError(f"{address} is no node's address, but that of many", Place(path=where))
    return address


def _device(given: Any, where: str) -> str:
    text = str(given)
    if not _DEVICE.fullmatch(text) or text in (".", ".."):
        raise InputError(
            f"{text!r} is no name of a network device: up to 15 characters, none a space, / or quote", Place(path=where)
        )
    return text


def _number(given: Any, where: str, low: int, high: int) -> int:
    if given < low or given > high:
        raise InputError(f"{given} is not from {low} to {high}", Place(path=where))
    return given


def _settings(routes: Sequence[Route]) -> dict[str, str]:
    """What the kernel must have for these routes: that it forwards, takes routing headers, and tells VRFs by their tables."""
    found: dict[str, str] = {}
    for route in routes:
        action = route.state.get("action")
        if route.key.version == 6:
            found[FORWARD_IPV6] = "1"
        if route.key.version == 4 or action in INTO_IPV4:
            found[FORWARD_IPV4] = "1"
        if action:
            found["net/ipv6/conf/all/seg6_enabled"] = "1"
            found[f"net/ipv6/conf/{route.state['device']}/seg6_enabled"] = "1"
        if "vrftable" in route.state:
            found[VRF_STRICT] = "1"
    return found
