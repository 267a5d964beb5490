# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Octavia: load balancers whose VIPs are real Neutron ports and whose amphorae are pretended.

The amphora provider runs with its real network driver and the lab's own compute driver; the rest are no-ops.
There is no virtual machine that balances anything, while every object goes through Octavia's real states.
(Octavia's ``noop_driver`` *provider* would leave load balancers in PENDING_CREATE for ever.)
"""

from __future__ import annotations

from functools import partial

from supervisor.health import http_answers, socket_listens
from supervisor.lab import Lab, Site
from supervisor.process import Process, Task

from openstack_lab import certificates, common
from openstack_lab.ini import Sections
from openstack_lab.rpc import takes_calls
from openstack_lab.service import Database, Endpoint, Service

QUOTAS = ("load_balancer", "listener", "member", "pool", "health_monitor", "l7policy", "l7rule")
# The folder of the compute driver and of the metadata by which Octavia finds it.
DRIVER_FOLDER = common.PROGRAMS.parent / "octavia"
# Never looked up: the compute driver boots nothing there.
NOWHERE = "00000000-0000-0000-0000-000000000000"


def _config(lab: Lab, site: Site) -> Sections:
    login = common.credentials(lab, site)
    folder = lab.data / site.name / "octavia"
    authority = certificates.certificate(folder)
    return {
        "DEFAULT": {"host": f"{site.name}-octavia", "transport_url": common.broker_url(lab, site)},
        "api_settings": {
            "auth_strategy": "keystone",
            "enabled_provider_drivers": "amphora:The amphora provider, octavia:The same under its old name",
            "default_provider_driver": "amphora",
            "allow_ping_health_monitors": True,
            "allow_tls_terminated_listeners": True,
        },
        "controller_worker": {
            "amphora_driver": "amphora_noop_driver",
            "compute_driver": "lab_amphorae",
            "network_driver": "allowed_address_pairs_driver",
            "image_driver": "image_noop_driver",
            "volume_driver": "volume_noop_driver",
            "distributor_driver": "distributor_noop_driver",
            "amp_flavor_id": "1",
            "amp_image_tag": "amphora",
            "amp_boot_network_list": NOWHERE,
            "client_ca": str(authority),
            "loadbalancer_topology": "SINGLE",
            "workers": 1,
        },
        "certificates": {
            "cert_manager": "noop_cert_manager",
            "cert_generator": "local_cert_generator",
            "ca_certificate": str(authority),
            "ca_private_key": str(certificates.private_key(folder)),
            "server_certs_key_passphrase": lab.secrets["octavia"],
        },
        "haproxy_amphora": {"client_cert": str(authority), "server_ca": str(authority)},
        "health_manager": {"heartbeat_key": lab.secrets["octavia"]},
        "oslo_messaging": {"topic": "octavia"},
        "driver_agent": {f"{kind}_socket_path": str(_socket(lab, site, kind)) for kind in ("status", "stats", "get")},
        "task_flow": {"jobboard_enabled": False},
        "quotas": {f"default_{resource}_quota": -1 for resource in QUOTAS},
        "database": common.storage(lab, common.database_name(site, "octavia")),
        "keystone_authtoken": login,
        "service_auth": login,
        "neutron": login,
        **common.housekeeping(lab, f"{site.name}-octavia"),
    }


def _socket(lab: Lab, site: Site, kind: str):  # -> Path
    return lab.sockets / f"{site.name}-{kind}.sock"


def _items(lab: Lab, site: Site) -> tuple[Process | Task, ...]:
    config = common.config_path(lab, site, "octavia")
    name = f"{site.name}-octavia"
    authority = Task(f"{name}-certificates", partial(certificates.create, lab.data / site.name / "octavia"))
    depends = (authority.name,)
    env = {"PYTHONPATH": str(DRIVER_FOLDER)}
    files = (config, *sorted(DRIVER_FOLDER.glob("*.py")))
    return (
        authority,
        Process(
            name=name,
            argv=common.wsgi(lab.ports[name], "octavia.wsgi.api", "--config-file", str(config)),
            health=http_answers(lab.url(name)),
            depends=depends,
            port=lab.ports[name],
            env=env,
            files=files,
        ),
        Process(
            name=f"{name}-worker",
            argv=common.with_config("octavia-worker", config),
            health=takes_calls(lab, site, "octavia_provisioning_v2"),
            depends=(*depends, f"{site.name}-neutron"),
            env=env,
            files=files,
        ),
        Process(
            name=f"{name}-driver-agent",
            argv=common.with_config("octavia-driver-agent", config),
            health=socket_listens(_socket(lab, site, "status")),
            depends=depends,
            env=env,
            files=files,
        ),
    )


OCTAVIA = Service("octavia", (Database("octavia", "octavia"),), Endpoint("load-balancer"), _config, _items, profile="octavia")
