# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which endpoints a Service has, in each form in which they are given."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.kubernetes_endpoints import Endpoint, read

POD = {"targetRef": {"kind": "Pod", "namespace": "default", "name": "web-0"}}
SUBSETS = {
    "subsets": [
        {
            "addresses": [{"ip": "10.0.0.2", **POD}],
            "notReadyAddresses": [{"ip": "10.0.0.3"}],
            "ports": [{"name": "http", "port": 8080}, {"name": "admin", "port": 9090}],
        },
        {"addresses": [{"ip": "10.0.0.4"}], "ports": [{"name": "http", "port": 8081}]},
    ]
}
HTTP = {"name": "http", "port": 8080}


def a_slice(*endpoints: dict[str, Any], ports: Any = (HTTP,)) -> dict[str, Any]:
    return {"kind": "EndpointSlice", "endpoints": list(endpoints), "ports": list(ports)}


def addresses(given: Any, *, not_ready: bool = False, version: int = 4) -> list[str]:
    return [f"{e.port_name} {e.address} {e.port}" for e in read(given, not_ready=not_ready, version=version)]


def test_each_subset_has_its_own_number_for_a_port() -> None:
    assert read(SUBSETS, not_ready=False, version=4) == [
        Endpoint("admin", "10.0.0.2", 9090, "default/web-0"),
        Endpoint("http", "10.0.0.2", 8080, "default/web-0"),
        Endpoint("http", "10.0.0.4", 8081, None),
    ]


def test_addresses_that_are_not_ready_count_where_the_service_says_so() -> None:
    assert addresses(SUBSETS, not_ready=True)[1] == "admin 10.0.0.3 9090"


@pytest.mark.parametrize(
    ("conditions", "not_ready", "counts"),
    [
        ({"ready": True}, False, True),
        ({"ready": False}, False, False),
        ({"ready": False}, True, True),
        ({"ready": None}, False, True),
        ({}, False, True),
        (None, False, True),
    ],
)
def test_an_endpoint_of_a_slice_counts_unless_it_says_that_it_is_not_ready(
    conditions: Any, not_ready: bool, counts: bool
) -> None:
    given = a_slice({"addresses": ["10.0.0.2"], "conditions": conditions})
    assert bool(addresses(given, not_ready=not_ready)) == counts


def test_slices_may_overlap() -> None:
    one, two = a_slice({"addresses": ["10.0.0.2"]}), a_slice({"addresses": ["10.0.0.2"]}, {"addresses": ["10.0.0.1"]})
    assert addresses([one, two]) == ["http 10.0.0.1 8080", "http 10.0.0.2 8080"]


def test_only_addresses_of_the_version_asked_for() -> None:
    given = [a_slice({"addresses": ["10.0.0.2"]}), a_slice({"addresses": ["2001:DB8::0002"]})]
    assert addresses(given) == ["http 10.0.0.2 8080"]
    assert addresses(given, version=6) == ["http 2001:db8::2 8080"]


@pytest.mark.parametrize("given", [{"items": [SUBSETS]}, [SUBSETS], SUBSETS])
def test_a_list_of_the_api_and_one_of_ansible_are_the_same(given: Any) -> None:
    assert len(addresses(given)) == 3


@pytest.mark.parametrize("given", [{"subsets": None}, {"kind": "Endpoints"}, a_slice(), []])
def test_there_may_be_none(given: Any) -> None:
    assert addresses(given) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("10.0.0.2", "endpoints: these are no endpoints"),
        (["10.0.0.2"], "endpoints: these are no endpoints"),
        ({"kind": "Pod"}, "endpoints: Pod is no endpoints"),
        ({}, "endpoints: something without kind"),
        ({"subsets": "10.0.0.2"}, "endpoints: subsets is no list of mappings"),
        ({"subsets": [{"addresses": ["10.0.0.2"]}]}, "endpoints: addresses is no list of mappings"),
        (a_slice(None), "endpoints: endpoints is no list of mappings"),
        (a_slice({"addresses": ["web-0"]}), "endpoints: 'web-0' with port 8080 is no address and port"),
        (a_slice({"addresses": []}), "endpoints: None with port 8080 is no address and port"),
        (a_slice({"addresses": ["10.0.0.2"]}, ports=[{"name": "http"}]), "endpoints: '10.0.0.2' with port None"),
    ],
)
def test_what_is_none_of_it_is_refused(given: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(given, not_ready=False, version=4)
    assert str(caught.value).startswith(message)
