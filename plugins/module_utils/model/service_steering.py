# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the chains of a service that segment routing leads to the segments and routes of plain servers.

Each server of a chain has one segment or more of its own, the same for all chains that pass it: one where packets go on, and
one for each version of IP where they are taken out. So the chain itself is known to its ingress alone, and, for the way
back, to its egress.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Network, ip_network
from typing import Any

from ..core.errors import InputError, Place

Data = Mapping[str, Any]
PASS = 0x1
"""Number of the segment of a server, in its locator, at which packets go on to the next segment."""
OUT = {4: 0xD4, 6: 0xD6}
"""The same of those at which packets are taken out, by the version of IP inside; named as in RFC 8986's actions."""
OUT_HERE = 0xD7
"""The same for IPv6 that the server itself is to have: Linux hands nothing to itself at the other one."""
LOCAL_TABLE = 255
"""Where Linux has the addresses of the host itself."""
ACTIONS: Mapping[int, Data] = {
    PASS: {"action": "End"},
    OUT[4]: {"action": "End.DX4", "nexthop": str(IPv4Address(0))},
    OUT[6]: {"action": "End.DX6", "nexthop": "::"},
    OUT_HERE: {"action": "End.DT6", "table": LOCAL_TABLE},
}
"""What a server does at each; the unspecified address stands for where the packet's own destination leads."""


@dataclass(frozen=True)
class Way:
    """One direction of a chain, by the names of servers.

    ``local`` is whether the prefix is the last server's own, not a network behind it; ``source`` is the source of packets that
    the first server itself begins.
    """

    name: str
    prefix: str
    servers: tuple[str, ...]
    local: bool = False
    source: str | None = None

    def numbers(self) -> Iterator[tuple[str, int]]:
        """The segments that are passed, each as a server and the number of one of its segments."""
        *between, last = self.servers[1:]
        yield from ((server, PASS) for server in between)
        version = ip_network(self.prefix).version
        yield last, OUT_HERE if version == 6 and self.local else OUT[version]


@dataclass(frozen=True)
class Steering:
    """What servers get: ``{server: {sids, chains}}`` for each chain by name; and a sentence for each chain that is left out."""

    chains: Mapping[str, Mapping[str, dict[str, list[dict[str, Any]]]]]
    left_out: Sequence[str]


def steering(service: Data, sites: Mapping[str, Data], processes: Mapping[str, Sequence[str]]) -> Steering:
    """The segments and routes of each chain that is to be led.

    :param processes: by function the servers that run its processes
    :raises InputError: a chain cannot be led, and is not said to be optional
    """
    nodes = {server: node for site in sites.values() for server, node in (site.get("srv6") or {}).items()}
    known = {server: name for name, site in sites.items() for server in site.get("servers") or ()}
    found, left_out = {}, []
    for index, chain in enumerate(service.get("chains", [])):
        if "srv6" not in chain:
            continue
        servers = _servers(chain, index, known, processes)
        lacking = [server for server in servers if server not in nodes]
        if not lacking:
            found[chain["name"]] = _routes(list(_ways(chain, servers)), nodes)
            _check_rivals(found, chain["name"], index)
        elif chain["srv6"].get("optional"):
            left_out.append(
                f"the chain {chain['name']} is left out, and packets do not pass its functions: {_lacking(lacking)}"
            )
        else:
            raise InputError(f"the chain cannot be led: {_lacking(lacking)}", _at(index))
    return Steering(found, left_out)


def _check_rivals(found: Mapping[str, Mapping[str, Data]], name: str, index: int) -> None:
    """A server leads packets to one prefix one way, and tells chains apart by their names."""
    for server, routes in found[name].items():
        before = [one for other in found if other != name for one in found[other].get(server, {}).get("chains", ())]
        for mine, theirs in ((mine, theirs) for mine in routes["chains"] for theirs in before):
            for key in ("prefix", "name"):
                if mine[key] == theirs[key]:
                    message = (
                        f"the chain {theirs['name']} has the {key} {mine[key]} on the server {server} already; take another"
                    )
                    raise InputError(message, _at(index))


def _lacking(servers: Sequence[str]) -> str:
    return f"the sites file names no srv6.locator of the server {servers[0]}, the range of its segments"


def _at(index: int, key: str = "") -> Place:
    return Place(path=f"chains[{index}].srv6{key}")


def _servers(chain: Data, index: int, known: Data, processes: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The servers of a chain in the order in which packets pass them, each once where it follows itself."""
    wanted = chain["srv6"]
    functions = [_server(name, index, wanted["ingress"], known, processes) for name in chain["functions"]]
    listed = [wanted["ingress"], *functions, wanted.get("egress", functions[-1])]
    for key in ("ingress", "egress"):
        if key in wanted and wanted[key] not in known:
            raise InputError(
                f"there is no server {wanted[key]}; there are {', '.join(sorted(known)) or 'none'}", _at(index, f".{key}")
            )
    passed = tuple(one for position, one in enumerate(listed) if position == 0 or one != listed[position - 1])
    if len(passed) < 2:
        raise InputError(f"all of it is on the server {passed[0]}, so there is no way to lead", _at(index))
    return passed


def _server(function: str, index: int, ingress: str, known: Data, processes: Mapping[str, Sequence[str]]) -> str:
    """The one server of a function: at the site of the ingress, if it has any there."""
    everywhere = sorted(set(processes.get(function, ())))
    near = [server for server in everywhere if known[server] == known.get(ingress)] or everywhere
    if len(near) != 1:
        found = f"the servers {', '.join(near)}" if near else "no process on a plain server"
        raise InputError(f"{function} has {found}; a function of a chain that is led has one server", _at(index))
    return near[0]


def _ways(chain: Data, servers: tuple[str, ...]) -> Iterator[Way]:
    wanted, name, local = chain["srv6"], chain["name"], chain["srv6"].get("local", False)
    yield Way(name, str(ip_network(wanted["prefix"])), servers, local, wanted.get("source"))
    if "return" in wanted:
        yield Way(f"{name}-back", str(ip_network(wanted["return"])), servers[::-1], local)


def _routes(ways: Sequence[Way], nodes: Mapping[str, Data]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """What each server gets of these ways."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for way in ways:
        for server, number in way.numbers():
            sids = found.setdefault(server, {"sids": [], "chains": []})["sids"]
            sid = {"sid": f"{_segment(nodes[server], number)}/128", "device": nodes[server]["device"], **ACTIONS[number]}
            if sid not in sids:
                sids.append(sid)
        chain = {
            "name": way.name,
            "prefix": way.prefix,
            "segments": [_segment(nodes[server], number) for server, number in way.numbers()],
            "mode": "encap",
            "device": nodes[way.servers[0]]["device"],
            **({"preferred_source": way.source} if way.source else {}),
        }
        found.setdefault(way.servers[0], {"sids": [], "chains": []})["chains"].append(chain)
    return found


def _segment(node: Data, number: int) -> str:
    return str(IPv6Network(node["locator"])[number])
