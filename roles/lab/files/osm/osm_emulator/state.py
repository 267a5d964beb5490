# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulated OSM has: tokens, descriptors, VIM accounts, instances, operations and records of VNFs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

Item = dict[str, Any]


class Problem(Exception):
    """An answer that refuses, as RFC 7807 has it."""

    def __init__(self, status: int, code: str, detail: str):
        self.status, self.body = status, {"code": code, "status": status, "detail": detail}
        super().__init__(detail)


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
    ):
        self.who, self.address, self.seconds, self.token_seconds = dict(who), address, seconds, token_seconds
        self.tokens: dict[str, float] = {}
        self.descriptors = [{"_id": _new(), "id": name, "name": name, "vnf-profile": ["1"]} for name in descriptors]
        self.vims = [{"_id": _new(), "name": name, "vim_type": "dummy"} for name in vims]
        self.instances: dict[str, Item] = {}
        self.operations: dict[str, Item] = {}
        self.told: list[Item] = []
        """The body of each instantiation."""

    def token(self, body: Mapping[str, Any]) -> Item:
        if {key: body.get(key) for key in self.who} != self.who:
            raise Problem(401, "UNAUTHORIZED", "Access denied: wrong username, password or project")
        name, ends = _new(), time.time() + self.token_seconds
        self.tokens[name] = ends
        return {"id": name, "_id": name, "expires": ends, "username": self.who["username"], "project_id": _new()}

    def check(self, token: str) -> None:
        if self.tokens.get(token, 0.0) <= time.time():
            raise Problem(401, "UNAUTHORIZED", "Invalid Token or Authorization HTTP header")

    def create(self, body: Mapping[str, Any]) -> Item:
        for key in ("nsName", "nsdId", "vimAccountId"):
            if not isinstance(body.get(key), str):
                raise Problem(400, "BAD_REQUEST", f"Format error: '{key}' is a required property")
        _found(self.descriptors, body["nsdId"], "nsd")
        _found(self.vims, body["vimAccountId"], "vim_account")
        name = _new()
        self.instances[name] = {
            "_id": name,
            "id": name,
            "name": body["nsName"],
            "description": body.get("nsDescription") or "",
            "nsd-id": body["nsdId"],
            "_admin": {"nsState": "NOT_INSTANTIATED"},
        }
        return {"id": name}

    def instance(self, name: str) -> Item:
        self._advance()
        if name not in self.instances:
            raise Problem(404, "NOT_FOUND", f"Not found any nsr with filter='{{'_id': '{name}'}}'")
        return self.instances[name]

    def instantiate(self, name: str, body: Mapping[str, Any]) -> Item:
        own = self.instance(name)
        if own["_admin"]["nsState"] == "INSTANTIATED":
            raise Problem(409, "CONFLICT", f"ns_instance {name} is already instantiated")
        self.told.append(dict(body))
        begun = self._begin(name, "instantiate", (body.get("additionalParamsForNs") or {}).get("fail"))
        own["_admin"]["nsState"] = "INSTANTIATED"
        return begun

    def terminate(self, name: str) -> Item:
        if self.instance(name)["_admin"]["nsState"] != "INSTANTIATED":
            raise Problem(409, "CONFLICT", f"ns_instance {name} is not instantiated")
        return self._begin(name, "terminate", None)

    def delete(self, name: str) -> None:
        if self.instance(name)["_admin"]["nsState"] == "INSTANTIATED":
            raise Problem(409, "CONFLICT", "nsr cannot be deleted in state INSTANTIATED; it must be terminated first")
        del self.instances[name]

    def operation(self, name: str) -> Item:
        self._advance()
        if name not in self.operations:
            raise Problem(404, "NOT_FOUND", f"Not found any nslcmop with filter='{{'_id': '{name}'}}'")
        return _shown(self.operations[name])

    def operations_of(self, instance: str | None) -> list[Item]:
        self._advance()
        return [_shown(one) for one in self.operations.values() if instance in (None, one["nsInstanceId"])]

    def functions(self, instance: str | None) -> list[Item]:
        self._advance()
        found = []
        for at, own in enumerate(self.instances.values()):
            if own["_admin"]["nsState"] == "INSTANTIATED" and instance in (None, own["_id"]):
                address = self.address or f"192.0.2.{10 + at % 200}"
                common = {"nsr-id-ref": own["_id"], "member-vnf-index-ref": "1", "_id": f"{own['_id']}-1"}
                found.append({**common, "ip-address": address, "vdur": [{"ip-address": address, "interfaces": []}]})
        return found

    def _begin(self, instance: str, kind: str, fail: Any) -> Item:
        if any(one["nsInstanceId"] == instance and one["operationState"] == "PROCESSING" for one in self.operations.values()):
            raise Problem(409, "CONFLICT", f"ns_instance {instance} has an operation under way")
        name = _new()
        self.operations[name] = {
            "_id": name,
            "id": name,
            "nsInstanceId": instance,
            "lcmOperationType": kind,
            "operationState": "PROCESSING",
            "detailed-status": "",
            "_ends": time.monotonic() + self.seconds,
            "_fail": fail,
        }
        return {"id": name}

    def _advance(self) -> None:
        """End the operations whose time has come."""
        for one in self.operations.values():
            if one["operationState"] == "PROCESSING" and time.monotonic() >= one["_ends"]:
                one["operationState"] = "FAILED" if one["_fail"] else "COMPLETED"
                one["detailed-status"] = str(one["_fail"] or "done")
                if one["lcmOperationType"] == "terminate" and one["nsInstanceId"] in self.instances:
                    self.instances[one["nsInstanceId"]]["_admin"]["nsState"] = "NOT_INSTANTIATED"


def _new() -> str:
    return str(uuid.uuid4())


def _found(items: Iterable[Item], name: str, what: str) -> None:
    if not any(one["_id"] == name for one in items):
        raise Problem(404, "NOT_FOUND", f"Not found any {what} with filter='{{'_id': '{name}'}}'")


def _shown(operation: Item) -> Item:
    return {key: value for key, value in operation.items() if key == "_id" or not key.startswith("_")}
