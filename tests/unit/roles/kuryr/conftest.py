# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role's variables, templated by Ansible as in a play, without one."""

from __future__ import annotations

import base64
import configparser
import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

ROLE = Path(__file__).resolve().parents[4] / "roles/kuryr"
GIVEN = {
    "kuryr_state": "rendered",
    "kuryr_api_root": "https://192.0.2.10:6443",
    "kuryr_auth_url": "https://192.0.2.20/identity",
    "kuryr_username": "kuryr",
    "kuryr_password": "secret",
    "kuryr_project_id": "project-1",
    "kuryr_pod_subnet": "subnet-pods",
    "kuryr_service_subnet": "subnet-services",
    "kuryr_pod_security_groups": ["group-1", "group-2"],
    "kuryr_worker_subnets": ["subnet-workers"],
}


class Rendered:
    """What the role makes of some variables."""

    def __init__(self, variables: dict[str, Any]) -> None:
        loader = DataLoader()
        files = [ROLE / "defaults/main.yml", *sorted(ROLE.glob("vars/main/*.yml"))]
        found: dict[str, Any] = {"ansible_search_path": [str(ROLE)]}
        for path in files:
            found |= loader.load_from_file(str(path), trusted_as_template=True)
        self._templar = Templar(loader=loader, variables=found | GIVEN | variables)
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """A variable of the role; nobody may change it, for it is the same every time."""
        if name not in self._known:
            self._known[name] = self._templar.template(self._templar.available_variables[name])
        return self._known[name]

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        return self["kuryr_definitions"] + self["kuryr_objects"]

    def object(self, kind: str, name: str) -> dict[str, Any]:
        (found,) = [one for one in self.objects if (one["kind"], one["metadata"]["name"]) == (kind, name)]
        return found

    @property
    def conf(self) -> configparser.ConfigParser:
        """What the controller reads: every file in its folder."""
        return parsed(self["kuryr_config"][0]["data"]["kuryr.conf"], self._credentials)

    @property
    def secret_conf(self) -> configparser.ConfigParser:
        return parsed(self._credentials)

    @property
    def _credentials(self) -> str:
        return base64.b64decode(self["kuryr_secrets"][0]["data"]["credentials.conf"]).decode()


def parsed(*texts: str) -> configparser.ConfigParser:
    conf = configparser.ConfigParser(interpolation=None, strict=True)
    for text in texts:
        conf.read_string(text)
    return conf


@pytest.fixture(scope="session")
def render() -> Callable[..., Rendered]:
    known: dict[str, Rendered] = {}

    def rendered(**variables: Any) -> Rendered:
        key = json.dumps(variables, sort_keys=True, default=str)
        if key not in known:
            known[key] = Rendered(variables)
        return known[key]

    return rendered
