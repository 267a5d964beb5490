# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack.hypervisors import hypervisors

exceptions = pytest.importorskip("openstack.exceptions")


def told(name: str, **more: Any) -> dict[str, Any]:
    sizes = {"vcpus": 24, "vcpus_used": 2, "memory_mb": 4096, "memory_mb_used": 512}
    service = {"host": f"{name}-host"}
    return {"hypervisor_hostname": name, "state": "up", "status": "enabled", "service": service, **sizes, **more}


def connection(status: int, body: Any) -> SimpleNamespace:
    answer = SimpleNamespace(status_code=status, json=lambda: body, headers={}, text="", url="http://nova", reason="")
    return SimpleNamespace(compute=SimpleNamespace(get=lambda _path, microversion: answer))


def test_hypervisors_are_told_by_name() -> None:
    found = hypervisors(connection(200, {"hypervisors": [told("b"), told("a", state="down"), told("c", status="disabled")]}))
    assert found is not None
    assert [(one["name"], one["available"]) for one in found] == [("a", False), ("b", True), ("c", False)]
    assert found[1] == {
        "name": "b",
        "host": "b-host",
        "available": True,
        "vcpus": 24,
        "vcpus_used": 2,
        "memory": 4096,
        "memory_used": 512,
    }


def test_who_is_no_administrator_gets_none() -> None:
    assert hypervisors(connection(403, {})) is None
