# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to stress a service, and the samples that each gives. A new stress tool is a row of :data:`USE_CASES`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..module_utils.characterisation import printed, ramp, throughput
from ..module_utils.characterisation.campaign import DAY
from ..module_utils.clients.campaign import hammer, iperf3, wrk
from ..module_utils.clients.campaign.deployer import Target
from ..module_utils.clients.campaign.ssh import Host
from ..module_utils.core.errors import InputError, Place
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.campaign_options import COMMAND, HAMMER, RAMP, SSH

WRK = SSH.merge(
    ArgumentSpec(
        {
            **RAMP,
            "path": {"type": "str", "default": "/"},
            "threads": {"type": "int", "default": 1},
            "timeout": {"type": "int", "default": 2},
        }
    )
)
IPERF3 = ArgumentSpec(
    {
        **SSH.argument_spec,
        **RAMP,
        "protocol": {"type": "str", "choices": ["tcp", "udp"], "default": "tcp"},
        "rate": {"type": "float"},
        "length": {"type": "int", "default": 1400},
    },
    required_if=(("protocol", "udp", ("rate",)),),
    required_by=SSH.required_by,
)
RFC2544 = ArgumentSpec(
    {
        **SSH.argument_spec,
        "lowest": {"type": "float", "default": 1},
        "highest": {"type": "float", "required": True},
        "precision": {"type": "float", "default": 1},
        "duration": {"type": "int", "default": 2},
        "loss": {"type": "float", "default": 0},
        "length": {"type": "int", "default": 1400},
    },
    required_by=SSH.required_by,
)


@dataclass(frozen=True)
class UseCase:
    """A way to stress a service. ``most`` users can be simulated; 0 where there is no ramp. Without ``metrics`` the campaign
    names them. ``check`` sees that the parameters fit together.
    """

    spec: ArgumentSpec
    programs: tuple[str, ...]
    samples: Callable[[Target, Mapping[str, Any]], Iterator[dict[str, float]]]
    metrics: tuple[str, ...] = ()
    most: int = 0
    check: Callable[[Mapping[str, Any]], None] | None = None

    def measured(self, stress: Mapping[str, Any]) -> tuple[str, ...]:
        """The metrics of its samples."""
        return self.metrics or tuple(stress["metrics"])


def _printed_by(samples: Callable[..., Iterator[dict[str, float]]]) -> Callable[..., Iterator[dict[str, float]]]:
    """The samples of a tool that prints them as CSV, with the columns that the campaign names."""

    def parsed(target: Target, parameters: Mapping[str, Any]) -> Iterator[dict[str, float]]:
        columns = printed.Columns(parameters["users"], parameters["metrics"], parameters["time"])
        return samples(target, parameters, lambda lines, source: printed.samples(lines, columns, source))

    return parsed


LATENCIES = ("latency", "latency_p50", "latency_p90", "latency_p99", "latency_max")
USE_CASES = {
    "wrk": UseCase(WRK, wrk.PROGRAMS, wrk.samples, ("throughput", "requests", *LATENCIES, "errors"), 10_000),
    "iperf3": UseCase(IPERF3, iperf3.PROGRAMS, iperf3.samples, ("throughput", "latency", "retransmits", "jitter", "loss"), 128),
    "rfc2544": UseCase(
        RFC2544, iperf3.PROGRAMS, partial(iperf3.held_rates, search=throughput.search), ("throughput", "trials")
    ),
    "command": UseCase(COMMAND, (), _printed_by(hammer.printed_samples), check=hammer.check_printed),
    "hammer": UseCase(HAMMER, (), _printed_by(hammer.samples), most=1_000_000, check=hammer.check),
}


def stress_of(use_case: UseCase, given: Mapping[str, Any], reserved: Collection[str]) -> dict[str, Any]:
    """The parameters of a use case, checked and complete.

    :param reserved: names that no metric may have
    :raises InputError: they do not fit
    """
    where = "experiment.use_case.parameters: "
    stress = use_case.spec.validated(given, where)
    require_positive(stress, where)
    if not use_case.metrics:
        at = "experiment.use_case.parameters."
        columns = printed.columns_of(stress["metrics"], stress["users"], stress["time"], reserved, at)
        stress["metrics"] = dict(columns.metrics)
        if not stress["command"] or not stress["command"][0] or "\0" in "".join(stress["command"]):
            raise InputError("give the program and its arguments as a list of words", Place(path=f"{at}command"))
    if use_case.most:
        stress["steps"] = ramp.steps(*(stress[name] for name in RAMP), use_case.most)
        if use_case.metrics:  # the other tools have a ramp of their own, and are told this one as it was given
            stress = {name: one for name, one in stress.items() if name not in RAMP}
    elif "lowest" in stress and (not stress["lowest"] < stress["highest"] or stress["loss"] >= 1):
        raise InputError(f"{where}lowest must be less than highest, and loss less than 1")
    if not stress.get("host"):
        stress = {name: one for name, one in stress.items() if name not in SSH.argument_spec}
    return stress


def stressed(use_case: UseCase, stress: Mapping[str, Any], target: Target) -> Iterator[dict[str, float]]:
    """The samples of a use case, from this machine or from the host that it names."""
    there = replace(target, enter=Host(stress).entered(), quoted=True) if "host" in stress else target
    return use_case.samples(there, stress)


MOST = 10**9
"""Of any number of a campaign: no machine has more users, megabits a second, or bytes of a packet."""
SECONDS = dict.fromkeys(("timeout", "api_timeout", "duration"), DAY)
"""Numbers that are a time, with the most that it may be."""


def require_positive(options: Mapping[str, Any], where: str) -> None:
    """See that all numbers are above 0 and not out of all proportion; no ``loss`` is one too.

    :raises InputError: with the first that is not
    """
    for name, value in options.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and not 0 < value <= SECONDS.get(name, MOST) and (name, value) != ("loss", 0):
            raise InputError(f"{where}{name} must be above 0 and at the most {SECONDS.get(name, MOST)}, and is {value}")
