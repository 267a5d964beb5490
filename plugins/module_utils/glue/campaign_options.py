# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of campaigns that reach beyond this machine: of deployers, of a host that stresses, and of what it runs."""

from __future__ import annotations

from .argspec import ArgumentSpec
from .options import KUBERNETES, OPENSTACK, OSM

WAITING = ArgumentSpec({"timeout": {"type": "int", "default": 600}, "ready_timeout": {"type": "float", "default": 60}})

HEAT = ArgumentSpec({name: one for name, one in OPENSTACK.argument_spec.items() if name != "wait"}).merge(
    WAITING,
    ArgumentSpec({"output": {"type": "str", "default": "address"}, "port": {"type": "int", "default": 80}}),
)
ORCHESTRATED_BY_KUBERNETES = KUBERNETES.merge(
    WAITING,
    ArgumentSpec({"service": {"type": "str", "required": True}, "port": {"type": "str"}}),
)
ORCHESTRATED_BY_OSM = WAITING.merge(
    OSM,
    ArgumentSpec(
        {"vim_account": {"type": "str", "required": True}, "vnf": {"type": "str"}, "port": {"type": "int", "default": 80}}
    ),
)
DEPLOYER_SECTIONS = {"heat": HEAT, "kubernetes": ORCHESTRATED_BY_KUBERNETES, "osm": ORCHESTRATED_BY_OSM}
"""The deployers that have a section of their own name in the service definition."""

SSH = ArgumentSpec(
    {
        "host": {"type": "str"},
        "user": {"type": "str"},
        "port": {"type": "int"},
        "private_key": {"type": "path", "no_log": False},
        "known_hosts": {"type": "path"},
        "ssh_config": {"type": "path"},
        "check_host_key": {"type": "bool", "default": True},
    },
    required_by=dict.fromkeys(("user", "port", "private_key", "known_hosts", "ssh_config"), ("host",)),
)
RAMP = {
    "step_deltas": {"type": "list", "elements": "int", "default": [10]},
    "step_periods": {"type": "list", "elements": "int", "default": [1]},
    "step_repetitions": {"type": "list", "elements": "int", "default": [1]},
}
PRINTED = ArgumentSpec(
    {
        "command": {"type": "list", "elements": "str", "required": True},
        "metrics": {"type": "raw", "required": True},
        "users": {"type": "str", "default": "users"},
        "time": {"type": "str"},
    }
)
COMMAND = PRINTED.merge(SSH, ArgumentSpec({"timeout": {"type": "float", "default": 600}}))
HAMMER = PRINTED.merge(
    SSH,
    ArgumentSpec(
        {
            **RAMP,
            "host": {"type": "str", "required": True, "aliases": ["hammer_ip_address"]},
            "profile": {"type": "str"},
            "results": {"type": "str"},
            **{name: {"type": "str"} for name in ("profile_name", "nic", "vlan_id_1", "vlan_id_2")},
        }
    ),
)

PROMETHEUS = {
    "url": {"type": "str", "required": True},
    "queries": {"type": "dict", "required": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "token": {"type": "str", "no_log": True},
    "validate_certs": {"type": "bool", "default": True},
    "ca_cert": {"type": "path"},
    "timeout": {"type": "float", "default": 5},
}
"""A Prometheus that is asked at each sample; the options of ``experiment.prometheus``."""
