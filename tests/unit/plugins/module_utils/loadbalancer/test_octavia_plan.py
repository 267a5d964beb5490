# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan carried out on a model of Octavia gives what was wanted, from whatever was there, and then nothing is left."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import FailedError
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.plan import Change, Plan
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.description import (
    Listener,
    LoadBalancer,
    Member,
    Monitor,
    Persistence,
    Timeouts,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.octavia import (
    NOTHING,
    Placement,
    State,
    wanted,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.octavia_plan import plan
from hypothesis import given, settings
from hypothesis import strategies as st

NAME = "shop/web"
UNCHANGEABLE = {
    "load_balancer": {"vip_address", "vip_subnet_id", "provider"},
    "pool": {"protocol"},
    "monitor": {"type"},
    "listener": {"protocol", "protocol_port"},
}


class Model:
    """What Octavia and Neutron do with changes, and what they refuse, as their API's reference has it."""

    def __init__(self, state: State):
        self.state: dict[str, dict[str, Any]] = copy.deepcopy(dict(state))

    def run(self, changes: Plan | tuple[Change, ...]) -> None:
        for change in changes:
            getattr(self, f"_{change.kind}")(change)

    def _load_balancer(self, change: Change) -> None:
        self._object(change, needs_balancer=False)
        if change.after is None:
            addresses = self.state["floating_ip"]
            self.state = copy.deepcopy(dict(NOTHING))
            self.state["floating_ip"] = {a: {**s, "attached": s["attached"] and False} for a, s in addresses.items()}

    def _pool(self, change: Change) -> None:
        self._object(change)
        if change.after is None:
            self.state["members"].pop(change.name, None)
            self.state["monitor"].pop(change.name, None)
            for listener in self.state["listener"].values():
                if listener["default_pool"] == change.name:
                    listener["default_pool"] = None
        else:
            self.state["members"].setdefault(change.name, {})

    def _monitor(self, change: Change) -> None:
        assert change.name in self.state["pool"]
        self._object(change)

    def _listener(self, change: Change) -> None:
        if change.before is None:
            taken = {(one["protocol"], one["protocol_port"]) for one in self.state["listener"].values()}
            assert (change.after["protocol"], change.after["protocol_port"]) not in taken
        self._object(change)
        if change.after and "default_pool" in change.after:
            assert change.after["default_pool"] in self.state["pool"]

    def _members(self, change: Change) -> None:
        pool = self.state["members"][change.name]
        assert self.state["pool"][change.name]["status"] == "ACTIVE"
        for key in change.before:
            del pool[key]
        for key, member in change.after.items():
            assert key not in pool
            pool[key] = {**member, "status": "ACTIVE"}

    def _floating_ip(self, change: Change) -> None:
        addresses = self.state["floating_ip"]
        if change.before is None:
            assert self.state["load_balancer"]
            address = change.after.get("address", "172.24.4.99")
            assert address not in addresses
            addresses[address] = {"network_id": change.after["network_id"], "attached": True, "ours": True}
        elif change.after is None:
            assert addresses.pop(change.name)["ours"]
        else:
            assert addresses[change.name]["attached"] is change.before["attached"]
            addresses[change.name]["attached"] = change.after["attached"]
        assert sum(state["attached"] is True for state in addresses.values()) <= 1

    def _object(self, change: Change, *, needs_balancer: bool = True) -> None:
        assert not needs_balancer or self.state["load_balancer"]
        known = self.state[change.kind]
        if change.before is None:
            assert change.name not in known
            known[change.name] = {**change.after, "status": "ACTIVE"}
        elif change.after is None:
            del known[change.name]
        else:
            assert known[change.name]["status"] == "ACTIVE"
            assert not UNCHANGEABLE[change.kind] & set(change.after)
            assert change.after != {key: known[change.name].get(key) for key in change.after}
            known[change.name].update(change.after)

    def holds(self, desired: State) -> bool:
        return all(self._holds(kind, desired[kind]) for kind in UNCHANGEABLE) and self._holds_members(desired)

    def _holds(self, kind: str, desired: Any) -> bool:
        known = self.state[kind]
        well = all(state["status"] == "ACTIVE" for state in known.values())
        return well and known.keys() == desired.keys() and all(wants <= {*_items(known[n])} for n, wants in _sets(desired))

    def _holds_members(self, desired: State) -> bool:
        pools = self.state["members"]
        return pools.keys() == desired["members"].keys() and all(
            pools[name] == {key: {**one, "status": "ACTIVE"} for key, one in members.items()}
            for name, members in desired["members"].items()
        )

    def public(self) -> list[str]:
        return [address for address, state in self.state["floating_ip"].items() if state["attached"] is True]


def _items(state: dict[str, Any]) -> set[tuple[str, str]]:
    return {(key, repr(value)) for key, value in state.items()}


def _sets(desired: dict[str, Any]) -> list[tuple[str, set[tuple[str, str]]]]:
    return [(name, _items(state)) for name, state in desired.items()]


MEMBERS = st.lists(
    st.builds(
        lambda address, port, name, **more: Member(f"shop/{name}:{port}", address, port, **more),
        st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.0.3"]),
        st.sampled_from([80, 8080]),
        st.sampled_from("ab"),
        backup=st.booleans(),  # who speaks of it does so always
        enabled=st.booleans(),
    ),
    unique_by=lambda member: (member.address, member.port),
    max_size=4,
)
MONITORS = st.none() | st.builds(Monitor, st.sampled_from(["tcp", "http"]), delay=st.sampled_from([5, 10]))
TIMEOUTS = st.builds(Timeouts, st.sampled_from([None, 1, 2]), st.sampled_from([None, 1]))


def listener(members: list[Member], place: tuple[str, int], **more: Any) -> Listener:
    protocol, port = place
    return Listener(f"{NAME}:{protocol}:{port}", protocol.lower(), port, tuple(members), **more)


LISTENERS = st.lists(
    st.builds(
        listener,
        MEMBERS,
        st.tuples(st.sampled_from(["TCP", "UDP"]), st.sampled_from([80, 443])),
        algorithm=st.sampled_from(["round_robin", "source_ip"]),
        persistence=st.none() | st.builds(Persistence, st.just("source_ip"), st.sampled_from([None, 60, 10800])),
        sources=st.sampled_from([(), ("192.0.2.0/24",)]),
        timeouts=TIMEOUTS,
        monitor=MONITORS,
        connections=st.sampled_from([None, -1, 500]),
    ),
    unique_by=lambda one: one.name,
    max_size=3,
)
BALANCERS = st.builds(
    LoadBalancer,
    st.just(NAME),
    st.sampled_from(["10.96.0.1", "10.96.0.2"]),
    LISTENERS.map(tuple),
    st.booleans(),
    st.sampled_from([None, "172.24.4.10"]),
)
PLACES = st.builds(
    Placement,
    st.sampled_from(["services", "services-2"]),
    st.sampled_from(["pods", "pods-2"]),
    st.sampled_from([("mark",), ("mark", "more")]),
    st.sampled_from([None, "amphora", "ovn"]),
    st.sampled_from(["public", "public-2"]),
)
DESIRED = st.builds(wanted, BALANCERS, PLACES)
ADDRESSES = st.dictionaries(
    st.sampled_from(["172.24.4.20", "172.24.4.21"]),
    st.fixed_dictionaries(
        {
            "network_id": st.sampled_from(["public", "public-2"]),
            "attached": st.sampled_from([False, None]),
            "ours": st.booleans(),
        }
    ),
)


def built(desired: State, addresses: dict[str, Any]) -> Model:
    model = Model({**NOTHING, "floating_ip": addresses})
    model.run(plan(model.state, desired))
    return model


def disturb(model: Model, choose: Any) -> None:
    """What other hands, failures and kills leave behind."""
    state = model.state
    for kind in ("pool", "listener", "monitor"):
        for name in list(state[kind]):
            what = choose(st.sampled_from(["nothing", "nothing", "broken", "renamed", "gone"]))
            if what == "gone":
                model.run((Change(kind, name, state[kind][name], None),))
            elif what != "nothing":
                status = choose(st.sampled_from(["ERROR", "PENDING_UPDATE", "PENDING_DELETE"]))
                state[kind][name].update({"status": status} if what == "broken" else {"name": "other"})
    for members in state["members"].values():
        for member in members.values():
            member.update(choose(st.sampled_from([{}, {}, {"status": "ERROR"}, {"status": "PENDING_CREATE"}, {"weight": 7}])))
    if choose(st.booleans()):
        state["pool"]["foreign"] = {
            "name": "foreign",
            "protocol": "TCP",
            "status": choose(st.sampled_from(["ACTIVE", "ERROR"])),
        }
        state["members"]["foreign"] = {"10.0.0.9 1": {"status": "ACTIVE"}}
    if choose(st.booleans()):
        other = {"protocol": "HTTP", "protocol_port": 80, "default_pool": None, "status": "ACTIVE"}
        state["listener"][f"{NAME}:HTTP:80"] = other


@st.composite
def pairs(draw: Any) -> tuple[State, State]:
    """What was wanted before and what is wanted now: the same, other listeners at the same address, or all of it new."""
    balancer, place = draw(BALANCERS), draw(PLACES)
    others = st.one_of(st.just(balancer), LISTENERS.map(lambda new: replace(balancer, listeners=tuple(new))))
    second = draw(st.one_of(others.map(lambda new: wanted(new, place)), DESIRED))
    return wanted(balancer, place), second


@settings(max_examples=300)
@given(st.data(), pairs(), ADDRESSES)
def test_from_whatever_is_there_to_what_is_wanted_even_after_a_kill(
    data: Any, both: tuple[State, State], addresses: dict[str, Any]
) -> None:
    first, second = both
    model = built(first, addresses)
    if model.state["load_balancer"]:
        disturb(model, data.draw)
    changes = plan(model.state, second).changes
    model.run(changes[: data.draw(st.integers(0, len(changes)))])
    model.run(plan(model.state, second))
    assert model.holds(second)
    assert not plan(model.state, second)
    asked = next((one["address"] for one in second["floating_ip"].values()), None)
    assert len(model.public()) == len(second["floating_ip"])
    assert asked is None or model.public() == [asked]
    assert not [s for s in model.state["floating_ip"].values() if s["ours"] and s["attached"] is False]
    strangers = {address for address, state in addresses.items() if not state["ours"]}
    assert strangers <= model.state["floating_ip"].keys(), "what was there before is never deleted"


@settings(max_examples=100)
@given(st.data(), DESIRED, ADDRESSES)
def test_removal_leaves_nothing_of_ours(data: Any, desired: State, addresses: dict[str, Any]) -> None:
    model = built(desired, addresses)
    disturb(model, data.draw)
    model.state["load_balancer"][NAME]["status"] = data.draw(st.sampled_from(["ACTIVE", "ERROR"]))
    changes = plan(model.state, NOTHING).changes
    model.run(changes[: data.draw(st.integers(0, len(changes)))])
    model.run(plan(model.state, NOTHING))
    assert not plan(model.state, NOTHING)
    assert not any(model.state[kind] for kind in ("load_balancer", "pool", "members", "monitor", "listener"))
    assert not [s for s in model.state["floating_ip"].values() if s["ours"] and s["attached"] is not None]


WEB = LoadBalancer(NAME, "10.96.0.1", (listener([Member("shop/a:80", "10.0.0.1", 80)], ("TCP", 80)),))
PLACE = Placement("services", "services", ("mark",))


def told(changes: Plan) -> list[str]:
    return [str(change) for change in changes]


def test_it_is_made_from_the_inside_out() -> None:
    name = f"{NAME}:TCP:80"
    made = plan(NOTHING, wanted(replace(WEB, public=True), replace(PLACE, external_network="public")))
    assert told(made) == [
        f"create load_balancer {NAME}",
        f"create pool {name}",
        f"update members {name}",
        f"create listener {name}",
        f"create floating_ip {NAME}",
    ]


def test_a_pod_that_comes_changes_members_alone_and_shows_it_alone() -> None:
    model = built(wanted(WEB, PLACE), {})
    more = replace(WEB.listeners[0], members=(*WEB.listeners[0].members, Member("shop/b:80", "10.0.0.2", 80)))
    [change] = plan(model.state, wanted(replace(WEB, listeners=(more,)), PLACE)).changes
    assert (str(change), change.before, list(change.after)) == (f"update members {NAME}:TCP:80", {}, ["10.0.0.2 80"])


def test_a_pool_in_error_is_made_anew_and_its_listener_gets_it() -> None:
    model = built(wanted(WEB, PLACE), {})
    name = f"{NAME}:TCP:80"
    model.state["pool"][name]["status"] = "ERROR"
    assert told(plan(model.state, wanted(WEB, PLACE))) == [
        f"delete pool {name}",
        f"create pool {name}",
        f"update members {name}",
        f"update listener {name}",
    ]


@pytest.mark.parametrize("public", [False, True])
def test_a_load_balancer_in_error_that_serves_nobody_is_made_anew(public: bool) -> None:
    """Its creation failed, or its removal half-way: nothing that clients reach is in it."""
    desired = wanted(replace(WEB, public=public), replace(PLACE, external_network="public"))
    model = built(desired, {})
    model.state["load_balancer"][NAME]["status"] = "ERROR"
    model.state["listener"].clear()
    changes = told(plan(model.state, desired))
    assert changes[-1] == ("update floating_ip 172.24.4.99" if public else f"create listener {NAME}:TCP:80")
    assert f"delete load_balancer {NAME}" in changes
    model.run(plan(model.state, desired))
    assert model.holds(desired)


def test_a_load_balancer_in_error_is_told_and_can_be_removed() -> None:
    model = built(wanted(WEB, PLACE), {})
    model.state["load_balancer"][NAME]["status"] = "ERROR"
    with pytest.raises(FailedError, match=rf"^load balancer {NAME} is in ERROR.*state=absent"):
        plan(model.state, wanted(WEB, PLACE))
    assert told(plan(model.state, NOTHING)) == [f"delete load_balancer {NAME}"]


@pytest.mark.parametrize("affinity", [None, 60])
def test_only_udp_and_sctp_have_a_time_for_affinity(affinity: int | None) -> None:
    kept = affinity and Persistence("source_ip", affinity)
    ports = tuple(listener([], (protocol, 80), persistence=kept) for protocol in ("TCP", "UDP", "SCTP"))
    pools = wanted(replace(WEB, listeners=ports), PLACE)["pool"]
    timed = {"type": "SOURCE_IP", "persistence_timeout": 60}
    expected = [None] * 3 if affinity is None else [{"type": "SOURCE_IP"}, timed, timed]
    assert [pools[one.name]["session_persistence"] for one in ports] == expected
