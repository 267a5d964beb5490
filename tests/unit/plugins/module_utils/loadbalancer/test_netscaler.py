# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptions as resources of NITRO: what they say, and that NITRO has every one of their keys and values."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.argspec import ArgumentSpec
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer import back_ends
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer import load_balancer_options as options
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.netscaler import Resource, resources

MAP = Path(__file__).parents[6] / "shared/data/nitro/nitro_resources_subset.json"
EMULATOR = Path(__file__).parents[5] / "roles/lab/files/nitro"
WEB: dict[str, Any] = {
    "name": "web",
    "virtual_ip": "192.0.2.10",
    "port": 80,
    "protocol": "http",
    "members": [
        {"address": "192.0.2.21", "port": 8080},
        {"address": "192.0.2.22", "port": 8080, "weight": 2, "backup": True, "enabled": False},
    ],
    "health_check": {"type": "http", "path": "/up", "expected_codes": "200-204,301"},
    "limits": {"connections": 9, "member_connections": 3},
    "timeouts": {"client": 1.5},
    "persistence": {"type": "cookie", "cookie": "place", "timeout": 90},
}


def made(**changed: Any) -> list[Resource]:
    spec = ArgumentSpec(options.OPTIONS)
    return resources(options.describe(spec.validated({**WEB, **changed}), "netscaler"))


def test_each_comes_after_what_it_names() -> None:
    assert [(one.kind, one.name) for one in made()] == [
        ("servicegroup", "web"),
        ("lbmonitor", "web.http@superfluidity.nfv"),
        ("servicegroup_lbmonitor_binding", "web web.http@superfluidity.nfv"),
        ("servicegroup_servicegroupmember_binding", "web 192.0.2.21 8080"),
        ("servicegroup_servicegroupmember_binding", "web 192.0.2.22 8080"),
        ("lbvserver", "web"),
        ("lbvserver_servicegroup_binding", "web web"),
    ]


def test_what_they_say() -> None:
    group, monitor, _binding, first, second, virtual, _bound = (one.attributes for one in made())
    assert (group["servicetype"], group["clttimeout"], group["svrtimeout"], group["maxclient"]) == ("HTTP", 2, 50, 3)
    assert group["comment"] == virtual["comment"] == "superfluidity.nfv:load-balancer=web"
    assert (monitor["httprequest"], monitor["respcode"], monitor["units3"]) == ("GET /up", ["200-204", "301"], "SEC")
    assert (monitor["secure"], group["usip"], virtual["m"]) == ("NO", "NO", "IP")
    assert (first["weight"], first["state"], "order" in first) == (1, "ENABLED", False)
    assert (second["weight"], second["state"], second["order"]) == (2, "DISABLED", 2)
    assert (virtual["persistencetype"], virtual["cookiename"], virtual["timeout"]) == ("COOKIEINSERT", "place", 2)
    assert (virtual["somethod"], virtual["sothreshold"], virtual["sobackupaction"]) == ("CONNECTION", 9, "DROP")


def test_a_name_that_the_product_refuses_is_refused() -> None:
    with pytest.raises(InputError, match=r"^name: 9web begins with no letter"):
        made(name="9web")


def every_kind() -> list[dict[str, Any]]:
    able = {key: [word for word, said in words.items() if "netscaler" in said] for key, words in back_ends.WORDS.items()}
    found: list[dict[str, Any]] = [{}]
    for option, words in able.items():
        head, _dot, key = option.partition(".")
        for word in words:
            more = {"cookie": "sid"} if word == "application_cookie" else {}
            protocol = options.NEEDS.get((option, word), ("tcp",))[0]
            plain = {"protocol": protocol, "persistence": None, "health_check": None}
            found.append({**plain, **({head: {key: word, **more}} if key else {head: word})})
    return found


@pytest.mark.skipif(not MAP.exists(), reason="needs ../shared")
@pytest.mark.parametrize("changed", every_kind(), ids=str)
def test_nitro_has_each_key_and_value(changed: dict[str, Any]) -> None:
    known = json.loads(MAP.read_text("utf-8"))
    for one in made(**changed):
        resource = known[one.kind]
        assert set(one.attributes) <= set(resource["add_payload_keys"]), one.kind
        assert set(one.keys) <= set(one.attributes)
        for key, value in one.attributes.items():
            choices = resource["readwrite_arguments"][key].get("choices")
            assert not choices or value in choices, (one.kind, key, value)


@pytest.fixture
def appliance() -> Iterator[str]:
    """The address of the emulated management of a NetScaler."""
    command = [sys.executable, "-m", "nitro_emulator", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(EMULATOR)}
    made = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    yield made.stdout.readline().strip()
    made.terminate()
    made.wait(10)


def post(url: str, one: Resource) -> int:
    headers = {"X-NITRO-USER": "nsroot", "X-NITRO-PASS": "nsroot", "Content-Type": "application/json"}
    body = json.dumps({one.kind: one.attributes}).encode()
    request = urllib.request.Request(f"{url}/nitro/v1/config/{one.kind}", body, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status


@pytest.mark.one_python
@pytest.mark.skipif(not EMULATOR.exists(), reason="needs the emulator of NITRO, roles/lab/files/nitro")
def test_the_emulated_appliance_takes_every_kind(appliance: str) -> None:
    for number, changed in enumerate(every_kind()):
        for one in made(**{**changed, "name": f"web-{number}", "virtual_ip": f"192.0.3.{number + 1}"}):
            assert post(appliance, one) in (200, 201)
