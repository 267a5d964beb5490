# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Placement: what each compute host has left."""

from __future__ import annotations

from supervisor.health import http_answers
from supervisor.lab import Lab, Site
from supervisor.process import Process

from openstack_lab import common
from openstack_lab.ini import Sections
from openstack_lab.service import Database, Endpoint, Service


def _config(lab: Lab, site: Site) -> Sections:
    return {
        "api": {"auth_strategy": "keystone"},
        "placement_database": common.storage(lab, common.database_name(site, "placement")),
        "keystone_authtoken": common.credentials(lab, site),
        **common.housekeeping(lab, f"{site.name}-placement"),
    }


def _items(lab: Lab, site: Site) -> tuple[Process, ...]:
    config = common.config_path(lab, site, "placement")
    name = f"{site.name}-placement"
    return (
        Process(
            name=name,
            argv=common.wsgi(lab.ports[name], "placement.wsgi.api"),
            env={"OS_PLACEMENT_CONFIG_DIR": str(config.parent)},
            health=http_answers(lab.url(name)),
            port=lab.ports[name],
            files=(config,),
        ),
    )


PLACEMENT = Service("placement", (Database("placement", "placement"),), Endpoint("placement"), _config, _items)
