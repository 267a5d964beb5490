# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A large service that nobody here wrote, on the real control planes of the lab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[4] / "shared/data/rdcl3d"


@pytest.mark.skipif(not SHARED.exists(), reason="the folder ../shared with real descriptors is not here")
def test_all_of_the_published_mec_example_runs(play: Callable, cloud: Callable, terminated: Callable) -> None:
    terminated("MECUO")
    run = play("deploy", service_descriptor=str(SHARED / "MEC/JSON"), service_default_site={"role": "edge"})
    assert run.code == 0, run.output
    servers = [server for region in ("core-1", "edge-1") for server in cloud(region).compute.servers()]
    running = {one.name: one.status for one in servers if one.metadata.get("superfluidity.nfv:service") == "MECUO"}
    assert set(running.values()) == {"ACTIVE"}
    names = " ".join(running)
    assert all(vdu in names for vdu in ("UO_LTM", "UO_Storage"))
