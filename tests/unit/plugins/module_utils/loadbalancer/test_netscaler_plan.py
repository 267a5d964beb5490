# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for a NetScaler against a small model of an appliance that is written here, apart from the planner and the emulator."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import ConflictError, InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.netscaler_options import all_wanted, wanted
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.netscaler_plan import plan
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.netscaler_values import duration, same
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.netscaler.steps import Found
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.netscaler.table import Attribute

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import given, settings  # noqa: E402 - only where it is there
from hypothesis import strategies as st  # noqa: E402

NAMES = st.sampled_from(["a", "b", "c"])
ADDRESSES = st.sampled_from(["10.0.0.1", "10.0.0.2", "2001:db8::1", "2001:0db8:0:0::1"])
MEMBER = st.fixed_dictionaries(
    {"ip": st.sampled_from([f"10.1.0.{n}" for n in range(5)]), "port": st.sampled_from([80, 81])},
    optional={"weight": st.integers(1, 100), "hashid": st.integers(1, 9), "state": st.sampled_from(["enabled", "disabled"])},
)
MEMBERS = st.lists(MEMBER, max_size=6, unique_by=lambda item: (item["ip"], item["port"]))
SERVICE = st.fixed_dictionaries(
    {"name": NAMES, "servicetype": st.just("HTTP"), "port": st.just(80), "ipaddress": ADDRESSES},
    optional={
        "state": st.sampled_from(["present", "absent"]),
        "clttimeout": st.integers(0, 500),
        "cip": st.sampled_from(["enabled", "disabled"]),
        "comment": st.sampled_from(["", "x", "y"]),
        "disabled": st.booleans(),
    },
)
GROUP = st.fixed_dictionaries(
    {"servicegroupname": NAMES, "servicetype": st.just("HTTP")},
    optional={"servicemembers": MEMBERS, "disabled": st.booleans(), "maxclient": st.integers(0, 9)},
)


class Model:
    """An appliance in forty lines: it takes calls and tells what is there, numbers as text."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], dict[str, Any]] = {}
        self.members: dict[tuple[str, str], dict[tuple[str, str], dict[str, Any]]] = {}

    def take(self, call: Any) -> None:
        given, key = dict(call.payload), {"servicegroup": "servicegroupname"}.get(call.resource, "name")
        if call.resource == "servicegroup_servicegroupmember_binding":
            self.bind(call, given)
        elif call.method == "DELETE":
            del self.objects[call.resource, call.name]
            self.members.pop(("servicegroup", call.name), None)
        elif "port" in given and call.resource == "servicegroup" and call.method != "DELETE":
            row = self.members["servicegroup", given.pop(key)][given.pop("servername"), str(given.pop("port"))]
            row.update(given if not call.action else {"state": f"{call.action.upper()}D"})
        else:
            name = (call.resource, str(given.pop(key)))
            if call.action == "unset":
                for item in given:
                    self.objects[name].pop(item, None)
            elif call.action:
                self.objects[name]["state"] = f"{call.action.upper()}D"
            elif call.method == "POST":
                assert name not in self.objects
                address = {"ipaddress": given.pop("ip")} if "ip" in given else {}
                self.objects[name] = {"state": "ENABLED", **given, **address}
            else:
                self.objects[name].update(given)

    def bind(self, call: Any, given: dict[str, Any]) -> None:
        if call.method == "DELETE":
            args = dict(call.args)
            del self.members["servicegroup", call.name][args.get("servername") or args["ip"], args["port"]]
            return
        rows = self.members.setdefault(("servicegroup", given.pop("servicegroupname")), {})
        key = (given["ip"], str(given["port"]))
        assert key not in rows
        rows[key] = {"weight": 1, "state": "ENABLED", "servername": given["ip"], **given}

    def found(self) -> dict[tuple[str, str], Found]:
        def text(row: dict[str, Any]) -> dict[str, Any]:
            return {key: str(value) if key != "port" else value for key, value in row.items()}

        rows = {
            name: tuple(text(row) for row in self.members.get(name, {}).values())
            for name in self.objects
            if name[0] == "servicegroup"
        }
        binding = "servicegroup_servicegroupmember_binding"
        return {name: Found(text(row), {binding: rows[name]} if name in rows else {}) for name, row in self.objects.items()}


def carried_out(model: Model, items: list[Any]) -> int:
    steps = plan(model.found(), items)
    for step in steps:
        for call in step.calls:
            model.take(call)
    return len(steps.changes)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.lists(SERVICE, min_size=1, max_size=3, unique_by=lambda item: item["name"]), GROUP), max_size=5))
def test_a_plan_leads_to_what_is_wanted_and_a_second_is_empty(tasks: list[Any]) -> None:
    model = Model()
    for task in tasks:
        one = isinstance(task, dict)
        items = [wanted("servicegroup", task)] if one else all_wanted("service", {"bulk": task})
        carried_out(model, items)
        assert plan(model.found(), items).to_list() == []
        for given_options in [task] if one else task:
            check(model, given_options)


def check(model: Model, options: dict[str, Any]) -> None:
    """What was asked for, said again without any of the planner's words."""
    kind = "servicegroup" if "servicegroupname" in options else "service"
    row = model.objects.get((kind, options.get("servicegroupname") or options["name"]))
    if options.get("state") == "absent":
        assert row is None
        return
    for key in ("clttimeout", "maxclient"):
        assert key not in options or int(row[key]) == options[key]
    assert row.get("comment", "") == options.get("comment", row.get("comment", ""))
    assert "disabled" not in options or (row["state"] == "DISABLED") == options["disabled"]
    if "servicemembers" in options:
        rows = model.members.get((kind, options["servicegroupname"]), {})
        assert set(rows) == {(item["ip"], str(item["port"])) for item in options["servicemembers"]}
        for item in options["servicemembers"]:
            there = rows[item["ip"], str(item["port"])]
            assert all(str(there[key]).lower() == str(item[key]).lower() for key in item if key != "port")


@settings(max_examples=100, deadline=None)
@given(MEMBERS, MEMBERS)
def test_no_member_that_stays_is_unbound(before: list[Any], after: list[Any]) -> None:
    model = Model()
    options = {"servicegroupname": "g", "servicetype": "HTTP"}
    carried_out(model, [wanted("servicegroup", {**options, "servicemembers": before})])
    steps = plan(model.found(), [wanted("servicegroup", {**options, "servicemembers": after})])
    kept = {(item["ip"], str(item["port"])) for item in before} & {(item["ip"], str(item["port"])) for item in after}
    args = [dict(call.args) for step in steps for call in step.calls if call.method == "DELETE"]
    unbound = [(item["ip"], item["port"]) for item in args]
    assert kept & set(unbound) == set()
    assert len(unbound) == len(before) - len(kept)
    kinds = [step.action for step in steps]
    assert "delete" not in kinds or set(kinds[kinds.index("delete") :]) == {"delete"}


@settings(max_examples=60, deadline=None)
@given(MEMBERS)
def test_taking_a_plan_back_leaves_nothing(members: list[Any]) -> None:
    model = Model()
    steps = list(
        plan({}, [wanted("servicegroup", {"servicegroupname": "g", "servicetype": "HTTP", "servicemembers": members})])
    )
    for step in steps:
        for call in step.calls:
            model.take(call)
    for step in reversed(steps):
        for call in step.undo:
            model.take(call)
    assert (model.objects, [rows for rows in model.members.values() if rows]) == ({}, [])


@pytest.mark.parametrize(
    ("form", "there", "asked", "equal"),
    [
        ("number", "80", 80, True),
        ("number", 80.0, 80, True),
        ("number", "x", 80, False),
        ("address", "2001:DB8:0:0::1", "2001:db8::1", True),
        ("address", "*", "*", True),
        ("switch", "Enabled", "ENABLED", True),
        ("text", "Web", "web", False),
        ("text", None, "", True),
        ("text", "None", "", True),
        ("text", None, "x", False),
        ("codes", ["204", "200"], ["200", "204"], True),
        ("codes", "200", ["200"], True),
    ],
)
def test_what_is_the_same(form: str, there: Any, asked: Any, equal: bool) -> None:
    assert same(Attribute("x", form), there, asked) is equal


def test_a_duration_counts_in_ms() -> None:
    assert [duration(1, "MIN"), duration("60", None), duration(500, "MSEC"), duration(None, "SEC")] == [
        60_000,
        60_000,
        500,
        None,
    ]


def test_what_an_appliance_tells_of_a_service_is_no_difference() -> None:
    """Types and words as an appliance was seen to answer: a port is a number, other numbers are text."""
    told = {
        "name": "10.0.0.1-tcp-12345",
        "numofconnections": 0,
        "servername": "10.0.0.1",
        "policyname": "10.0.0.1",
        "servicetype": "TCP",
        "serviceconftype2": "Configured",
        "port": 12345,
        "gslb": "NONE",
        "cachetype": "SERVER",
        "maxclient": "0",
        "maxreq": "0",
        "cacheable": "NO",
        "cip": "DISABLED",
        "usip": "NO",
        "useproxyport": "YES",
        "ipaddress": "10.0.0.1",
        "svrstate": "UP",
        "monitor_state": "UNKNOWN",
        "healthmonitor": "YES",
    }
    rows = ({"name": told["name"], "monitor_name": "tcp-default", "monstate": "ENABLED", "weight": "1", "dup_weight": "1"},)
    options = {"name": told["name"], "servicetype": "TCP", "port": 12345, "ip": "10.0.0.1", "maxclient": 0, "usip": False}
    classic = {"healthmonitor": True, "cacheable": False, "customserverid": "None", "disabled": False}
    more = {"rtspsessionidremap": False, "accessdown": False, "monitor_bindings": []}
    asked = wanted("service", {**options, **classic, **more})
    found = {("service", told["name"]): Found(told, {"service_lbmonitor_binding": rows})}
    assert plan(found, [asked]).to_list() == []
    anew = wanted("service", {"name": told["name"], "port": 80, "recreate": True})
    gone, made = plan(found, [anew])
    kept = ("servicetype", "maxclient", "maxreq", "cacheable", "cip", "usip", "useproxyport", "healthmonitor", "ipaddress")
    assert dict(made.after) == {**{key: told[key] for key in kept}, "port": 80, "disabled": False}
    assert [call.resource for call in gone.undo] == ["service"]


def test_monitors_come_first_and_deletions_last() -> None:
    there = {("service", "old"): Found({"name": "old", "servicetype": "HTTP", "port": 80, "ipaddress": "10.0.0.9"})}
    items = [
        wanted("lbvserver", {"name": "front", "servicetype": "HTTP", "servicebindings": [{"servicename": "new"}]}),
        wanted("service", {"name": "old", "state": "absent"}),
        wanted("service", {"name": "new", "servicetype": "HTTP", "port": 80, "ip": "10.0.0.1", "monitor_bindings": ["page"]}),
        wanted("lbmonitor", {"monitorname": "page", "type": "HTTP"}),
    ]
    assert [str(step) for step in plan(there, items)] == [
        "create lbmonitor page",
        "create service new",
        "create lbvserver front",
        "create service_lbmonitor_binding new/page",
        "create lbvserver_service_binding front/new",
        "delete service old",
    ]


def test_what_is_fixed_is_refused_by_name() -> None:
    there = {("vxlan", "7"): Found({"id": "7", "type": "VXLAN", "protocol": "ETHERNET"})}
    with pytest.raises(ConflictError, match=r"cannot become VXLANGPE, protocol is ETHERNET and cannot become NSH"):
        plan(there, [wanted("vxlan", {"id": 7, "type": "VXLANGPE", "protocol": "NSH"})])


def test_what_a_new_object_needs_is_asked_for() -> None:
    with pytest.raises(InputError, match=r"there is no service web, and to make it ipaddress or servername is needed"):
        plan({}, [wanted("service", {"name": "web"})])


def test_a_secret_is_sent_and_not_shown() -> None:
    steps = plan({}, [wanted("lbmonitor", {"monitorname": "db", "type": "MYSQL", "password": "s3cret"})])
    assert steps.changes[0].calls[0].payload["password"] == "s3cret"
    assert "s3cret" not in str(steps.diff())
