# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that break between the module and the real Neutron of the lab: whatever happens, the pool is whole after it."""

from __future__ import annotations

import os

import pytest

from .conftest import Place, age
from .faulty_proxy import Fault, FaultyProxy

CREATE = ("POST", "/v2.0/ports")


DAILY = [
    Fault(*CREATE, "lost"),
    Fault(*CREATE, "refuse", status=500),
    Fault("PUT", "add_subports", "lost"),
    Fault("GET", "/ports", "refuse", status=401),
    Fault("GET", "/extensions/tag", "refuse", status=404),
]
MORE = [
    Fault(*CREATE, "reset"),
    Fault(*CREATE, "refuse", status=503),
    Fault(*CREATE, "slow", seconds=3),
    Fault("PUT", "add_subports", "reset"),
    Fault("PUT", "add_subports", "refuse", status=503),
    Fault("GET", "/trunks", "refuse", status=503),
]
LONG = "NFV_KILLS" in os.environ
"""The slow campaign breaks more calls, as it kills more often."""


@pytest.mark.parametrize(
    "fault",
    DAILY + (MORE if LONG else []),
    ids=lambda fault: f"{fault.method} {fault.path} {fault.kind} {fault.status if fault.kind == 'refuse' else ''}",
)
def test_a_pool_is_filled_in_spite_of_one_broken_call(place: Place, proxy: FaultyProxy, fault: Fault) -> None:
    proxy.faults = [Fault(**vars(fault))]
    told = place.run(count=4, batch=2)
    assert not told.get("failed"), told["msg"]
    place.check_whole(4)
    assert place.run(count=4, batch=2)["changed"] is False


def test_an_answer_that_takes_too_long_leaves_nothing_behind(place: Place, proxy: FaultyProxy) -> None:
    """Neutron carries the creation out while nobody waits for it any more, whenever that is: a busy one may take long."""
    proxy.faults = [Fault(*CREATE, "late")]
    told = place.run(count=3, api_timeout=6)
    assert not told.get("failed"), told["msg"]
    assert proxy.came_late.wait(120)
    age(place.site, [port.id for port in place.ports()])
    place.run(count=3)
    place.check_whole(3)


def test_a_neutron_that_stays_broken_is_one_sentence_and_nothing_is_left(place: Place, proxy: FaultyProxy) -> None:
    proxy.faults = [Fault(*CREATE, "refuse", times=99, status=500)]
    told = place.run(count=2)
    assert "failed with 500" in told["msg"]
    assert told["changed"] is False
    assert place.ports() == []


@pytest.mark.parametrize("kind", ["lost", "reset"] if LONG else ["lost"])
def test_a_removal_goes_on_after_a_broken_call(place: Place, proxy: FaultyProxy, kind: str) -> None:
    place.run(count=3)
    proxy.faults = [Fault("PUT", "remove_subports", kind), Fault("DELETE", "/ports/", kind), Fault("PUT", "/ports/", kind)]
    place.run(state="absent")
    proxy.faults = []
    place.run(state="absent")
    assert place.ports() == []


@pytest.mark.parametrize("kind", ["lost", "reset"] if LONG else ["lost"])
def test_a_claim_over_a_broken_connection_hands_out_one_port(place: Place, proxy: FaultyProxy, kind: str) -> None:
    place.run(count=3)
    proxy.faults = [Fault("PUT", "/ports/", kind)]
    told = place.run(state="claimed", claimants=["pod-1"])
    assert list(told["claimed"]) == ["pod-1"]
    assert [port.id for port in place.ports() if port.device_id] == [told["claimed"]["pod-1"]["id"]]
