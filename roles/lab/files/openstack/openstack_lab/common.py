# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services' configurations have in common: addresses, credentials, sections, commands."""

from __future__ import annotations

import sys
from pathlib import Path

from supervisor.lab import Lab, Site

from openstack_lab.ini import Sections

# The programs and the paste files of the services come with the virtual environment that runs this.
BIN = Path(sys.executable).parent
SHARE = Path(sys.prefix) / "etc"
PROGRAMS = Path(__file__).resolve().parent

SERVICE_USER = "service"
SERVICE_PROJECT = "service"
DOMAIN = "Default"


def keystone_url(lab: Lab) -> str:
    return lab.url("keystone") + "/v3"


def database_name(site: Site, name: str) -> str:
    return f"{site.identifier}_{name}"


def database_url(lab: Lab, name: str) -> str:
    """SQLAlchemy's address of one database."""
    return f"mysql+pymysql://lab:{lab.secrets['database']}@127.0.0.1:{lab.ports['mariadb']}/{name}?charset=utf8mb3"


def broker_url(lab: Lab, site: Site) -> str:
    """oslo.messaging's address of the site's virtual host: regions must not hear each other's calls."""
    return f"rabbit://lab:{lab.secrets['broker']}@127.0.0.1:{lab.ports['rabbitmq']}/{site.name}"


def credentials(lab: Lab, site: Site) -> dict[str, str]:
    """The options by which one service logs in to others of its region."""
    return {
        "auth_type": "password",
        "auth_url": keystone_url(lab),
        "www_authenticate_uri": keystone_url(lab),
        "username": SERVICE_USER,
        "password": lab.secrets["service"],
        "project_name": SERVICE_PROJECT,
        "user_domain_name": DOMAIN,
        "project_domain_name": DOMAIN,
        "region_name": site.name,
    }


def housekeeping(lab: Lab, name: str) -> Sections:
    """Sections that every service wants and none differs in."""
    return {
        "oslo_concurrency": {"lock_path": str(lab.data / "lock" / name)},
        "oslo_messaging_notifications": {"driver": "noop"},
    }


def storage(lab: Lab, name: str) -> dict[str, str | int]:
    """A ``[database]`` section; idle connections cost the database server memory."""
    return {"connection": database_url(lab, name), "max_pool_size": 4, "max_overflow": 20}


def config_path(lab: Lab, site: Site, service: str) -> Path:
    return lab.etc / site.name / service / f"{service}.conf"


def config_name(site: Site, service: str) -> str:
    """The same file as :func:`config_path`, below ``etc``."""
    return f"{site.name}/{service}/{service}.conf"


def wsgi(port: int, module: str, *arguments: str) -> tuple[str, ...]:
    """The command that serves a service's WSGI application."""
    return (sys.executable, str(PROGRAMS / "wsgi.py"), str(port), module, *arguments)


def with_config(program: str, path: Path) -> tuple[str, ...]:
    """A service's own program with its one configuration file."""
    return (str(BIN / program), "--config-file", str(path))
