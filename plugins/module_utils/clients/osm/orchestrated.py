# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages and a network service at OSM in one state; an acting verb (see ``glue.boundary.Acting``)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...core.errors import ConflictError, InputError
from ...core.plan import Change, Plan, carry_out
from .instance import Instance
from .network_services import NetworkServices, one_of
from .observed import Observed
from .packages import Packages
from .session import Session

Item = Mapping[str, Any]
ROUNDS = 100_000
"""Of the hash of what an instance is made with: its description is no secret, and parameters may be."""
OWN = ("nsName", "nsDescription", "nsdId", "vimAccountId")
"""What the parameters of an instantiation need not say."""


class Orchestrated:
    """What a task wants of OSM.

    :param options: those of ``session.Session``, ``name``, ``nsd``, ``vim_account``, ``vim_accounts``, ``parameters``,
        ``force`` and ``timeout``
    :param wanted: see ``orchestration.osm_plan.Wanted``, yet without ``settings`` and ``packages``
    :param packages: ``descriptors.osm_onboarding.OsmPackage``, those of VNFs first
    :param planning: ``orchestration.osm_plan``, which decides; this reads and acts
    :param differing: the names of the files in which a package differs from the files of another
    """

    def __init__(
        self, options: Item, wanted: Any, packages: Sequence[Any], planning: Any, differing: Callable[[Any, Item], list[str]]
    ):
        self._options, self._planning = options, planning
        self._own = {(one.kind, one.id): one for one in packages}
        listed = [{"kind": one.kind, "id": one.id, "sha256": hashlib.sha256(one.content).hexdigest()} for one in packages]
        self._wanted = dataclasses.replace(wanted, packages=listed)
        session = Session(options)
        self._services, self._packages = NetworkServices(session), Packages(session)
        self._instance = Instance(self._services, wanted.name, options["timeout"])
        self._observed = Observed(self._services, self._packages, self._instance, self._own, differing)
        self._current: dict[str, Any] = {}
        self._made: dict[str, Any] = {}
        self._warnings: list[str] = []

    def read(self) -> dict[str, Any]:
        there, spare = self._instance.settled() if self._wanted.name is not None else (None, [])
        present, users = self._wanted.present, self._wanted.remove_packages and not self._wanted.present
        packages = {key: self._observed.package(*key, present, users) for key in self._own}
        self._current = {"packages": packages, "instance": None, "spare": spare, "members": {}, "future": {}}
        if present and self._wanted.name is not None:
            nsd = self._observed.nsd(self._options["nsd"])
            self._wanted = dataclasses.replace(self._wanted, settings=self._settings(nsd))
            if self._wanted.scale:
                self._current["future"] = self._observed.future(nsd)
        if there is not None:
            self._current["instance"] = self._observed.instance(there)
            self._current["members"] = self._observed.members(there["_id"]) if present else {}
        return self._current

    def difference(self, current: Item) -> Plan:
        for kind, name, users in self._planning.kept_packages(self._wanted, current):
            self._warnings.append(f"the {kind.upper()}D {name} stays: {', '.join(users)} uses it")
        return self._planning.plan(self._wanted, current)

    def apply(self, plan: Plan) -> None:
        carry_out(plan, self._execute)

    def result(self) -> dict[str, Any]:
        packages = [{"kind": kind, "id": name, **self._observed.told(kind, name)} for kind, name in self._own]
        answer = {"packages": packages, "operations": self._instance.operations, "warnings": self._warnings}
        found = self._instance.ours() if self._wanted.name is not None else []
        there = self._services.instance(found[0]["_id"]) if found else None
        return {**answer, "service": None if there is None else self._observed.facts(there)}

    def _settings(self, nsd: Item) -> dict[str, str]:
        """What the instance is made with, as the plan shows it."""
        given = self._options["parameters"]
        for key in OWN:
            if key in given:
                raise InputError(f"parameters.{key}: other options say that; leave it out")
        vnfs = given.get("vnf", [])
        if not isinstance(vnfs, list) or not all(isinstance(one, Mapping) for one in vnfs):
            raise InputError("parameters.vnf: give a list of mappings, as OSM has it")
        if self._options["vim_account"] is None:
            raise InputError("say where the network service is to be, in vim_account")
        accounts, others = self._services.vim_accounts(), self._options["vim_accounts"] or {}
        vim = self._observed.account(accounts, self._options["vim_account"])
        vims = {str(member): self._observed.account(accounts, name) for member, name in others.items()}
        self._made = {"nsd": nsd["id"], "vim": vim, "vims": vims}
        text = json.dumps({**self._made, "parameters": given}, sort_keys=True, default=str)
        hashed = hashlib.pbkdf2_hmac("sha256", text.encode(), str(self._wanted.name).encode(), ROUNDS)
        return {"nsd": nsd["id"], "vim_account": self._options["vim_account"], "parameters": hashed.hex()[:16]}

    # What is done

    def _execute(self, change: Change) -> None:
        kinds = {title: kind for kind, title in self._planning.PACKAGES.items()}
        if change.kind in kinds:
            self._keep_package(kinds[change.kind], change)
        elif change.kind == self._planning.SERVICE:
            self._keep_instance(change)
        elif change.kind == self._planning.SPARE:
            self._services.delete(change.name)
        else:
            self._change_member(change)

    def _keep_package(self, kind: str, change: Change) -> None:
        name, package, found = change.name, self._own[kind, change.name], self._packages.find(kind, change.name)
        if change.after is None:
            self._drop(kind, name, found)
            return
        if found is None:
            try:
                self._packages.onboard(kind, package.name, package.content)
                return
            except ConflictError:  # another run was faster, or it is refused for what it is
                found = self._packages.find(kind, name)
                if found is None:
                    raise
        if self._observed.changed(kind, name, found["_id"]):
            self._packages.replace(kind, found["_id"], package.name, package.content)

    def _drop(self, kind: str, name: str, found: Item | None) -> None:
        try:
            if found is not None:
                self._packages.delete(kind, found["_id"])
        except ConflictError as error:
            self._warnings.append(f"the {kind.upper()}D {name} stays: {error.message}")

    def _keep_instance(self, change: Change) -> None:
        if change.after is None:
            if left := self._instance.remove(self._current["instance"]["id"], self._options["force"]):
                self._warnings.append(left)
            return
        nsd = one_of(self._packages.listed("ns"), self._made["nsd"], "NSD", ("id",))
        fingerprint = self._wanted.settings["parameters"]
        self._instance.make(nsd, self._made["vim"], self._parameters(), fingerprint)

    def _parameters(self) -> dict[str, Any]:
        """Those of the task, with the VIM accounts of VNFs."""
        parameters = dict(self._options["parameters"])
        told = {str(one.get("member-vnf-index")): one for one in parameters.get("vnf", [])}
        for member, account in self._made["vims"].items():
            told[member] = {**told.get(member, {"member-vnf-index": member}), "vimAccountId": account}
        return {**parameters, **({"vnf": list(told.values())} if told else {})}

    def _change_member(self, change: Change) -> None:
        index, _slash, vdu = change.name.removeprefix(f"{self._wanted.name}/").partition("/")
        found = self._instance.ours()
        if not found:
            raise ConflictError(f"the network service {self._wanted.name} was removed by somebody else meanwhile; run again")
        instance = found[0]["_id"]
        if change.kind == self._planning.COUNT:
            listed = self._planning.scalings_of(self._wanted, self._current)
            scaling = next(one for one in listed if (one.member, one.vdu) == (index, vdu))
            steps = self._planning.steps
            self._instance.scale(instance, index, vdu, scaling.aspect.name, lambda now: steps(scaling, now))
            return
        member = self._current["members"][index]
        if change.kind == self._planning.UPGRADE:
            self._instance.upgrade(instance, member["id"], member["vnfd_id"])
        else:
            self._instance.heal(instance, member["id"], member["ill"])
