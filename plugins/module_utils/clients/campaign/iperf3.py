# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stress by iperf3: streams of TCP or UDP, and the highest rate that is held for a whole trial as RFC 2544 has it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

from ...core.errors import FailedError, UnavailableError
from .deployer import Target
from .programs import run

PROGRAMS = ("iperf3",)
SLACK = 20.0
"""Seconds that iperf3 may take beyond the duration of a trial."""
ATTEMPTS, PAUSE = 20, 0.1
"""A server of iperf3 serves one client at a time, and needs a moment after the last one."""
SENT_SHARE = 0.99
"""A sender that reaches less of the rate it was asked for has not put the service to the test."""
SERVER_INTERVAL = re.compile(r"^\[ *\d+\] +[\d.]+- *[\d.]+ +sec .* (\d+)/(\d+) \([^)]*\) *$", re.MULTILINE)
"""A line of a server that receives UDP: datagrams lost, and all of them."""

Search = Callable[[float, float, float], Generator[float, bool, float]]


def samples(target: Target, parameters: Mapping[str, Any]) -> Iterator[dict[str, float]]:
    """A sample for each step of the ramp, where ``users`` are parallel streams, then what iperf3 measured.

    ``throughput`` is Mbit/s received. TCP has ``latency`` (the mean round-trip time, ms) and ``retransmits`` per second; UDP,
    where each stream sends ``rate`` Mbit/s, has ``jitter`` (ms) and ``loss`` (share of datagrams).

    :raises FailedError: the service does not answer
    """
    for streams, seconds in parameters["steps"]:
        options = ["-P", str(streams), "-t", str(seconds)]
        if parameters["protocol"] == "udp":
            options += _udp(parameters["rate"], parameters["length"])
        yield {"users": streams, **measured(_report(target, options, seconds), parameters["protocol"])}


def held_rates(target: Target, parameters: Mapping[str, Any], search: Search) -> Iterator[dict[str, float]]:
    """One sample: ``throughput`` is the highest rate in Mbit/s that was held, 0 where the lowest was not; ``trials`` how many
    it took. ``users`` is 1.

    A trial holds a rate where the sender kept it and the service received it in every interval, but for the share ``loss``.

    :param search: see ``characterisation.throughput.search``
    :raises FailedError: the service does not answer, or this machine cannot send the rate
    """
    rates = search(parameters["lowest"], parameters["highest"], parameters["precision"])
    trials, rate = 1, next(rates, 0.0)
    while True:
        report = _report(
            target, ["-t", str(parameters["duration"]), *_udp(rate, parameters["length"]), "--get-server-output"],
            parameters["duration"],
        )  # fmt: skip
        try:
            rate = rates.send(held(report, rate, parameters["loss"]))
        except StopIteration as found:
            yield {"users": 1, "throughput": found.value, "trials": trials}
            return
        trials += 1


def measured(report: Mapping[str, Any], protocol: str) -> dict[str, float]:
    """The metrics of one step.

    :raises UnavailableError: the report lacks them
    """
    try:
        end = report["end"]
        if protocol == "udp":
            total = end["sum"]
            share = total["lost_packets"] / total["packets"] if total["packets"] else 1.0
            received = total["bytes"] * (1 - share) * 8e-6 / total["seconds"]
            return {"throughput": received, "jitter": total["jitter_ms"], "loss": share}
        received, sent = end["sum_received"], end["sum_sent"]
        trips = [stream["sender"]["mean_rtt"] for stream in end["streams"]]
        return {
            "throughput": received["bits_per_second"] / 1e6,
            "latency": sum(trips) / len(trips) / 1e3,
            "retransmits": sent["retransmits"] / sent["seconds"],
        }
    except (KeyError, TypeError, ZeroDivisionError) as error:
        raise UnavailableError(f"the report of iperf3 lacks {error}") from error


def held(report: Mapping[str, Any], rate: float, loss: float) -> bool:
    """Whether a rate in Mbit/s was held in every interval of a trial.

    :param report: with the server's output
    :raises UnavailableError: the report lacks the server's intervals
    """
    intervals = [(int(lost), int(total)) for lost, total in SERVER_INTERVAL.findall(report.get("server_output_text") or "")]
    if not intervals:
        raise UnavailableError("the report of iperf3 lacks the intervals of its server")
    kept = all(lost <= loss * total for lost, total in intervals)
    sent = [one["sum"] for one in report["intervals"]]
    return kept and all(one["bits_per_second"] >= SENT_SHARE * rate * 1e6 for one in sent if one["seconds"] >= 0.5)


def _udp(rate: float, length: int) -> list[str]:
    return ["-u", "-b", f"{round(rate * 1e6)}", "-l", str(length)]


def _report(target: Target, options: list[str], seconds: float) -> dict[str, Any]:
    where = ["-c", target.address, "-p", str(target.port)]
    command = target.entered(["iperf3", *where, "-J", "--connect-timeout", "5000", *options])
    error = "it said nothing"
    for _attempt in range(ATTEMPTS):
        printed = run(command, timeout=seconds + SLACK, check=False)
        try:
            report = json.loads(printed)
        except ValueError as wrong:
            raise UnavailableError(f"iperf3 printed no JSON: {printed.strip()[:80]!r}") from wrong
        error = report.get("error")
        if error is None:
            return report
        if "busy" not in error:
            break
        time.sleep(PAUSE)
    raise FailedError(f"iperf3: {error}")
