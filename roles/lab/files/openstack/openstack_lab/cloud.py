# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The full size: Keystone, and at each site all services of the table below."""

from __future__ import annotations

from functools import partial

from supervisor.lab import Lab, Site
from supervisor.process import Stage, Task

from openstack_lab import broker, clouds_file, common, database, identity, keystone, resources, schemas
from openstack_lab.glance import GLANCE
from openstack_lab.heat import HEAT
from openstack_lab.identity import accounts
from openstack_lab.ini import render_ini
from openstack_lab.ironic import IRONIC
from openstack_lab.mistral import MISTRAL
from openstack_lab.neutron import NEUTRON
from openstack_lab.nova import NOVA
from openstack_lab.octavia import OCTAVIA
from openstack_lab.placement import PLACEMENT
from openstack_lab.service import Service

# In the order in which they start: what others wait for, and what takes longest, first.
SERVICES: tuple[Service, ...] = (PLACEMENT, NOVA, HEAT, NEUTRON, GLANCE, OCTAVIA, IRONIC, MISTRAL)
SHARED_PORTS = ("mariadb", "rabbitmq", "rabbitmq.distribution", "epmd", "keystone")
SHARED_SECRETS = ("database", "broker", "admin", "service", "heat", "heat_encryption", "octavia")


def port_names(lab: Lab) -> list[str]:
    """One port for each server of the lab."""
    services = [f"{site.name}-{service.name}" for site in lab.openstack_sites for service in services_at(site)]
    return [*SHARED_PORTS, *services]


def services_at(site: Site) -> tuple[Service, ...]:
    return tuple(service for service in SERVICES if service.runs_at(site))


def secret_kinds(lab: Lab) -> dict[str, str]:
    """Passwords of services and users, and Keystone's keys."""
    passwords = [*SHARED_SECRETS, *(account.secret for account in accounts(lab))]
    keys = [f"{folder}_{n}" for folder in keystone.KEY_FOLDERS for n in (0, 1)]
    return {**dict.fromkeys(passwords, "password"), **dict.fromkeys(keys, "fernet")}


def render(lab: Lab) -> dict[str, str]:
    """Every configuration file of every service."""
    files = {**database.render(lab), **broker.render(lab), **keystone.render(lab)}
    files |= {f"schemas/{name}.conf": schemas.build_config(lab, name) for name in schemas.SCHEMAS}
    for site in lab.openstack_sites:
        for service in services_at(site):
            files |= _service_files(lab, site, service)
    return files


def _service_files(lab: Lab, site: Site, service: Service) -> dict[str, str]:
    extra = service.extra_files(lab, site) if service.extra_files else {}
    config = common.config_name(site, service.config_file)
    return {config: render_ini(service.config(lab, site)), **extra}


def stages(lab: Lab) -> list[Stage]:
    """From the database up to clouds that can be used."""
    return [
        Stage("database", database.items(lab)),
        Stage("broker", broker.items(lab)),
        Stage("schemas", schemas.items(lab, SERVICES)),
        Stage("keystone", (*keystone.items(lab), _identity(lab))),
        *(Stage(site.name, _site_items(lab, site)) for site in lab.openstack_sites),
        Stage("clouds", _clouds(lab)),
    ]


def _identity(lab: Lab) -> Task:
    depends = ("keystone", "keystone-administrator")
    return Task("keystone-catalogue", lambda: identity.fill(lab, SERVICES), depends)


def _site_items(lab: Lab, site: Site):  # -> tuple[Process | Task, ...]
    return tuple(item for service in services_at(site) for item in service.items(lab, site))


def _clouds(lab: Lab) -> tuple[Task, ...]:
    fill = (Task(f"resources-{site.name}", partial(resources.fill_site, lab, site)) for site in lab.openstack_sites)
    return (*fill, Task("clouds-file", lambda: clouds_file.write_clouds(lab)))
