# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service consists of in a region, told in the order of its making."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack import inventory


def stack(name: str, created: str | None, service: str = "video") -> SimpleNamespace:
    tags = [f"superfluidity.nfv:service={service}"]
    return SimpleNamespace(name=name, id=name, status="CREATE_COMPLETE", tags=tags, created_at=created)


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A connection whose stacks a test sets."""
    made = SimpleNamespace(
        stacks=[],
        orchestration=SimpleNamespace(stacks=lambda: iter(made.stacks), resources=lambda _stack: []),
        compute=SimpleNamespace(servers=lambda details: []),
        network=SimpleNamespace(ports=list),
    )
    monkeypatch.setattr(inventory, "connect", lambda options: made)
    return made


def test_stacks_come_in_the_order_of_their_making(region: SimpleNamespace) -> None:
    """A later stack uses the networks of an earlier: whoever removes them goes backwards."""
    region.stacks = [
        stack("video-edge-1", "2026-01-01T10:00:00Z"),
        stack("video-edge-1-10", "2026-01-01T12:00:00Z"),
        stack("other", "2026-01-01T09:00:00Z", service="other"),
        stack("video-edge-1-2", "2026-01-01T11:00:00Z"),
    ]
    found = [part["name"] for part in inventory.parts({"cloud": "edge-1"}, "video")]
    assert found == ["video-edge-1", "video-edge-1-2", "video-edge-1-10"]


def test_every_service_is_told_without_a_name_and_a_stranger_never(region: SimpleNamespace) -> None:
    region.stacks = [stack("a", "1", "a"), stack("b", "2", "b"), SimpleNamespace(name="x", tags=None, created_at=None)]
    assert [part["service"] for part in inventory.parts({"cloud": "edge-1"}, None)] == ["a", "b"]
