# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a tenant finds in a fresh cloud: an image, flavors and the public network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from supervisor.lab import Lab, Site

from openstack_lab.rest import Session, administrator

IMAGE = "cirros"
# The driver boots nothing, so any bytes will do.
IMAGE_BYTES = b"superfluidity.nfv lab image\n"
PUBLIC_CIDR = "172.24.4.0/24"
PUBLIC_PHYSICAL_NETWORK = "public"


@dataclass(frozen=True)
class Flavor:
    """A size of server: memory in MiB, disk in GiB."""

    name: str
    vcpus: int
    ram: int
    disk: int


FLAVORS = (
    Flavor("tiny", 1, 512, 1),
    Flavor("small", 1, 2048, 20),
    Flavor("medium", 2, 4096, 40),
    Flavor("large", 4, 8192, 80),
)


def fill_site(lab: Lab, site: Site) -> bool:
    """Make what the site's cloud lacks; returns whether anything was."""
    session = administrator(lab)
    changes = [step(session, lab, site) for step in (_image, _flavors, _public_network)]
    return any(changes)


def _image(session: Session, lab: Lab, site: Site) -> bool:
    """The image; one whose bytes never arrived is filled now."""
    url = lab.url(f"{site.name}-glance") + "/v2/images"
    images = session.call("GET", f"{url}?name={IMAGE}")["images"]
    if images and images[0]["status"] == "active":
        return False
    body = {"name": IMAGE, "disk_format": "raw", "container_format": "bare", "visibility": "public"}
    image = images[0] if images else session.call("POST", url, body)
    session.send("PUT", f"{url}/{image['id']}/file", IMAGE_BYTES, "application/octet-stream")
    return True


def _flavors(session: Session, lab: Lab, site: Site) -> bool:
    url = lab.url(f"{site.name}-nova") + "/v2.1/flavors"
    known = {flavor["name"] for flavor in session.call("GET", url)["flavors"]}
    missing = [flavor for flavor in FLAVORS if flavor.name not in known]
    for flavor in missing:
        session.call("POST", url, {"flavor": vars(flavor)})
    return bool(missing)


def _public_network(session: Session, lab: Lab, site: Site) -> bool:
    url = lab.url(f"{site.name}-neutron") + "/v2.0"
    networks = session.call("GET", f"{url}/networks?name=public")["networks"]
    network = networks[0] if networks else session.call("POST", f"{url}/networks", _public())["network"]
    if network["subnets"]:
        return False
    session.call("POST", f"{url}/subnets", {"subnet": _public_subnet(network["id"])})
    return True


def _public() -> dict[str, Any]:
    provider = {"provider:network_type": "flat", "provider:physical_network": PUBLIC_PHYSICAL_NETWORK}
    return {"network": {"name": "public", "router:external": True, "shared": False, **provider}}


def _public_subnet(network: str) -> dict[str, Any]:
    address = {"cidr": PUBLIC_CIDR, "ip_version": 4, "gateway_ip": "172.24.4.1", "enable_dhcp": False}
    pools = [{"start": "172.24.4.10", "end": "172.24.4.250"}]
    return {"name": "public", "network_id": network, "allocation_pools": pools, **address}
