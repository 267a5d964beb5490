# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The databases: each schema is built once by the service's own migrations, kept as SQL and loaded from there.

The kept files lie in ``<cache>/schemas-<hash>``; the hash covers the versions of the installed services and
the recipe below, so that an upgrade builds anew. They hold nothing of one lab and serve any number of labs,
also at once: a file appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from supervisor.lab import Lab
from supervisor.process import Task

from openstack_lab import common
from openstack_lab.commands import run_program
from openstack_lab.database import dump_to, load_dump, query
from openstack_lab.ini import Sections, render_ini
from openstack_lab.service import Service


@dataclass(frozen=True)
class Schema:
    """How one schema comes about: the program with its arguments, and the sections that hold the address."""

    program: str
    arguments: tuple[str, ...]
    distributions: tuple[str, ...]
    sections: tuple[str, ...] = ("database",)


SCHEMAS = {
    "keystone": Schema("keystone-manage", ("db_sync",), ("keystone",)),
    "neutron": Schema("neutron-db-manage", ("upgrade", "heads"), ("neutron", "networking-sfc")),
    "heat": Schema("heat-manage", ("db_sync",), ("openstack-heat",)),
    "nova_api": Schema("nova-manage", ("api_db", "sync"), ("nova",), ("api_database", "database")),
    "nova": Schema("nova-manage", ("db", "sync", "--local_cell"), ("nova",), ("api_database", "database")),
    "placement": Schema("placement-manage", ("db", "sync"), ("openstack-placement",), ("placement_database",)),
    "glance": Schema("glance-manage", ("db_sync",), ("glance",)),
    "octavia": Schema("octavia-db-manage", ("upgrade", "head"), ("octavia",)),
    "ironic": Schema("ironic-dbsync", ("create_schema",), ("ironic",)),
    "mistral": Schema("mistral-db-manage", ("upgrade", "head"), ("mistral",)),
}


# Those that take longest come first, so that nothing long is left for the end.
SLOWEST_FIRST = (
    *("neutron", "octavia", "nova", "ironic", "nova_api"),
    *("heat", "keystone", "mistral", "glance", "placement"),
)


def cache_folder(lab: Lab) -> Path:
    """Where the schemas of the installed releases are kept."""
    names = {name for schema in SCHEMAS.values() for name in schema.distributions}
    versions = [f"{name}=={version(name)}" for name in sorted(names)]
    digest = hashlib.sha256(repr((versions, sorted(SCHEMAS.items()))).encode()).hexdigest()[:12]
    return lab.cache / f"schemas-{digest}"


def build_config(lab: Lab, name: str) -> str:
    """The configuration under which a schema is built, in a database of its own."""
    address = {"connection": common.database_url(lab, _workshop(name))}
    sections: Sections = {
        "DEFAULT": {"transport_url": "fake://"},
        **dict.fromkeys(SCHEMAS[name].sections, address),
    }
    return render_ini(sections)


def _workshop(name: str) -> str:
    return f"build_{name}"


def items(lab: Lab, services: Sequence[Service]) -> tuple[Task, ...]:
    """A task for each schema that the lab needs, and one for each database made from it."""
    databases = [("keystone", "keystone", "")]
    for site in lab.openstack_sites:
        for service in (service for service in services if service.runs_at(site)):
            for database in service.databases:
                seed = database.seed(lab, site) if database.seed else ""
                databases.append((common.database_name(site, database.name), database.schema, seed))
    schemas = sorted({schema for _name, schema, _seed in databases}, key=SLOWEST_FIRST.index)
    builds = [Task(f"schema-{schema}", partial(_build, lab, schema)) for schema in schemas]
    loads = [
        Task(f"database-{name}", partial(_load, lab, name, schema, seed), (f"schema-{schema}",))
        for name, schema, seed in databases
    ]
    return (*builds, *loads)


def _build(lab: Lab, name: str) -> bool:
    """Run the migrations, unless the cache has their result."""
    kept = cache_folder(lab) / f"{name}.sql"
    if kept.exists():
        return False
    schema, workshop = SCHEMAS[name], _workshop(name)
    query(lab, f"DROP DATABASE IF EXISTS {workshop}; CREATE DATABASE {workshop}")
    config = lab.etc / "schemas" / f"{name}.conf"
    run_program(lab, f"schema-{name}", (*common.with_config(schema.program, config), *schema.arguments))
    kept.parent.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(f".{lab.id}-{os.getpid()}")
    dump_to(lab, workshop, unfinished)
    os.replace(unfinished, kept)
    query(lab, f"DROP DATABASE {workshop}")
    return True


def _load(lab: Lab, name: str, schema: str, seed: str) -> bool:
    """Make one database from a kept schema; a load that was interrupted begins again from nothing."""
    if query(lab, f"SELECT name FROM lab.loaded WHERE name = '{name}'"):
        return False
    query(lab, f"DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}")
    load_dump(lab, name, cache_folder(lab) / f"{schema}.sql")
    query(lab, f"USE {name}; {seed} INSERT INTO lab.loaded VALUES ('{name}')")
    return True
