# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service as a stack of Heat: one for each experiment, with the configuration as its parameters.

The stack has the campaign's name and the tag of the collection by that name; one of this name without the tag is somebody
else's and stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...core.errors import FailedError
from ...core.ownership import tags
from ..openstack.stacks import Stack
from .deployer import Target
from .interruption import undisturbed
from .reachable import await_port


class HeatDeployer:
    """See ``deployer.Deployer``."""

    def __init__(self, name: str):
        self._name = name

    def require(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """The cloud answers, and the stack's name is free or ours."""
        for wanted in list(documents)[:1]:  # the cloud is the same for all
            stack = self._stack(wanted, "absent")
            stack.difference(stack.read())

    def deploy(self, wanted: Mapping[str, Any]) -> Target:
        options = wanted["options"]
        stack = self._stack(wanted, "present")
        plan = stack.difference(stack.read())
        with undisturbed():  # a request that is broken off may have been heard, and nobody would know
            stack.apply(plan)
        stack.await_end(f"create stack {self._name}")
        address = _address(stack.result()["stack"]["outputs"].get(options["output"]), options["output"], self._name)
        await_port(address, options["port"], options["ready_timeout"])
        return Target(address, options["port"])

    def usage(self) -> dict[str, float]:
        return {}

    def state(self) -> str | None:
        return None

    def terminate(self, wanted: Mapping[str, Any]) -> bool:
        stack = self._stack(wanted, "absent")
        plan = stack.difference(stack.read())
        stack.apply(plan)
        return bool(plan)

    def _stack(self, wanted: Mapping[str, Any], state: str) -> Stack:
        own = {
            "name": self._name,
            "state": state,
            "tags": tags(self._name),
            "wait": state == "absent",
            "settle": state == "present",
        }
        return Stack({**wanted["options"], **own, "template": wanted["template"], "parameters": wanted["parameters"]})


def _address(value: Any, output: str, name: str) -> str:
    """The address that an output tells; a list of one is that one.

    :raises FailedError: it tells none
    """
    found = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not isinstance(found, str) or not found.strip():
        raise FailedError(f"the output {output} of stack {name} is {value!r} and no address; see the template")
    return found.strip()
