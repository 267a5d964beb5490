# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RabbitMQ: one private node for all sites, each with a virtual host of its own."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from pathlib import Path

from supervisor.errors import LabError
from supervisor.health import tcp_speaks
from supervisor.lab import Lab
from supervisor.process import Process

# Debian's /usr/sbin/rabbitmq-server changes to a system user; this is the program below it.
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
AMQP_HELLO = b"AMQP\x00\x00\x09\x01"
# One scheduler that sleeps instead of spinning, and a distribution port on loopback only.
ERLANG = "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none -start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"


def render(lab: Lab) -> dict[str, str]:
    """The node's configuration, and the users and virtual hosts that it takes over when it starts."""
    return {
        "rabbitmq/rabbitmq.conf": _config(lab),
        "rabbitmq/definitions.json": json.dumps(_definitions(lab), indent=2) + "\n",
        "rabbitmq/enabled_plugins": "[].\n",
    }


def _config(lab: Lab) -> str:
    return (
        f"listeners.tcp.1 = 127.0.0.1:{lab.ports['rabbitmq']}\n"
        f"load_definitions = {lab.etc}/rabbitmq/definitions.json\n"
        "disk_free_limit.absolute = 50MB\n"
        "log.console = true\n"
        "log.console.level = warning\n"
        "log.file = false\n"
    )


def _definitions(lab: Lab) -> dict[str, list[dict[str, object]]]:
    hosts = [site.name for site in lab.openstack_sites]
    all_rights = {"configure": ".*", "write": ".*", "read": ".*"}
    user = {
        "name": "lab",
        "password_hash": _password_hash(lab.secrets["broker"]),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": "administrator",
    }
    return {
        "vhosts": [{"name": name} for name in hosts],
        "users": [user],
        "permissions": [{"user": "lab", "vhost": name, **all_rights} for name in hosts],
    }


def _password_hash(password: str) -> str:
    """RabbitMQ's form: four bytes of salt, then SHA-256 of salt and password."""
    salt = hashlib.sha256(b"salt" + password.encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def items(lab: Lab) -> tuple[Process, ...]:
    """Erlang's port mapper, which would start itself as a daemon unknown to us, and the node."""
    mapper = {"ERL_EPMD_PORT": str(lab.ports["epmd"]), "ERL_EPMD_ADDRESS": "127.0.0.1"}
    etc = lab.etc / "rabbitmq"
    return (
        Process(
            name="epmd",
            argv=(shutil.which("epmd", path="/usr/bin:/usr/local/bin") or "epmd",),
            env=mapper,
            health=tcp_speaks(lab.ports["epmd"], hello=b"\x00\x01n"),
            port=lab.ports["epmd"],
        ),
        Process(
            name="rabbitmq",
            argv=(_server(),),
            env={**mapper, **_environment(lab)},
            health=tcp_speaks(lab.ports["rabbitmq"], hello=AMQP_HELLO),
            depends=("epmd",),
            port=lab.ports["rabbitmq"],
            files=(etc / "rabbitmq.conf", etc / "definitions.json"),
            grace=30,
        ),
    )


def _server() -> str:
    if not SERVER.exists():
        raise LabError(f"{SERVER} is missing: install the package rabbitmq-server")
    return str(SERVER)


def _environment(lab: Lab) -> dict[str, str]:
    """Everything that the node would otherwise take from the machine."""
    home, etc = lab.data / "rabbitmq", lab.etc / "rabbitmq"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "HOME": str(home),
        "RABBITMQ_NODENAME": f"nfv-lab-{lab.id}@localhost",
        "RABBITMQ_NODE_PORT": str(lab.ports["rabbitmq"]),
        "RABBITMQ_DIST_PORT": str(lab.ports["rabbitmq.distribution"]),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_CONFIG_FILE": str(etc / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(etc / "none.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(etc / "enabled_plugins"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(home / "config"),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(lab.logs),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG,
        # Makes the script become the node instead of waiting beside it, so that our pid is the node's.
        "RUNNING_UNDER_SYSTEMD": "1",
    }
