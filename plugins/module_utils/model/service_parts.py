# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a service model, each with the path of keys that leads to it."""

from __future__ import annotations

from collections.abc import Iterator

VMS = ("vm", "baremetal", "click")
"""The kinds that a Heat stack holds; a Click graph of its own runs in a VM that is given it."""


def functions_of(service: dict) -> Iterator[tuple[str, dict]]:
    for index, function in enumerate(service["functions"]):
        yield f"functions[{index}]", function


def vdus_of(service: dict) -> Iterator[tuple[str, dict, dict]]:
    """The path of each VDU, its function and the VDU."""
    for path, function in functions_of(service):
        for index, vdu in enumerate(function["vdus"]):
            yield f"{path}.vdus[{index}]", function, vdu
