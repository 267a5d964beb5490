# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A network with a trunk, empty at the beginning of each test, in the real Neutron of the lab."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from .faulty_proxy import FaultyProxy
from .run_pools import run_pools

CLOUD = "edge-1"


@dataclass
class Site:
    """What the tests of one module share."""

    lab: Path
    cloud: dict[str, Any]
    admin: Any
    tenant: Any

    @property
    def network(self) -> Any:
        """Neutron, as the tenant."""
        return self.tenant.network


@dataclass
class Place:
    """A network of pods with a trunk on it; ``run`` brings pools to a state."""

    site: Site
    name: str
    network: Any
    subnet: Any
    group: Any
    trunks: list[Any] = field(default_factory=list)
    networks: list[Any] = field(default_factory=list)
    cloud: dict[str, Any] = field(default_factory=dict)

    def options(self, **more: Any) -> dict[str, Any]:
        """The options of a run; the first trunk of the place unless they say otherwise."""
        base = {"pool_driver": "nested", "network": self.network.id, "security_groups": [self.group.id], "wait": True}
        if more.get("pool_driver", "nested") == "nested" and "pools" not in more:
            base["trunk"] = self.trunks[0].id
        return {**base, "cloud": self.cloud, **more}

    def run(self, check_mode: bool = False, **more: Any) -> dict[str, Any]:
        return run_pools(self.options(**more), check_mode)

    def begun(self, **more: Any) -> subprocess.Popen:
        """The same in a process of its own, under way."""
        command = [sys.executable, "-m", "tests.integration.pools.run_pools", json.dumps(self.options(**more))]
        return subprocess.Popen(
            command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def ports(self) -> list[Any]:
        """All ports of the network as Neutron has them, read with the ordinary client."""
        return list(self.site.admin.network.ports(network_id=self.network.id))

    def subports(self, trunk: int = 0) -> dict[str, int]:
        told = self.site.network.get_trunk(self.trunks[trunk].id).sub_ports
        return {sub["port_id"]: sub["segmentation_id"] for sub in told}

    def check_whole(self, size: int | None = None) -> None:
        """No port of the network is off its trunk, no VLAN is there twice, and there are ``size`` ports."""
        subports = [item for index in range(len(self.trunks)) for item in self.subports(index).items()]
        ports = {port.id for port in self.ports()}
        assert {port for port, _vlan in subports} == ports
        for index in range(len(self.trunks)):
            vlans = list(self.subports(index).values())
            assert len(vlans) == len(set(vlans))
        assert size is None or len(ports) == size

    def trunk(self, bound: bool = True, address: str | None = None) -> Any:
        """One more trunk, on a network of workers of its own."""
        name = f"{self.name}-worker-{len(self.trunks)}"
        network = self.site.network.create_network(name=name)
        subnet = self.site.network.create_subnet(network_id=network.id, ip_version=4, cidr="10.99.0.0/24")
        fixed = {"fixed_ips": [{"subnet_id": subnet.id, "ip_address": address}]} if address else {}
        parent = self.site.network.create_port(name=name, network_id=network.id, **fixed)
        if bound:
            self.site.admin.network.update_port(parent.id, **{"binding:host_id": f"host-{name}"})
        self.networks.append(network)
        self.trunks.append(self.site.network.create_trunk(name=name, port_id=parent.id))
        return self.trunks[-1]

    def port(self, **more: Any) -> Any:
        """A port that somebody else makes."""
        return self.site.admin.network.create_port(
            network_id=self.network.id, project_id=self.network.project_id, **{"security_groups": [self.group.id], **more}
        )

    def reset(self) -> None:
        """As it was made: one trunk, no ports, whatever a test that failed half-way left."""
        neutron = self.site.admin.network
        remove_networks(neutron, self.networks[1:])
        del self.trunks[1:], self.networks[1:]
        if left := [{"port_id": port} for port in self.subports()]:
            neutron.delete_trunk_subports(self.trunks[0].id, left)
        for port in self.ports():
            neutron.delete_port(port.id)
        self.cloud = dict(self.site.cloud)

    def remove(self) -> None:
        neutron = self.site.admin.network
        remove_networks(neutron, [*self.networks, self.network])
        neutron.delete_security_group(self.group.id)


def remove_networks(neutron: Any, networks: list[Any]) -> None:
    """Networks with their ports, and with the trunks that stand on those."""
    trunks = {trunk.port_id: trunk.id for trunk in neutron.trunks()}
    for network in networks:
        for port in neutron.ports(network_id=network.id):
            if port.id in trunks:
                neutron.delete_trunk(trunks[port.id])
            neutron.delete_port(port.id)
        neutron.delete_network(network.id)


@pytest.fixture(scope="session")
def site(lab: Path) -> Iterator[Site]:
    """A project of its own: these tests change its quota."""
    with make_site(lab) as made:
        yield made


@contextlib.contextmanager
def make_site(lab: Path) -> Iterator[Site]:
    from openstack import config, connection

    loader = config.OpenStackConfig(config_files=[str(lab / "clouds.yaml")], load_envvars=False)
    admin = connection.Connection(config=loader.get_one(CLOUD))
    name, password = f"pools-{uuid.uuid4().hex[:8]}", uuid.uuid4().hex
    project = admin.identity.create_project(name=name, domain_id="default")
    user = admin.identity.create_user(name=name, password=password, domain_id="default")
    admin.identity.assign_project_role_to_user(project.id, user.id, admin.identity.find_role("member").id)
    auth = {"auth_url": admin.config.config["auth"]["auth_url"], "username": name, "password": password}
    auth |= {"project_name": name, "user_domain_id": "default", "project_domain_id": "default"}
    cloud = {"auth": auth, "auth_type": "password", "region_name": admin.config.config["region_name"]}
    try:
        yield Site(lab, cloud, admin, connection.Connection(config=loader.get_one(**cloud)))
    finally:
        admin.identity.delete_user(user)
        admin.identity.delete_project(project)


@pytest.fixture(scope="session")
def shared_place(site: Site) -> Iterator[Place]:
    made = make_place(site)
    made.trunk()
    yield made
    made.remove()


@pytest.fixture
def place(shared_place: Place) -> Iterator[Place]:
    yield shared_place
    shared_place.reset()


def make_place(site: Site, cidr: str = "10.98.0.0/20") -> Place:
    name = f"pods-{uuid.uuid4().hex[:8]}"
    network = site.network.create_network(name=name)
    subnet = site.network.create_subnet(name=name, network_id=network.id, ip_version=4, cidr=cidr)
    return Place(site, name, network, subnet, site.network.create_security_group(name=name), cloud=dict(site.cloud))


@pytest.fixture
def proxy(site: Site, place: Place) -> Iterator[FaultyProxy]:
    """A proxy before Neutron, which ``place`` goes through."""
    with FaultyProxy(site.network.get_endpoint()).running() as made:
        place.cloud["network_endpoint_override"] = override_of(site, made)
        yield made


def override_of(site: Site, proxy: FaultyProxy) -> str:
    """Neutron's endpoint with the proxy's address."""
    path = site.network.get_endpoint().split("/", 3)[3:]
    return "/".join([proxy.address, *path])


def finished(process: subprocess.Popen) -> dict:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out)


def set_down(site: Site, ports: list[str]) -> None:
    """Ports that have been down for two minutes."""
    sql(
        site,
        "UPDATE ports, standardattributes SET status = 'DOWN', updated_at = updated_at - INTERVAL 2 MINUTE "
        "WHERE standard_attr_id = standardattributes.id AND ports.id IN ({})",
        ports,
    )


def age(site: Site, ports: list[str]) -> None:
    """Make ports two minutes old."""
    sql(
        site,
        "UPDATE standardattributes SET created_at = created_at - INTERVAL 2 MINUTE WHERE id IN "
        "(SELECT standard_attr_id FROM ports WHERE id IN ({}))",
        ports,
    )


def sql(site: Site, statement: str, ports: list[str]) -> None:
    """What only an agent that missed an event, or time, could do to Neutron."""
    names = ", ".join(f"'{port}'" for port in ports)
    client = ["mariadb", f"--defaults-file={site.lab}/etc/mariadb/client.cnf", "edge_1_neutron"]
    subprocess.run([*client, "-e", statement.format(names)], check=True)
