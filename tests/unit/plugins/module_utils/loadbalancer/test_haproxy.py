# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HAProxy itself takes each configuration that a description gives."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.host import haproxy as client
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.argspec import ArgumentSpec
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer import back_ends, haproxy
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer import load_balancer_options as options

pytestmark = pytest.mark.skipif(client.find("haproxy") is None, reason="needs haproxy; on Debian: apt-get install haproxy")

SPEC = ArgumentSpec(options.OPTIONS)
MEMBERS = [
    {"address": "192.0.2.21", "port": 8080, "weight": 7},
    {"address": "2001:db8::7", "port": 8080, "enabled": False},
    {"name": "spare", "address": "192.0.2.22", "port": 1, "backup": True, "weight": 0},
]
HEAD = {"name": "web", "virtual_ip": "192.0.2.10", "port": 80, "members": MEMBERS}
PROBE = {"path": "/a/%20b?c=d;e", "expected_codes": "200-204,301", "method": "HEAD"}
PROBES = {"http": [{}, PROBE], "https": [{}, PROBE]}
COOKIES = {"application_cookie": {"cookie": "sid"}}
MORE: list[dict[str, Any]] = [
    {},
    {"virtual_ip": "2001:db8::1", "allowed_sources": ["2001:db8::/32", "::1"]},
    {"limits": {"connections": 9, "member_connections": 3}, "allowed_sources": ["192.0.2.0/24", "10.0.0.1"]},
    {"timeouts": {"client": 0.0001, "server": 86400, "connect": 3.5}, "members": []},
]


def has(option: str) -> list[str]:
    return [value for value, words in back_ends.WORDS[option].items() if "haproxy" in words]


def all_of_them() -> list[dict[str, Any]]:
    """Each value with each of another option, as far as they fit."""
    found = []
    kept = [None, *({"type": kind, "timeout": 60} for kind in has("persistence.type"))]
    checks = [
        None,
        *({"type": kind} for kind in has("health_check.type")),
        {"type": "https", **PROBE},
        {"type": "http", **PROBE},
    ]
    for number, (protocol, algorithm, persistence, check) in enumerate(
        product(has("protocol"), has("algorithm"), kept, checks)
    ):
        wanted = {"protocol": protocol, "algorithm": algorithm, "persistence": persistence, "health_check": check}
        found.append({**HEAD, **wanted, **MORE[number % len(MORE)]})
    return found


@pytest.mark.one_python
def test_haproxy_takes_every_description_that_is_taken_here() -> None:
    """Every one of some hundred kinds; one in eleven of them is tried."""
    tried, refused = 0, 0
    told = client.Haproxy(None, "haproxy", haproxy.SOCKET, haproxy.BACKEND, 1)
    for number, wanted in enumerate(all_of_them()):
        try:
            balancer = options.describe(SPEC.validated(wanted), "haproxy")
        except InputError:
            refused += 1
            continue
        text = haproxy.wanted(balancer).text
        if number % 11 == 0:
            told.try_out(text)
            tried += 1
    assert tried > 30
    assert refused > 40


def test_the_text() -> None:
    wanted = {**HEAD, "protocol": "http", "members": MEMBERS[:1], "health_check": {"type": "http", "path": "/up"}}
    text = haproxy.wanted(options.describe(SPEC.validated(wanted), "haproxy"), "haproxy", 60).text
    name = "192.0.2.21:8080"
    server = f"    server {name} {name} id {haproxy.identities([name])[name]} weight 7 check inter 5s rise 3 fall 3"
    assert text.splitlines()[2:] == [
        "    stats socket unix@stats.sock mode 600 level admin expose-fd listeners",
        "    hard-stop-after 60s",
        "    user haproxy",
        "    group haproxy",
        "    noreuseport",
        "defaults",
        "    mode http",
        "    timeout client 50000ms",
        "    timeout server 50000ms",
        "    timeout connect 5000ms",
        "    retries 3",
        "    option redispatch",
        "    option idle-close-on-response",
        "frontend clients",
        "    bind 192.0.2.10:80",
        "    default_backend members",
        "backend members",
        "    balance roundrobin",
        "    timeout check 3s",
        "    option httpchk",
        "    http-check send meth GET uri '/up'",
        "    http-check expect status 200",
        server,
    ]
