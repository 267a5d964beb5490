# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of ``mec_placement`` as a problem, with a sentence for what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from ..core.errors import InputError, Place
from .checks import known, named, number
from .mec_model import RESOURCES, Amounts, App, Host, Problem, Weights

Options = Mapping[str, Any]
Named = Callable[[str], str]
"""The path of a key of an app, with the app's name."""
LARGEST, HEAVIEST = 1e12, 1e6
"""Of amounts and delays; of costs, priorities and weights, which are multiplied."""
SCOPES = ("enb", "enbs", "area")


def problem(options: Options) -> Problem:
    """What is to be placed, checked.

    :param options: those of the module: ``hosts``, ``apps``, ``areas``, ``weights``, ``current``
    :raises InputError: a number, a name or a combination that makes no sense, with its key and the name of the element
    """
    hosts = tuple(_host(item, index) for index, item in enumerate(named(options["hosts"], "hosts").values()))
    enbs = dict.fromkeys(enb for host in hosts for enb in host.delays)
    areas = _areas(options.get("areas") or {}, enbs)
    hostnames = [host.name for host in hosts]
    apps = named(options["apps"], "apps")
    placed = tuple(_app(item, index, hostnames, enbs, areas) for index, item in enumerate(apps.values()))
    return Problem(hosts, placed, _weights(options.get("weights") or {}), _running(options, apps, hostnames))


def limits(options: Options) -> tuple[float, float]:
    """The limit of time and the gap."""
    return number(options["time_limit"], "time_limit", above=True), number(options["gap"], "gap")


def _amount(value: Any, path: str, most: float = LARGEST, above: bool = False) -> float:
    """A number that is not negative, and not so large that sums and products of such are no numbers any more."""
    amount = number(value, path, above=above)
    if amount > most:
        raise InputError(f"{amount:g} is more than {most:g}", Place(path=path))
    return amount


def _host(item: Options, index: int) -> Host:
    name = str(item["name"])
    delays = {
        str(enb): _amount(delay, f"hosts[{index}].enbs.{enb} of {name}") for enb, delay in (item.get("enbs") or {}).items()
    }
    capacity = (
        _amount(item.get("cpu"), f"hosts[{index}].cpu of {name}"),
        *_amounts(item, RESOURCES[1:], math.inf, "hosts", index),
    )
    hardware, services = (_set(item.get(key)) for key in ("hardware", "services"))
    cost = 1.0 if item.get("cost") is None else _amount(item["cost"], f"hosts[{index}].cost of {name}", HEAVIEST)
    return Host(name, capacity, delays, hardware, services, cost, item.get("available") is not False)


def _amounts(item: Options, keys: Sequence[str], missing: float, kind: str, index: int | str) -> Amounts:
    return tuple(
        missing if item.get(key) is None else _amount(item[key], f"{kind}[{index}].{key} of {item['name']}") for key in keys
    )


def _set(items: Iterable[Any] | None) -> frozenset[str]:
    return frozenset(map(str, items or ()))


def _areas(areas: Options, enbs: Collection[str]) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, members in areas.items():
        if not isinstance(members, list | tuple):
            raise InputError(f"{members!r} is not a list of eNBs", Place(path=f"areas.{name}"))
        if not members:
            raise InputError("has no eNBs, so nothing reaches it; list those of the area", Place(path=f"areas.{name}"))
        found[str(name)] = _enbs(members, enbs, f"areas.{name}")
    return found


def _enbs(members: Iterable[Any], enbs: Collection[str], path: str) -> tuple[str, ...]:
    """The eNBs, each once.

    :raises InputError: no host reaches one of them
    """
    found = tuple(dict.fromkeys(map(str, members)))
    known(found, enbs, path, "eNB")
    return found


def _app(item: Options, index: int, hosts: Collection[str], enbs: Collection[str], areas: Mapping[str, tuple[str, ...]]) -> App:
    name = str(item["name"])

    def place(key: str) -> str:
        return f"apps[{index}].{key} of {name}"

    desired, maximum = _delays(item.get("delay") or {}, place)
    services = item.get("services") or {}
    hardware = _set(item.get("hardware")).union(*(_set(vm.get("hardware")) for vm in item.get("vms") or ()))
    scope, pinned = _scope(item, enbs, areas, place), _pinned(item, hosts, place)
    priority = 1.0 if item.get("priority") is None else _amount(item["priority"], place("priority"), HEAVIEST, above=True)
    allowed = item.get("allowed_hosts")
    known(map(str, allowed or ()), hosts, place("allowed_hosts"), "host")
    return App(
        name,
        _demand(item, index, place),
        maximum,
        scope,
        desired,
        hardware,
        _set(services.get("mandatory")),
        _set(services.get("optional")),
        _licences(item, pinned, place),
        priority,
        None if allowed is None else _set(allowed),
        pinned,
    )


def _delays(delay: Options, place: Named) -> tuple[float, float]:
    maximum = _amount(delay.get("maximum"), place("delay.maximum"))
    desired = 0.0 if delay.get("desired") is None else _amount(delay["desired"], place("delay.desired"))
    if desired > maximum:
        message = f"{desired:g} ms is more than the maximum, {maximum:g} ms; desire that or less"
        raise InputError(message, Place(path=place("delay.desired")))
    return desired, maximum


def _demand(item: Options, index: int, place: Named) -> Amounts:
    """What an instance takes: the sum of its VMs, or what the app says."""
    vms = list(named(item.get("vms") or [], f"apps[{index}].vms").values())
    if not vms:
        return (_amount(item.get("cpu"), place("cpu")), *_amounts(item, RESOURCES[1:], 0.0, "apps", index))
    for position, vm in enumerate(vms):
        _amount(vm.get("cpu"), f"apps[{index}].vms[{position}].cpu of {vm['name']}")
    each = [_amounts(vm, RESOURCES, 0.0, f"apps[{index}].vms", position) for position, vm in enumerate(vms)]
    total = tuple(math.fsum(amounts) for amounts in zip(*each, strict=True))
    for key, amount in zip(RESOURCES, total, strict=True):
        said = None if item.get(key) is None else _amount(item[key], place(key))
        if said is not None and not math.isclose(said, amount):
            message = f"{said:g} is not {amount:g}, the sum of its VMs; leave it out, or make them agree"
            raise InputError(message, Place(path=place(key)))
    return total


def _scope(item: Options, enbs: Collection[str], areas: Mapping[str, tuple[str, ...]], place: Named) -> tuple[str, ...]:
    """The eNBs of the scope; all where none is given."""
    given = [key for key in SCOPES if item.get(key) is not None]
    if len(given) > 1:
        raise InputError(f"stands beside {given[0]}; give one of {', '.join(SCOPES)}", Place(path=place(given[1])))
    key = given[0] if given else "enbs"
    if key == "area":
        known([str(item["area"])], areas, place("area"), "area")
        found = areas[str(item["area"])]
    elif given:
        found = _enbs([item["enb"]] if key == "enb" else item["enbs"], enbs, place(key))
    else:
        found = tuple(enbs)
    if item.get("kind") == "ue" and len(found) != 1:
        raise InputError(f"means {len(found)} eNBs; a UE is at one, so give enb", Place(path=place(key)))
    return found


def _pinned(item: Options, hosts: Collection[str], place: Named) -> frozenset[str]:
    if item.get("host") is not None and item.get("hosts") is not None:
        raise InputError("stands beside hosts; give one of them", Place(path=place("host")))
    pinned = {"host": [item["host"]]} if item.get("host") is not None else {"hosts": item.get("hosts") or []}
    for key, names in pinned.items():
        known(map(str, names), hosts, place(key), "host")
        return _set(names)
    return frozenset()


def _licences(item: Options, pinned: Collection[str], place: Named) -> int | None:
    """The most instances: one for a UE; the hosts that the OSS has chosen must not be more."""
    most = None if item.get("licences") is None else int(number(item["licences"], place("licences")))
    if item.get("kind") == "ue":
        most = 1 if most is None else min(1, most)
    if most is not None and len(pinned) > most:
        what = "the app of a UE has one instance" if item.get("kind") == "ue" else f"licences is {most}"
        raise InputError(f"names {len(pinned)} hosts, and {what}; name fewer", Place(path=place("hosts")))
    return most


def _weights(given: Options) -> Weights:
    names = [each.name for each in fields(Weights)]
    values = {name: _amount(given[name], f"weights.{name}", HEAVIEST) for name in names if given.get(name) is not None}
    if values.get("unserved") == 0:
        raise InputError("is 0, so that nothing would be served; give more", Place(path="weights.unserved"))
    return Weights(**values)


def _running(options: Options, apps: Collection[str], hosts: Collection[str]) -> dict[str, dict[str, frozenset[str]]]:
    """The instances that are there. Their eNBs may be gone since, so they may have any names."""
    running: dict[str, dict[str, frozenset[str]]] = {}
    for index, item in enumerate(options.get("current") or ()):
        app, host = str(item["app"]), str(item["host"])
        known([app], apps, f"current[{index}].app", "app")
        known([host], hosts, f"current[{index}].host", "host")
        if host in running.setdefault(app, {}):
            message = f"{app} has an instance on {host} already; an app has one instance on a host"
            raise InputError(message, Place(path=f"current[{index}]"))
        running[app][host] = _set(item.get("enbs"))
    return running
