# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A part of the lab: Octavia's compute driver for amphorae that are only pretended, on ports that are real.

Octavia's own no-op driver keeps the ports of its amphorae in a database in /tmp, which every Octavia of the
machine would share, and which fits its no-op network driver alone. This one says in Neutron which amphora a
port is plugged into, and gives it a host, as Nova would. Octavia finds it by the name ``lab_amphorae``
through the metadata folder beside this file, whose parent must be on PYTHONPATH.
"""

from __future__ import annotations

from types import SimpleNamespace

from octavia.common import clients
from octavia.compute.drivers.noop_driver.driver import NoopComputeDriver

HOST = "amphorae"


def _network():  # -> openstacksdk's proxy for Neutron
    return clients.NeutronAuth.get_neutron_client().network


class LabComputeDriver(NoopComputeDriver):
    """Everything is a no-op but for plugging ports."""

    def attach_network_or_port(
        self, compute_id: str, network_id: str | None = None, ip_address: str | None = None, port_id: str | None = None
    ) -> SimpleNamespace:
        """Plug a port, made in the network where none is given; the answer is shaped as Nova's."""
        if port_id is None:
            fixed = {"fixed_ips": [{"ip_address": ip_address}]} if ip_address else {}
            port_id = _network().create_port(network_id=network_id, name=f"amphora-{compute_id}", **fixed).id
        port = _network().update_port(port_id, device_id=compute_id, binding_host_id=HOST)
        return SimpleNamespace(port_id=port.id, net_id=port.network_id, fixed_ips=port.fixed_ips)

    def detach_port(self, compute_id: str, port_id: str) -> None:
        """Unplug a port, which Octavia deletes where it is its own."""
        super().detach_port(compute_id, port_id)
        _network().update_port(port_id, device_id="", binding_host_id="")
