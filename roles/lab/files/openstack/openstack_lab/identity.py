# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, projects, roles and the catalogue: everything in Keystone beyond its first administrator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from supervisor.lab import Lab, Site

from openstack_lab import common
from openstack_lab.heat import STACK_ADMINISTRATOR, STACK_DOMAIN
from openstack_lab.rest import Session, administrator
from openstack_lab.service import Service

INTERFACES = ("public", "internal", "admin")
TENANT_ROLES = ("member", "heat_stack_owner", "load-balancer_member")
ADMINISTRATOR_ROLES = ("admin", "member", "heat_stack_owner", "load-balancer_admin")
ROLES = ("heat_stack_owner", "heat_stack_user", "load-balancer_member", "load-balancer_admin")


@dataclass(frozen=True)
class Account:
    """A user in the project of the same name; ``cloud`` is its name in clouds.yaml."""

    cloud: str
    site: Site
    user: str
    project: str
    secret: str
    roles: tuple[str, ...]


def accounts(lab: Lab) -> list[Account]:
    """An administrator and a tenant for each site."""
    return [
        Account(name, site, name, name, name, roles)
        for site in lab.openstack_sites
        for name, roles in (
            (f"{site.name}-admin", ADMINISTRATOR_ROLES),
            (f"{site.name}-tenant", TENANT_ROLES),
        )
    ]


class Directory:
    """Keystone's objects by kind and name, made where they are missing."""

    def __init__(self, lab: Lab):
        self.session: Session = administrator(lab)
        self.url = common.keystone_url(lab)
        self.changed = False
        self._known: dict[str, dict[str, dict[str, Any]]] = {}

    def find(self, kind: str) -> dict[str, dict[str, Any]]:
        """All objects of a kind (``user``, ``project`` …) by name."""
        if kind not in self._known:
            listed = self.session.call("GET", f"{self.url}/{kind}s")[f"{kind}s"]
            self._known[kind] = {entry.get("name", entry["id"]): entry for entry in listed}
        return self._known[kind]

    def ensure(self, kind: str, name: str, **fields: Any) -> str:
        """The id of an object, created with ``fields`` where it is missing."""
        known = self.find(kind)
        if name not in known:
            body = {kind: {"name": name, **fields}}
            known[name] = self.session.call("POST", f"{self.url}/{kind}s", body)[kind]
            self.changed = True
        return known[name]["id"]

    def grant(self, target: str, user: str, roles: Iterable[str]) -> None:
        """Give a user roles on ``projects/<id>`` or ``domains/<id>``; giving one again is harmless."""
        for role in roles:
            url = f"{self.url}/{target}/users/{user}/roles/{self.ensure('role', role)}"
            self.session.call("PUT", url)


def fill(lab: Lab, services: Sequence[Service]) -> bool:
    """Make what is missing; returns whether anything was."""
    directory = Directory(lab)
    for role in ROLES:
        directory.ensure("role", role)
    _service_user(lab, directory)
    _stack_domain(lab, directory)
    for account in accounts(lab):
        _account(lab, directory, account)
    _catalogue(lab, directory, services)
    return directory.changed


def _service_user(lab: Lab, directory: Directory) -> None:
    if common.SERVICE_USER in directory.find("user"):
        return
    project = directory.ensure("project", common.SERVICE_PROJECT, domain_id="default")
    fields = {"domain_id": "default", "default_project_id": project, "password": lab.secrets["service"]}
    user = directory.ensure("user", common.SERVICE_USER, **fields)
    directory.grant(f"projects/{project}", user, ("admin", "service"))


def _stack_domain(lab: Lab, directory: Directory) -> None:
    """Heat keeps the users that stand for servers in a domain of their own, with its own administrator."""
    if STACK_ADMINISTRATOR in directory.find("user"):
        return
    domain = directory.ensure("domain", STACK_DOMAIN)
    user = directory.ensure("user", STACK_ADMINISTRATOR, domain_id=domain, password=lab.secrets["heat"])
    directory.grant(f"domains/{domain}", user, ("admin",))


def _account(lab: Lab, directory: Directory, account: Account) -> None:
    if account.user in directory.find("user"):
        return
    project = directory.ensure("project", account.project, domain_id="default")
    fields = {"domain_id": "default", "default_project_id": project, "password": lab.secrets[account.secret]}
    user = directory.ensure("user", account.user, **fields)
    directory.grant(f"projects/{project}", user, account.roles)


def _catalogue(lab: Lab, directory: Directory, services: Sequence[Service]) -> None:
    for site in lab.openstack_sites:
        directory.find("region").get(site.name) or _region(directory, site.name)
    listed = directory.session.call("GET", f"{directory.url}/endpoints")["endpoints"]
    known = {(entry["service_id"], entry["region_id"], entry["interface"]): entry for entry in listed}
    for name, kind, region, url in _entries(lab, services):
        service = directory.ensure("service", name, type=kind)
        for interface in INTERFACES:
            _endpoint(directory, known.get((service, region, interface)), service, region, interface, url)


def _region(directory: Directory, name: str) -> None:
    directory.session.call("POST", f"{directory.url}/regions", {"region": {"id": name}})
    directory.changed = True


def _entries(lab: Lab, services: Sequence[Service]) -> Iterable[tuple[str, str, str, str]]:
    """Name, type, region and address of everything that the catalogue lists."""
    for site in lab.openstack_sites:
        yield "keystone", "identity", site.name, common.keystone_url(lab)
        for service in services:
            if service.runs_at(site):
                url = lab.url(f"{site.name}-{service.name}") + service.endpoint.path
                yield service.name, service.endpoint.type, site.name, url


def _endpoint(directory: Directory, known: dict[str, Any] | None, service: str, region: str, interface: str, url: str) -> None:
    body = {"endpoint": {"service_id": service, "region_id": region, "interface": interface, "url": url}}
    if known is None:
        directory.session.call("POST", f"{directory.url}/endpoints", body)
    elif known["url"] != url:
        directory.session.call("PATCH", f"{directory.url}/endpoints/{known['id']}", body)
    else:
        return
    directory.changed = True
