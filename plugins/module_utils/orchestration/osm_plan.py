# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done at Open Source MANO, from what is wanted and what is there: packages, a network service, its parts.

A new network service is planned as a whole. Of one that runs, what OSM can change is changed (the packages of its VNFs, the
number of VDUs, VDUs that are ill); where something else is wanted than what it was instantiated with, it has to be made anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.errors import ConflictError, InputError
from ..core.plan import Change, Plan
from .osm_scaling import Scaling, initial_counts, scalings, steps

Item = Mapping[str, Any]
NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,119}"
"""OSM takes more, and the name stands in the description too, which has 255 characters."""
PACKAGES = {"vnf": "VNF package", "ns": "NS package"}
SERVICE, SPARE, UPGRADE, COUNT, HEALTH = "network service", "duplicate", "VNF", "count", "health"
"""The kinds of changes beside those of packages."""
RUNNING, CREATED, TERMINATED, FAILED = "running", "created", "terminated", "failed"
"""The states of an instance: ``created`` was never instantiated, ``failed`` did not come up or down."""


@dataclass(frozen=True)
class Wanted:
    """What the task says. ``packages`` have ``kind``, ``id`` and ``descriptor``, those of VNFs first."""

    name: str | None
    present: bool
    packages: Sequence[Item] = ()
    settings: Item | None = None
    """What the instance is made with, as its plan shows it; ``parameters`` is the fingerprint of all of it."""
    scale: Sequence[Item] = ()
    upgrade: bool = True
    recreate: bool = False
    heal: bool = False
    remove_packages: bool = False


def wanted(options: Item) -> Wanted:
    """What the options of a task say.

    :raises InputError: the name is none that OSM can keep with its mark
    """
    name = options["name"]
    if name is not None and not re.fullmatch(NAME, name):
        raise InputError(f"name: {name!r} cannot be the name of a network service; take up to 120 of A-Z a-z 0-9 _ . -")
    told = {key: options[key] for key in ("scale", "upgrade", "recreate", "heal", "remove_packages")}
    return Wanted(name, options["state"] == "present", **told)


def plan(wanted: Wanted, current: Item) -> Plan:
    """The changes, in their order.

    :param current: ``packages``, by kind and id: None or ``{changed: [names of files], users: [{what, id}]}``;
        ``instance``: None or ``{id, state, reason, parameters, stale}``, the last whether its NSD is another by now;
        ``spare``: ids of further instances of this name; ``members``: by member index what runs, ``{vnfd, revision, behind,
        counts, ill}``; ``future``: what a new instance would have, ``{vnfd}``
    :raises NfvError: what is wanted cannot be
    """
    changes = _presence(wanted, current) if wanted.present else _absence(wanted, current)
    return Plan(tuple(changes))


def kept_packages(wanted: Wanted, current: Item) -> list[tuple[str, str, list[str]]]:
    """Kind, id and users of the packages that were to be removed and are in use."""
    if wanted.present or not wanted.remove_packages:
        return []
    return [(one["kind"], one["id"], users) for one in wanted.packages if (users := _users(one, wanted, current))]


def _presence(wanted: Wanted, current: Item) -> Iterator[Change]:
    there = current["instance"]
    anew = there is not None and _is_to_be_made_anew(wanted, current)
    if anew:  # before the packages: OSM changes little of those that are in use
        yield Change(SERVICE, str(wanted.name), _shown(there), None)
    for package in wanted.packages:
        yield from _onboarding(package, current["packages"][package["kind"], package["id"]])
    if wanted.name is None:
        return
    yield from _spares(current)
    if there is None or anew:
        yield Change(SERVICE, wanted.name, None, wanted.settings)
    elif there["state"] == CREATED:
        yield Change(SERVICE, wanted.name, {"state": CREATED}, {"state": RUNNING})
    else:
        yield from _upgrades(wanted, current)
        yield from _healings(wanted, current)
    yield from _countings(wanted, current, there is not None and there["state"] == RUNNING and not anew)


def _absence(wanted: Wanted, current: Item) -> Iterator[Change]:
    if wanted.name is None and not wanted.remove_packages:
        raise InputError("there is nothing to remove: give name, or packages and remove_packages: true")
    if wanted.name is not None:
        yield from _spares(current)
        if current["instance"] is not None:
            yield Change(SERVICE, wanted.name, _shown(current["instance"]), None)
    if wanted.remove_packages:
        for package in reversed(wanted.packages):
            if current["packages"][package["kind"], package["id"]] and not _users(package, wanted, current):
                yield Change(PACKAGES[package["kind"]], package["id"], {"state": "onboarded"}, None)


def _users(package: Item, wanted: Wanted, current: Item) -> list[str]:
    """Who uses a package beside what the same task removes."""
    there = current["packages"][package["kind"], package["id"]]
    gone = {*current["spare"], *([current["instance"]["id"]] if current["instance"] else [])}
    if package["kind"] == "vnf":
        gone |= {one["id"] for one in wanted.packages if one["kind"] == "ns" and not _users(one, wanted, current)}
    return [user["what"] for user in there["users"] if user["id"] not in gone] if there else []


def _onboarding(package: Item, there: Item | None) -> Iterator[Change]:
    if there is None:
        yield Change(PACKAGES[package["kind"]], package["id"], None, {"sha256": package["sha256"]})
    elif there["changed"]:
        yield Change(PACKAGES[package["kind"]], package["id"], {"files": there["changed"]}, {"sha256": package["sha256"]})


def _spares(current: Item) -> Iterator[Change]:
    for name in current["spare"]:
        yield Change(SPARE, name, {"state": CREATED}, None)


def _is_to_be_made_anew(wanted: Wanted, current: Item) -> bool:
    """Whether the instance has to go before there can be the one that is wanted.

    :raises ConflictError: it runs with something else, and the task does not say that it may go
    """
    there = current["instance"]
    if there["state"] in (FAILED, TERMINATED):
        return True
    renewed = {one["id"] for one in wanted.packages if one["kind"] == "ns" and _is_changed(one, current)}
    stale = there["stale"] or str(there["nsd"]) in renewed
    if not wanted.upgrade and wanted.recreate:
        stale = stale or bool(_behind(wanted, current))
    other = there["parameters"] not in (None, (wanted.settings or {}).get("parameters"))
    if not stale and not other:
        return False
    if there["state"] != CREATED and not wanted.recreate:
        what = "an older state of its NSD" if stale and not other else "another NSD, VIM account or other parameters"
        raise ConflictError(
            f"the network service {wanted.name} runs with {what}, which OSM cannot change while it runs: "
            "give recreate: true to have it terminated and instantiated anew, or what it runs with"
        )
    return True


def _is_changed(package: Item, current: Item) -> bool:
    there = current["packages"][package["kind"], package["id"]]
    return there is not None and bool(there["changed"])


def _behind(wanted: Wanted, current: Item) -> list[str]:
    """The members whose VNFD is a newer one by now, or will be; an OSM that counts no revisions cannot say."""
    renewed = {one["id"] for one in wanted.packages if one["kind"] == "vnf" and _is_changed(one, current)}
    known = {index: one for index, one in current["members"].items() if one["revision"] is not None}
    return sorted(index for index, one in known.items() if one["behind"] or str(one["vnfd"].get("id")) in renewed)


def _upgrades(wanted: Wanted, current: Item) -> Iterator[Change]:
    for index in _behind(wanted, current) if wanted.upgrade else ():
        before = {"revision": current["members"][index]["revision"]}
        yield Change(UPGRADE, f"{wanted.name}/{index}", before, {"revision": "latest"})


def _healings(wanted: Wanted, current: Item) -> Iterator[Change]:
    for index, member in sorted(current["members"].items()) if wanted.heal else ():
        if member["ill"]:
            ill = {f"{one['vdu']}-{one['index']}": one["status"] for one in member["ill"]}
            yield Change(HEALTH, f"{wanted.name}/{index}", ill, dict.fromkeys(ill, "healed"))


def _countings(wanted: Wanted, current: Item, runs: bool) -> Iterator[Change]:
    members = current["members" if runs else "future"]
    for one in scalings(wanted.scale, members):
        now = members[one.member]["counts"].get(one.vdu, 0) if runs else initial_counts(members[one.member]["vnfd"])[one.vdu]
        if steps(one, now):
            yield Change(COUNT, f"{wanted.name}/{one.member}/{one.vdu}", {"count": now}, {"count": one.count})


def scalings_of(wanted: Wanted, current: Item) -> list[Scaling]:
    """What ``scale`` asks for, of the members that there are once the network service is what is wanted."""
    return scalings(wanted.scale, current["future"])


def _shown(there: Item) -> dict[str, Any]:
    return {key: there[key] for key in ("id", "state", "reason", "nsd", "parameters") if there.get(key) is not None}
