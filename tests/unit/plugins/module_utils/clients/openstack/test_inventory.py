# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service consists of in a region, told in the order of its making."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack import inventory
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.port_pools import PoolKey


def stack(name: str, created: str | None, service: str = "video") -> SimpleNamespace:
    tags = [f"superfluidity.nfv:service={service}"]
    return SimpleNamespace(name=name, id=name, status="CREATE_COMPLETE", tags=tags, created_at=created)


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A connection whose stacks a test sets."""
    made = SimpleNamespace(
        stacks=[],
        resources=[],
        orchestration=SimpleNamespace(stacks=lambda: iter(made.stacks), resources=lambda _stack: made.resources),
        compute=SimpleNamespace(servers=lambda details: [], get=lambda _path, **_more: SimpleNamespace(status_code=403)),
        network=SimpleNamespace(),
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
    found = [part["name"] for part in inventory.consists_of({"cloud": "edge-1"}, "video")["parts"]]
    assert found == ["video-edge-1", "video-edge-1-2", "video-edge-1-10"]


def test_every_service_is_told_without_a_name_and_a_stranger_never(region: SimpleNamespace) -> None:
    region.stacks = [stack("a", "1", "a"), stack("b", "2", "b"), SimpleNamespace(name="x", tags=None, created_at=None)]
    assert [part["service"] for part in inventory.consists_of({"cloud": "edge-1"}, None)["parts"]] == ["a", "b"]


def heat_resource(name: str, kind: str) -> SimpleNamespace:
    return SimpleNamespace(name=name, resource_type=kind, physical_resource_id=name, status="CREATE_COMPLETE")


def test_networks_and_ports_are_told_by_their_own_names_and_functions(region: SimpleNamespace) -> None:
    region.stacks = [stack("video-edge-1", None)]
    region.resources = [
        heat_resource("network_local", "OS::Neutron::Net"),
        heat_resource("subnet_local", "OS::Neutron::Subnet"),
        heat_resource("port_tof.local", "OS::Neutron::Port"),
        heat_resource("interface_r.x", "OS::Neutron::RouterInterface"),
    ]
    mine = ["superfluidity.nfv:service=video"]
    tof = [*mine, "superfluidity.nfv:function=tof", "superfluidity.nfv:vdu=tof-vm"]
    network = SimpleNamespace(id="network_local", name="video-local", status="ACTIVE", tags=mine)
    subnet = SimpleNamespace(id="subnet_local", name="video-local", cidr="10.0.0.0/24", tags=mine)
    port = SimpleNamespace(id="port_tof.local", name="video-tof-local", status="DOWN", tags=tof, mac_address="m", fixed_ips=[])
    strange = SimpleNamespace(**{**vars(port), "id": "strange"})
    region.network = SimpleNamespace(networks=lambda: [network], subnets=lambda: [subnet], ports=lambda: [strange, port])
    found = inventory.consists_of({"cloud": "edge-1"}, "video")["parts"]
    assert [(part["kind"], part["name"], part["status"], part.get("function")) for part in found] == [
        ("stack", "video-edge-1", "CREATE_COMPLETE", None),
        ("OS::Neutron::RouterInterface", "interface_r.x", "CREATE_COMPLETE", None),
        ("network", "video-local", "ACTIVE", None),
        ("subnet", "video-local", "present", None),
        ("port", "video-tof-local", "DOWN", "tof"),
    ]
    assert found[3]["addresses"] == ["10.0.0.0/24"]


def test_what_was_removed_behind_the_back_of_heat_is_missing(region: SimpleNamespace) -> None:
    region.stacks = [stack("video-edge-1", None)]
    unmade = SimpleNamespace(name="port_new", resource_type="OS::Neutron::Port", physical_resource_id=None, status="INIT")
    region.resources = [heat_resource("server_tof.vm", "OS::Nova::Server"), unmade, heat_resource("wait", "OS::Heat::Other")]
    region.network = SimpleNamespace(ports=list)
    found = inventory.consists_of({"cloud": "edge-1"}, "video")["parts"]
    assert [(part["name"], part["status"]) for part in found[1:]] == [
        ("port_new", "INIT"),
        ("server_tof.vm", "missing"),
        ("wait", "CREATE_COMPLETE"),
    ]


def test_a_pool_of_ports_is_told_as_one_with_the_ports_that_never_got_to_its_trunk(region: SimpleNamespace) -> None:
    region.stacks = [stack("video-edge-1", None)]
    region.resources = [
        heat_resource("trunk_cache.vm", "OS::Neutron::Trunk"),
        heat_resource("port_cache.users", "OS::Neutron::Port"),
    ]
    marks = ["superfluidity.nfv:service=video", "superfluidity.nfv:function=cache", "superfluidity.nfv:vdu=vm"]
    pool = PoolKey("nested", "trunk_cache.vm", "p", "users", ("default",)).tag

    def port(name: str, tags: list[str], status: str = "ACTIVE", device: str = "") -> SimpleNamespace:
        more = {"mac_address": "m", "fixed_ips": [{"ip_address": name}], "name": "", "network_id": "users", "project_id": "p"}
        return SimpleNamespace(id=name, tags=tags, status=status, device_id=device, security_group_ids=["default"], **more)

    subports = [port("10.0.0.1", [*marks, pool]), port("10.0.0.2", [*marks, pool], device="pod-1")]
    lost = port("10.0.0.3", [*marks, pool], status="DOWN")
    orphan = port("10.0.0.6", [*marks, PoolKey("nested", "gone", "p", "users", ("default",)).tag], device="pod-2")
    others = [orphan, port("10.0.0.4", []), port("10.0.0.5", ["superfluidity.nfv:service=other", pool])]
    trunk = SimpleNamespace(
        id="trunk_cache.vm",
        name="video-cache-vm",
        status="ACTIVE",
        tags=[],
        sub_ports=[{"port_id": one.id} for one in [*subports, others[1]]],
    )
    region.network = SimpleNamespace(ports=lambda: [*subports, lost, *others], trunks=lambda: [trunk])
    *_others, above, found, left = inventory.consists_of({"cloud": "edge-1"}, "video")["parts"]
    assert (left["kind"], left["status"], left["addresses"]) == ("port pool", "1 left over", ["10.0.0.6"])
    assert left["pool"]["trunk"] == left["name"] == "video: left by a trunk that is gone"
    assert (above["kind"], above["name"], above["status"]) == ("trunk", "video-cache-vm", "ACTIVE")
    assert (found["kind"], found["name"], found["status"]) == ("port pool", "video-cache-vm", "2 free, 1 in use, 1 down")
    assert found["addresses"] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert found["pool"]["trunk"] == "trunk_cache.vm"
