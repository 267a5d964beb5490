# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ironic: bare-metal nodes of fake hardware, API and conductor in one process without a broker."""

from __future__ import annotations

from supervisor.health import http_answers
from supervisor.lab import Lab, Site
from supervisor.process import Process

from openstack_lab import common
from openstack_lab.ini import Sections
from openstack_lab.service import Database, Endpoint, Service

FAKE_INTERFACES = ("bios", "boot", "console", "deploy", "firmware", "inspect", "management", "power", "raid", "rescue")
FOLDERS = {"tftp_root": "tftp", "images_path": "images", "instance_master_path": "master", "tftp_master_path": "boot"}
# Ironic keeps a share of them for itself and refuses small numbers.
WORKERS = 100


def _config(lab: Lab, site: Site) -> Sections:
    folder = lab.data / site.name / "ironic"
    login = common.credentials(lab, site)
    fakes = {f"enabled_{kind}_interfaces": "fake" for kind in FAKE_INTERFACES}
    return {
        "DEFAULT": {
            "auth_strategy": "keystone",
            "host": f"{site.name}-ironic",
            "my_ip": "127.0.0.1",
            "rpc_transport": "none",
            "transport_url": "fake://",
            "state_path": str(folder),
            "enabled_hardware_types": "fake-hardware",
            **fakes,
            "enabled_network_interfaces": "noop",
            "enabled_storage_interfaces": "noop",
            "enabled_vendor_interfaces": "fake",
            "default_network_interface": "noop",
            "hash_ring_reset_interval": 5,
        },
        "api": {"host_ip": "127.0.0.1", "port": lab.ports[f"{site.name}-ironic"], "api_workers": 1},
        "conductor": {"automated_clean": False, "workers_pool_size": WORKERS},
        "deploy": {"http_root": str(folder / "http"), "http_url": "http://127.0.0.1:9"},
        "pxe": {option: str(folder / name) for option, name in FOLDERS.items()},
        "database": common.storage(lab, common.database_name(site, "ironic")),
        "keystone_authtoken": login,
        "service_catalog": login,
        **common.housekeeping(lab, f"{site.name}-ironic"),
    }


def _items(lab: Lab, site: Site) -> tuple[Process, ...]:
    config = common.config_path(lab, site, "ironic")
    name = f"{site.name}-ironic"
    return (
        Process(
            name=name,
            argv=common.with_config("ironic", config),
            health=http_answers(lab.url(name)),
            port=lab.ports[name],
            files=(config,),
        ),
    )


IRONIC = Service("ironic", (Database("ironic", "ironic"),), Endpoint("baremetal"), _config, _items, profile="ironic")
