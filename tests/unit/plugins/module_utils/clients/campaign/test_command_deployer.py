# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that commands deploy: handed on when they answer, and told where they do not."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.command_deployer import CommandDeployer
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.deployer import Target
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import FailedError

SERVER = """
import socket, sys, time
time.sleep(float(sys.argv[2]))
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    server.settimeout(20)
    server.accept()
    time.sleep(20)
"""
UP = 'echo $$ >> "$0/deployed"; "$@" & echo $! > "$0/pid"'
DOWN = 'test ! -e "$0/pid" || kill "$(cat "$0/pid")"; rm -f "$0/pid"'


@pytest.fixture
def wanted(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A service that answers half a second after its command has ended."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    one = {
        "deploy": ["sh", "-c", UP, str(tmp_path), sys.executable, "-c", SERVER, str(port), "0.5"],
        "terminate": ["sh", "-c", DOWN, str(tmp_path)],
        "address": "127.0.0.1",
        "port": port,
        "timeout": 10,
        "ready_timeout": 10,
    }
    yield one
    assert CommandDeployer("x").terminate(one) is False


def test_a_service_is_handed_on_when_it_answers(wanted: dict[str, Any]) -> None:
    assert CommandDeployer("x").deploy(wanted) == Target("127.0.0.1", wanted["port"])
    with socket.create_connection(("127.0.0.1", wanted["port"]), timeout=1):
        pass


def test_a_service_that_does_not_answer_in_time_is_told(wanted: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(FailedError, match=rf"127.0.0.1 port {wanted['port']} does not answer after 0.2 s .*refused"):
        CommandDeployer("x").deploy({**wanted, "ready_timeout": 0.2})
    assert (tmp_path / "deployed").exists()


@pytest.mark.parametrize("address", ["a..b", "x" * 70])
def test_an_address_that_is_none_is_told(wanted: dict[str, Any], address: str) -> None:
    with pytest.raises(FailedError, match=r"does not answer after 0\.1 s"):
        CommandDeployer("x").deploy({**wanted, "address": address, "ready_timeout": 0.1})


def test_what_shall_not_be_tried_is_not(wanted: dict[str, Any]) -> None:
    begun = time.monotonic()
    assert CommandDeployer("x").deploy({**wanted, "ready_timeout": 0}).port == wanted["port"]
    assert time.monotonic() - begun < 5


def test_a_deployment_that_fails_is_told_and_not_waited_for(wanted: dict[str, Any]) -> None:
    with pytest.raises(FailedError, match=r"^deploy: sh .* failed with 3: no licence"):
        CommandDeployer("x").deploy({**wanted, "deploy": ["sh", "-c", "echo no licence >&2; exit 3"]})
