# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Glance: images, kept as files in the state folder."""

from __future__ import annotations

from supervisor.health import http_answers
from supervisor.lab import Lab, Site
from supervisor.process import Process

from openstack_lab import common
from openstack_lab.ini import Sections
from openstack_lab.service import Database, Endpoint, Service

STORES = {"files": "images", "os_glance_tasks_store": "tasks", "os_glance_staging_store": "staging"}


def _config(lab: Lab, site: Site) -> Sections:
    folder = lab.data / site.name / "glance"
    return {
        "DEFAULT": {"enabled_backends": "files:file", "transport_url": "fake://"},
        "glance_store": {"default_backend": "files"},
        **{store: {"filesystem_store_datadir": str(folder / name)} for store, name in STORES.items()},
        "paste_deploy": {"flavor": "keystone", "config_file": str(common.SHARE / "glance/glance-api-paste.ini")},
        "database": common.storage(lab, common.database_name(site, "glance")),
        "keystone_authtoken": common.credentials(lab, site),
        **common.housekeeping(lab, f"{site.name}-glance"),
    }


def _items(lab: Lab, site: Site) -> tuple[Process, ...]:
    config = common.config_path(lab, site, "glance-api")
    name = f"{site.name}-glance"
    return (
        Process(
            name=name,
            argv=common.wsgi(lab.ports[name], "glance.wsgi.api"),
            env={"OS_GLANCE_CONFIG_DIR": str(config.parent)},
            health=http_answers(lab.url(name)),
            port=lab.ports[name],
            files=(config,),
        ),
    )


GLANCE = Service("glance", (Database("glance", "glance"),), Endpoint("image"), _config, _items, config_alias="glance-api")
