# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Neutron: networks without agents, by the lab's own mechanism driver; service chains as a profile."""

from __future__ import annotations

from supervisor.health import http_answers
from supervisor.lab import Lab, Site
from supervisor.process import Process

from openstack_lab import common
from openstack_lab.ini import Sections, Value
from openstack_lab.service import Database, Endpoint, Service

# Holds the mechanism driver and the metadata by which Neutron finds it.
DRIVER_FOLDER = common.PROGRAMS.parent.parent / "neutron"
PHYSICAL_NETWORKS = ("physnet1", "physnet2", "ran")
PLUGINS = ("router", "trunk", "qos", "port_forwarding", "flavors", "network_ip_availability")
SFC_PLUGINS = ("flow_classifier", "sfc")
QUOTAS = (
    *("network", "subnet", "subnetpool", "port", "router", "floatingip"),
    *("security_group", "security_group_rule", "trunk", "rbac_policy"),
)


def base_config(lab: Lab, name: str, plugins: tuple[str, ...]) -> dict[str, dict[str, Value]]:
    """What both sizes of lab share."""
    return {
        "DEFAULT": {
            "host": name,
            "core_plugin": "ml2",
            "service_plugins": ",".join(plugins),
            "api_paste_config": str(common.SHARE / "neutron/api-paste.ini"),
            "state_path": str(lab.data / name),
            "notify_nova_on_port_status_changes": False,
            "notify_nova_on_port_data_changes": False,
            "vlan_transparent": True,
            "max_allowed_address_pair": 512,
            "rpc_workers": 0,
            "api_workers": 0,
        },
        "quotas": {"quota_driver": "neutron.db.quota.driver_nolock.DbQuotaNoLockDriver", **_quotas()},
        "ml2": {
            "type_drivers": "flat,vlan,vxlan,local",
            "tenant_network_types": "vxlan",
            "mechanism_drivers": "agentless",
            "extension_drivers": "port_security,qos,dns,tag_ports_during_bulk_creation",
        },
        "ml2_type_flat": {"flat_networks": "*"},
        "ml2_type_vlan": {"network_vlan_ranges": ",".join(f"{name}:1:4000" for name in PHYSICAL_NETWORKS)},
        "ml2_type_vxlan": {"vni_ranges": "1:100000"},
        "securitygroup": {"enable_security_group": True},
        **common.housekeeping(lab, name),
    }


def _quotas() -> dict[str, int]:
    return {"default_quota": -1, **{f"quota_{resource}": -1 for resource in QUOTAS}}


def _config(lab: Lab, site: Site) -> Sections:
    chains = "sfc" in site.profiles
    sections = base_config(lab, f"{site.name}-neutron", PLUGINS + (SFC_PLUGINS if chains else ()))
    sections["DEFAULT"] |= {"auth_strategy": "keystone", "transport_url": common.broker_url(lab, site)}
    return {
        **sections,
        "database": common.storage(lab, common.database_name(site, "neutron")),
        "keystone_authtoken": common.credentials(lab, site),
        **({"sfc": {"drivers": "dummy"}, "flowclassifier": {"drivers": "dummy"}} if chains else {}),
    }


def _items(lab: Lab, site: Site) -> tuple[Process, ...]:
    config = common.config_path(lab, site, "neutron")
    name = f"{site.name}-neutron"
    return (
        Process(
            name=name,
            argv=common.wsgi(lab.ports[name], "neutron.wsgi.api"),
            env={"OS_NEUTRON_CONFIG_FILES": str(config), "PYTHONPATH": str(DRIVER_FOLDER)},
            health=http_answers(lab.url(name)),
            port=lab.ports[name],
            files=(config, *sorted(DRIVER_FOLDER.glob("*.py"))),
        ),
    )


NEUTRON = Service("neutron", (Database("neutron", "neutron"),), Endpoint("network"), _config, _items)
