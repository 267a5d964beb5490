# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MEC placement by the words of its page, for tiny systems: every placement is tried, and an answer is checked rule by rule.

Nothing here is shared with the library: options in, numbers out.
"""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

Options = dict[str, Any]
WEIGHTS = {"unserved": 100, "move": 20, "cost": 1, "optional": 0.1, "delay": 0.02, "reroute": 0.01}
RESOURCES = ("cpu", "memory", "storage", "bandwidth")


def scope(options: Options, app: Options) -> list[str]:
    if "area" in app:
        return options["areas"][app["area"]]
    if "enb" in app:
        return [app["enb"]]
    return app.get("enbs", list(dict.fromkeys(enb for host in options["hosts"] for enb in host["enbs"])))


def demand(app: Options, resource: str) -> float:
    return sum(vm.get(resource, 0) for vm in app["vms"]) if app.get("vms") else app.get(resource, 0)


def may_run(app: Options, host: Options) -> bool:
    """Whether one instance may be there, were the host empty."""
    hardware = set(app.get("hardware", [])).union(*(vm.get("hardware", []) for vm in app.get("vms", [])))
    pins = app.get("hosts") or ([app["host"]] if "host" in app else [])
    return (
        host.get("available", True)
        and hardware <= set(host.get("hardware", []))
        and set(app.get("services", {}).get("mandatory", [])) <= set(host.get("services", []))
        and (host["name"] in app["allowed_hosts"] if "allowed_hosts" in app else True)
        and (not pins or host["name"] in pins)
        and all(demand(app, resource) <= host.get(resource, 1e99) + 1e-9 for resource in RESOURCES)
    )


def licences(app: Options) -> int:
    return min(app.get("licences", 99), 1 if app.get("kind") == "ue" else 99)


def fits(options: Options, choice: dict[str, tuple[str, ...]]) -> bool:
    apps = {app["name"]: app for app in options["apps"]}
    if any(len(hosts) > licences(apps[app]) for app, hosts in choice.items()):
        return False
    return all(
        sum(demand(apps[app], resource) for app, hosts in choice.items() if host["name"] in hosts)
        <= host.get(resource, 1e99) + 1e-9
        for host in options["hosts"]
        for resource in RESOURCES
    )


def serving(options: Options, app: Options, enb: str, host: Options) -> float:
    weights = {**WEIGHTS, **options.get("weights", {})}
    delay = host["enbs"][enb]
    before = [one["host"] for one in options.get("current", []) if one["app"] == app["name"] and enb in one.get("enbs", [])]
    missing = [name for name in app.get("services", {}).get("optional", []) if name not in host.get("services", [])]
    return (
        weights["delay"] * max(0, delay - app["delay"].get("desired", 0))
        + weights["optional"] * len(missing)
        + (weights["reroute"] if before and host["name"] not in before else 0)
    )


def able(options: Options, app: Options, enb: str) -> list[Options]:
    """The hosts that could serve the eNB."""
    return [
        host
        for host in options["hosts"]
        if enb in host["enbs"] and host["enbs"][enb] <= app["delay"]["maximum"] and may_run(app, host)
    ]


def app_cost(options: Options, app: Options, chosen: tuple[str, ...]) -> float:
    weights = {**WEIGHTS, **options.get("weights", {})}
    worth = weights["unserved"] * app.get("priority", 1)
    running = [one["host"] for one in options.get("current", []) if one["app"] == app["name"]]
    total = 0.0
    for host in options["hosts"]:
        if host["name"] in chosen:
            moved = running and host["name"] not in running
            total += weights["cost"] * host.get("cost", 1) + (weights["move"] if moved else 0)
        if host["name"] in running and host["name"] not in chosen and may_run(app, host):
            enbs = next(
                one.get("enbs") for one in options["current"] if (one["app"], one["host"]) == (app["name"], host["name"])
            )
            going_on = [enb for enb in scope(options, app) if enb in (enbs or [enb]) and host in able(options, app, enb)]
            total += weights["move"] if going_on else 0
        if host["name"] not in chosen and host["name"] in (app.get("hosts") or [app.get("host")]) and may_run(app, host):
            total += worth
    for enb in scope(options, app):
        hosts = able(options, app, enb)
        costs = [serving(options, app, enb, host) for host in hosts if host["name"] in chosen]
        total += min([*costs, worth]) if hosts else 0
    return total


def optimum(options: Options) -> float:
    """The least that any placement counts."""
    names = [app["name"] for app in options["apps"]]
    choices = []
    for app in options["apps"]:
        possible = [host["name"] for host in options["hosts"] if may_run(app, host)]
        choices.append([each for size in range(len(possible) + 1) for each in itertools.combinations(possible, size)])
    costs = {
        (app["name"], chosen): app_cost(options, app, chosen)
        for app, sets in zip(options["apps"], choices, strict=True)
        for chosen in sets
    }
    placements = (dict(zip(names, combination, strict=True)) for combination in itertools.product(*choices))
    return min(sum(costs[item] for item in placement.items()) for placement in placements if fits(options, placement))


def check(options: Options, answer: dict[str, Any]) -> None:
    """An answer keeps every rule, accounts for every eNB, and counts what it says."""
    apps = {app["name"]: app for app in options["apps"]}
    hosts = {host["name"]: host for host in options["hosts"]}
    chosen: dict[str, list[str]] = {name: [] for name in apps}
    served = set()
    for one in answer["placements"]:
        app, host = apps[one["app"]], hosts[one["host"]]
        assert may_run(app, host)
        chosen[one["app"]].append(one["host"])
        for enb in one["enbs"]:
            assert host["enbs"][enb] <= app["delay"]["maximum"]
            assert (one["app"], enb) not in served
            served.add((one["app"], enb))
    assert all(len(set(each)) == len(each) for each in chosen.values())
    assert fits(options, {app: tuple(each) for app, each in chosen.items()})
    unserved = [(one["app"], one["enb"]) for one in answer["unserved"]]
    everything = {(app["name"], enb) for app in options["apps"] for enb in scope(options, app)}
    assert len(unserved) == len(set(unserved))
    assert served | set(unserved) == everything
    assert not served & set(unserved)
    for one in answer["unserved"]:
        _check_reason(options, apps[one["app"]], one, chosen, answer)
    total = sum(app_cost(options, app, tuple(chosen[app["name"]])) for app in options["apps"])
    assert answer["objective"] == pytest.approx(total)
    assert sum(answer["parts"].values()) == pytest.approx(total)
    assert answer["bound"] <= answer["objective"] + 1e-9
    assert answer["objective"] <= answer["greedy"] + 1e-9


def _check_reason(options: Options, app: Options, one: dict[str, str], chosen: dict[str, list[str]], answer: Any) -> None:
    """Where the requirement that is blamed is dropped, and all those after it, a host is left; with it, none."""
    possible = able(options, app, one["enb"])
    left = {host["name"]: host["free"] for host in answer["hosts"]}
    room = [
        host
        for host in possible
        if host["name"] in chosen[app["name"]]
        or all(demand(app, key) <= left[host["name"]].get(key, 1e99) + 1e-6 for key in RESOURCES)
    ]
    if one["reason"] == "licence":
        assert possible
        assert len(chosen[app["name"]]) == licences(app)
    elif one["reason"] == "capacity" and possible:
        assert not room
    elif one["reason"] == "cost":
        assert room
    else:
        later = LATER[LATER.index(one["reason"]) + 1 :]
        assert not able(*dropped(options, app, later), one["enb"])
        assert able(*dropped(options, app, [one["reason"], *later]), one["enb"])


def dropped(options: Options, app: Options, requirements: list[str]) -> tuple[Options, Options]:
    """The system and the app without some requirements."""
    for name in requirements:
        app = {key: value for key, value in {**app, **DROPPED[name].get("app", {})}.items() if value is not None}
        options = {**options, "hosts": [{**host, **DROPPED[name].get("host", {})} for host in options["hosts"]]}
    return options, app


LATER = ["unavailable", "delay", "hardware", "service", "capacity", "agreement", "pinned"]
DROPPED: dict[str, dict[str, Options]] = {
    "unavailable": {"host": {"available": True}},
    "delay": {"app": {"delay": {"maximum": 1e9}}},
    "hardware": {"host": {"hardware": ["gpu", "fpga"]}},
    "service": {"host": {"services": ["rnis", "dns", "location", "bandwidth"]}},
    "capacity": {"host": dict.fromkeys(RESOURCES, 1e9)},
    "agreement": {"app": {"allowed_hosts": None}},
    "pinned": {"app": {"host": None, "hosts": None}},
}
"""What no longer rules a host out when a requirement is dropped."""


def tiny(seed: int, hosts: int = 3, apps: int = 3, enbs: int = 4) -> Options:
    """A system in which every option occurs now and then."""
    chance = random.Random(seed)

    def some(names: list[str], share: float) -> list[str]:
        return [name for name in names if chance.random() < share]

    names = [f"h{number}" for number in range(hosts)]
    cells = [f"e{number}" for number in range(enbs)]
    there = [
        {
            "name": name,
            "cpu": chance.randint(1, 6),
            **({"memory": chance.randint(1, 6)} if chance.random() < 0.5 else {}),
            **({"storage": chance.randint(1, 6), "bandwidth": chance.randint(1, 6)} if chance.random() < 0.3 else {}),
            "hardware": some(["gpu"], 0.7),
            "services": some(["rnis", "dns"], 0.8),
            "enbs": {cell: chance.choice([1, 2.5, 4, 8]) for cell in some(cells, 0.8)},
            **({"cost": chance.choice([0, 0.5, 3, 150])} if chance.random() < 0.3 else {}),
            **({"available": False} if chance.random() < 0.1 else {}),
        }
        for name in names
    ]
    known = list(dict.fromkeys(cell for host in there for cell in host["enbs"]))
    areas = {"town": known[:2]} if known else {}
    asked = [_tiny_app(chance, f"a{number}", names, known, some) for number in range(apps)]
    current = [
        {"app": app["name"], "host": name, "enbs": some(cells, 0.5)} for app in asked for name in names if chance.random() < 0.2
    ]
    weights = {"delay": chance.choice([0, 0.5]), "cost": 2} if chance.random() < 0.3 else {}
    return {"hosts": there, "apps": asked, "areas": areas, "current": current, "weights": weights}


def _tiny_app(chance: random.Random, name: str, hosts: list[str], cells: list[str], some: Any) -> Options:
    maximum = chance.choice([2, 4, 10])
    app: Options = {
        "name": name,
        "delay": {"maximum": maximum, **({"desired": chance.uniform(0, maximum)} if chance.random() < 0.6 else {})},
        "hardware": some(["gpu"], 0.2),
        "services": {"mandatory": some(["rnis"], 0.2), "optional": some(["dns"], 0.4)},
        "priority": chance.choice([0.005, 1, 1, 2]),
        **({"licences": chance.randint(0, 2)} if chance.random() < 0.4 else {}),
    }
    if chance.random() < 0.3:
        app["vms"] = [
            {"name": f"vm{number}", "cpu": chance.randint(0, 2), "hardware": some(["gpu"], 0.1)} for number in range(2)
        ]
    else:
        app |= {"cpu": chance.randint(0, 4), "memory": chance.randint(0, 3), "storage": 1, "bandwidth": chance.randint(0, 3)}
    if cells and chance.random() < 0.2:
        app |= {"kind": "ue", "enb": chance.choice(cells)}
    elif cells and chance.random() < 0.3:
        app["area"] = "town"
    elif chance.random() < 0.8:
        app["enbs"] = some(cells, 0.7)
    if chance.random() < 0.15:
        app["host"] = chance.choice(hosts)
        app["licences"] = 1
    elif chance.random() < 0.1 and app.get("kind") != "ue":
        app["hosts"] = hosts[:2]
        app["licences"] = chance.randint(2, 3)
    if chance.random() < 0.2:
        app["allowed_hosts"] = some(hosts, 0.6)
    return app
