# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nova: servers on the pretended hypervisors of one compute host for each site, by the lab's own driver."""

from __future__ import annotations

import json
import sys
import uuid

from supervisor.health import http_answers
from supervisor.lab import Lab, Site
from supervisor.process import Process

from openstack_lab import common
from openstack_lab.ini import Sections
from openstack_lab.neutron import PHYSICAL_NETWORKS
from openstack_lab.rest import administrator
from openstack_lab.rpc import takes_calls
from openstack_lab.service import Database, Endpoint, Service

CELL0 = "00000000-0000-0000-0000-000000000000"
CELL1 = "00000000-0000-0000-0000-000000000001"
FILTERS = "ComputeFilter,ComputeCapabilitiesFilter,ImagePropertiesFilter,PciPassthroughFilter"


def compute_host(site: Site) -> str:
    return f"{site.name}-compute"


def _config(lab: Lab, site: Site) -> Sections:
    login = common.credentials(lab, site)
    return {
        "DEFAULT": {
            "host": compute_host(site),
            "my_ip": "127.0.0.1",
            "state_path": str(lab.data / site.name / "nova"),
            "transport_url": common.broker_url(lab, site),
            "compute_driver": "fake.LabDriver",
            "osapi_compute_workers": 1,
            "report_interval": 5,
            "cpu_allocation_ratio": 16.0,
            # The driver plugs nothing, so no event says that a port is up.
            "vif_plugging_is_fatal": False,
            "vif_plugging_timeout": 0,
        },
        "api": {"auth_strategy": "keystone"},
        "api_database": common.storage(lab, common.database_name(site, "nova_api")),
        "database": common.storage(lab, common.database_name(site, "nova")),
        "wsgi": {"api_paste_config": str(common.SHARE / "nova/api-paste.ini")},
        "conductor": {"workers": 1},
        "scheduler": {"workers": 1},
        "filter_scheduler": {"enabled_filters": FILTERS},
        "quota": {"driver": "nova.quota.NoopQuotaDriver"},
        "pci": {"device_spec": [_device_spec(bus, name) for bus, name in enumerate(PHYSICAL_NETWORKS, start=1)]},
        "vnc": {"enabled": False},
        "workarounds": {"disable_rootwrap": True},
        "keystone_authtoken": login,
        "placement": login,
        "neutron": login,
        "glance": login,
        "service_user": {**login, "send_service_user_token": True},
        **common.housekeeping(lab, f"{site.name}-nova"),
    }


def _device_spec(bus: int, network: str) -> str:
    address = {"domain": "0000", "bus": f"{bus:02x}", "slot": ".*", "function": ".*"}
    return json.dumps({"address": address, "physical_network": network})


def _identity(lab: Lab, site: Site) -> dict[str, str]:
    """The compute node's identity, which Nova looks for beside its configuration.

    Where it finds none it makes one, but not on the second start: a first start that was killed half-way
    would leave a host that refuses to start ever after.
    """
    return {f"{site.name}/nova/compute_id": f"{uuid.uuid5(uuid.NAMESPACE_URL, f'{lab.root}/{site.name}')}\n"}


def _cells(lab: Lab, site: Site) -> str:
    """The two cells, and the compute host in the second, as nova-manage would enter them but without its delay."""
    name = common.database_name(site, "nova")
    cells = ((CELL0, "cell0", "none:///", f"{name}_cell0"), (CELL1, "cell1", common.broker_url(lab, site), name))
    rows = ", ".join(
        f"(NOW(), '{number}', '{cell}', '{transport}', '{common.database_url(lab, database)}', 0)"
        for number, cell, transport, database in cells
    )
    return (
        "INSERT INTO cell_mappings (created_at, uuid, name, transport_url, database_connection, disabled) "
        f"VALUES {rows};"
        "INSERT INTO host_mappings (created_at, cell_id, host) "
        f"SELECT NOW(), id, '{compute_host(site)}' FROM cell_mappings WHERE name = 'cell1';"
    )


def _items(lab: Lab, site: Site) -> tuple[Process, ...]:
    config = common.config_path(lab, site, "nova")
    name = f"{site.name}-nova"
    files = (config,)
    # Conductor, scheduler and compute give up where Placement does not answer when they start.
    placement = f"{site.name}-placement"
    return (
        Process(
            name=name,
            argv=common.wsgi(lab.ports[name], "nova.wsgi.osapi_compute"),
            env={"OS_NOVA_CONFIG_FILES": f"{common.SHARE}/nova/api-paste.ini;{config}"},
            health=http_answers(lab.url(name)),
            port=lab.ports[name],
            files=files,
        ),
        Process(
            name=f"{name}-conductor",
            argv=common.with_config("nova-conductor", config),
            health=takes_calls(lab, site, "conductor"),
            depends=(placement,),
            files=files,
        ),
        Process(
            name=f"{name}-scheduler",
            argv=common.with_config("nova-scheduler", config),
            health=takes_calls(lab, site, "scheduler"),
            depends=(placement,),
            files=files,
        ),
        Process(
            name=f"{name}-compute",
            argv=(sys.executable, str(common.PROGRAMS / "nova_compute.py"), "--config-file", str(config)),
            health=_compute_ready(lab, site),
            depends=(name, f"{name}-conductor", placement),
            files=(*files, common.PROGRAMS / "nova_compute.py"),
        ),
    )


def _compute_ready(lab: Lab, site: Site):  # -> Callable[[], bool]
    """Takes calls, and the API shows its hypervisors as up: only then does the scheduler send it servers."""
    consumes = takes_calls(lab, site, f"compute.{compute_host(site)}")

    def ask() -> bool:
        if not consumes():
            return False
        answer = administrator(lab).call("GET", lab.url(f"{site.name}-nova") + "/v2.1/os-hypervisors/detail")
        states = [hypervisor["state"] for hypervisor in answer.get("hypervisors", [])]
        return bool(states) and set(states) == {"up"}

    return ask


NOVA = Service(
    "nova",
    (Database("nova_api", "nova_api", _cells), Database("nova", "nova"), Database("nova_cell0", "nova")),
    Endpoint("compute", "/v2.1"),
    _config,
    _items,
    extra_files=_identity,
)
