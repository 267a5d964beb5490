# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configurations of the appliance: the one that runs, the one that was saved, and the file that outlives the process."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

Object = dict[str, Any]


class State:
    """Objects by resource and name, members by binding and parent; every change is in the file before it is acknowledged."""

    def __init__(self, path: Path | None = None, role: str = "Primary"):
        self.path, self.role = path, role
        self.lock = threading.RLock()
        self.saved_at = ""
        self._addresses: dict[str, str] | None = None
        known = json.loads(path.read_text("utf-8")) if path and path.exists() else {}
        self.running: dict[str, Any] = known.get("running") or {"objects": {}, "bindings": {}}
        self.saved: dict[str, Any] = known.get("saved") or {"objects": {}, "bindings": {}}

    def server_at(self, address: str) -> str | None:
        """The server of an address; they are many, so it is looked up in an index that any change of servers discards."""
        if self._addresses is None:
            self._addresses = {item["ipaddress"]: name for name, item in self.objects("server").items() if "ipaddress" in item}
        return self._addresses.get(address)

    def servers_changed(self, address: str = "", name: str = "") -> None:
        """Discard the index, or add the one server that is new."""
        if address and self._addresses is not None:
            self._addresses[address] = name
        else:
            self._addresses = None

    def objects(self, resource: str) -> dict[str, Object]:
        return self.running["objects"].setdefault(resource, {})

    def members(self, binding: str, parent: str) -> dict[str, Object]:
        return self.running["bindings"].setdefault(binding, {}).setdefault(parent, {})

    def bound(self, binding: str) -> dict[str, dict[str, Object]]:
        return self.running["bindings"].setdefault(binding, {})

    @property
    def changed(self) -> bool:
        return _without_empty(self.running) != _without_empty(self.saved)

    def save(self) -> None:
        self.saved = json.loads(json.dumps(self.running))
        self.saved_at = time.strftime("%a %b %d %H:%M:%S %Y")
        self.write()

    def reboot(self) -> None:
        """What was not saved is gone."""
        self.running = json.loads(json.dumps(self.saved))
        self.servers_changed()
        self.write()

    def snapshot(self) -> str:
        return json.dumps(self.running)

    def restore(self, snapshot: str) -> None:
        self.running = json.loads(snapshot)
        self.servers_changed()

    def write(self) -> None:
        if self.path is None:
            return
        text = json.dumps({"running": self.running, "saved": self.saved})
        part = self.path.with_name(self.path.name + ".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        part.replace(self.path)


def _without_empty(configuration: dict[str, Any]) -> dict[str, Any]:
    bindings = {key: {name: rows for name, rows in items.items() if rows} for key, items in configuration["bindings"].items()}
    return {
        "objects": {key: items for key, items in configuration["objects"].items() if items},
        "bindings": {key: items for key, items in bindings.items() if items},
    }
