# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OpenStack's own client library sees in one region, as JSON: ``seen.py CLOUDS_FILE CLOUD``."""

from __future__ import annotations

import json
import sys

from openstack import config, connection

clouds_file, name = sys.argv[1:]
cloud = connection.Connection(config=config.OpenStackConfig(config_files=[clouds_file], load_envvars=False).get_one(name))
print(
    json.dumps(
        {
            "stacks": {stack.name: stack.status for stack in cloud.orchestration.stacks()},
            "servers": {server.name: server.status for server in cloud.compute.servers()},
            "networks": [network.name for network in cloud.network.networks()],
        }
    )
)
