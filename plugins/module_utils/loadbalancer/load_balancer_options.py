# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that describe a load balancer, and what they mean: checked first by form, then by meaning.

Names, addresses and paths end in configuration files, so their alphabets are narrow: nothing that a file could read as
more than one word gets through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from ..core.errors import InputError, Place
from .back_ends import WEIGHTS, WORDS, require
from .description import UNLIMITED, Listener, LoadBalancer, Member, Monitor, Persistence, Timeouts

MEMBER: Mapping[str, Mapping[str, Any]] = {
    "name": {"type": "str"},
    "address": {"type": "str", "required": True},
    "port": {"type": "int", "required": True},
    "weight": {"type": "int", "default": 1},
    "backup": {"type": "bool", "default": False},
    "enabled": {"type": "bool", "default": True},
}
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True},
    "virtual_ip": {"type": "str"},
    "port": {"type": "int"},
    "protocol": {"type": "str", "choices": list(WORDS["protocol"]), "default": "tcp"},
    "algorithm": {"type": "str", "choices": list(WORDS["algorithm"]), "default": "round_robin"},
    "persistence": {
        "type": "dict",
        "options": {
            "type": {"type": "str", "choices": list(WORDS["persistence.type"]), "required": True},
            "timeout": {"type": "int"},
            "cookie": {"type": "str"},
        },
    },
    "members": {"type": "list", "elements": "dict", "default": [], "options": MEMBER},
    "health_check": {
        "type": "dict",
        "options": {
            "type": {"type": "str", "choices": list(WORDS["health_check.type"]), "default": "tcp"},
            "interval": {"type": "int", "default": 5},
            "timeout": {"type": "int", "default": 3},
            "rise": {"type": "int", "default": 3},
            "fall": {"type": "int", "default": 3},
            "method": {"type": "str", "choices": ["GET", "HEAD", "OPTIONS"]},
            "path": {"type": "str"},
            "expected_codes": {"type": "str"},
        },
    },
    "timeouts": {"type": "dict", "options": {name: {"type": "float"} for name in ("client", "server", "connect")}},
    "limits": {"type": "dict", "options": {name: {"type": "int"} for name in ("connections", "member_connections")}},
    "allowed_sources": {"type": "list", "elements": "str", "default": []},
}
"""As an argument spec."""
HAPROXY: Mapping[str, Mapping[str, Any]] = {
    "service": {"type": "str", "default": "load-balancing"},
    "function": {"type": "str"},
    "program": {"type": "str", "default": "haproxy"},
    "drain": {"type": "int", "default": 300},
}
"""What HAProxy takes besides."""
OCTAVIA: Mapping[str, Mapping[str, Any]] = {
    **{name: {"type": "str"} for name in ("vip_subnet", "member_subnet", "provider")},
    "tags": {"type": "list", "elements": "str", "default": []},
}
"""What Octavia takes besides."""
REQUIRED_IF = (("state", "present", ("virtual_ip", "port")),)

NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?", re.ASCII)
MEMBER_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,128}", re.ASCII)
COOKIE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
PATH = re.compile(r"/[A-Za-z0-9/._~!$&*+,;=:@%?()-]{0,1023}", re.ASCII)
CODES = re.compile(r"[1-5][0-9][0-9](-[1-5][0-9][0-9])?(,[1-5][0-9][0-9](-[1-5][0-9][0-9])?)*", re.ASCII)
SECONDS = 86400
"""The longest time that any option may give."""
DEFAULT_TIMEOUTS: Mapping[str, float] = {"client": 50, "server": 50, "connect": 5}
"""In s; Octavia's own, so that a description means the same everywhere."""
NEEDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("algorithm", "uri"): ("http",),
    ("algorithm", "host"): ("http",),
    ("persistence.type", "cookie"): ("http",),
    ("persistence.type", "application_cookie"): ("http",),
    ("persistence.type", "tls_session"): ("https",),
    ("health_check.type", "udp"): ("udp",),
    ("health_check.type", "sctp"): ("sctp",),
}
"""The protocols that a value needs."""


def describe(options: Mapping[str, Any], back_end: str) -> LoadBalancer:
    """The load balancer that the options describe, for a back end that can do it.

    :raises InputError: one cannot be, or the back end has not what is asked for
    """
    require(back_end, asked(options))
    name, protocol = checked_name(options["name"]), options["protocol"]
    _see_protocol_fits(options)
    address = _address(options["virtual_ip"], "virtual_ip")
    port = _port(options["port"], "port", least=0 if protocol == "any" else 1)
    limits = options["limits"] or {}
    listener = Listener(
        f"{name}:{protocol.upper()}:{port}",
        protocol,
        port,
        members=_members(options, address, back_end),
        algorithm=options["algorithm"],
        persistence=_persistence(options, back_end),
        sources=_sources(options["allowed_sources"], address),
        timeouts=_timeouts(options["timeouts"] or {}),
        monitor=_monitor(options["health_check"]),
        connections=_limit(limits, "connections"),
        member_connections=_limit(limits, "member_connections"),
    )
    return LoadBalancer(name, str(address), (listener,))


def checked_name(name: Any, option: str = "name") -> str:
    """A name that may stand in a path, a configuration and a tag."""
    form = "at most 63 letters, digits, dots, dashes and underscores, a letter or digit first and last"
    return _matched(NAME, name, option, form)


def place(options: Mapping[str, Any]) -> tuple[str, str, int]:
    """The name of a HAProxy, its service, and the seconds that its connections have when it is to end."""
    drain = options["drain"]
    if drain < 1 or drain > SECONDS:
        raise InputError(f"{drain} is no time in s: give one from 1 to {SECONDS}", Place(path="drain"))
    return checked_name(options["name"]), checked_name(options["service"], "service"), drain


def asked(options: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """What a back end must have for these options, as ``back_ends.require`` takes it."""
    check, kept = options["health_check"] or {}, options["persistence"] or {}
    yield "protocol", options["protocol"]
    yield "algorithm", options["algorithm"]
    yield from [("persistence.type", kept["type"])] if kept else []
    yield from [("health_check.type", check["type"])] if check else []
    for key, default in (("weight", 1), ("backup", False), ("enabled", True)):
        yield from [(f"members.{key}", None)] if any(member[key] != default for member in options["members"]) else []
    for option, keys in (
        ("persistence", ("timeout",)),
        ("health_check", ("method", "path", "expected_codes")),
        ("timeouts", ("client", "server", "connect")),
        ("limits", ("connections", "member_connections")),
    ):
        given = options[option] or {}
        yield from ((f"{option}.{key}", None) for key in keys if given.get(key) is not None)
    yield from [("allowed_sources", None)] if options["allowed_sources"] else []


def _see_protocol_fits(options: Mapping[str, Any]) -> None:
    protocol = options["protocol"]
    for option, value in asked(options):
        fitting = NEEDS.get((option, value or ""), (protocol,))
        if protocol not in fitting:
            raise InputError(f"{value} needs the protocol {' or '.join(fitting)}, and this is {protocol}", Place(path=option))


def _matched(pattern: re.Pattern[str], text: Any, option: str, form: str) -> str:
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise InputError(f"{shown(text)} is not made of {form}", Place(path=option))
    return text


def shown(value: Any, limit: int = 60) -> str:
    """A value for an error's sentence: one line, of printable ASCII, not too long."""
    text = ascii(value)
    return text if len(text) <= limit else f"{text[:limit]}..."


def _address(text: Any, option: str) -> IPv4Address | IPv6Address:
    """An address; one with a zone is refused, for a zone may hold any text."""
    try:
        address = ip_address(text)
    except ValueError as error:
        raise InputError(f"{shown(text)} is no IP address", Place(path=option)) from error
    if getattr(address, "scope_id", None) is not None:
        raise InputError(f"{shown(text)} has a zone: give the address without it", Place(path=option))
    return address


def _port(port: Any, option: str, least: int = 1) -> int:
    if port is None or port < least or port > 65535:
        raise InputError(f"{shown(port)} is no port: give one from {least} to 65535", Place(path=option))
    return port


def _members(options: Mapping[str, Any], virtual: IPv4Address | IPv6Address, back_end: str) -> tuple[Member, ...]:
    members = [
        _member(given, f"members[{index}]", options["protocol"], back_end) for index, given in enumerate(options["members"])
    ]
    for kind, keys in (
        ("name", [member.name for member in members]),
        ("address", [(one.address, one.port) for one in members]),
    ):
        seen: set[Any] = set()
        for index, key in enumerate(keys):
            if key in seen:
                shape = key if kind == "name" else f"{key[0]} port {key[1]}"
                raise InputError(f"{shape} is there twice: give each member once", Place(path=f"members[{index}]"))
            seen.add(key)
    looped = [one for one in members if one.address == str(virtual) and one.port == options["port"] and one.port]
    if looped:
        raise InputError("a member is the load balancer itself, which would never end", Place(path="members"))
    return tuple(members)


def _member(given: Mapping[str, Any], place: str, protocol: str, back_end: str) -> Member:
    found = _address(given["address"], f"{place}.address")
    if found.is_unspecified or found.is_multicast:
        raise InputError(f"{found} is the address of no server", Place(path=f"{place}.address"))
    address = str(found)
    port = _port(given["port"], f"{place}.port", least=0 if protocol == "any" else 1)
    name = f"{address}:{port}" if given["name"] is None else given["name"]
    _matched(MEMBER_NAME, name, f"{place}.name", "letters, digits, dots, dashes, colons and underscores, 128 at most")
    least, most = WEIGHTS[back_end]
    if given["weight"] < least or given["weight"] > most:
        text = f"{given['weight']} is no weight for {back_end}: give one from {least} to {most}"
        raise InputError(text, Place(path=f"{place}.weight"))
    return Member(name, address, port, given["weight"], given["backup"], given["enabled"])


def _persistence(options: Mapping[str, Any], back_end: str) -> Persistence | None:
    given = options["persistence"]
    if given is None:
        return None
    kind, cookie = given["type"], given["cookie"]
    if kind == "application_cookie" and cookie is None:
        raise InputError("is missing: name the cookie that the application sets", Place(path="persistence.cookie"))
    if cookie is not None:
        if kind not in ("cookie", "application_cookie"):
            raise InputError(f"persistence by {kind} has no cookie: leave it out", Place(path="persistence.cookie"))
        _matched(COOKIE, cookie, "persistence.cookie", "letters, digits, dashes and underscores, 64 at most")
    if kind == "cookie" and cookie and back_end == "octavia":
        raise InputError("octavia names the cookie itself: leave it out", Place(path="persistence.cookie"))
    if given["timeout"] is not None:
        _within(given["timeout"], "persistence.timeout", SECONDS)
        if back_end == "octavia" and options["protocol"] not in ("udp", "sctp"):
            text = f"octavia has a time for udp and sctp alone; for {options['protocol']} haproxy and netscaler have one"
            raise InputError(text, Place(path="persistence.timeout"))
    return Persistence(kind, given["timeout"], cookie)


def _within(value: float, option: str, most: float) -> float:
    """A number of s greater than 0. A number that is none (NaN) is not between anything."""
    if value > 0 and value <= most:
        return value
    raise InputError(f"{value} is not between 0 and {most}", Place(path=option))


def _sources(given: list[str], virtual: IPv4Address | IPv6Address) -> tuple[str, ...]:
    found = []
    for index, text in enumerate(given):
        place = Place(path=f"allowed_sources[{index}]")
        try:
            network = ip_network(str(text), strict=False)
        except ValueError as error:
            raise InputError(f"{shown(text)} is no range of addresses: write one as 192.0.2.0/24", place) from error
        if network.version != virtual.version or getattr(network.network_address, "scope_id", None) is not None:
            raise InputError(f"{shown(text)} is no range of IPv{virtual.version} as virtual_ip is", place)
        found.append(str(network))
    return tuple(sorted(set(found)))


def _timeouts(given: Mapping[str, Any]) -> Timeouts:
    chosen = {key: default if given.get(key) is None else given[key] for key, default in DEFAULT_TIMEOUTS.items()}
    ms = {key: max(1, round(1000 * _within(value, f"timeouts.{key}", SECONDS))) for key, value in chosen.items()}
    return Timeouts(ms["client"], ms["server"], ms["connect"])


def _limit(limits: Mapping[str, Any], key: str) -> int:
    if limits.get(key) is None:
        return UNLIMITED
    if limits[key] < 1 or limits[key] > 1_000_000:
        raise InputError(f"{limits[key]} is no limit: give one from 1 to 1000000, or none", Place(path=f"limits.{key}"))
    return limits[key]


def _monitor(given: Mapping[str, Any] | None) -> Monitor | None:
    if given is None:
        return None
    for key in ("interval", "timeout"):
        _within(given[key], f"health_check.{key}", 3600)
    for key in ("rise", "fall"):
        if given[key] < 1 or given[key] > 10:
            raise InputError(f"{given[key]} is not from 1 to 10", Place(path=f"health_check.{key}"))
    if given["timeout"] >= given["interval"]:
        text = f"{given['timeout']} s is not less than the interval of {given['interval']} s, after which the next probe begins"
        raise InputError(text, Place(path="health_check.timeout"))
    times = (given["interval"], given["timeout"], given["rise"], given["fall"])
    return Monitor(given["type"], *times, **_http_probe(given))


def _http_probe(given: Mapping[str, Any]) -> dict[str, str]:
    """What a probe by HTTP asks for and expects."""
    if given["type"] not in ("http", "https"):
        for key in ("method", "path", "expected_codes"):
            if given[key] is not None:
                raise InputError(f"a probe by {given['type']} has no {key}: leave it out", Place(path=f"health_check.{key}"))
        return {}
    path = _matched(PATH, given["path"] or "/", "health_check.path", "a slash and the characters of a URL's path, 1024 at most")
    codes = _matched(CODES, given["expected_codes"] or "200", "health_check.expected_codes", "codes such as 200 or 200-204,301")
    return {"http_method": given["method"] or "GET", "url_path": path, "expected_codes": codes}
