# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Load balancers of Octavia with their floating IPs: read in few calls, changed as a plan says."""

from __future__ import annotations

import time
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from ...core.errors import ConflictError, InputError, Place
from ...core.ownership import tag
from ...core.plan import Change, Plan, carry_out
from . import load_balancer_states as states
from .connection import connect, told_as
from .floating_ips import FloatingIps
from .load_balancer_calls import Octavia, expect_well

PLURALS = {"loadbalancer": "loadbalancers", "listener": "listeners", "pool": "pools", "healthmonitor": "healthmonitors"}
WORDS = {"load_balancer": "loadbalancer", "listener": "listener", "pool": "pool", "monitor": "healthmonitor"}
"""What Octavia calls the kinds of a plan."""


def mark(name: str) -> str:
    """The tag by which a load balancer is known as made here."""
    return tag("load-balancer", name)


class LoadBalancer:
    """One load balancer by its name, with all that it holds."""

    def __init__(self, options: Mapping[str, Any], name: str):
        self._options = options
        self._name = name
        self._cloud = options.get("cloud")
        self._connection = connect(options)
        self._octavia: Any = None
        self._raw: dict[str, dict[str, Any]] = {}
        self._members: dict[str, dict[str, Any]] = {}
        self._floating_ips = FloatingIps(self._connection, mark(name))

    def subnet(self, given: str, option: str, address: str | None = None) -> str:
        """The id of a subnet by its name or id.

        :raises InputError: there is none, or ``address`` does not lie in it
        """
        subnet = self._found(self._connection.network.find_subnet, given, option)
        if address and ip_address(address) not in ip_network(subnet.cidr):
            raise InputError(
                f"{address} does not lie in {given}, which is {subnet.cidr}: choose its own subnet", Place(path=option)
            )
        return subnet.id

    def network(self, given: str, option: str) -> str:
        """The id of a network by its name or id."""
        return self._found(self._connection.network.find_network, given, option).id

    def _found(self, find: Any, given: str, option: str) -> Any:
        if not given.strip():
            raise InputError("it is empty: give a name or an id", Place(path=option))
        with told_as(f"{option} {given}", self._cloud):
            found = find(given, ignore_missing=True)
        if found is None:
            raise InputError(f"the cloud has none that is called {given!r}, or hides it from this user", Place(path=option))
        return found

    def read(self, address: str | None = None, *, wait: bool = True) -> dict[str, dict[str, Any]]:
        """What is there, once no change is under way, in the form of ``loadbalancer.octavia``.

        :param address: a floating IP to look for beside those that are known as this load balancer's
        :param wait: whether to wait for changes that are under way
        :raises ConflictError: a load balancer of the name is there that bears not our mark
        """
        with told_as(f"load balancer {self._name}", self._cloud):
            self._octavia = self._octavia or Octavia(self._connection.load_balancer, self._options["timeout"])
            self._octavia.balancer = self._find()
            balancer = self._octavia.settle() if wait else self._octavia.look()
            self._raw = {"load_balancer": {self._name: balancer} if balancer else {}}
            self._members = {}
            if balancer:
                self._read_settled(balancer["id"], wait)
            return {**self._state(), "floating_ip": self._floating_ips.read(self._vip_port(), address)}

    def _find(self) -> str | None:
        """The id of ours; an administrator sees those of all projects."""
        query = {"name": self._name, "project_id": self._connection.current_project_id}
        found = list(self._octavia.list("loadbalancers", **query))
        ours = [item["id"] for item in found if mark(self._name) in (item.get("tags") or ())]
        if found and not ours:
            raise ConflictError(
                f"load balancer {self._name} exists and is not ours, for it has no tag {mark(self._name)}: "
                "delete it, give it the tag, or choose another name (for a Service, another name_prefix)"
            )
        return next(iter(ours), None)

    def _read_settled(self, identity: str, wait: bool) -> None:
        """What it holds; where no change is under way, what is PENDING all the same gets a moment to end that."""
        since = time.monotonic()
        self._read_contents(identity)
        while wait and self._is_pending() and self._octavia.linger(since):
            self._read_contents(identity)

    def _is_pending(self) -> bool:
        kinds = [*(self._raw[kind] for kind in ("pool", "monitor", "listener")), *self._members.values()]
        return any(states.is_pending(raw) for items in kinds for raw in items.values())

    def _read_contents(self, identity: str) -> None:
        octavia = self._octavia
        pools = states.named(octavia.list("pools", loadbalancer_id=identity))
        names = {raw["id"]: name for name, raw in pools.items()}
        monitored = {raw["healthmonitor_id"]: name for name, raw in pools.items() if raw.get("healthmonitor_id")}
        monitors = octavia.list("healthmonitors") if monitored else ()
        listeners = octavia.list("listeners", loadbalancer_id=identity)
        self._raw |= {
            "pool": pools,
            "monitor": {monitored[raw["id"]]: raw for raw in monitors if raw["id"] in monitored},
            "listener": {states.listener_name(self._name, raw): raw for raw in listeners},
        }
        for pool, name in names.items():
            found = octavia.list("members", of=f"/pools/{pool}")
            self._members[name] = {key: raw for raw in found for key in states.members([raw])}

    def _state(self) -> dict[str, dict[str, Any]]:
        raw = self._raw
        pools = {item["id"]: name for name, item in raw.get("pool", {}).items()}
        return {
            "load_balancer": {name: states.load_balancer(item) for name, item in raw["load_balancer"].items()},
            "pool": {name: states.pool(item) for name, item in raw.get("pool", {}).items()},
            "members": {name: states.members(items.values()) for name, items in self._members.items()},
            "monitor": {name: states.state("monitor", item) for name, item in raw.get("monitor", {}).items()},
            "listener": {name: states.listener(item, pools) for name, item in raw.get("listener", {}).items()},
        }

    def _vip_port(self) -> str | None:
        return (self._raw["load_balancer"].get(self._name) or {}).get("vip_port_id")

    def apply(self, plan: Plan) -> None:
        """Carry the plan out, each change when the one before is done; the last is waited for where ``wait`` says so."""
        last = plan.changes[-1]
        carry_out(plan, lambda change: self._execute(change, wait=self._options["wait"] or change is not last))
        self.read(wait=self._options["wait"])

    def _execute(self, change: Change, *, wait: bool) -> None:
        with told_as(str(change), self._cloud):
            if change.kind == "floating_ip":
                self._floating_ips.change(change, self._vip_port())
            elif change.kind == "members":
                self._change_members(change, wait)
            else:
                self._change_object(change, wait)

    def _change_object(self, change: Change, wait: bool) -> None:
        word = WORDS[change.kind]
        path = f"/{PLURALS[word]}"
        known = self._raw.setdefault(change.kind, {})
        if change.action == "create":
            body = {**self._body(change.after), **self._parent(change)}
            known[change.name] = self._octavia.change("POST", path, {word: body})[word]
            if change.kind == "load_balancer":
                self._octavia.balancer = known[change.name]["id"]
        elif change.action == "update":
            self._octavia.change("PUT", f"{path}/{known[change.name]['id']}", {word: self._body(change.after)})
        else:
            self._delete(change, path)
            return
        if wait:
            self._octavia.expect_active(f"{path}/{known[change.name]['id']}", word)

    def _delete(self, change: Change, path: str) -> None:
        """What was to be deleted and is gone already is no failure; a load balancer takes all that it holds with it."""
        from openstack.exceptions import NotFoundException

        whole = {"cascade": "true"} if change.kind == "load_balancer" else {}
        gone = f"{path}/{self._raw[change.kind].pop(change.name)['id']}"
        try:
            self._octavia.change("DELETE", gone, **whole)
        except NotFoundException:
            return
        self._octavia.expect_gone(gone, WORDS[change.kind])

    def _parent(self, change: Change) -> dict[str, Any]:
        """What an object belongs to, which is said when it is made."""
        if change.kind == "load_balancer":
            return {}
        if change.kind == "monitor":
            return {"pool_id": self._raw["pool"][change.name]["id"]}
        return {"loadbalancer_id": self._octavia.balancer}

    def _body(self, after: Mapping[str, Any] | None) -> dict[str, Any]:
        """An object as the API takes it: a listener has the id of its pool."""
        body = dict(after or {})
        if "default_pool" in body:
            body["default_pool_id"] = self._raw["pool"][body.pop("default_pool")]["id"]
        return body

    def _change_members(self, change: Change, wait: bool) -> None:
        """All of a pool's members in one call, or in two where some must go to another subnet."""
        there = self._members.get(change.name, {})
        before, after = change.before or {}, change.after or {}
        moved = {key for key in after if key in before and before[key].get("subnet_id") != after[key].get("subnet_id")}
        kept = {key: states.state("member", raw) for key, raw in there.items() if key not in before}
        wanted = {key: states.member_body(key, one, there.get(key)) for key, one in {**kept, **after}.items()}
        path = f"/pools/{self._raw['pool'][change.name]['id']}"
        if moved:
            self._octavia.change("PUT", f"{path}/members", {"members": [wanted[key] for key in wanted if key not in moved]})
            self._octavia.settle()
        self._octavia.change("PUT", f"{path}/members", {"members": list(wanted.values())})
        if wait:
            self._octavia.expect_active(path, "pool")
            for member in self._octavia.list("members", of=path):
                expect_well(member)

    def facts(self) -> dict[str, Any] | None:
        """The load balancer for a module's result; None where there is none."""
        raw = self._raw["load_balancer"].get(self._name)
        if raw is None:
            return None
        listeners, pools = sorted(self._raw["listener"].items()), sorted(self._raw["pool"].items())
        return {
            "id": raw["id"],
            "name": self._name,
            "vip": raw["vip_address"],
            "vip_port": raw["vip_port_id"],
            "floating_ip": self._floating_ips.attached(),
            "provider": raw.get("provider"),
            "status": raw["provisioning_status"],
            "operating_status": raw["operating_status"],
            "listeners": [_fact(name, item, "protocol", "protocol_port") for name, item in listeners],
            "pools": [_fact(name, item, "protocol", "lb_algorithm") for name, item in pools],
            "members": [
                {"pool": pool, **_fact(item["name"], item, "address", "protocol_port", "subnet_id", "weight")}
                for pool, items in sorted(self._members.items())
                for _key, item in sorted(items.items())
            ],
        }


def _fact(name: str, raw: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    status = {"status": raw["provisioning_status"], "operating_status": raw["operating_status"]}
    return {"id": raw["id"], "name": name, **{key: raw.get(key) for key in keys}, **status}
