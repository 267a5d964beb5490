# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A described load balancer at a NetScaler, against the emulator: from description to description, through every failure."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.nitro.session import Session
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.firewalls import pair

Run = Callable[..., dict[str, Any]]
Calls = Callable[..., list[str]]
Shown = Callable[[], dict[str, Any]]
BALANCER = "netscaler_load_balancer"
GROUP_MEMBERS = "servicegroup_servicegroupmember_binding"
EMPTY = '{"objects": {}, "bindings": {}}'
WEB: dict[str, Any] = {
    "name": "web",
    "virtual_ip": "192.0.2.10",
    "port": 80,
    "protocol": "http",
    "persistence": {"type": "cookie", "cookie": "place", "timeout": 90},
    "members": [
        {"address": "192.0.2.21", "port": 8080},
        {"address": "192.0.2.22", "port": 8080, "weight": 2},
        {"address": "192.0.2.23", "port": 8080, "backup": True},
    ],
    "health_check": {"type": "http", "path": "/up", "expected_codes": "200-204,301"},
    "limits": {"connections": 9},
}
CHANGED = {
    **WEB,
    "virtual_ip": "192.0.2.11",
    "algorithm": "source_ip",
    "persistence": {"type": "source_ip"},
    "members": [
        {"address": "192.0.2.22", "port": 8080, "weight": 3, "enabled": False},
        {"address": "2001:DB8:0::7", "port": 81},
    ],
    "health_check": {"type": "ping"},
    "limits": None,
}
ANEW = {**CHANGED, "protocol": "any", "port": 0, "persistence": None, "recreate": True}
GONE = {"name": "web", "state": "absent"}
WAYS = {"made": ([], WEB), "changed": ([WEB], CHANGED), "made anew": ([WEB], ANEW), "removed": ([WEB], GONE)}


def reached(run: Run, adc: Any, shown: Shown, *tasks: dict[str, Any]) -> dict[str, Any]:
    """What an empty appliance has after the tasks; it is empty again then."""
    adc.api.state.restore(EMPTY)
    for task in tasks:
        assert not run(BALANCER, **task).get("failed")
    found = shown()
    adc.api.state.restore(EMPTY)
    return found


def test_it_is_made_found_and_removed(run: Run, adc: Any, shown: Shown, calls: Calls) -> None:
    told = run(BALANCER, check=True, **WEB)
    assert (told["changed"], told["load_balancer"], calls()) == (True, None, [])
    made = run(BALANCER, **WEB)
    assert (made["diff"], made["plan"]) == (told["diff"], told["plan"])
    assert (made["load_balancer"]["virtual_ip"], made["load_balancer"]["port"], made["warnings"]) == ("192.0.2.10", 80, [])
    assert made["load_balancer"]["members"]["192.0.2.22:8080"] == {"weight": 2, "enabled": True, "status": "DOWN"}
    assert not adc.api.state.changed  # it is saved
    assert [call.partition(" ")[0] for call in calls()].count("DELETE") == 0
    tables = shown()
    assert {key: list(rows) for key, rows in tables.items() if key != "server"} == {
        "lbmonitor": ["web.http@superfluidity.nfv"],
        "servicegroup": ["web"],
        "lbvserver": ["web"],
        GROUP_MEMBERS: ["web"],
        "servicegroup_lbmonitor_binding": ["web"],
        "lbvserver_servicegroup_binding": ["web"],
    }
    assert [row.get("order") for row in tables[GROUP_MEMBERS]["web"].values()] == [1, 1, 2]
    again = run(BALANCER, **WEB)
    assert (again["changed"], again["load_balancer"], calls()) == (False, made["load_balancer"], [])
    assert run(BALANCER, check=True, **GONE)["changed"]
    assert shown() == tables
    assert run(BALANCER, **GONE)["load_balancer"] is None
    assert shown() == {}
    assert run(BALANCER, **GONE)["changed"] is False


def test_what_changes_changes_in_place(run: Run, adc: Any, calls: Calls) -> None:
    """No member leaves service for it: what is new is bound before what is old goes, and nothing is made anew."""
    run(BALANCER, **WEB)
    calls()
    assert run(BALANCER, **CHANGED)["changed"]
    assert calls() == [
        "POST /config/lbmonitor",
        "PUT /config/lbvserver",
        "POST /config/lbvserver?action=unset",
        "PUT /config/servicegroup_servicegroupmember_binding",
        "PUT /config/servicegroup",
        "POST /config/servicegroup?action=disable",
        "PUT /config/servicegroup_lbmonitor_binding",
        "DELETE /config/servicegroup_servicegroupmember_binding/web?args=ip:192.0.2.21,port:8080",
        "DELETE /config/servicegroup_servicegroupmember_binding/web?args=ip:192.0.2.23,port:8080",
        "DELETE /config/servicegroup_lbmonitor_binding/web?args=monitor_name:web.http%40superfluidity.nfv",
        "DELETE /config/lbmonitor/web.http%2540superfluidity.nfv?args=type:HTTP",
        "POST /config/nsconfig?action=save",
    ]


OF_NO_MATTER = {"sothreshold", "sobackupaction", "timeout", "useproxyport"}
"""What an appliance does not look at while what it belongs to is off."""


def as_it_acts(tables: dict[str, Any]) -> dict[str, Any]:
    """The configuration without what has no effect."""
    for row in tables.get("lbvserver", {}).values():
        off = {"NONE": {"timeout"}}.get(row["persistencetype"], set()) | (OF_NO_MATTER if row["somethod"] == "NONE" else set())
        for key in off - ({"timeout"} if row["persistencetype"] != "NONE" else set()):
            row.pop(key, None)
    for row in tables.get("servicegroup", {}).values():
        if row["usip"] == "NO":
            row.pop("useproxyport", None)
    alike = tables.get(GROUP_MEMBERS, {}).values()
    for rows in alike:
        if len({row.get("order", 1) for row in rows.values()}) < 2:  # one order for all is none
            for row in rows.values():
                row.pop("order", None)
    return tables


def described(chance: random.Random) -> dict[str, Any]:
    """Some description of the load balancer ``web``."""
    protocol = chance.choice(("tcp", "http", "https", "udp", "any"))
    http = protocol == "http"
    kinds = ("source_ip", "destination_ip", *(("cookie", "application_cookie") if http else ()), "source_destination_ip")
    kind = chance.choice(kinds)
    cookie = {"cookie": {"cookie": chance.choice((None, "a", "b"))}, "application_cookie": {"cookie": "sid"}}.get(kind, {})
    check = chance.choice(("tcp", "http", "https", "tls_hello", "ping"))
    path = {"path": chance.choice(("/", "/up")), "method": "HEAD"} if check in ("http", "https") else {}
    members = chance.sample([(f"192.0.2.{20 + number}", 80 + number % 2) for number in range(5)], chance.randrange(5))
    backups = chance.random() < 0.4
    return {
        "name": "web",
        "virtual_ip": chance.choice(("192.0.2.10", "2001:db8::10")),
        "port": chance.choice((80, 443)),
        "protocol": protocol,
        "algorithm": chance.choice(("round_robin", "least_requests", *(("uri",) if http else ()))),
        "persistence": chance.choice((None, {"type": kind, "timeout": chance.choice((None, 60, 3600)), **cookie})),
        "members": [
            {
                "address": address,
                "port": port,
                "weight": chance.choice((1, 7)),
                "enabled": chance.random() < 0.7,
                "backup": backups and chance.random() < 0.5,
            }
            for address, port in members
        ],
        "health_check": chance.choice((None, {"type": check, "interval": chance.choice((5, 60)), **path})),
        "timeouts": chance.choice((None, {"client": 1.5, "server": 3600})),
        "limits": chance.choice((None, {"connections": 5}, {"member_connections": 6})),
        "recreate": True,
    }


@pytest.mark.one_python
@pytest.mark.parametrize("seed", range(2))
def test_the_way_does_not_matter(seed: int, run: Run, adc: Any, shown: Shown) -> None:
    """From description to description, each time it is as if the appliance had been empty before."""
    chance = random.Random(seed)
    walk = [described(chance) for _number in range(7)]
    fresh = [reached(run, adc, shown, one) for one in walk]
    for task, expected in zip(walk, fresh, strict=True):
        told = run(BALANCER, check=True, **task)
        answer = run(BALANCER, **task)
        assert (answer.get("msg"), answer["diff"], answer["warnings"]) == (None, told["diff"], []), task
        assert as_it_acts(shown()) == as_it_acts(expected), task
        assert run(BALANCER, **task)["changed"] is False
    run(BALANCER, **GONE)
    assert shown() == {}


class Killed(SystemExit):
    """The process is no more."""


@pytest.mark.one_python
@pytest.mark.parametrize("way", WAYS)
def test_a_run_killed_after_any_call_is_completed_by_the_next(
    way: str, run: Run, adc: Any, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, task = WAYS[way]
    expected = as_it_acts(reached(run, adc, shown, *before, task))
    start = started(run, adc, *before)
    exchange = Session._exchange
    for number in itertools.count():
        left = iter(range(number, -1, -1))

        def killing(self: Session, method: str, path: str, *call: Any, left: Any = left) -> Any:
            answer = exchange(self, method, path, *call)
            if method != "GET" and "/log" not in path and next(left, None) == 0:
                raise Killed
            return answer

        adc.api.state.restore(start)
        monkeypatch.setattr(Session, "_exchange", killing)
        with contextlib.suppress(json.JSONDecodeError):
            if run(BALANCER, **task).get("changed"):  # it came to its end before its turn
                break
        monkeypatch.setattr(Session, "_exchange", exchange)
        run(BALANCER, **task)
        assert as_it_acts(shown()) == expected, number
    assert number > 3


def started(run: Run, adc: Any, *tasks: dict[str, Any]) -> str:
    for task in tasks:
        run(BALANCER, **task)
    return adc.api.state.snapshot()


@pytest.mark.one_python
@pytest.mark.parametrize("way", ["changed", "made anew"])
def test_a_call_that_breaks_once_is_no_matter(way: str, run: Run, adc: Any, shown: Shown, calls: Calls) -> None:
    """Each call breaks in one of the four ways, by turns."""
    before, task = WAYS[way]
    expected = reached(run, adc, shown, *before, task)
    start = started(run, adc, *before)
    for number in itertools.count():
        adc.api.state.restore(start)
        calls()
        adc.faults.set([{"kind": ("reset", "lost", "status", "html")[number % 4], "skip": number}])
        answer = run(BALANCER, **task)
        assert (answer.get("msg"), answer["changed"]) == (None, True), number
        assert shown() == expected, number
        if number > len(calls(changing=False)):
            break
    assert number > 16


@pytest.mark.parametrize("way", ["made", "made anew"])
def test_what_is_refused_with_599_leaves_what_was_there(way: str, run: Run, adc: Any, shown: Shown, calls: Calls) -> None:
    before, task = WAYS[way]
    state = started(run, adc, *before)
    there = shown()
    calls()
    run(BALANCER, **task)
    changing = [call for call in calls() if "save" not in call]
    for number, call in enumerate(changing):
        adc.api.state.restore(state)
        method, path = call.split(" ")
        skip = sum(one == call for one in changing[:number])
        adc.faults.set([{"kind": "refuse", "code": 1097, "method": method, "match": path, "skip": skip}])
        answer = run(BALANCER, **task)
        assert "NITRO error 1097" in answer["msg"], call
        adc.faults.set([])
        if "nothing is left of this run" in answer["msg"]:
            assert shown() == there, call
        else:
            assert "left as it was made, and not saved: " in answer["msg"], call
            assert "run again to complete it" in answer["msg"], call
            assert way == "made anew", answer["msg"]
        assert run(BALANCER, **task)["changed"]


def test_a_session_that_always_runs_out_is_opened_again(run: Run, adc: Any, shown: Shown) -> None:
    expected = reached(run, adc, shown, WEB)
    check, seen = adc.api.sessions.check, itertools.count()

    def expiring(*credentials: Any) -> None:
        if next(seen) % 2:
            adc.api.sessions.expire()
        check(*credentials)

    adc.api.sessions.check = expiring
    assert run(BALANCER, **WEB)["changed"]
    assert shown() == expected


@pytest.mark.parametrize("way", ["made", "changed"])
def test_another_run_may_always_be_a_step_ahead(
    way: str, run: Run, adc: Any, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ours does, another one has done just before."""
    before, task = WAYS[way]
    expected = reached(run, adc, shown, *before, task)
    started(run, adc, *before)
    config = adc.api.config

    def ahead(method: str, resource: str, *call: Any) -> Any:
        if method != "GET" and resource != "nsconfig":
            config(method, resource, *call)
        return config(method, resource, *call)

    monkeypatch.setattr(adc.api, "config", ahead)
    assert run(BALANCER, **task).get("msg") is None
    assert shown() == expected


def test_what_somebody_else_has_is_not_touched(run: Run, shown: Shown, calls: Calls) -> None:
    for module, options in (
        ("netscaler_lb_vserver", {"name": "web", "servicetype": "HTTP", "ipv46": "192.0.2.9", "port": 80}),
        ("netscaler_service_group", {"servicegroupname": "web", "servicetype": "HTTP", "comment": "mine"}),
    ):
        run(module, **options)
        before = shown()
        calls()
        for task in (WEB, {**WEB, "recreate": True}, GONE):
            answer = run(BALANCER, **task)
            assert "web is there and is not ours, for its comment is not superfluidity.nfv:load-balancer=web" in answer["msg"]
            assert (shown(), calls()) == (before, [])
        run(module, **options, state="absent")


def test_what_was_changed_by_hand_is_put_right(run: Run, adc: Any, shown: Shown) -> None:
    expected = reached(run, adc, shown, WEB)
    run(BALANCER, **WEB)
    run("netscaler_service", name="own", servicetype="HTTP", ipaddress="10.0.0.9", port=80)
    run("netscaler_lb_vserver", name="web", disabled=True, lbmethod="TOKEN", servicebindings=[{"servicename": "own"}])
    members = [{"ip": "10.9.9.9", "port": 1}, {"ip": "192.0.2.21", "port": 8080, "state": "disabled", "weight": 50}]
    run("netscaler_service_group", servicegroupname="web", servicemembers=members, monitorbindings=[{"monitorname": "tcp"}])
    assert run(BALANCER, **WEB)["changed"]
    run("netscaler_service", name="own", state="absent")
    assert shown() == expected


def test_what_is_fixed_is_refused_by_name_unless_it_may_be_made_anew(run: Run, shown: Shown, calls: Calls) -> None:
    run(BALANCER, **WEB)
    before = shown()
    calls()
    answer = run(BALANCER, **{**WEB, "port": 81})
    assert "virtual server web: port is 80 and cannot become 81" in answer["msg"]
    assert "recreate=true" in answer["msg"]
    assert (shown(), calls()) == (before, [])
    assert run(BALANCER, **{**WEB, "port": 81}, recreate=True)["changed"]
    assert not [call for call in calls() if call.startswith("DELETE /config/servicegroup")]  # the members stay


def test_it_is_saved_once_by_who_asks_for_it(run: Run, adc: Any, calls: Calls) -> None:
    for name, address in (("web", "192.0.2.10"), ("web-2", "192.0.2.12")):
        run(BALANCER, **{**WEB, "name": name, "virtual_ip": address}, save_config=False)
    assert adc.api.state.changed
    run("netscaler_save_config")
    assert [call for call in calls() if "save" in call] == ["POST /config/nsconfig?action=save"]


def test_firewalls_between_two_appliances(run: Run, adc: Any) -> None:
    """Both choose by the address that lies outside, pass packets on as they are, and have the same members in one order."""
    from nitro_emulator.background import appliance

    gate = {
        "name": "gate",
        "protocol": "any",
        "outside": {"virtual_ip": "192.0.2.1", "port": 0},
        "inside": {"virtual_ip": "198.51.100.1", "port": 0},
        "firewalls": [
            {"name": f"fw-{number}", "outside": f"192.0.2.1{number}", "inside": f"198.51.100.1{number}", "weight": number}
            for number in (1, 2, 3)
        ],
        "health_check": {"type": "ping", "interval": 2, "timeout": 1},
    }
    with appliance("correct horse battery") as other:
        for side, where, method in (("outside", adc, "SOURCEIPHASH"), ("inside", other, "DESTINATIONIPHASH")):
            for changed in (True, False):
                assert run(BALANCER, **pair(gate)[side], nsip=where.address)["changed"] is changed
            state = where.api.state
            virtual, group = state.objects("lbvserver")[f"gate-{side}"], state.objects("servicegroup")[f"gate-{side}"]
            assert (virtual["servicetype"], virtual["lbmethod"], virtual["m"], virtual["port"]) == ("ANY", method, "MAC", 65535)
            assert (group["usip"], group["useproxyport"]) == ("YES", "NO")
            rows = state.members(GROUP_MEMBERS, f"gate-{side}").values()
            expected = [(one[side], one["weight"]) for one in gate["firewalls"]]
            assert [(row["servername"], row["weight"]) for row in rows] == expected
        fewer = {**gate, "firewalls": gate["firewalls"][1:]}
        for side, where in (("outside", adc), ("inside", other)):
            answer = run(BALANCER, **pair(fewer)[side], nsip=where.address)
            assert (list(answer["load_balancer"]["members"]), answer["warnings"]) == (["fw-2", "fw-3"], [])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        *(({"name": name}, "name: ") for name in ("a/b", "a'b", 'a"b', "wéb", "9web", "", "a\nb", "n" * 64, "../x", "a b")),
        *(({"port": port}, "port: ") for port in (-1, 0, 65536)),
        ({"virtual_ip": "192.0.2.10/24"}, "virtual_ip: '192.0.2.10/24' is no IP address"),
        ({"virtual_ip": "fe80::1%a'; x"}, "has a zone"),
        *(({"virtual_ip": zeros}, "virtual_ip: ") for zeros in ("0.0.0.0", "::")),
        ({"members": [{"address": "wéb", "port": 80}]}, "members[0].address: "),
        ({"members": [{"address": "192.0.2.21", "port": -80}]}, "members[0].port: -80 is no port"),
        ({"members": [{"address": "192.0.2.21", "port": 80, "weight": 0}]}, "0 is no weight for netscaler"),
        ({"members": [{"address": "192.0.2.21", "port": 80}] * 2}, "members[1]: 192.0.2.21:80 is there twice"),
        ({"members": [{"name": "ä/'\"", "address": "192.0.2.21", "port": 80}]}, "members[0].name: "),
        ({"persistence": {"type": "cookie", "cookie": 'a")'}}, "persistence.cookie: "),
        ({"health_check": {"type": "http", "path": "/a\r\nHost: b"}}, "health_check.path: "),
        ({"algorithm": "first"}, "algorithm: netscaler has no algorithm first; haproxy has"),
        ({"timeouts": {"connect": 2}}, "timeouts.connect: netscaler has no such option"),
    ],
)
def test_hostile_input_is_one_sentence_and_sends_nothing(
    options: dict[str, Any], sentence: str, run: Run, shown: Shown, calls: Calls
) -> None:
    answer = run(BALANCER, **{**WEB, **options})
    assert answer["failed"]
    assert answer["msg"].startswith(sentence) or sentence in answer["msg"]
    assert "\n" not in answer["msg"]
    assert (shown(), calls(changing=False)) == ({}, [])
