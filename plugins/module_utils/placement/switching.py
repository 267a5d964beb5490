# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What virtual switching costs: a server that runs parts of service chains spends cores on moving their packets.

The model is that of deliverable 4.2.2. A sub-chain is a run of functions of one chain, one after the other, on one server.
Alone it costs ``F = e^gamma * n^alpha * (pps / 1000)^beta / 100`` cores, with ``n`` functions and ``pps`` packets a second.
Several sub-chains on one server cost less than their sum; how much less, the normalisation says (:data:`COMBINED`).
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..core.errors import InputError, Place
from .checks import number

PROFILES = Path(__file__).with_name("switching_profiles.json")
ALPHA = (0.05, 10.0)
"""Between these the powers of the model stay within what a float can hold."""


@dataclass(frozen=True)
class Switching:
    """The coefficients of a virtual switch at one size of packets."""

    alpha: float
    beta: float
    gamma: float

    def unit(self, pps: float) -> float:
        """The cores that a sub-chain of one function takes; infinite where a float cannot hold it."""
        if pps == 0:
            return 0.0 if self.beta else _exponential(self.gamma) / 100
        return _exponential(self.gamma + self.beta * (math.log(pps) - math.log(1000)) - math.log(100))

    def weight(self, pps: float) -> float:
        """``F^(1/alpha)`` of a sub-chain of one function; one of n functions has n times as much."""
        unit = self.unit(pps)
        return _exponential(math.log(unit) / self.alpha) if unit else 0.0

    def cost(self, functions: int, pps: float) -> float:
        """F: the cores that one sub-chain takes on a server of its own."""
        return self.unit(pps) * functions**self.alpha


def _exponential(exponent: float) -> float:
    try:
        return math.exp(exponent)
    except OverflowError:
        return math.inf


class Load(NamedTuple):
    """The sub-chains of a server, or arrays of these for many servers.

    ``count`` is how many there are (r), at least 1; ``total`` is ΣF, and ``weight`` is Σ F^(1/alpha).
    """

    count: Any
    total: Any
    weight: Any


def monotone(load: Load, alpha: float) -> Any:
    """``(Σ F_i^(1/alpha))^alpha``: exact for identical copies, and never less for one sub-chain more."""
    return load.weight**alpha


def consistent(load: Load, alpha: float) -> Any:
    """``r^(alpha-1) * Σ F_i``: the deliverable's, with its saving as an average for each further copy."""
    return load.count ** (alpha - 1) * load.total


def literal(load: Load, alpha: float) -> Any:
    """``ΣF - (r-1) * (1/r) * Σ Delta_i`` with ``Delta_i = r*F_i - r^alpha * F_i`` as printed, and not below 0."""
    cost = load.total * (1 - (load.count - 1) * (1 - load.count ** (alpha - 1)))
    return (cost + abs(cost)) / 2


Combined = Callable[[Load, float], Any]

COMBINED: Mapping[str, Combined] = {"monotone": monotone, "consistent": consistent, "literal": literal}
"""The cost of a server with such a load. They are written with operators alone, so they take numbers and arrays alike."""


def server_cost(switching: Switching, normalisation: str, subchains: Iterable[tuple[int, float]]) -> float:
    """The cores that switching takes on a server; infinite where a float cannot hold them.

    :param subchains: the number of functions and the packets per second of each
    """
    parts = list(subchains)
    try:
        total = math.fsum(switching.cost(functions, pps) for functions, pps in parts)
        weight = math.fsum(switching.weight(pps) * functions for functions, pps in parts)
        cost = float(COMBINED[normalisation](Load(max(1, len(parts)), total, weight), switching.alpha))
    except OverflowError:
        return math.inf
    return math.inf if math.isnan(cost) else cost


@functools.cache
def profiles() -> dict[str, Switching]:
    """The measured profiles by name; the file tells where they come from."""
    given = json.loads(PROFILES.read_text(encoding="utf-8"))["profiles"]
    return {name: Switching(one["alpha"], one["beta"], one["gamma"]) for name, one in given.items()}


def switching_of(options: Mapping[str, Any], path: str = "switching") -> Switching:
    """A named profile, or the coefficients that are given.

    :raises InputError: an unknown name, both or neither, or a coefficient that makes no sense
    """
    name = options.get("profile")
    own = {key: options[key] for key in ("alpha", "beta", "gamma") if options.get(key) is not None}
    if (name is None) == (not own):
        raise InputError("give either a profile, or alpha, beta and gamma", Place(path=path))
    if name is not None:
        if name not in profiles():
            raise InputError(f"there is no profile {name!r}; there are: {', '.join(profiles())}", Place(path=f"{path}.profile"))
        return profiles()[name]
    alpha = number(own.get("alpha"), f"{path}.alpha")
    if not ALPHA[0] <= alpha <= ALPHA[1]:
        raise InputError(f"{alpha:g} is not within {ALPHA[0]:g} and {ALPHA[1]:g}", Place(path=f"{path}.alpha"))
    beta = number(own.get("beta"), f"{path}.beta")
    return Switching(alpha, beta, number(own.get("gamma"), f"{path}.gamma", least=-math.inf))
