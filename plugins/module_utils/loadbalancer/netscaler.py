# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A described load balancer as resources of NetScaler's NITRO API: a service group, a monitor, a virtual server.

Group and virtual server bear the name of the load balancer and, in their comment, whose they are. A monitor has no comment, so
its name says it; its type is in the name too, for it cannot be changed, and so another is bound before this one goes.

The members are bound to the service group by address, so that one that comes or goes is one binding; the appliance makes the
servers itself, as it has one for an address whoever balances it. Protocol ``any`` is passed on in MAC mode, with the addresses
that it has, as the product's manual has it for firewalls.

What another description of the same load balancer would set is said here even where it is the default, lest it stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from ..core.errors import InputError, Place
from ..core.ownership import PREFIX, tag
from .back_ends import WORDS, said
from .description import Listener, LoadBalancer, Member, Monitor, Persistence

Attributes = dict[str, Any]
ANY_PORT = 65535
"""What NITRO takes for the ``*`` of its command line."""
MINUTES = 2
"""How long persistence lasts where nobody says; NITRO's own default."""
PROBES = tuple(sorted({words["netscaler"] for words in WORDS["health_check.type"].values() if "netscaler" in words}))
"""The types of the monitors that are made here."""


@dataclass(frozen=True)
class Resource:
    """One object: the resource of NITRO, by what it is known, and its attributes, which hold the keys too."""

    kind: str
    keys: tuple[str, ...]
    attributes: Attributes

    @property
    def name(self) -> str:
        """The values of its keys, as one word."""
        return " ".join(str(self.attributes[key]) for key in self.keys)


def resources(balancer: LoadBalancer) -> list[Resource]:
    """The objects that make ``balancer``, each after those that it names; to remove them, the other way round.

    :raises InputError: NetScaler takes no such name or address
    """
    [listener] = balancer.listeners
    name = accepted_name(balancer.name)
    ours = {"comment": mark(name)}
    group = Resource("servicegroup", ("servicegroupname",), {"servicegroupname": name, **_group(listener), **ours})
    probe = _monitor(name, listener.monitor) if listener.monitor else []
    virtual = Resource("lbvserver", ("name",), {"name": name, **_virtual(_address(balancer), listener), **ours})
    bound = Resource("lbvserver_servicegroup_binding", ("name", "servicegroupname"), {"name": name, "servicegroupname": name})
    return [group, *probe, *_members(name, listener.members), virtual, bound]


def _address(balancer: LoadBalancer) -> str:
    """An address that an appliance can have; all zeros with a port make a virtual server without an address.

    With protocol ``any`` they are every address, and so they stand in the product's manual for firewalls.
    """
    text = balancer.address
    if not int(ip_address(text)) and any(listener.protocol != "any" for listener in balancer.listeners):
        raise InputError(f"{text} stands for no address of a NetScaler: give one that it is to have", Place(path="virtual_ip"))
    return text


def mark(name: str) -> str:
    """The comment by which a group and a virtual server are known as made here."""
    return tag("load-balancer", name)


def monitor_name(name: str, kind: str) -> str:
    """The monitor of a type; as no other is likely to have such a name, one that is there was made here.

    >>> monitor_name("web", "HTTP")
    'web.http@superfluidity.nfv'
    """
    return f"{name}.{kind.lower()}@{PREFIX}"


def accepted_name(name: str) -> str:
    """The name itself.

    :raises InputError: NetScaler takes no such name
    """
    if not name[0].isalpha():
        raise InputError(f"{name} begins with no letter, which netscaler wants: choose another name", Place(path="name"))
    return name


def wire_port(port: int) -> int:
    return port or ANY_PORT


def _group(listener: Listener) -> Attributes:
    """The service group. Firewalls get packets with the client's address and port."""
    transparent = {"usip": "YES", "useproxyport": "NO"} if listener.protocol == "any" else {"usip": "NO"}
    limit = listener.member_connections or 0
    return {
        "servicetype": said("netscaler", "protocol", listener.protocol),
        "clttimeout": _seconds(listener.timeouts.client_data),
        "svrtimeout": _seconds(listener.timeouts.member_data),
        "maxclient": limit if limit > 0 else 0,
        "healthmonitor": "YES" if listener.monitor else "NO",
        **transparent,
    }


def _seconds(ms: int | None) -> int:
    """NITRO has whole seconds: a part of one is one."""
    return -(-(ms or 0) // 1000)


def _members(name: str, members: Iterable[Member]) -> list[Resource]:
    """A member of a higher ``order`` gets clients when all of a lower one are down."""
    keys = ("servicegroupname", "ip", "port")
    return [
        Resource(
            "servicegroup_servicegroupmember_binding",
            keys,
            {
                "servicegroupname": name,
                "ip": member.address,
                "port": wire_port(member.port),
                "weight": member.weight,
                "state": "ENABLED" if member.enabled else "DISABLED",
                **({"order": 2} if member.backup else {}),
            },
        )
        for member in members
    ]


def _monitor(name: str, monitor: Monitor) -> list[Resource]:
    probe = _probe(monitor)
    own = monitor_name(name, probe["type"])
    binding = {"servicegroupname": name, "monitor_name": own}
    return [
        Resource("lbmonitor", ("monitorname",), {"monitorname": own, **probe}),
        Resource("servicegroup_lbmonitor_binding", ("servicegroupname", "monitor_name"), binding),
    ]


def _probe(monitor: Monitor) -> Attributes:
    http = {"httprequest": f"{monitor.http_method} {monitor.url_path}", "respcode": _codes(monitor.expected_codes)}
    return {
        "type": said("netscaler", "health_check.type", monitor.type),
        "interval": monitor.delay,
        "units3": "SEC",
        "resptimeout": monitor.timeout,
        "units4": "SEC",
        "successretries": monitor.max_retries,
        "retries": monitor.max_retries_down,
        **({} if monitor.type == "ping" else {"secure": "YES" if monitor.type in ("https", "tls_hello") else "NO"}),
        **(http if monitor.type in ("http", "https") else {}),
    }


def _codes(text: str | None) -> list[str]:
    return (text or "200").split(",")


def _virtual(address: str, listener: Listener) -> Attributes:
    limit = listener.connections or 0
    spill = {"somethod": "CONNECTION", "sothreshold": limit, "sobackupaction": "DROP"} if limit > 0 else {"somethod": "NONE"}
    return {
        "servicetype": said("netscaler", "protocol", listener.protocol),
        "ipv46": address,
        "port": wire_port(listener.port),
        "lbmethod": said("netscaler", "algorithm", listener.algorithm),
        "clttimeout": _seconds(listener.timeouts.client_data),
        **_persistence(listener.persistence),
        **spill,
        "m": "MAC" if listener.protocol == "any" else "IP",
    }


def _persistence(kept: Persistence | None) -> Attributes:
    """NITRO has whole minutes: a part of one is one."""
    if kept is None:
        return {"persistencetype": "NONE"}
    minutes = MINUTES if kept.timeout is None else -(-kept.timeout // 60)
    cookie = {"cookiename": kept.cookie} if kept.type == "cookie" and kept.cookie else {}
    kind = said("netscaler", "persistence.type", kept.type)
    return {"persistencetype": kind, "timeout": minutes, **cookie, **_rule(kept)}


def _rule(kept: Persistence) -> Attributes:
    """What the application's cookie is in a request and in a response."""
    if kept.type != "application_cookie":
        return {}
    request = f'HTTP.REQ.COOKIE.VALUE("{kept.cookie}")'
    return {"rule": request, "resrule": f'HTTP.RES.SET_COOKIE.COOKIE("{kept.cookie}").VALUE("{kept.cookie}")'}
