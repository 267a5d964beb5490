# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mistral: workflows, all of its servers in one process."""

from __future__ import annotations

from supervisor.health import http_answers
from supervisor.lab import Lab, Site
from supervisor.process import Process

from openstack_lab import common
from openstack_lab.ini import Sections
from openstack_lab.rpc import takes_calls
from openstack_lab.service import Database, Endpoint, Service


def _config(lab: Lab, site: Site) -> Sections:
    host = f"{site.name}-mistral"
    return {
        "DEFAULT": {"transport_url": common.broker_url(lab, site)},
        "api": {"host": "127.0.0.1", "port": lab.ports[host], "api_workers": 1},
        "pecan": {"auth_enable": True},
        "engine": {"host": host, "topic": "mistral_engine"},
        "executor": {"host": host, "topic": "mistral_executor"},
        "database": common.storage(lab, common.database_name(site, "mistral")),
        "keystone_authtoken": common.credentials(lab, site),
        **common.housekeeping(lab, host),
    }


def _items(lab: Lab, site: Site) -> tuple[Process, ...]:
    config = common.config_path(lab, site, "mistral")
    name = f"{site.name}-mistral"
    answers, consumes = http_answers(lab.url(name)), takes_calls(lab, site, "mistral_engine")
    return (
        Process(
            name=name,
            argv=(*common.with_config("mistral-server", config), "--server", "all"),
            health=lambda: answers() and consumes(),
            port=lab.ports[name],
            files=(config,),
        ),
    )


MISTRAL = Service(
    "mistral", (Database("mistral", "mistral"),), Endpoint("workflowv2", "/v2"), _config, _items, profile="mistral"
)
