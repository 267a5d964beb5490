# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The small size: one Neutron alone, without Keystone, broker or database server, up in seconds.

Its database is a SQLite file in memory-backed storage, copied from a template that is made once for each
release and kept beside the schemas of the full size. Every site of the specification is the same Neutron.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml
from supervisor.files import write_if_changed
from supervisor.health import http_answers
from supervisor.lab import Lab
from supervisor.process import Process, Stage, Task

from openstack_lab import common, neutron, schemas
from openstack_lab.commands import run_program
from openstack_lab.ini import render_ini

MEMORY = Path("/dev/shm")
CONFIG = "neutron/neutron.conf"
# Neutron takes the project of a caller from the token's place when it asks nobody who he is.
PROJECT = "lab"


def port_names(_lab: Lab) -> list[str]:
    return ["neutron"]


def secret_kinds(_lab: Lab) -> dict[str, str]:
    """Nothing here asks for a password; this tells a new lab's database from one that a deleted lab left behind."""
    return {"database": "password"}


def database(lab: Lab) -> Path:
    """In memory where the machine has such storage: SQLite waits for the disk at each commit."""
    folder = MEMORY if os.access(MEMORY, os.W_OK) else lab.data
    return folder / f"nfv-lab-{lab.id}-{lab.secrets['database'][:8]}.sqlite"


def outside(lab: Lab) -> list[Path]:
    """The database's files, which may lie in memory and not in the lab's folder."""
    path = database(lab)
    return sorted(path.parent.glob(f"{path.name}*"))


def render(lab: Lab) -> dict[str, str]:
    sections = neutron.base_config(lab, "neutron", neutron.PLUGINS)
    sections["DEFAULT"] |= {"auth_strategy": "noauth", "transport_url": "fake://"}
    return {CONFIG: render_ini({**sections, "database": {"connection": f"sqlite:///{database(lab)}"}})}


def stages(lab: Lab) -> list[Stage]:
    return [
        Stage("schemas", (Task("neutron-database", lambda: _copy_template(lab)),)),
        Stage("neutron", (_server(lab),)),
        Stage("clouds", (Task("clouds-file", lambda: _write_clouds(lab)),)),
    ]


def _server(lab: Lab) -> Process:
    config = lab.etc / CONFIG
    return Process(
        name="neutron",
        argv=common.wsgi(lab.ports["neutron"], "neutron.wsgi.api:serial"),
        env={"OS_NEUTRON_CONFIG_FILES": str(config), "PYTHONPATH": str(neutron.DRIVER_FOLDER)},
        health=http_answers(lab.url("neutron")),
        port=lab.ports["neutron"],
        files=(config, *sorted(neutron.DRIVER_FOLDER.glob("*.py"))),
    )


def _copy_template(lab: Lab) -> bool:
    """Give the lab its database, unless it has one."""
    if database(lab).exists():
        return False
    template = schemas.cache_folder(lab) / "neutron.sqlite"
    if not template.exists():
        _build_template(lab, template)
    for left in database(lab).parent.glob(f"nfv-lab-{lab.id}-*"):
        left.unlink()
    unfinished = database(lab).with_suffix(".new")
    shutil.copyfile(template, unfinished)
    unfinished.rename(database(lab))
    return True


def _build_template(lab: Lab, template: Path) -> None:
    template.parent.mkdir(parents=True, exist_ok=True)
    unfinished = database(lab).with_suffix(f".{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    program = common.PROGRAMS / "neutron_sqlite.py"
    run_program(lab, "neutron-template", (sys.executable, str(program), str(unfinished)))
    kept = template.with_suffix(f".{lab.id}-{os.getpid()}")
    shutil.move(unfinished, kept)
    os.replace(kept, template)


def _write_clouds(lab: Lab) -> bool:
    """The same clouds as in the full size, so that what is written for one runs against the other."""
    names = [name for site in lab.openstack_sites for name in (site.name, f"{site.name}-tenant")]
    regions = {name: name.removesuffix("-tenant") for name in names}
    clouds = {name: _cloud(lab, region) for name, region in regions.items()}
    return write_if_changed(lab.root / "clouds.yaml", yaml.safe_dump({"clouds": clouds}))


def _cloud(lab: Lab, region: str) -> dict[str, Any]:
    url = lab.url("neutron")
    return {
        "auth_type": "admin_token",
        "auth": {"endpoint": url, "token": PROJECT},
        "network_endpoint_override": url,
        "region_name": region,
    }
