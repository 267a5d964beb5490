# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What wrk and iperf3 print, as metrics: real output of both, and what is no output."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign import iperf3, wrk
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.deployer import Target
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import FailedError, UnavailableError

PRINTED = """Running 1s test @ http://127.0.0.1:18999/
  1 threads and 4 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.30ms    2.37ms  19.41ms   83.37%
    Req/Sec     1.29k   103.61     1.44k    60.00%
  1287 requests in 1.00s, 569.35KB read
Requests/sec:   1280.86
Transfer/sec:    566.63KB

"""
COUNTED = {"duration": 1_004_790, "requests": 1287, "bytes": 583_011, "socket_errors": 0, "status_errors": 0,
           "mean": 3302.378, "p50": 2644, "p90": 6119, "p99": 12054, "max": 19407}  # fmt: skip


def printed(**changes: Any) -> str:
    return PRINTED + json.dumps({**COUNTED, **changes}) + "\n"


def test_what_wrk_counted_is_what_it_prints_rounded() -> None:
    found = wrk.measured(printed())
    assert found["requests"] == pytest.approx(1280.86, abs=0.01)
    assert found["throughput"] == pytest.approx(566.63 * 1024 * 8e-6, rel=1e-4)
    assert (found["latency"], found["latency_p99"], found["latency_max"]) == (3.302378, 12.054, 19.407)
    assert found["errors"] == 0
    assert wrk.measured(printed(socket_errors=13, status_errors=13))["errors"] == 26 / 1300


@pytest.mark.parametrize(
    ("text", "kind", "wrong"),
    [
        ("", UnavailableError, "wrk did not print"),
        (PRINTED, UnavailableError, "wrk did not print"),
        (PRINTED + "[1]\n", UnavailableError, "wrk did not print"),
        (PRINTED + '{"duration": "x", "requests": 3}', UnavailableError, "wrk did not print"),
        (printed(requests=0, socket_errors=7), FailedError, r"answered no request of wrk \(7 errors"),
        (printed(status_errors=1287), FailedError, "answered every request of wrk with an error"),
    ],
)
def test_what_is_no_measurement_of_wrk(text: str, kind: type[Exception], wrong: str) -> None:
    with pytest.raises(kind, match=wrong):
        wrk.measured(text)


UDP = {"end": {"sum": {"seconds": 2.0, "bytes": 12_495_000, "jitter_ms": 0.0085, "lost_packets": 406, "packets": 8925}}}
TCP = {
    "end": {
        "streams": [{"sender": {"mean_rtt": 310}}, {"sender": {"mean_rtt": 330}}],
        "sum_sent": {"retransmits": 4, "seconds": 2.0},
        "sum_received": {"bits_per_second": 1.0128e10},
    }
}
SERVER = """Accepted connection from 127.0.0.1, port 53402
[  5] local 127.0.0.1 port 15201 connected to 127.0.0.1 port 41158
[ ID] Interval           Transfer     Bitrate         Jitter    Lost/Total Datagrams
[  5]   0.00-1.00   sec  5.67 MBytes  47.5 Mbits/sec  0.024 ms  217/4461 (4.9%)  
[  5]   1.00-2.00   sec  5.71 MBytes  47.9 Mbits/sec  0.009 ms  0/4464 (0%)  
- - - - - - - - - - - - - - - - - - - - - - - - -
[ ID] Interval           Transfer     Bitrate         Jitter    Lost/Total Datagrams
"""  # noqa: W291 - as it is printed


def test_streams_of_iperf3() -> None:
    found = iperf3.measured(UDP, "udp")
    assert found["loss"] == pytest.approx(0.04549, abs=1e-5)
    assert found["throughput"] == pytest.approx(47.7, abs=0.01)
    assert iperf3.measured(TCP, "tcp") == {"throughput": 10128.0, "latency": 0.32, "retransmits": 2.0}
    for report in ({}, {"end": {}}, {"end": {"streams": []}}):
        with pytest.raises(UnavailableError, match="the report of iperf3 lacks"):
            iperf3.measured(report, "tcp")


def test_a_rate_is_held_only_where_every_interval_held_it() -> None:
    sent = {
        "intervals": [{"sum": {"seconds": 1.0, "bits_per_second": 50e6}}, {"sum": {"seconds": 1.0, "bits_per_second": 50e6}}]
    }
    clean = SERVER.replace("217/4461", "0/4461")
    assert iperf3.held({**sent, "server_output_text": clean}, 50, 0)
    assert not iperf3.held({**sent, "server_output_text": SERVER}, 50, 0)
    assert iperf3.held({**sent, "server_output_text": SERVER}, 50, 0.05)
    assert not iperf3.held({**sent, "server_output_text": clean}, 60, 0), "the sender did not keep it"
    with pytest.raises(UnavailableError, match="lacks the intervals of its server"):
        iperf3.held(sent, 50, 0)


def test_a_service_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        iperf3, "run", lambda *_words, **_options: '{"error": "unable to connect to server: Connection refused"}'
    )
    with pytest.raises(FailedError, match="iperf3: unable to connect to server: Connection refused"):
        list(iperf3.samples(Target("127.0.0.1", 1), {"steps": [(1, 1)], "protocol": "tcp"}))
    monkeypatch.setattr(iperf3, "run", lambda *_words, **_options: "warning: nonsense")
    with pytest.raises(UnavailableError, match="iperf3 printed no JSON"):
        list(iperf3.samples(Target("127.0.0.1", 1), {"steps": [(1, 1)], "protocol": "tcp"}))
