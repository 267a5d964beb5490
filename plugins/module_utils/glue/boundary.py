# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the library meets Ansible's modules: the one place in which an error becomes ``fail_json``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ansible.module_utils.basic import AnsibleModule

from ..core.errors import FailedError, NfvError
from ..core.plan import Plan
from .argspec import ArgumentSpec

Options = dict[str, Any]


class Acting(Protocol):
    """What an acting verb brings; it is made with the module's options and ``check_mode``.

    ``read`` looks at what is there, ``difference`` plans (purely), ``apply`` carries the plan out, and
    ``result`` tells the facts to return after it, or, in check mode, without it.
    """

    def read(self) -> Any: ...

    def difference(self, current: Any) -> Plan: ...

    def apply(self, plan: Plan) -> None: ...

    def result(self) -> Mapping[str, Any]: ...


def run_module(spec: ArgumentSpec, body: Callable[[Options], Mapping[str, Any]]) -> None:
    """Run a verb that changes nothing, ``body(options)``, as a module."""
    _leave_with(spec, lambda module: {"changed": False, **body(module.params)})


def run_acting(spec: ArgumentSpec, verb: Callable[[Options], Acting]) -> None:
    """Run an acting verb: read, plan, apply unless in check mode; the plan is the diff and part of the result."""

    def body(module: AnsibleModule) -> dict[str, Any]:
        acting = verb({**module.params, "check_mode": module.check_mode})
        plan = acting.difference(acting.read())
        if plan and not module.check_mode:
            _apply(acting, plan, module)
        return {"changed": bool(plan), "diff": plan.diff(), "plan": plan.to_list(), **acting.result()}

    _leave_with(spec, body)


def _apply(acting: Acting, plan: Plan, module: AnsibleModule) -> None:
    try:
        acting.apply(plan)
    except NfvError as error:
        module.fail_json(msg=str(error), changed=is_halfway(error, plan), plan=plan.to_list())


def is_halfway(error: NfvError, plan: Plan) -> bool:
    """A failure half-way has changed something, and its result says so; a first change that was refused has not."""
    return isinstance(error, FailedError) or len(plan.changes) > 1


def _leave_with(spec: ArgumentSpec, body: Callable[[AnsibleModule], Mapping[str, Any]]) -> None:
    module = AnsibleModule(supports_check_mode=True, **spec.to_kwargs())
    try:
        result = body(module)
    except NfvError as error:
        module.fail_json(msg=str(error))
    for sentence in result.get("warnings", ()):
        module.warn(sentence)
    module.exit_json(**{name: value for name, value in result.items() if name != "warnings"})
