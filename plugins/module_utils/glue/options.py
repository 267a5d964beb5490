# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that several modules share; each has a documentation fragment of the same name."""

from __future__ import annotations

from ansible.module_utils.basic import env_fallback

from .argspec import ArgumentSpec

OPENSTACK = ArgumentSpec(
    {
        "cloud": {"type": "raw"},
        "clouds_file": {"type": "path"},
        "auth": {"type": "dict", "no_log": True},
        "auth_type": {"type": "str"},
        "region_name": {"type": "str"},
        "validate_certs": {"type": "bool"},
        "ca_cert": {"type": "path"},
        "client_cert": {"type": "path"},
        "client_key": {"type": "path", "no_log": False},
        "interface": {"type": "str", "choices": ["admin", "internal", "public"]},
        "api_timeout": {"type": "int"},
        "wait": {"type": "bool", "default": True},
        "timeout": {"type": "int", "default": 600},
    }
)

KUBERNETES = ArgumentSpec(
    {
        "kubeconfig": {"type": "raw", "no_log": False},
        "context": {"type": "str"},
        "host": {"type": "str"},
        "api_key": {"type": "str", "no_log": True},
        "validate_certs": {"type": "bool"},
        "ca_cert": {"type": "path"},
    }
)

INFLUXDB = ArgumentSpec(
    {
        "url": {"type": "str", "required": True},
        "version": {"type": "int", "choices": [1, 2], "required": True},
        "database": {"type": "str"},
        "username": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "org": {"type": "str"},
        "bucket": {"type": "str"},
        "token": {"type": "str", "no_log": True},
        "campaign": {"type": "str"},
        "measurement_prefix": {"type": "str", "default": "nfv_"},
        "validate_certs": {"type": "bool", "default": True},
        "ca_cert": {"type": "path"},
        "timeout": {"type": "float", "default": 10},
    },
    required_if=(("version", 1, ("database",)), ("version", 2, ("org", "bucket", "token"))),
    required_together=(("username", "password"),),
)
"""A campaign in an InfluxDB."""

OSM = ArgumentSpec(
    {
        "url": {"type": "str", "required": True},
        "user": {"type": "str", "default": "admin"},
        "password": {"type": "str", "required": True, "no_log": True},
        "project": {"type": "str", "default": "admin"},
        "validate_certs": {"type": "bool", "default": True},
        "ca_cert": {"type": "path"},
        "api_timeout": {"type": "int", "default": 30},
    }
)
"""The northbound interface of Open Source MANO."""

OSM_KEPT = ArgumentSpec(
    {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "vim_account": {"type": "str"},
        "parameters": {"type": "dict", "default": {}},
        "timeout": {"type": "int", "default": 1800},
        "upgrade": {"type": "bool", "default": True},
        "recreate": {"type": "bool", "default": False},
        "heal": {"type": "bool", "default": False},
        "remove_packages": {"type": "bool", "default": False},
        "force": {"type": "bool", "default": False},
    }
)
"""How a network service of OSM is kept in its state."""

NETSCALER = ArgumentSpec(
    {
        "nsip": {"type": "str", "required": True, "fallback": (env_fallback, ["NETSCALER_NSIP"])},
        "nitro_user": {"type": "str", "required": True, "fallback": (env_fallback, ["NETSCALER_NITRO_USER"])},
        "nitro_pass": {"type": "str", "required": True, "no_log": True, "fallback": (env_fallback, ["NETSCALER_NITRO_PASS"])},
        "nitro_protocol": {
            "type": "str",
            "choices": ["http", "https"],
            "default": "http",
            "fallback": (env_fallback, ["NETSCALER_NITRO_PROTOCOL"]),
        },
        "validate_certs": {"type": "bool", "default": True},
        "ca_cert": {"type": "path"},
        "nitro_timeout": {"type": "float", "default": 310},
    }
)

NETSCALER_KEPT = ArgumentSpec(
    {"save_config": {"type": "bool", "default": True}, "recreate": {"type": "bool", "default": False}},
)
"""The options of every module that keeps objects of a NetScaler."""

PORT_POOLS = ArgumentSpec(
    {
        "concurrency": {"type": "int", "default": 4},
        "rate": {"type": "float", "default": 20},
        "kubernetes": {"type": "dict", "options": KUBERNETES.argument_spec},
    }
)

PORT_POOL = ArgumentSpec(
    {
        "state": {"type": "str", "choices": ["present", "recycled", "absent", "claimed", "released"]},
        "pool_driver": {"type": "str", "choices": ["neutron", "nested", "multi"]},
        **{name: {"type": "str"} for name in ("host", "trunk", "node_label", "network", "subnet", "project", "max", "name")},
        **{name: {"type": "int"} for name in ("min", "batch", "count", "active_timeout", "leak_grace")},
        **{name: {"type": "list", "elements": "str"} for name in ("worker_subnets", "security_groups", "tags", "in_use")},
        **{name: {"type": "list", "elements": "str"} for name in ("claimants", "ports")},
        "segmentation_range": {"type": "list", "elements": "int"},
        "in_use_from": {"type": "str", "choices": ["kubernetes"]},
        "on_quota": {"type": "str", "choices": ["fail", "partial"]},
        "force": {"type": "bool"},
        "reattach_down": {"type": "bool"},
    }
)
"""The options of one pool; none has a default here, for what a pool leaves out is taken from its task."""

SRV6_ROUTE = ArgumentSpec(
    {
        "device": {"type": "str"},
        "metric": {"type": "int"},
        "route_table": {"type": "int"},
        "state": {"type": "str", "choices": ["present", "absent"]},
    }
)
"""The options of one route of segment routing; without defaults, for what one of several leaves out is taken from the task."""

SRV6 = ArgumentSpec(
    {
        "device": {"type": "str"},
        "metric": {"type": "int", "default": 100},
        "route_table": {"type": "int", "default": 254},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "purge": {"type": "bool", "default": False},
        "protocol": {"type": "int", "default": 118},
        "settings": {"type": "bool", "default": True},
        "service": {"type": "str"},
    }
)
