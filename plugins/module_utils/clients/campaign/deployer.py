# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every deployer of a campaign brings, and what it hands to those that stress the service.

A deployer makes one service at a time. What it makes carries the campaign's id, so that ``terminate`` of a later run, which
knows nothing of the earlier one, removes all that was left.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Target:
    """A deployed service: where it answers, and what stands before a command that shall reach it.

    What stands before may hand the command to a shell; then its words are ``quoted``.
    """

    address: str
    port: int
    enter: tuple[str, ...] = ()
    quoted: bool = False

    def entered(self, command: Sequence[str]) -> list[str]:
        """The command with what stands before it."""
        return [*self.enter, *(map(shlex.quote, command) if self.quoted else command)]


class Deployer(Protocol):
    """Deploys what :mod:`characterisation.definition` says of one configuration, and removes it again."""

    def require(self, documents: Any) -> None:
        """See that all is there that these services need, before the first is deployed."""

    def deploy(self, wanted: Mapping[str, Any]) -> Target:
        """The service, answering."""

    def usage(self) -> dict[str, float]:
        """What the service used so far, by the names of :data:`telemetry.COLUMNS`; empty where that is not known."""

    def state(self) -> str | None:
        """What is wrong with the service that was deployed; None where it runs."""

    def terminate(self, wanted: Mapping[str, Any]) -> bool:
        """Remove the service and all that belongs to it, also what an earlier run left; whether there was something."""


def mark(instance: str) -> str:
    """The name that all of a campaign's parts begin with; short, since names of devices and groups are."""
    return f"nfvc-{hashlib.sha256(instance.encode()).hexdigest()[:8]}"
