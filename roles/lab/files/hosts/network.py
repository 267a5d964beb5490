# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bridge, network namespaces, and the wire between them.

All hosts of a lab hang on one bridge, whose address is their default route and the machine's way
to them. The network is a free /24 of 198.18.0.0/15, which is set aside for tests (RFC 2544).

For service chains each host owns a locator, a range of segments, to which the others have a route, and
an address for services, to which nobody has one: packets find it when a chain leads them.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
from collections.abc import Iterator
from pathlib import Path

from .command import LabError, run
from .lab import SERVICE_RANGE, Host, Lab

RANGE = ipaddress.IPv4Network("198.18.0.0/15")
NAMESPACES = Path("/run/netns")
INTERFACES = Path("/sys/class/net")
HAS_IPV6 = Path("/proc/net/if_inet6").exists()


def choose(lab: Lab) -> ipaddress.IPv4Network:
    """The lab's recorded network, or else the first free one from where its id points."""
    taken = list(_routes(lab.bridge))
    if lab.network and not any(lab.network.overlaps(route) for route in taken):
        return lab.network
    networks = list(RANGE.subnets(new_prefix=24))
    first = int(lab.id, 16) % len(networks)
    for network in networks[first:] + networks[:first]:
        if not any(network.overlaps(route) for route in taken):
            return network
    raise LabError(f"no /24 of {RANGE} is free for the lab's hosts: see `ip route`, and stop labs that nobody needs")


def _routes(own: str) -> Iterator[ipaddress.IPv4Network]:
    for route in json.loads(run("ip", "-json", "-4", "route", "show") or "[]"):
        if route["dst"] != "default" and route.get("dev") != own:
            yield ipaddress.IPv4Network(route["dst"])


def ensure_bridge(lab: Lab) -> bool:
    """Make the bridge what it should be; whether it was anything else before."""
    wanted = {lab.gateway(network) for network in _networks(lab)}
    if not (INTERFACES / lab.bridge).exists():
        run("ip", "link", "add", lab.bridge, "type", "bridge")
    [link] = json.loads(run("ip", "-json", "address", "show", "dev", lab.bridge))
    present = {f"{entry['local']}/{entry['prefixlen']}" for entry in link["addr_info"] if entry["scope"] == "global"}
    if present == wanted and "UP" in link["flags"]:
        return False
    commands = [f"address delete {address} dev {lab.bridge}" for address in present - wanted]
    commands += [_add_address(address, lab.bridge) for address in wanted - present]
    _batch([*commands, f"link set {lab.bridge} up"])
    return True


def _networks(lab: Lab) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [network for network in (lab.network, lab.network6 if HAS_IPV6 else None) if network]


def _add_address(address: str, device: str) -> str:
    # Duplicate address detection would keep an IPv6 address unusable for a second or more.
    return f"address add {address} dev {device}" + (" nodad" if ":" in address else "")


def connect(host: Host) -> None:
    """Make the host's namespace and its wire to the bridge."""
    run("ip", "netns", "add", host.namespace)
    _batch(
        [
            f"link add {host.link} type veth peer name eth0 address {host.mac} netns {host.namespace}",
            f"link set {host.link} master {host.lab.bridge} up",
        ]
    )
    commands = ["link set lo up", f"address add {host.address}/24 dev eth0", f"address add {host.service_address}/32 dev eth0"]
    # Where no chain leads, packets to these addresses are to end here, not to leave by the default route.
    routes = [f"route add unreachable {SERVICE_RANGE}"]
    routes += [f"route add default via {host.lab.network[1]}"] if host.lab.network else []
    if HAS_IPV6:
        commands.append(_add_address(f"{host.address6}/64", "eth0"))
        routes.append(f"route add default via {host.lab.network6[1]} dev eth0")
    _batch([*commands, "link set eth0 up", *routes], "nsenter", f"--net={host.namespace_file}")


def lead_to_locators(host: Host) -> None:
    """Tell a host the way to the segments of the others, those that came later too."""
    others = [other for other in host.lab.hosts() if other != host]
    if HAS_IPV6 and others:
        routes = [f"route replace {other.locator} via {other.address6} dev eth0" for other in others]
        _batch(routes, "nsenter", f"--net={host.namespace_file}")


def has_segments() -> bool:
    """Whether the kernel knows segment routing: it takes such a route, in a namespace that is gone afterwards."""
    lines = (
        "link add name nfv0 type veth peer name nfv1",
        "link set nfv0 up",
        "route add fc00::1 encap seg6local action End dev nfv0",
        "route add 192.0.2.1 encap seg6 mode encap segs fc00::1 dev nfv0",
    )
    with contextlib.suppress(LabError):
        _batch(list(lines), "unshare", "--net")
        return True
    return False


def _batch(commands: list[str], *prefix: str) -> None:
    run(*prefix, "ip", "-batch", "-", text="\n".join(commands) + "\n")


def is_connected(host: Host, pid: int) -> bool:
    """Whether the process lives in the namespace of the host's name, and the wire leads to the bridge."""
    try:
        same = os.path.samestat(host.namespace_file.stat(), os.stat(f"/proc/{pid}/ns/net"))
        return same and (INTERFACES / host.link / "master").resolve().name == host.lab.bridge
    except FileNotFoundError:
        return False


def disconnect(host: Host) -> None:
    """Remove what is there of a host's namespace and wire."""
    remove_interface(host.link)
    remove_namespace(host.namespace)


def remove_interface(name: str) -> None:
    try:
        if (INTERFACES / name).exists():
            run("ip", "link", "delete", name)
    except LabError:
        if (INTERFACES / name).exists():  # else the kernel was quicker: a wire ends with its namespace
            raise


def remove_namespace(name: str) -> None:
    if (NAMESPACES / name).exists():
        run("ip", "netns", "delete", name)


def interfaces(lab: Lab) -> list[str]:
    """The machine's interfaces of this lab, recorded or not: the bridge, and one for each host."""
    return sorted(interface.name for interface in INTERFACES.glob(f"{lab.bridge}*"))


def namespaces(lab: Lab) -> list[str]:
    """The namespaces of this lab, recorded or not."""
    return sorted(file.name for file in NAMESPACES.glob(f"{lab.bridge}-*"))


def pids(namespace: str) -> list[int]:
    """Who lives in a namespace, whoever started it."""
    if not (NAMESPACES / namespace).exists():
        return []
    return [int(pid) for pid in run("ip", "netns", "pids", namespace).split()]
