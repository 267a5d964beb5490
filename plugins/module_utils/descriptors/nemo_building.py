# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service while it is built: what the parts of the reader of NEMO have in common."""

from __future__ import annotations

import functools
import typing as t
from dataclasses import dataclass, field

from .nemo_expand import Part, Path, Port, Tree, meant
from .nemo_functions import Built, Names
from .nemo_statements import Statement

LONGEST_POINT = 128


@dataclass
class Service:
    """What has been built so far; ``grouped`` are the endpoints of each group, ``passed`` how often a chain was met."""

    tree: Tree
    functions: dict[Path, Built]
    names: Names
    access_names: Names
    policy_names: Names
    chain_names: Names
    links: list[dict[str, t.Any]] = field(default_factory=list)
    access_points: list[dict[str, str]] = field(default_factory=list)
    chains: list[dict[str, t.Any]] = field(default_factory=list)
    policies: list[dict[str, str]] = field(default_factory=list)
    grouped: dict[Path, list[str]] = field(default_factory=dict)
    members: dict[Path, list[Path]] = field(default_factory=dict)
    passed: dict[Path, int] = field(default_factory=dict)
    origins: dict[str, Statement] = field(default_factory=dict)

    def add(self, kind: str, thing: dict[str, t.Any], statement: Statement) -> None:
        """A link, access point, chain or policy, with the statement that makes it."""
        things = getattr(self, kind)
        self.origins[f"{kind}[{len(things)}]"] = statement
        things.append(thing)

    @functools.cached_property
    def led_to(self) -> set[Port]:
        """The connection points of compounds to which a connection leads from outside."""
        return {
            self.tree.port(path, end, statement)
            for path, scope in self.tree.scopes
            for statement in scope.connections.values()
            for end in statement.get("Endnodes", [])
            if end not in scope.points
        }


def endpoint(service: Service, port: Port) -> str:
    return service.functions[port.path].endpoint(port)


def members_of(service: Service, path: Path, name: str, statement: Statement) -> list[Path]:
    """The function of that name, or those of the compound, in their order."""
    if name not in service.tree.scope(path).nodes:
        raise statement.error(f"there is no node {name[:60]} for {statement.name}{meant(name, service.tree.scope(path).nodes)}")
    whole = (*path, name)
    found = [whole] if whole in service.functions else [one for one in service.functions if one[: len(whole)] == whole]
    if not found:
        kind = service.tree.parts[whole].statement.get("Type")
        raise statement.error(f"a chain passes functions, and {name} is a {kind}")
    return found


def warn_unused(service: Service, part: Part, known: t.Collection[str]) -> None:
    for name in part.properties:
        if name not in known:
            service.tree.warn(
                part.statement, f"property {name}", f"the model has no place for the property {name[:60]} of {part.path[-1]}"
            )
