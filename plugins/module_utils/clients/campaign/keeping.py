# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every store of a campaign brings, whatever it keeps things in.

A store belongs to one campaign. A campaign that is killed has all samples of an experiment or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

OWN = {"time", "users"}
"""What a sample has beside its metrics: seconds since the begin of its experiment, and the load."""


class CampaignStore(Protocol):
    """Keeps experiments, their samples, and each attempt with what went wrong."""

    def identity(self) -> dict[str, Any] | None:
        """What the campaign is, as it was kept; None for a new store."""

    def plan(self, identity: Mapping[str, Any], experiments: Iterable[tuple[str, int]]) -> None:
        """Keep what the campaign is, and the experiments that are not known yet.

        :param experiments: the configuration as a JSON object, and the iteration, of each
        """

    def numbers(self) -> dict[tuple[str, int], tuple[int, str]]:
        """The id and the state of each experiment, by configuration and iteration."""

    def begin(self, experiment: int) -> None:
        """An attempt at the experiment begins."""

    def finish(self, experiment: int, begun: float, seconds: float, samples: Sequence[Mapping[str, float]]) -> None:
        """Keep an experiment's samples, each with ``time``, ``users`` and metrics, and that it is finished."""

    def fail(self, experiment: int, begun: float, seconds: float, message: str) -> None:
        """The attempt has failed."""

    def durations(self) -> list[float]:
        """Seconds that the finished experiments took."""

    def samples(self) -> list[dict[str, Any]]:
        """All samples of finished experiments: ``experiment``, ``users`` and the metrics."""

    def close(self) -> None: ...


def metrics(sample: Mapping[str, float]) -> dict[str, float]:
    """A sample without what is no metric."""
    return {name: one for name, one in sample.items() if name not in OWN}


def told(message: str) -> str:
    """Why an attempt failed, as text that every store takes: on one line, and what no encoding has shown as ``?``."""
    return " ".join(message.encode(errors="replace").decode().split())
