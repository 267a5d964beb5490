# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulated OSM has: tokens, packages, VIM accounts, instances, operations and records of VNFs."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable, Mapping
from typing import Any

from .items import (
    DESCRIPTION,
    ID,
    NAME,
    Item,
    Problem,
    bad,
    check_keys,
    check_text,
    conflict,
    found,
    listed,
    new_id,
    unprocessable,
)
from .operations import Operations, shown
from .packages import Shelf, check_nsd, check_vnfd
from .records import addressed, aspect_of, healed, members, scaled, vnf_record

INSTANTIATE = (
    "lcmOperationType", "nsInstanceId", "netsliceInstanceId", "nsName", "nsDescription", "nsdId", "vimAccountId",
    "nsConfigTemplateId", "wimAccountId", "placement-engine", "placement-constraints", "additionalParamsForNs",
    "additionalParamsForVnf", "config-units", "k8s-namespace", "ssh_keys", "timeout_ns_deploy", "nsr_id", "vduImage", "vnf",
    "vld",
)  # fmt: skip
TERMINATE = ("autoremove", "timeout_ns_terminate", "skip_terminate_primitives")


class Catalogue:
    """One OSM. ``seconds`` is how long an operation takes, ``token_seconds`` how long a token is good."""

    def __init__(
        self,
        who: Mapping[str, str],
        descriptors: Iterable[str] = (),
        vims: Iterable[str] = (),
        address: str | None = None,
        seconds: float = 0.0,
        token_seconds: float = 3600.0,
        queue: bool = False,
    ):
        self.who, self.address, self.token_seconds = dict(who), address, token_seconds
        self.tokens: dict[str, float] = {}
        self.vnfds = Shelf("vnf", check_vnfd, self._runs_vnfd, self._user_of_vnfd)
        self.nsds = Shelf("ns", lambda nsd, _files: check_nsd(nsd, self.vnfds.items), self._runs_nsd, self._user_of_nsd)
        self.descriptors = self.nsds.items
        self.vims = [
            {"_id": new_id(), "name": name, "vim_type": "dummy", "_admin": {"operationalState": "ENABLED"}} for name in vims
        ]
        self.instances: dict[str, Item] = {}
        self.records: dict[str, Item] = {}
        self.lifecycle = Operations(seconds, queue)
        self.told: list[Item] = []
        """The body of each instantiation."""
        for name in descriptors:
            self._add(name)

    @property
    def seconds(self) -> float:
        return self.lifecycle.seconds

    @seconds.setter
    def seconds(self, value: float) -> None:
        self.lifecycle.seconds = value

    @property
    def operations(self) -> dict[str, Item]:
        return self.lifecycle.items

    def token(self, body: Mapping[str, Any]) -> Item:
        if {key: body.get(key) for key in self.who} != self.who:
            raise Problem(401, "UNAUTHORIZED", "Access denied: wrong username, password or project")
        name, ends = new_id(), time.time() + self.token_seconds
        self.tokens[name] = ends
        return {"id": name, "_id": name, "expires": ends, "username": self.who["username"], "project_id": new_id()}

    def check(self, token: str) -> None:
        if self.tokens.get(token, 0.0) <= time.time():
            raise Problem(401, "UNAUTHORIZED", "Invalid Token or Authorization HTTP header")

    def create(self, body: Mapping[str, Any]) -> Item:
        self._check_body(body)
        nsd = self.nsds.shown(body["nsdId"])
        name = new_id()
        instance = {
            "_id": name,
            "id": name,
            "name": body["nsName"],
            "description": body.get("nsDescription") or "",
            "nsd-id": body["nsdId"],
            "nsd-ref": nsd["id"],
            "nsd": copy.deepcopy(nsd),
            "datacenter": body["vimAccountId"],
            "nsState": "NOT_INSTANTIATED",
            "currentOperation": "IDLE",
            "create-time": time.time(),
            "instantiate_params": {key: value for key, value in body.items() if not key.startswith("additionalParams")},
            "constituent-vnfr-ref": [],
            "vnfd-id": [],
            "_admin": {"nsState": "NOT_INSTANTIATED", "created": time.time()},
        }
        records = [vnf_record(instance, one, self._vnfd(one["vnfd-id"]), dict(body)) for one in members(nsd)]
        instance["constituent-vnfr-ref"] = [one["_id"] for one in records]
        instance["vnfd-id"] = list(dict.fromkeys(one["vnfd-id"] for one in records))
        self.records.update({one["_id"]: one for one in records})
        self.instances[name] = instance
        return {"id": name}

    def instance(self, name: str) -> Item:
        self.lifecycle.advance()
        return found(self.instances.values(), name, "nsr")

    def listed_instances(self, query: Mapping[str, str]) -> list[Item]:
        self.lifecycle.advance()
        return [one for one in self.instances.values() if all(str(one.get(key)) == value for key, value in query.items())]

    def instantiate(self, name: str, body: Mapping[str, Any]) -> Item:
        own = self.instance(name)
        self._check_body(body)
        if own["_admin"]["nsState"] == "INSTANTIATED":
            raise conflict(f"ns_instance '{name}' cannot be 'instantiate' because it is already instantiated")
        for one in listed(body.get("vnf")):
            if one.get("member-vnf-index") not in [record["member-vnf-index-ref"] for record in self._records(name)]:
                raise bad(
                    f"Invalid parameter member_vnf_index='{one.get('member-vnf-index')}' is not one of the nsd:constituent-vnfd"
                )
            found(self.vims, one.get("vimAccountId") or body["vimAccountId"], "vim_account")
        links = [link["id"] for link in listed(own["nsd"].get("virtual-link-desc"))]
        for link in listed(body.get("vld")):
            if link.get("name") not in links:
                raise bad(f"Invalid parameter vld:name='{link.get('name')}' is not present at nsd:vld")
        self.told.append(dict(body))
        fail = (body.get("additionalParamsForNs") or {}).get("fail")
        begun = self._begin(own, "instantiate", body, lambda: self._built(own), fail)
        own["_admin"]["nsState"], own["nsState"] = "INSTANTIATED", "BUILDING"
        return begun

    def terminate(self, name: str, body: Mapping[str, Any]) -> Item:
        own = self._instantiated(name, "terminate")
        check_keys(body, TERMINATE, ())
        return self._begin(own, "terminate", body, lambda: self._removed(own, bool(body.get("autoremove"))))

    def scale(self, name: str, body: Mapping[str, Any]) -> Item:
        own = self._instantiated(name, "scale")
        check_keys(body, ("scaleType", "scaleVnfData", "timeout_ns_scale", "scaleTime"), ("scaleType", "scaleVnfData"))
        check_keys(
            body["scaleVnfData"], ("vnfInstanceId", "scaleVnfType", "scaleByStepData"), ("scaleVnfType", "scaleByStepData")
        )
        step = body["scaleVnfData"]["scaleByStepData"]
        check_keys(
            step,
            ("scaling-group-descriptor", "member-vnf-index", "scaling-policy"),
            ("scaling-group-descriptor", "member-vnf-index"),
        )
        record = next((one for one in self._records(name) if one["member-vnf-index-ref"] == step["member-vnf-index"]), None)
        if record is None:
            raise bad(f"Invalid parameter member_vnf_index='{step['member-vnf-index']}' is not one of the nsd:constituent-vnfd")
        aspect = aspect_of(self.vnfds.shown(record["vnfd-id"]), step["scaling-group-descriptor"])
        outward = body["scaleVnfData"]["scaleVnfType"] == "SCALE_OUT"
        return self._begin(own, "scale", body, lambda: self._stepped(own, record, aspect, outward))

    def update(self, name: str, body: Mapping[str, Any]) -> Item:
        own = self._instantiated(name, "update")
        check_keys(body, ("updateType", "changeVnfPackageData", "timeout_ns_update"), ("updateType",))
        if body["updateType"] != "CHANGE_VNFPKG":
            raise unprocessable(f"this emulator knows no updateType {body['updateType']}")
        data = body["changeVnfPackageData"]
        check_keys(data, ("vnfInstanceId", "vnfdId"), ("vnfInstanceId", "vnfdId"))
        if data["vnfInstanceId"] not in own["constituent-vnfr-ref"]:
            raise unprocessable(
                f"Error in validating ns-update request: vnf {data['vnfInstanceId']} does not belong to NS {name}"
            )
        record, vnfd = self.records[data["vnfInstanceId"]], self.vnfds.shown(data["vnfdId"])
        if record["vnfd-id"] != vnfd["_id"]:
            raise unprocessable(f"Error in validating ns-update request: vnfd-id {vnfd['_id']} does not match")
        return self._begin(own, "update", body, lambda: record.update(revision=vnfd["_admin"]["revision"]))

    def heal(self, name: str, body: Mapping[str, Any]) -> Item:
        own = self._instantiated(name, "heal")
        check_keys(body, ("healVnfData", "timeout_ns_heal"), ("healVnfData",))
        for data in body["healVnfData"]:
            check_keys(data, ("vnfInstanceId", "cause", "additionalParams"), ("vnfInstanceId",))
            found(self.records.values(), data["vnfInstanceId"], "vnfr")
        return self._begin(own, "heal", body, lambda: self._healed(body["healVnfData"]))

    def delete(self, name: str, force: bool = False) -> None:
        if self.instance(name)["_admin"]["nsState"] == "INSTANTIATED" and not force:
            raise conflict(
                f"nsr '{name}' cannot be deleted because it is in 'INSTANTIATED' state. "
                "Launch 'terminate' operation first; or force deletion"
            )
        del self.instances[name]
        self.records = {key: one for key, one in self.records.items() if one["nsr-id-ref"] != name}
        self.lifecycle.forget(name)

    def operation(self, name: str) -> Item:
        self.lifecycle.advance()
        return shown(found(self.operations.values(), name, "nslcmop"))

    def operations_of(self, instance: str | None) -> list[Item]:
        self.lifecycle.advance()
        return self.lifecycle.shown(instance)

    def functions(self, instance: str | None) -> list[Item]:
        self.lifecycle.advance()
        return [one for one in self.records.values() if instance in (None, one["nsr-id-ref"])]

    def _begin(self, own: Item, kind: str, body: Mapping[str, Any], effect: Any, fail: Any = None) -> Item:
        return self.lifecycle.begin(own["_id"], kind, body, fail, effect, lambda: own.update(nsState="BROKEN"))

    def _instantiated(self, name: str, what: str) -> Item:
        own = self.instance(name)
        if own["_admin"]["nsState"] != "INSTANTIATED":
            raise conflict(f"ns_instance '{name}' cannot be '{what}' because it is not instantiated")
        return own

    def _check_body(self, body: Mapping[str, Any]) -> None:
        check_keys(body, INSTANTIATE, ("nsName", "nsdId", "vimAccountId"))
        check_text(body["nsName"], NAME, "nsName")
        check_text(body["nsdId"], ID, "nsdId")
        check_text(body["vimAccountId"], ID, "vimAccountId")
        if body.get("nsDescription") is not None:
            check_text(body["nsDescription"], DESCRIPTION, "nsDescription")
        found(self.vims, body["vimAccountId"], "vim_account")

    def _built(self, own: Item) -> None:
        own["nsState"] = "READY"
        for record in self._records(own["_id"]):
            addressed(record, self.address or f"192.0.2.{10 + list(self.instances).index(own['_id']) % 200}")

    def _removed(self, own: Item, altogether: bool) -> None:
        own["_admin"]["nsState"] = own["nsState"] = "NOT_INSTANTIATED"
        if altogether:
            self.delete(own["_id"])

    def _stepped(self, own: Item, record: Item, aspect: Item, outward: bool) -> str | None:
        groups = own["_admin"].setdefault("scaling-group", [])
        key = {"name": aspect["id"], "vnf_index": record["member-vnf-index-ref"]}
        group = next((one for one in groups if key.items() <= one.items()), None)
        if group is None:
            groups.append(group := {**key, "nb-scale-op": 0})
        limit = int(aspect.get("max-scale-level", 10**6)) if outward else 0
        if group["nb-scale-op"] == limit:
            kind = "max-instance-count) scaling-out" if outward else "min-instance-count) scaling-in"
            return f"reached the limit of {limit} ({kind} operations for the scaling-group-descriptor '{aspect['id']}'"
        group["nb-scale-op"] += 1 if outward else -1
        scaled(record, aspect, outward)
        addressed(record, record.get("ip-address") or "192.0.2.9")
        return None

    def _healed(self, asked: Any) -> None:
        for data in asked:
            healed(self.records[data["vnfInstanceId"]], data.get("additionalParams"))

    def _records(self, instance: str) -> list[Item]:
        return [one for one in self.records.values() if one["nsr-id-ref"] == instance]

    def _vnfd(self, name: str) -> Item:
        for one in self.vnfds.items:
            if one["id"] == name:
                return one
        raise Problem(404, "NOT_FOUND", f"Not found any vnfd with filter='{{'id': '{name}'}}'")

    def _runs_vnfd(self, vnfd: Item) -> bool:
        return any(one["vnfd-id"] == vnfd["_id"] for one in self.records.values())

    def _runs_nsd(self, nsd: Item) -> bool:
        return any(one["nsd-id"] == nsd["_id"] for one in self.instances.values())

    def _user_of_vnfd(self, vnfd: Item) -> str | None:
        if self._runs_vnfd(vnfd):
            return "There is at least one VNF instance using this descriptor"
        if any(vnfd["id"] in listed(one.get("vnfd-id")) for one in self.nsds.items):
            return "There is at least one NSD referencing this descriptor"
        return None

    def _user_of_nsd(self, nsd: Item) -> str | None:
        return "There is at least one NS instance using this descriptor" if self._runs_nsd(nsd) else None

    def _add(self, name: str) -> None:
        """An NSD of one VNF of one VM, for who needs nothing of what is in a package."""
        flavour = {"id": "default-df", "instantiation-level": [{"id": "1", "vdu-level": [{"vdu-id": "vm"}]}]}
        self.vnfds.add({"id": f"{name}_vnf", "product-name": f"{name}_vnf", "vdu": [{"id": "vm"}], "df": [flavour]})
        profile = {"id": "1", "vnfd-id": f"{name}_vnf"}
        nsd = {"id": name, "name": name, "vnfd-id": [f"{name}_vnf"]}
        self.nsds.add({**nsd, "df": [{"id": "default-df", "vnf-profile": [profile]}]})
