# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which floating IP a load balancer gets, keeps and gives back."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import ConflictError, InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.floating_ips import steps


def address(attached: bool | None, *, ours: bool = True, network: str = "public") -> dict[str, Any]:
    return {"network_id": network, "attached": attached, "ours": ours}


def asked(address: str | None = None, network: str | None = "public") -> dict[str, Any]:
    return {"web": {"address": address, "network_id": network}}


def changes(there: dict[str, Any], desired: dict[str, Any], *, anew: bool = False) -> list[str]:
    gone, made = steps(there, desired, anew=anew)
    words = {"create": "make", "delete": "delete"}
    return [
        f"{words.get(c.action) or ('attach' if c.after['attached'] else 'detach')} {c.name}"
        for c in (*gone.changes, *made.changes)
    ]


@pytest.mark.parametrize(
    ("there", "desired", "expected"),
    [
        ({}, {}, []),
        ({}, asked(), ["make web"]),
        ({"1.1.1.1": address(True)}, asked(), []),
        ({"1.1.1.1": address(True, ours=False)}, asked(), []),
        ({"1.1.1.1": address(True)}, asked(network=None), []),
        ({"1.1.1.1": address(False)}, asked(), ["attach 1.1.1.1"]),
        ({"1.1.1.1": address(False, ours=False)}, asked(), ["make web"]),
        ({"1.1.1.1": address(None)}, asked(), ["make web"]),
        ({"1.1.1.1": address(True, network="other")}, asked(), ["delete 1.1.1.1", "make web"]),
        ({"1.1.1.1": address(True)}, {}, ["delete 1.1.1.1"]),
        ({"1.1.1.1": address(False)}, {}, ["delete 1.1.1.1"]),
        ({"1.1.1.1": address(True, ours=False)}, {}, ["detach 1.1.1.1"]),
        ({"1.1.1.1": address(None)}, {}, []),
        ({}, asked("1.1.1.1"), ["make web"]),
        ({"1.1.1.1": address(False, ours=False)}, asked("1.1.1.1", None), ["attach 1.1.1.1"]),
        ({"1.1.1.1": address(True, ours=False)}, asked("1.1.1.1"), []),
        (
            {"1.1.1.1": address(False, ours=False), "1.1.1.2": address(True)},
            asked("1.1.1.1"),
            ["delete 1.1.1.2", "attach 1.1.1.1"],
        ),
    ],
)
def test_what_is_done(there: dict[str, Any], desired: dict[str, Any], expected: list[str]) -> None:
    assert changes(there, desired) == expected


def test_with_the_load_balancer_made_anew_it_moves() -> None:
    assert changes({"1.1.1.1": address(True)}, asked(), anew=True) == ["attach 1.1.1.1"]


def test_an_address_in_use_is_refused() -> None:
    with pytest.raises(
        ConflictError, match=r"^service\.spec\.loadBalancerIP: floating IP 1\.1\.1\.1 is attached to something else"
    ):
        changes({"1.1.1.1": address(None, ours=False)}, asked("1.1.1.1"))


@pytest.mark.parametrize("wanted", [None, "1.1.1.1"])
def test_to_make_one_a_network_is_needed(wanted: str | None) -> None:
    with pytest.raises(InputError, match=r"^external_network: "):
        changes({}, asked(wanted, None))
