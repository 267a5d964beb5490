# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records that a stage of the lab is made of.

A part of the lab declares what it needs in these terms and the runner does the rest: it starts items
whose ``depends`` are done, several at once, and waits for each process to be healthy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# A first start on a busy machine takes a minute at most; beyond that something is wrong.
START_SECONDS = 180.0
# What a process without state of its own gets to end in; it may be killed at any time.
STOP_SECONDS = 5.0


@dataclass(frozen=True)
class Process:
    """A long-running program.

    ``health`` says whether it does its work now; it neither blocks for long nor raises for a server
    that does not answer. ``files`` are what the program reads only when it starts: it is restarted
    when one of them, or the command itself, is no longer what it was started with. ``grace`` is how long
    it may take to end.
    """

    name: str
    argv: tuple[str, ...]
    health: Callable[[], bool]
    env: Mapping[str, str] = field(default_factory=dict)
    depends: tuple[str, ...] = ()
    port: int | None = None
    files: tuple[Path, ...] = ()
    timeout: float = START_SECONDS
    grace: float = STOP_SECONDS


@dataclass(frozen=True)
class Task:
    """One thing to bring about between processes; ``run`` does only what is missing and says whether it did."""

    name: str
    run: Callable[[], bool]
    depends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """Items that start together, in the order of their dependencies."""

    name: str
    items: tuple[Process | Task, ...]

    @property
    def processes(self) -> tuple[Process, ...]:
        return tuple(item for item in self.items if isinstance(item, Process))
