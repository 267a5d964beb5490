# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a service that was deployed elsewhere answers."""

from __future__ import annotations

import socket
import time

from ...core.errors import FailedError

PAUSE = 0.2
ATTEMPT = 2.0
"""Seconds for one attempt: what drops packets would hold one for minutes."""


def await_port(address: str, port: int, seconds: float) -> None:
    """Wait until a TCP port can be connected to from this machine; 0 seconds do not try.

    :raises FailedError: it cannot within that time
    """
    deadline = time.monotonic() + seconds
    why: object = "no answer"
    while (left := deadline - time.monotonic()) > 0:
        try:
            with socket.create_connection((address, port), timeout=min(ATTEMPT, left)):
                return
        except (OSError, ValueError) as error:  # the latter for an address that can be no name of a host
            why = error
        time.sleep(min(PAUSE, max(0.0, deadline - time.monotonic())))
    if seconds > 0:
        advice = "where it is not TCP, or only another host can reach it, give ready_timeout: 0"
        raise FailedError(f"{address} port {port} does not answer after {seconds:g} s ({why}); {advice}")
