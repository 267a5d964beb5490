# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo, killed at ten random moments of a deployment, and of a termination."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

SEEDS = range(10)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_killed_deployment_converges(play: Callable, killed_play: Callable, terminated: Callable, seed: int) -> None:
    terminated("video")
    killed_play("deploy", random.Random(seed).uniform(1, 60))
    mended = play("deploy")
    assert (mended.code, mended.failed) == (0, 0), mended.output
    assert play("deploy").changed == 0


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_a_killed_termination_is_completed(
    play: Callable, killed_play: Callable, cloud: Callable, terminated: Callable, seed: int
) -> None:
    terminated("video")
    assert play("deploy").code == 0
    killed_play("terminate", random.Random(seed).uniform(1, 15), service_name="video")
    assert play("terminate", service_name="video").code == 0
    assert play("terminate", service_name="video").changed == 0
    for region in ("core-1", "edge-1"):
        assert not [port for port in cloud(region).network.ports() if port.name.startswith("video-")]
