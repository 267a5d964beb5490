# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stress by wrk: HTTP requests as fast as a number of users gets answers.

wrk prints rounded figures with units; a script in its own language, Lua, makes it print what it counted as JSON besides.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ...core.errors import FailedError, UnavailableError
from .deployer import Target
from .programs import run

SCRIPT = """
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\\n{"duration": %d, "requests": %d, "bytes": %d, "socket_errors": %d, "status_errors": %d, ' ..
    '"mean": %.3f, "p50": %d, "p90": %d, "p99": %d, "max": %d}\\n',
    summary.duration, summary.requests, summary.bytes, e.connect + e.read + e.write + e.timeout, e.status,
    latency.mean, latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
"""
PROGRAMS = ("wrk",)
SLACK = 20.0
"""Seconds that wrk may take beyond the duration of a step."""


def samples(target: Target, parameters: Mapping[str, Any]) -> Iterator[dict[str, float]]:
    """A sample for each step of the ramp: ``users``, then what wrk measured.

    ``throughput`` is Mbit/s received, ``latency`` the mean in ms, with ``latency_p50``, ``_p90``, ``_p99`` and ``_max``;
    ``errors`` is the share of requests that failed.

    :raises FailedError: the service does not answer, or with errors only
    """
    host = f"[{target.address}]" if ":" in target.address else target.address
    url = f"http://{host}:{target.port}{parameters['path']}"
    for users, seconds in parameters["steps"]:
        threads = min(parameters["threads"], users)
        command = ["wrk", "-t", str(threads), "-c", str(users), "-d", f"{seconds}s", "--timeout", f"{parameters['timeout']}s"]
        printed = run(target.entered([*command, "-s", "/dev/stdin", url]), timeout=seconds + SLACK, given=SCRIPT)
        yield {"users": users, **measured(printed)}


def measured(printed: str) -> dict[str, float]:
    """The metrics of one step from what wrk and the script printed.

    :raises UnavailableError: the script's line is missing
    :raises FailedError: no request was answered, or all with errors
    """
    try:
        found = json.loads(printed.strip().splitlines()[-1])
        seconds, requests = found["duration"] / 1e6, found["requests"]
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise UnavailableError("wrk did not print what its script says; see that wrk was built with Lua") from error
    if not requests or seconds <= 0:
        raise FailedError(f"the service answered no request of wrk ({found['socket_errors']} errors of connections)")
    if found["status_errors"] >= requests:
        raise FailedError("the service answered every request of wrk with an error; see the path of the use case")
    return {
        "throughput": found["bytes"] * 8e-6 / seconds,
        "requests": requests / seconds,
        "latency": found["mean"] / 1e3,
        **{f"latency_{name}": found[name] / 1e3 for name in ("p50", "p90", "p99", "max")},
        "errors": (found["socket_errors"] + found["status_errors"]) / (requests + found["socket_errors"]),
    }
