# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ports count as nobody's; the real Neutron is asked in ``tests/integration/pools``."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack.pool_leaks import PoolLeaks
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.port_pools import NESTED, NEUTRON, PoolKey, Wanted

NOW = 1_000_000.0
HERE, THERE, GONE = (PoolKey(NESTED, trunk, "p", "pods", ("a",)) for trunk in ("trunk-1", "trunk-2", "trunk-gone"))
OLD, NEW = "1970-01-01T00:00:00+00:00", "1970-01-12T13:46:35+00:00"
PORT = {
    "id": "x",
    "status": "DOWN",
    "device_owner": "",
    "device_id": "",
    "security_groups": ["a"],
    "network_id": "pods",
    "project_id": "p",
    "binding:host_id": "",
    "fixed_ips": [],
    "mac_address": "",
    "name": "",
    "tags": [],
    "revision_number": 1,
    "created_at": OLD,
    "updated_at": OLD,
}
OVS = {"device_owner": "trunk:subport", "binding:host_id": "host-1", "status": "ACTIVE"}


class OneNetwork:
    """Neutron with one port and two trunks; it knows the queries that it is asked."""

    def __init__(self, port: dict[str, Any], on: str | None = None):
        self.port, self.now = port, NOW
        self.trunks = [{"id": t, "sub_ports": [{"port_id": "x"}] if t == on else []} for t in ("trunk-1", "trunk-2")]
        self.asked = 0

    def list(self, kind: str, **query: Any) -> list[dict[str, Any]]:
        self.asked += 1
        if kind == "trunks":
            return self.trunks
        owners = query["device_owner"]
        owned = self.port["device_owner"] in ([owners] if isinstance(owners, str) else owners)
        return [self.port] if owned and query.get("status") in (None, self.port["status"]) else []

    def listed(self, _kind: str, ids: Any, **_query: Any) -> list[dict[str, Any]]:
        return [self.port] if self.port["id"] in ids else []


@pytest.mark.parametrize(
    ("port", "recycled", "absent"),
    [
        ({}, False, False),  # anybody's
        ({"tags": [GONE.tag]}, True, True),  # as OVN leaves it
        ({"tags": [GONE.tag], **OVS}, True, True),
        ({"tags": [GONE.tag], **OVS, "created_at": NEW}, False, False),
        ({**OVS, "status": "DOWN"}, True, False),  # Kuryr made it
        (OVS, False, False),  # the trunk may be one that this user does not see
        ({"tags": [THERE.tag]}, True, False),  # its trunk is there: whoever keeps that pool attaches it
        ({"tags": [HERE.tag]}, False, False),  # of this very pool
        ({"device_owner": "compute:kuryr"}, True, False),
        ({"device_owner": "compute:kuryr", "binding:host_id": "host-1"}, False, False),
        ({"device_owner": "compute:kuryr", "binding:host_id": None}, False, False),
        ({"device_owner": "compute:nova", "tags": [GONE.tag]}, False, False),
    ],
)
def test_whose_a_port_off_the_trunk_is(port: dict[str, Any], recycled: bool, absent: bool) -> None:
    told = {}
    for state in ("recycled", "absent", "present"):
        told[state] = bool(PoolLeaks(OneNetwork({**PORT, **port})).of(Wanted(HERE, state=state)))
    assert told == {"recycled": recycled, "absent": absent, "present": False}


def test_tags_tell_whose_a_port_is_that_somebody_else_made() -> None:
    left = {**PORT, "tags": ["cluster-1"], **OVS}
    tags = frozenset({"cluster-1"})
    assert PoolLeaks(OneNetwork(left)).of(Wanted(HERE, state="absent", tags=tags))
    assert not PoolLeaks(OneNetwork({**left, "tags": []})).of(Wanted(HERE, state="absent", tags=tags))
    assert not PoolLeaks(OneNetwork(left, on="trunk-2")).of(Wanted(HERE, state="absent", tags=tags))


def test_a_network_is_read_once_for_all_pools_of_a_run() -> None:
    neutron = OneNetwork({**PORT, "tags": [GONE.tag]})
    leaks = PoolLeaks(neutron)
    for key in (HERE, THERE, HERE):
        assert leaks.of(Wanted(key, state="recycled"))
    assert neutron.asked == 3
    assert leaks.of(Wanted(PoolKey(NEUTRON, "host-1", "p", "pods", ("a",)), state="absent")) == ()
