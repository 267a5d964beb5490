# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keystone: one for all sites, which are its regions."""

from __future__ import annotations

from supervisor.health import http_answers
from supervisor.lab import Lab
from supervisor.process import Process, Task

from openstack_lab import common
from openstack_lab.commands import run_program
from openstack_lab.database import query
from openstack_lab.ini import render_ini

DATABASE = "keystone"
KEY_FOLDERS = ("fernet", "credential")


def render(lab: Lab) -> dict[str, str]:
    """The configuration and the keys; 0 is the staged key and 1 the primary, as key rotation would name them."""
    keys = {f"keystone/{folder}/{n}": lab.secrets[f"{folder}_{n}"] for folder in KEY_FOLDERS for n in (0, 1)}
    return {"keystone/keystone.conf": render_ini(_config(lab)), **keys}


def _config(lab: Lab) -> dict[str, dict[str, str | int | bool]]:
    fernet = {"key_repository": str(lab.etc / "keystone/fernet")}
    return {
        "database": common.storage(lab, DATABASE),
        "token": {"provider": "fernet", "expiration": 86400},
        "fernet_tokens": fernet,
        "fernet_receipts": fernet,
        "credential": {"key_repository": str(lab.etc / "keystone/credential")},
        "cache": {"enabled": True, "backend": "dogpile.cache.memory"},
        # Hashing passwords slowly protects a database that leaks; here it would only slow each log-in.
        "identity": {"password_hash_rounds": 4},
        **common.housekeeping(lab, "keystone"),
    }


def items(lab: Lab) -> tuple[Process | Task, ...]:
    """The server, and the first administrator, who must be made without it."""
    config = lab.etc / "keystone/keystone.conf"
    return (
        Process(
            name="keystone",
            argv=common.wsgi(lab.ports["keystone"], "keystone.wsgi.api"),
            env={"OS_KEYSTONE_CONFIG_FILES": str(config)},
            health=http_answers(common.keystone_url(lab), statuses=(200,)),
            port=lab.ports["keystone"],
            files=(config,),
        ),
        Task("keystone-administrator", lambda: _bootstrap(lab)),
    )


def _bootstrap(lab: Lab) -> bool:
    if query(lab, "SELECT name FROM keystone.local_user WHERE name = 'admin'"):
        return False
    url = common.keystone_url(lab)
    urls = [part for kind in ("admin", "internal", "public") for part in (f"--bootstrap-{kind}-url", url)]
    region = ("--bootstrap-region-id", lab.openstack_sites[0].name)
    command = common.with_config("keystone-manage", lab.etc / "keystone/keystone.conf")
    password = {"OS_BOOTSTRAP_PASSWORD": lab.secrets["admin"]}
    run_program(lab, "keystone-bootstrap", (*command, "bootstrap", *urls, *region), env=password)
    return True
