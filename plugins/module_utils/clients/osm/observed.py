# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is at OSM, as plain data: packages and who uses them, the NSD that is meant, VIM accounts, the instance, its members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...core import archives
from ...core.errors import InputError
from .instance import Instance, fingerprint_of, is_ill, units_of
from .network_services import NetworkServices, address_of, one_of, part, parts
from .packages import Packages

Item = Mapping[str, Any]
UNUSABLE = ("ERROR", "DISABLED")
PROJECTED = ("_", "nsdOnboardingState", "nsdOperationalState", "nsdUsageState")


class Observed:
    """``own`` are the packages of the task by kind and id, ``differing`` names the files in which one differs from others."""

    def __init__(
        self,
        services: NetworkServices,
        packages: Packages,
        instance: Instance,
        own: Mapping[tuple[str, str], Any],
        differing: Callable[[Any, Item], list[str]],
    ):
        self._services, self._packages, self._instance = services, packages, instance
        self._own, self._differing = own, differing

    def package(self, kind: str, name: str, present: bool, users: bool) -> dict[str, Any] | None:
        found = self._packages.find(kind, name)
        if found is None:
            return None
        changed = self.changed(kind, name, found["_id"]) if present else []
        return {"changed": changed, "users": self._users(kind, name, found["_id"]) if users else []}

    def changed(self, kind: str, name: str, own_id: str) -> list[str]:
        """The files in which a package of the task differs from what OSM has."""
        package, content = self._own[kind, name], self._packages.content(kind, own_id)
        if content == package.content:
            return []
        try:
            there = archives.opened(content, name, name) if content else {}
        except InputError:  # whatever it is, it is not this package
            there = {}
        return self._differing(package, there)

    def told(self, kind: str, name: str) -> dict[str, Any]:
        found = self._packages.find(kind, name) or {}
        return {"osm_id": found.get("_id"), "revision": part(found, "_admin").get("revision")}

    def _users(self, kind: str, name: str, own_id: str) -> list[dict[str, str]]:
        found = []
        for one in self._services.instances():
            uses = [one.get("nsd-id")] if kind == "ns" else one.get("vnfd-id")
            if isinstance(uses, list) and own_id in uses:
                found.append({"what": f"network service {one.get('name')}", "id": str(one["_id"])})
        for one in self._packages.listed("ns") if kind == "vnf" else ():
            uses = one.get("vnfd-id")
            if isinstance(uses, list) and name in uses:
                found.append({"what": f"NSD {one.get('id')}", "id": str(one.get("id"))})
        return found

    def nsd(self, wanted: str | None) -> Item:
        """The NSD that the task means, of its own packages or of the catalogue.

        :raises InputError: there is none, or it is not said which
        """
        own = [one for (kind, _id), one in self._own.items() if kind == "ns"]
        for one in own:
            if wanted == one.id or (wanted is None and len(own) == 1):
                return one.descriptor
        if wanted is None:
            raise InputError("say of which NSD the network service is to be, in nsd")
        listed = self._packages.listed("ns")
        found = one_of(listed, wanted, "NSD", ("_id", "id", "name"))
        nsd = next((one for one in listed if one["_id"] == found and isinstance(one.get("id"), str)), None)
        if nsd is None:
            raise InputError(f"the NSD {wanted} has no descriptor yet; onboard its package")
        return nsd

    def account(self, accounts: list[Item], name: str) -> str:
        """OSM's id of a VIM account that can be used.

        :raises InputError: it is not there, or out of order
        """
        found = one_of(accounts, name, "VIM account", ("_id", "name"))
        admin = next((part(one, "_admin") for one in accounts if one["_id"] == found), {})
        if admin.get("operationalState") in UNUSABLE:
            reason = " ".join(str(admin.get("detailed-status") or "OSM tells no reason").split())[:200]
            raise InputError(f"the VIM account {name} is in the state {admin['operationalState']}: {reason}; mend it in OSM")
        return found

    def future(self, nsd: Item) -> dict[str, dict[str, Item]]:
        """The members that an instance of an NSD begins with.

        :raises InputError: OSM has no VNFD of one
        """
        found = {}
        for flavour in parts(nsd, "df")[:1]:
            for profile in parts(flavour, "vnf-profile"):
                found[str(profile.get("id"))] = {"vnfd": self._vnfd(str(profile.get("vnfd-id")))}
        return found

    def _vnfd(self, name: str) -> Item:
        if ("vnf", name) in self._own:
            return self._own["vnf", name].descriptor
        found = self._packages.find("vnf", name)
        if found is None:
            raise InputError(f"OSM has no VNFD {name}, which the NSD names; give it among the packages")
        return found

    def instance(self, there: Item) -> dict[str, Any]:
        state, reason = self._instance.condition(there["_id"])
        nsd = part(there, "nsd")
        entry = self._packages.shown("ns", str(there.get("nsd-id"))) if nsd else None
        stale = entry is not None and _without_projection(entry) != _without_projection(nsd)
        told = {"id": there["_id"], "state": state, "reason": reason, "nsd": nsd.get("id")}
        return {**told, "parameters": fingerprint_of(there), "stale": stale}

    def members(self, instance: str) -> dict[str, Item]:
        """By member index the VNFs that there are."""
        found = {}
        for record in self._services.records(instance):
            entry = self._packages.shown("vnf", str(record.get("vnfd-id"))) or {}
            latest, revision = part(entry, "_admin").get("revision"), record.get("revision")
            own, units = self._own.get(("vnf", str(entry.get("id")))), units_of(record)
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

    def facts(self, there: Item) -> dict[str, Any]:
        """What a task is told of the instance."""
        vnfs = []
        for record in self._services.records(there["_id"]):
            told = {"id": record["_id"], "vnf": str(record.get("member-vnf-index-ref")), "vnfd": record.get("vnfd-ref")}
            address, units = address_of(record), units_of(record)
            vnfs.append({**told, "revision": record.get("revision"), "address": address, "vdus": units})
        state, reason = self._instance.condition(there["_id"])
        told = {"id": there["_id"], "name": there.get("name"), "state": state, "reason": reason, "nsd": there.get("nsd-ref")}
        return {**told, "vnfs": sorted(vnfs, key=lambda one: one["vnf"])}


def _without_projection(nsd: Item) -> dict[str, Any]:
    """What the author of an NSD has said, without what OSM adds."""
    return {key: value for key, value in nsd.items() if not key.startswith(PROJECTED)}
