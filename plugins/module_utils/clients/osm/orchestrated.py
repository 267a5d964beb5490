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
from ..files.reader import tree_of
from .instance import Instance, fingerprint_of, is_ill, units_of
from .network_services import NetworkServices, address_of, id_of, one_of
from .packages import Packages
from .session import Session

Item = Mapping[str, Any]
UNUSABLE = ("ERROR", "DISABLED")
ROUNDS = 100_000
"""Of the hash of what an instance is made with: its description is no secret, and parameters may be."""
OWN = ("nsName", "nsDescription", "nsdId", "vimAccountId")
"""What the parameters of an instantiation need not say."""
PROJECTED = ("_", "nsdOnboardingState", "nsdOperationalState", "nsdUsageState")


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
        self._options, self._planning, self._differing = options, planning, differing
        self._own = {(one.kind, one.id): one for one in packages}
        listed = [{"kind": one.kind, "id": one.id, "sha256": hashlib.sha256(one.content).hexdigest()} for one in packages]
        self._wanted = dataclasses.replace(wanted, packages=listed)
        session = Session(options)
        self._services, self._packages = NetworkServices(session), Packages(session)
        self._instance = Instance(self._services, wanted.name, options["timeout"])
        self._current: dict[str, Any] = {}
        self._warnings: list[str] = []

    def read(self) -> dict[str, Any]:
        there, spare = self._instance.settled() if self._wanted.name is not None else (None, [])
        self._current = {"packages": {key: self._package(*key) for key in self._own}, "instance": None, "spare": spare}
        self._current |= {"members": {}, "future": {}}
        if self._wanted.present and self._wanted.name is not None:
            nsd = self._nsd()
            self._wanted = dataclasses.replace(self._wanted, settings=self._settings(nsd))
            if self._wanted.scale:
                self._current["future"] = self._future(nsd)
        if there is not None:
            self._current["instance"] = self._shown(there)
            self._current["members"] = self._members(there["_id"])
        return self._current

    def difference(self, current: Item) -> Plan:
        for kind, name, users in self._planning.kept_packages(self._wanted, current):
            self._warnings.append(f"the {kind.upper()}D {name} stays: {', '.join(users)} uses it")
        return self._planning.plan(self._wanted, current)

    def apply(self, plan: Plan) -> None:
        carry_out(plan, self._execute)

    def result(self) -> dict[str, Any]:
        packages = [{"kind": kind, "id": name, **self._told(kind, name)} for kind, name in self._own]
        answer = {"packages": packages, "operations": self._instance.operations, "warnings": self._warnings}
        found = self._instance.ours() if self._wanted.name is not None else []
        there = self._services.instance(found[0]["_id"]) if found else None
        return {**answer, "service": None if there is None else self._facts(there)}

    # What is there

    def _package(self, kind: str, name: str) -> dict[str, Any] | None:
        found = self._packages.find(kind, name)
        if found is None:
            return None
        users = self._users(kind, name, found["_id"]) if self._wanted.remove_packages and not self._wanted.present else []
        return {"changed": self._changed(kind, name, found["_id"]) if self._wanted.present else [], "users": users}

    def _changed(self, kind: str, name: str, own_id: str) -> list[str]:
        package, content = self._own[kind, name], self._packages.content(kind, own_id)
        if content == package.content:
            return []
        try:
            there = tree_of(content, name) if content else {}
        except InputError:  # whatever it is, it is not this package
            there = {}
        return self._differing(package, there)

    def _users(self, kind: str, name: str, own_id: str) -> list[dict[str, str]]:
        instances = self._services.instances()
        keys = [(one, [one.get("nsd-id")] if kind == "ns" else one.get("vnfd-id") or []) for one in instances]
        found = [
            {"what": f"network service {one.get('name')}", "id": str(one.get("_id"))} for one, uses in keys if own_id in uses
        ]
        if kind == "vnf":
            nsds = [one for one in self._packages.listed("ns") if name in (one.get("vnfd-id") or [])]
            found += [{"what": f"NSD {one.get('id')}", "id": str(one.get("id"))} for one in nsds]
        return found

    def _nsd(self) -> Item:
        """The NSD that the task means, of its own packages or of the catalogue."""
        wanted, own = self._options["nsd"], [one for (kind, _id), one in self._own.items() if kind == "ns"]
        for one in own:
            if wanted == one.id or (wanted is None and len(own) == 1):
                return one.descriptor
        if wanted is None:
            raise InputError("say of which NSD the network service is to be, in nsd")
        listed = self._packages.listed("ns")
        found = one_of(listed, wanted, "NSD", ("_id", "id", "name"))
        return next(one for one in listed if one["_id"] == found)

    def _settings(self, nsd: Item) -> dict[str, str]:
        for key in OWN:
            if key in (self._options["parameters"] or {}):
                raise InputError(f"parameters.{key}: other options say that; leave it out")
        if self._options["vim_account"] is None:
            raise InputError("say where the network service is to be, in vim_account")
        accounts = self._services.vim_accounts()
        vim, others = self._account(accounts, self._options["vim_account"]), self._options["vim_accounts"] or {}
        made = {"nsd": nsd["id"], "vim": vim, "vims": {str(one): self._account(accounts, name) for one, name in others.items()}}
        text = json.dumps({**made, "parameters": self._options["parameters"]}, sort_keys=True, default=str)
        hashed = hashlib.pbkdf2_hmac("sha256", text.encode(), str(self._wanted.name).encode(), ROUNDS)
        self._made = made
        return {"nsd": nsd["id"], "vim_account": self._options["vim_account"], "parameters": hashed.hex()[:16]}

    @staticmethod
    def _account(accounts: Sequence[Item], name: str) -> str:
        found = one_of(accounts, name, "VIM account", ("_id", "name"))
        account = next(one for one in accounts if one["_id"] == found)
        admin = account.get("_admin") or {}
        if admin.get("operationalState") in UNUSABLE:
            reason = " ".join(str(admin.get("detailed-status") or "OSM tells no reason").split())[:200]
            raise InputError(f"the VIM account {name} is in the state {admin['operationalState']}: {reason}; mend it in OSM")
        return found

    def _future(self, nsd: Item) -> dict[str, Item]:
        """The members that an instance of an NSD begins with."""
        flavour = (nsd.get("df") or [{}])[0]
        return {one["id"]: {"vnfd": self._vnfd(one["vnfd-id"])} for one in flavour.get("vnf-profile") or []}

    def _vnfd(self, name: str) -> Item:
        if ("vnf", name) in self._own:
            return self._own["vnf", name].descriptor
        found = self._packages.find("vnf", name)
        if found is None:
            raise InputError(f"OSM has no VNFD {name}, which the NSD names; give it among the packages")
        return found

    def _shown(self, there: Item) -> dict[str, Any]:
        state, reason = self._instance.condition(there)
        nsd = there.get("nsd") or {}
        entry = self._packages.shown("ns", str(there.get("nsd-id"))) if nsd else None
        stale = entry is not None and _without_projection(entry) != _without_projection(nsd)
        told = {"id": there["_id"], "state": state, "reason": reason, "nsd": nsd.get("id")}
        return {**told, "parameters": fingerprint_of(there), "stale": stale}

    def _members(self, instance: str) -> dict[str, Item]:
        found = {}
        for record in self._services.records(instance) if self._wanted.present else ():
            entry = self._packages.shown("vnf", str(record.get("vnfd-id"))) or {}
            latest, revision = (entry.get("_admin") or {}).get("revision"), record.get("revision")
            own = self._own.get(("vnf", str(entry.get("id"))))
            units = units_of(record)
            found[str(record.get("member-vnf-index-ref"))] = {
                "id": record["_id"],
                "vnfd": own.descriptor if own else entry,
                "vnfd_id": record.get("vnfd-id"),
                "revision": revision,
                "behind": isinstance(latest, int) and isinstance(revision, int) and revision < latest,
                "counts": {one["vdu"]: sum(other["vdu"] == one["vdu"] for other in units) for one in units},
                "ill": [one for one in units if is_ill(one)],
            }
        return found

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
        if self._changed(kind, name, found["_id"]):
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
        parameters = dict(self._options["parameters"] or {})
        if self._made["vims"]:
            told = {one.get("member-vnf-index"): one for one in parameters.get("vnf") or []}
            for member, account in self._made["vims"].items():
                told[member] = {**told.get(member, {"member-vnf-index": member}), "vimAccountId": account}
            parameters["vnf"] = list(told.values())
        self._instance.make(nsd, self._made["vim"], parameters, self._wanted.settings["parameters"])

    def _change_member(self, change: Change) -> None:
        index, _slash, vdu = change.name.removeprefix(f"{self._wanted.name}/").partition("/")
        instance = id_of(next(iter(self._instance.ours()), None), "_id")
        if change.kind == self._planning.COUNT:
            scaling = next(
                one for one in self._planning.scalings_of(self._wanted, self._current) if (one.member, one.vdu) == (index, vdu)
            )
            self._instance.scale(instance, index, vdu, scaling.aspect.name, lambda now: self._planning.steps(scaling, now))
            return
        member = self._current["members"][index]
        if change.kind == self._planning.UPGRADE:
            self._instance.upgrade(instance, member["id"], member["vnfd_id"])
        else:
            self._instance.heal(instance, member["id"], member["ill"])

    # What is told

    def _told(self, kind: str, name: str) -> dict[str, Any]:
        found = self._packages.find(kind, name) or {}
        return {"osm_id": found.get("_id"), "revision": (found.get("_admin") or {}).get("revision")}

    def _facts(self, there: Item) -> dict[str, Any]:
        vnfs = []
        for record in self._services.records(there["_id"]):
            told = {"id": record.get("_id"), "vnf": str(record.get("member-vnf-index-ref")), "vnfd": record.get("vnfd-ref")}
            vnfs.append({**told, "revision": record.get("revision"), "address": address_of(record), "vdus": units_of(record)})
        state, reason = self._instance.condition(there)
        told = {"id": there["_id"], "name": there.get("name"), "state": state, "reason": reason, "nsd": there.get("nsd-ref")}
        return {**told, "vnfs": sorted(vnfs, key=lambda one: one["vnf"])}


def _without_projection(nsd: Item) -> dict[str, Any]:
    """What the author of an NSD has said, without what OSM adds."""
    return {key: value for key, value in nsd.items() if not key.startswith(PROJECTED)}
