# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of a NEMO program as policies of the service."""

from __future__ import annotations

import typing as t

from .nemo_building import LONGEST_POINT, Service, members_of
from .nemo_expand import Path, filled, meant
from .nemo_policies import OUTCOMES, match_formula, passing_formula
from .nemo_statements import Statement


def take_policies(service: Service) -> None:
    linked = {endpoint for link in service.links for endpoint in link["endpoints"]}
    for path, scope in service.tree.scopes:
        aimed = set()
        for statement in scope.things["Operation"].values():
            aimed.add(statement.get("Target"))
            for formula, suffix in _formulas(service, path, statement, linked):
                name = service.policy_names.unique((*path, statement.name + suffix), LONGEST_POINT)
                service.add("policies", {"name": name, "formula": formula}, statement)
        for name, flow in scope.things["Flow"].items():
            if name not in aimed:
                service.tree.warn(
                    flow, f"flow {path} {name}", f"no operation has the flow {name} as its target; it is left out"
                )
            if flow.properties:
                service.tree.warn(flow, "flow property", f"the model has no place for the properties of the flow {name}")


def _formulas(service: Service, path: Path, statement: Statement, linked: set[str]) -> t.Iterator[tuple[str, str]]:
    """The formula of each action, and what tells its name from that of the others."""
    name, target, scope = statement.name, statement.get("Target"), service.tree.scope(path)
    flow = scope.things["Flow"].get(target)
    if flow is None:
        if target not in scope.nodes and target not in scope.connections:
            raise statement.error(f"there is no flow {target[:60]}{meant(target, scope.things['Flow'])}")
        service.tree.warn(statement, "target", f"the operation {name} is not kept: only one on a flow becomes a policy")
        return
    for word in ("Condition", "Priority"):
        if statement.get(word, "0") != "0":
            service.tree.warn(statement, word, f"the model has no place for the {word} of the operation {name}")
    actions = statement.get("Action", {})
    for action, value in actions.items():
        outcome = _outcome(service, path, statement, action, value, linked)
        if outcome is not None:
            yield f"{match_formula(flow)} -> {outcome}", f"-{action}" if len(actions) > 1 else ""
    if not actions:
        service.tree.warn(statement, "no action", f"the operation {name} has no Action, so nothing is asked for")


def _outcome(service: Service, path: Path, statement: Statement, action: str, value: t.Any, linked: set[str]) -> str | None:
    if action in OUTCOMES:
        return OUTCOMES[action]
    if action != "go-through" or value is None:
        service.tree.warn(
            statement, f"action {action}", f"the model has no place for the action {action[:60]} of {statement.name}"
        )
        return None
    passed: list[Path] = []
    for item in value.items or (value,):
        name = filled(item, service.tree.values(path)).text
        chain = service.members.get((*path, name))
        passed += members_of(service, path, name, statement) if chain is None else chain
    ports = [
        [
            f"{built.name}.{point['name']}"
            for point in built.function["connection_points"]
            if f"{built.name}.{point['name']}" in linked
        ]
        for built in (service.functions[member] for member in passed)
    ]
    if not ports or not all(ports):
        service.tree.warn(
            statement, f"no port {statement.name}", f"{statement.name} leads through a function that no link reaches"
        )
        return None
    return passing_formula(ports)
