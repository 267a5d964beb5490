# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""nova-compute with the lab's driver: Nova's own fake one, with SR-IOV devices and a memory of its servers."""

from __future__ import annotations

import sys
import uuid

if __name__ == "__main__":
    # The folder of this file would shadow modules of the services that bear the same names.
    del sys.path[0]

from nova.cmd import compute  # first: it chooses the concurrency of the process

# isort: split
from nova import context, objects
from nova.pci import utils as pci_utils
from nova.virt import fake, node
from oslo_serialization import jsonutils

# One physical function for each of the physical networks, in the order of nova.conf's device_spec.
PHYSICAL_FUNCTIONS = 3
VIRTUAL_FUNCTIONS = 31
# Hypervisors behind the one nova-compute, so that there is something to choose from.
NODES = 3


def mac_of(address: str, **_options: bool) -> str:
    """A MAC address made from a PCI address, which on a real host the kernel would tell."""
    _domain, bus, rest = address.split(":")
    slot, function = rest.split(".")
    return f"52:54:00:{bus}:{slot}:0{function}"


def vf_number_of(address: str) -> int:
    """A virtual function's number in its physical function."""
    slot, function = address.rpartition(":")[2].split(".")
    return int(slot, 16) * 8 + int(function) - 1


def devices(host: str) -> list[dict[str, object]]:
    """All PCI devices of the pretended host."""
    return [device for bus in range(1, PHYSICAL_FUNCTIONS + 1) for device in _bus(host, f"0000:{bus:02x}", bus)]


def _bus(host: str, prefix: str, number: int) -> list[dict[str, object]]:
    common = {"product_id": "0001", "vendor_id": "1af4", "status": "available", "numa_node": 0, "label": "lab"}
    parent = f"{prefix}:00.0"
    functions = [f"{prefix}:{index // 8:02x}.{index % 8}" for index in range(1, VIRTUAL_FUNCTIONS + 1)]
    virtual = {**common, "dev_type": "type-VF", "parent_addr": parent, "parent_ifname": f"{host}-ens{number}"}
    physical = {**common, "dev_type": "type-PF", "parent_addr": None, "address": parent}
    return [physical, *({**virtual, "address": address} for address in functions)]


class LabDriver(fake.FakeDriver):
    """Servers exist in memory only; after a restart the driver learns from the database what it ran."""

    vcpus = 24
    memory_mb = 98304

    def init_host(self, host: str) -> None:
        super().init_host(host)
        self._set_nodes([host, *(f"{host}-{number}" for number in range(2, NODES + 1))])
        for instance in objects.InstanceList.get_by_host(context.get_admin_context(), host):
            self.instances[instance.uuid] = fake.FakeInstance(instance.name, instance.power_state, instance.uuid)

    def _identity(self, nodename: str) -> str:
        """The first node's identity is in its file, as real drivers have it (the fake one draws a new one at each start)."""
        first = node.get_local_node_uuid()
        return first if nodename == self._host else str(uuid.uuid5(uuid.UUID(first), nodename))

    def get_nodenames_by_uuid(self, refresh: bool = False) -> dict[str, str]:  # noqa: ARG002 (the name is Nova's)
        return {self._identity(nodename): nodename for nodename in self.get_available_nodes()}

    def get_available_resource(self, nodename: str) -> dict[str, object]:
        resources = super().get_available_resource(nodename)
        resources["uuid"] = self._identity(nodename)
        resources["pci_passthrough_devices"] = jsonutils.dumps(devices(nodename))
        return resources


def main() -> None:
    """Put the driver and the two questions about the kernel's devices in place, then be nova-compute."""
    fake.LabDriver = LabDriver
    pci_utils.get_mac_by_pci_address = mac_of
    pci_utils.get_vf_num_by_pci_address = vf_number_of
    sys.argv[0] = "nova-compute"
    sys.exit(compute.main())


if __name__ == "__main__":
    main()
