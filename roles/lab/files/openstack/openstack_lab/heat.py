# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Heat: stacks, with one engine for each region."""

from __future__ import annotations

from supervisor.health import http_answers
from supervisor.lab import Lab, Site
from supervisor.process import Process

from openstack_lab import common
from openstack_lab.ini import Sections
from openstack_lab.rpc import takes_calls
from openstack_lab.service import Database, Endpoint, Service

STACK_DOMAIN = "heat"
STACK_ADMINISTRATOR = "heat-administrator"


def _config(lab: Lab, site: Site) -> Sections:
    login = common.credentials(lab, site)
    share = common.SHARE / "heat"
    return {
        "DEFAULT": {
            "host": f"{site.name}-heat",
            "transport_url": common.broker_url(lab, site),
            "num_engine_workers": 1,
            "region_name_for_services": site.name,
            "region_name_for_shared_services": site.name,
            "stack_user_domain_name": STACK_DOMAIN,
            "stack_domain_admin": STACK_ADMINISTRATOR,
            "stack_domain_admin_password": lab.secrets["heat"],
            "auth_encryption_key": lab.secrets["heat_encryption"],
            "heat_metadata_server_url": lab.url(f"{site.name}-heat"),
            "heat_waitcondition_server_url": lab.url(f"{site.name}-heat") + "/v1/waitcondition",
            "environment_dir": str(share / "environment.d"),
            "template_dir": str(share / "templates"),
            "plugin_dirs": "",
            "max_stacks_per_tenant": -1,
            "max_resources_per_stack": -1,
        },
        "paste_deploy": {"api_paste_config": str(share / "api-paste.ini")},
        "clients_keystone": {"auth_uri": lab.url("keystone")},
        "database": common.storage(lab, common.database_name(site, "heat")),
        "keystone_authtoken": login,
        "trustee": login,
        **common.housekeeping(lab, f"{site.name}-heat"),
    }


def _items(lab: Lab, site: Site) -> tuple[Process, ...]:
    config = common.config_path(lab, site, "heat")
    name = f"{site.name}-heat"
    return (
        Process(
            name=f"{name}-engine",
            argv=common.with_config("heat-engine", config),
            health=takes_calls(lab, site, "engine"),
            files=(config,),
        ),
        Process(
            name=name,
            argv=common.wsgi(lab.ports[name], "heat.wsgi.api", "--config-file", str(config)),
            health=http_answers(lab.url(name)),
            port=lab.ports[name],
            files=(config,),
        ),
    )


HEAT = Service("heat", (Database("heat", "heat"),), Endpoint("orchestration", "/v1/%(project_id)s"), _config, _items)
