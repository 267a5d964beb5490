# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed at a random moment; the next one converges, nothing leaks, no port in use is touched."""

from __future__ import annotations

import os
import random
import time

import pytest

from .conftest import Place

SEED = int(os.environ.get("NFV_SEED", random.SystemRandom().randrange(10**6)))
ROUNDS = int(os.environ.get("NFV_KILLS", "1"))
LONGEST = {"present": 9.0, "recycled": 7.0, "absent": 7.0}
"""Seconds in which a run on a quiet machine is over."""


@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize("state", ["present", "recycled", "absent"])
def test_a_killed_run_is_made_good_by_the_next(place: Place, state: str, round_: int) -> None:
    moment = random.Random(f"{SEED}-{state}-{round_}").uniform(1.5, LONGEST[state])
    print(f"NFV_SEED={SEED}: {state} is killed after {moment:.2f} s")
    if state != "present":
        place.run(count=8, batch=4)
    if state == "recycled":
        spoil(place)
    used = None if state == "absent" else place.run(state="claimed", claimants=["pod-1"], min=1)["claimed"]["pod-1"]["id"]
    before = used and place.site.admin.network.get_port(used)
    size = {"present": {"count": 12, "batch": 3}, "recycled": {}, "absent": {}}[state]
    process = place.begun(state=state, in_use=None, **size)
    time.sleep(moment)
    process.kill()
    process.communicate()
    settle(place)
    mended = place.run(state=state, **size)
    place.check_whole()
    again = place.run(state=state, **size)
    assert again["changed"] is False, (mended, again)
    if used:
        after = place.site.admin.network.get_port(used)
        assert (after.device_id, after.revision_number) == ("pod-1", before.revision_number)
    sizes = {"present": 12, "recycled": 7, "absent": 0}
    assert sum(1 for port in place.ports() if not port.device_id) == sizes[state]
    assert all(not port.description.startswith("superfluidity.nfv ticket") or port.device_id for port in place.ports())


def settle(place: Place) -> None:
    """Wait until Neutron has done what the killed run had asked for last: two looks show the same."""
    before, now = None, place.ports()
    while now != before:
        time.sleep(0.5)
        before, now = now, place.ports()


def spoil(place: Place) -> None:
    """Half of the free ports as their users leave them."""
    for port in place.ports()[:4]:
        place.site.admin.network.update_port(port.id, security_groups=[])
