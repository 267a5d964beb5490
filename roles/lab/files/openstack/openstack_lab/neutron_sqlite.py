# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make an empty Neutron database for SQLite: ``python neutron_sqlite.py FILE``.

Neutron's migrations do not run on SQLite, so the tables are made from the models. The migrations also fill
one table: the rules that every new security group begins with. Without them all traffic would be dropped.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    # The folder of this file would shadow modules of the services that bear the same names.
    del sys.path[0]

from neutron.common import config
from neutron.db.migration.models import head
from neutron.objects.securitygroup_default_rules import SecurityGroupDefaultRule
from neutron_lib import context
from neutron_lib.db import api as database
from oslo_config import cfg
from oslo_db import options

ETHERTYPES = ("IPv4", "IPv6")
# What may go out: everything. What may come in: what members of the default group send each other.
EGRESS = {"direction": "egress", "used_in_default_sg": True, "used_in_non_default_sg": True}
INGRESS = {"direction": "ingress", "used_in_default_sg": True, "used_in_non_default_sg": False}
RULES = [
    {**rule, "ethertype": ethertype} for ethertype in ETHERTYPES for rule in (EGRESS, {**INGRESS, "remote_group_id": "PARENT"})
]


def main() -> None:
    """Make the tables and the rules."""
    config.register_common_config_options()
    config.init([], default_config_files=[])
    options.set_defaults(cfg.CONF, connection=f"sqlite:///{sys.argv[1]}")
    engine = database.get_context_manager().writer.get_engine()
    head.get_metadata().create_all(engine)
    for rule in RULES:
        SecurityGroupDefaultRule(context.get_admin_context(), **rule).create()


if __name__ == "__main__":
    main()
