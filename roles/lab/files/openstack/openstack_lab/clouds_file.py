# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""clouds.yaml: how the ordinary clients reach the lab."""

from __future__ import annotations

from typing import Any

import yaml
from supervisor.files import write_if_changed
from supervisor.lab import Lab

from openstack_lab import common
from openstack_lab.identity import Account, accounts


def write_clouds(lab: Lab) -> bool:
    """Write the file, readable by its owner only; returns whether it is new or different."""
    clouds = {_name(account): _cloud(lab, account) for account in accounts(lab)}
    return write_if_changed(lab.root / "clouds.yaml", yaml.safe_dump({"clouds": clouds}))


def _name(account: Account) -> str:
    """The site's own name means its administrator."""
    return account.cloud.removesuffix("-admin")


def _cloud(lab: Lab, account: Account) -> dict[str, Any]:
    return {
        "auth": {
            "auth_url": common.keystone_url(lab),
            "username": account.user,
            "password": lab.secrets[account.secret],
            "project_name": account.project,
            "user_domain_name": common.DOMAIN,
            "project_domain_name": common.DOMAIN,
        },
        "region_name": account.site.name,
        "identity_api_version": 3,
    }
