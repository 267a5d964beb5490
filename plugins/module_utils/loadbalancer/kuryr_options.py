# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the options of ``kuryr_load_balancer`` mean for a description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.errors import InputError, Place
from .description import Monitor, Settings, Timeouts

HOUR = 3_600_000
"""In ms. A watch of Kubernetes may be silent for nearly as long; Octavia's own 50 s would cut it."""
OVN = "ovn"
"""The provider that balances flows in switches: it knows one algorithm and cuts no silent connection."""

ALGORITHMS = ("ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP", "SOURCE_IP_PORT")
MONITOR: Mapping[str, Mapping[str, Any]] = {
    "type": {"type": "str", "choices": ["TCP", "HTTP", "HTTPS", "TLS-HELLO", "PING"], "default": "TCP"},
    "delay": {"type": "int", "default": 5},
    "timeout": {"type": "int", "default": 3},
    "max_retries": {"type": "int", "default": 3},
    "max_retries_down": {"type": "int", "default": 3},
    "http_method": {"type": "str"},
    "url_path": {"type": "str"},
    "expected_codes": {"type": "str"},
}
"""The suboptions of ``monitor``, as an argument spec."""
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "service": {"type": "dict"},
    "endpoints": {"type": "raw"},
    "name": {"type": "str"},
    "namespace": {"type": "str", "default": "default"},
    "name_prefix": {"type": "str", "default": ""},
    "vip_subnet": {"type": "str"},
    "member_mode": {"type": "str", "choices": ["L2", "L3"], "default": "L3"},
    "member_subnet": {"type": "str"},
    "lb_algorithm": {"type": "str", "choices": list(ALGORITHMS)},
    "provider": {"type": "str"},
    "external_network": {"type": "str"},
    "tags": {"type": "list", "elements": "str", "default": []},
    "timeout_client_data": {"type": "int"},
    "timeout_member_data": {"type": "int"},
    "timeout_member_connect": {"type": "int"},
    "monitor": {"type": "dict", "options": dict(MONITOR)},
}


def settings(options: Mapping[str, Any]) -> Settings:
    """The settings of all listeners, with the defaults that fit the provider."""
    ovn = options["provider"] == OVN
    algorithm = (options["lb_algorithm"] or ("SOURCE_IP_PORT" if ovn else "ROUND_ROBIN")).lower()
    timeouts = {key: options[f"timeout_{key}"] for key in ("client_data", "member_data", "member_connect")}
    for key in () if ovn else ("client_data", "member_data"):
        timeouts[key] = HOUR if timeouts[key] is None else timeouts[key]
    return Settings(options["name_prefix"], algorithm, Timeouts(**timeouts), _monitor(options["monitor"]))


def _monitor(given: Mapping[str, Any] | None) -> Monitor | None:
    if given is None:
        return None
    if given["timeout"] >= given["delay"]:
        text = f"{given['timeout']} s is not less than the delay of {given['delay']} s, after which the next probe begins"
        raise InputError(text, Place(path="monitor.timeout"))
    return Monitor(**{**given, "type": given["type"].lower().replace("-", "_")})


def given(options: Mapping[str, Any]) -> tuple[Mapping[str, Any], Any] | None:
    """The Service and the endpoints that the options hold; None where they are to be read from the cluster.

    :raises InputError: one of them is there without the other
    """
    service, endpoints = options["service"], options["endpoints"]
    if (service is None) != (endpoints is None):
        missing = "service" if service is None else "endpoints"
        raise InputError("is missing: a Service and its endpoints are given together, or read by name", Place(path=missing))
    return None if service is None else (service, endpoints)


def metadata(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The Service, or as much of one as its name says."""
    return options["service"] or {"metadata": {"name": options["name"], "namespace": options["namespace"]}}
