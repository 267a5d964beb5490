# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A described load balancer as a configuration of HAProxy (2.6 and later), and what is to be done for it to run.

The first words of the configuration are its :func:`digest`, which a running HAProxy tells with ``show info``: so it is
known which configuration runs. Weights and states of members are not in it, for they change without a new process.
All that the description brings has a narrow alphabet (see ``load_balancer_options``); paths and codes are quoted still.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..core.plan import Change, Plan, difference
from .back_ends import said
from .description import Listener, LoadBalancer, Member, Monitor, Persistence

KIND = "load_balancer"
BACKEND = "members"
"""The name of the one backend, as the stats socket is asked for it."""
SOCKET = "stats.sock"
TABLE_EXPIRE = 1800
"""Seconds for which a client that is silent is remembered, if nothing is said."""
COOKIE = "SRVID"
IDENTITIES = 2**31 - 1
DIGEST = "    description "
HASHES = ("hash ", "uri", "hdr(")
"""The algorithms by which a member is computed from the request."""


@dataclass(frozen=True)
class Wanted:
    """What is to run: the ``text`` of its configuration, the :func:`digest` and what can be changed while it runs."""

    text: str
    digest: str
    members: Mapping[str, Mapping[str, Any]]


def wanted(balancer: LoadBalancer, user: str | None = None, drain: int = 300) -> Wanted:
    """A description as HAProxy runs it.

    :param user: the user and group that serve, None for who starts it
    :param drain: after how many s the connections of an old process are cut
    """
    [listener] = balancer.listeners
    text = [*_body(balancer, user, drain), ""]
    known = digest(balancer, user, drain)
    members = {member.name: {"weight": member.weight, "enabled": member.enabled} for member in listener.members}
    return Wanted("\n".join(["global", f"{DIGEST}'{known}'", *text]), known, members)


def digest(balancer: LoadBalancer, user: str | None = None, drain: int = 300) -> str:
    """What tells configurations apart that need a new process: all of it but weights and states."""
    [listener] = balancer.listeners
    alike = tuple(replace(member, weight=1, enabled=True) for member in listener.members)
    body = _body(replace(balancer, listeners=(replace(listener, members=alike),)), user, drain)
    return hashlib.sha256("\n".join(body).encode()).hexdigest()[:32]


def plan(current: Mapping[str, Mapping[str, Any]], name: str, goal: Wanted | None, function: str | None = None) -> Plan:
    """What is to be done for the load balancer ``name``; ``goal`` is None for its removal.

    :param current: ``{name: {"configuration": lines, "running": digest, "members", "function"}}``, empty where there is none
    """
    if goal is None:
        return difference(KIND, current, {})
    state = {"configuration": goal.text.splitlines(), "running": goal.digest, "function": function}
    if current.get(name, {}).get("running") == goal.digest:
        state["members"] = goal.members
    return difference(KIND, current, {name: state})


def runtime(change: Change) -> list[str] | None:
    """The words for the stats socket that make a change in the running process; None where it takes a new one.

    A file of another digest than that of the running process may be one that the process is just about to read, for a run
    that was killed.
    """
    if change.before is None or change.after is None or change.after.keys() - {"configuration", "members"}:
        return None
    if _digest_line(change.before) not in (None, _digest_line(change.after)):
        return None
    return commands(change.before.get("members", {}), change.after.get("members", {}))


def _digest_line(state: Mapping[str, Any]) -> str | None:
    """The line of a configuration that holds its digest; None where none is told."""
    return next((line for line in state.get("configuration", ()) if line.startswith(DIGEST)), None)


def commands(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The words that make the members of a running HAProxy what they are to be."""
    found = []
    for name, wanted in after.items():
        there = before.get(name, {})
        if there.get("weight") != wanted["weight"]:
            found.append(f"set server {BACKEND}/{name} weight {wanted['weight']}")
        if there.get("enabled") != wanted["enabled"]:
            found.append(f"set server {BACKEND}/{name} state {'ready' if wanted['enabled'] else 'maint'}")
    return found


def _body(balancer: LoadBalancer, user: str | None, drain: int) -> Iterator[str]:
    [listener] = balancer.listeners
    http = listener.protocol == "http"
    timeouts = listener.timeouts
    yield f"    stats socket unix@{SOCKET} mode 600 level admin expose-fd listeners"
    yield f"    hard-stop-after {drain}s"
    yield from [f"    user {user}", f"    group {user}"] if user else []
    yield "    noreuseport"
    yield "defaults"
    yield f"    mode {said('haproxy', 'protocol', listener.protocol)}"
    yield f"    timeout client {timeouts.client_data}ms"
    yield f"    timeout server {timeouts.member_data}ms"
    yield f"    timeout connect {timeouts.member_connect}ms"
    yield from ["    retries 3", "    option redispatch"]
    yield from ["    option idle-close-on-response"] if http else []
    yield "frontend clients"
    yield f"    bind {_endpoint(balancer.address, listener.port)}"
    yield from [f"    maxconn {listener.connections}"] if (listener.connections or 0) > 0 else []
    yield from [f"    tcp-request connection reject if !{{ src {' '.join(listener.sources)} }}"] if listener.sources else []
    yield f"    default_backend {BACKEND}"
    yield from _members(listener)


def _members(listener: Listener) -> Iterator[str]:
    balance = said("haproxy", "algorithm", listener.algorithm)
    yield f"backend {BACKEND}"
    yield f"    balance {balance}"
    yield from ["    hash-type consistent"] if balance.startswith(HASHES) else []
    yield from _persistence(listener.persistence)
    yield from _probe(listener.monitor)
    checked, numbers = _checked(listener.monitor), identities(member.name for member in listener.members)
    for member in listener.members:
        yield _server(numbers[member.name], member, listener, checked)


def identities(names: Iterable[str]) -> dict[str, int]:
    """A number for each name, from 1 to 2^31 - 1, that does not depend on the others but where two hash alike.

    HAProxy hashes clients onto members by these numbers, and names them in cookies: so a member that comes or goes moves
    nobody else's clients, and the same names at two HAProxys are chosen alike.
    """
    found: dict[str, int] = {}
    taken: set[int] = set()
    for name in sorted(names):
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % IDENTITIES + 1
        while number in taken:
            number = number % IDENTITIES + 1
        taken.add(number)
        found[name] = number
    return found


def _server(number: int, member: Member, listener: Listener, checked: str) -> str:
    cookie = listener.persistence and listener.persistence.type == "cookie"
    words = (
        f"    server {member.name} {_endpoint(member.address, member.port)} id {number} weight {member.weight}",
        f"maxconn {listener.member_connections}" if (listener.member_connections or 0) > 0 else "",
        "backup" if member.backup else "",
        "" if member.enabled else "disabled",
        f"cookie {number:x}" if cookie else "",
        checked,
    )
    return " ".join(word for word in words if word)


def _persistence(kept: Persistence | None) -> Iterator[str]:
    if kept is None:
        return
    seconds = kept.timeout or TABLE_EXPIRE
    if kept.type == "cookie":
        idle = f" maxidle {kept.timeout}s" if kept.timeout else ""
        yield f"    cookie {kept.cookie or COOKIE} insert indirect nocache httponly{idle}"
    elif kept.type == "application_cookie":
        yield f"    stick-table type string len 128 size 100k expire {seconds}s"
        yield f"    stick store-response res.cook({kept.cookie})"
        yield f"    stick on req.cook({kept.cookie})"
    else:
        yield f"    stick-table type ipv6 size 100k expire {seconds}s"
        yield f"    stick on {said('haproxy', 'persistence.type', kept.type)}"


def _probe(monitor: Monitor | None) -> Iterator[str]:
    if monitor is None:
        return
    yield f"    timeout check {monitor.timeout}s"
    if monitor.type in ("http", "https"):
        yield "    option httpchk"
        yield f"    http-check send meth {monitor.http_method} uri '{monitor.url_path}'"
        yield f"    http-check expect status {monitor.expected_codes}"
    elif monitor.type == "tls_hello":
        yield "    option ssl-hello-chk"


def _checked(monitor: Monitor | None) -> str:
    if monitor is None:
        return ""
    secure = " check-ssl verify none" if monitor.type == "https" else ""
    return f"check inter {monitor.delay}s rise {monitor.max_retries} fall {monitor.max_retries_down}{secure}"


def _endpoint(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
