# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the options mean where they are left out, and which do not go together."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.description import Monitor, Timeouts
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.kuryr_options import (
    MONITOR,
    OPTIONS,
    given,
    settings,
)

LEFT_OUT = {name: option.get("default") for name, option in OPTIONS.items()}
PROBE = {name: option.get("default") for name, option in MONITOR.items()}


@pytest.mark.parametrize(
    ("options", "algorithm", "timeouts"),
    [
        ({}, "round_robin", Timeouts(3_600_000, 3_600_000)),
        ({"provider": "ovn"}, "source_ip_port", Timeouts()),
        ({"provider": "amphora", "lb_algorithm": "SOURCE_IP"}, "source_ip", Timeouts(3_600_000, 3_600_000)),
        ({"timeout_client_data": 0, "timeout_member_connect": 5}, "round_robin", Timeouts(0, 3_600_000, 5)),
        ({"provider": "ovn", "timeout_member_data": 7}, "source_ip_port", Timeouts(None, 7)),
    ],
)
def test_defaults_fit_the_provider(options: dict[str, Any], algorithm: str, timeouts: Timeouts) -> None:
    chosen = settings({**LEFT_OUT, **options})
    assert (chosen.algorithm, chosen.timeouts, chosen.monitor) == (algorithm, timeouts, None)


def test_a_monitor_must_have_failed_before_the_next_probe() -> None:
    assert settings({**LEFT_OUT, "monitor": PROBE}).monitor == Monitor("tcp", 5, 3, 3, 3)
    with pytest.raises(InputError, match=r"^monitor\.timeout: 5 s is not less than the delay of 5 s"):
        settings({**LEFT_OUT, "monitor": {**PROBE, "timeout": 5}})


def test_a_service_and_its_endpoints_come_together_or_not_at_all() -> None:
    assert given(LEFT_OUT) is None
    assert given({**LEFT_OUT, "service": {}, "endpoints": []}) == ({}, [])
    with pytest.raises(InputError, match=r"^endpoints: is missing"):
        given({**LEFT_OUT, "service": {}})
    with pytest.raises(InputError, match=r"^service: is missing"):
        given({**LEFT_OUT, "endpoints": []})
