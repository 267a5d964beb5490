# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that commands of the user deploy and terminate, on whatever they like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...core.errors import FailedError
from .deployer import Target
from .programs import require, run
from .reachable import await_port


class CommandDeployer:
    """See ``deployer.Deployer``. The commands should bear being run twice: a run begins with ``terminate``."""

    def __init__(self, name: str):
        self._name = name

    def require(self, documents: Iterable[Mapping[str, Any]]) -> None:
        require(wanted[key][0] for wanted in documents for key in ("deploy", "terminate"))

    def deploy(self, wanted: Mapping[str, Any]) -> Target:
        _carried_out(wanted, "deploy")
        await_port(wanted["address"], wanted["port"], wanted["ready_timeout"])
        return Target(wanted["address"], wanted["port"])

    def usage(self) -> dict[str, float]:
        return {}

    def state(self) -> str | None:
        return None

    def terminate(self, wanted: Mapping[str, Any]) -> bool:
        _carried_out(wanted, "terminate")
        return False


def _carried_out(wanted: Mapping[str, Any], name: str) -> None:
    try:
        run(wanted[name], timeout=wanted["timeout"])
    except FailedError as error:
        raise FailedError(f"{name}: {error}") from error
