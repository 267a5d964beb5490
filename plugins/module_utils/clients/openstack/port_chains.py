# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service chain of Neutron ports (networking-sfc): read in six calls, changed as a plan says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ...core.errors import ConflictError, FailedError, InputError, Place, UnavailableError
from ...core.plan import Plan, carry_out
from .neutron import Neutron, Refusal

EXTENSIONS = {"sfc": "service chains", "flow_classifier": "flow classifiers"}
GRAPHS = "service_graph"
FIELDS = ("id", "name", "device_id", "project_id")
EXPLAINED = {
    "PortPairIngressEgressInUse": "another run has made this pair meanwhile; run again",
    "PortPairInUse": "another run has put this pair into a group meanwhile; run again",
    "PortPairGroupInUse": "another chain has come to pass this group meanwhile; take it out there",
    "FlowClassifierInUse": "another chain has come to use this classifier meanwhile; take it out there",
    "FlowClassifierInConflict": "there is a classifier that overlaps with it, perhaps of another project; narrow one of them",
    "PortChainFlowClassifierInConflict": "another chain, perhaps of another project, has one that overlaps; narrow one of them",
    "InvalidPortPairGroups": "another chain, perhaps of another project, passes the same groups in the same order",
    "ServiceGraphPortChainInUse": "the chain has come into a graph meanwhile; remove the graph",
    "OverQuota": "the quota is used up; have it raised, or remove chains that nobody needs",
}
"""What Neutron's refusals mean at a moment when all that could be seen was as it should be."""


class PortChain:
    """One chain in one state; an acting verb (see ``glue.boundary.Acting``).

    :param options: those of the module
    The other parameters are the modules of ``chaining`` that know what chains are.
    """

    def __init__(self, options: Mapping[str, Any], description: Any, states: Any, planning: Any, conflicts: Any):
        self._description, self._states, self._planning, self._conflicts = description, states, planning, conflicts
        self._present = options["state"] == "present"
        self._wanted = description.chain(options)
        self._neutron = Neutron(options)
        self._cloud: Any = None
        self._ports: dict[str, str] = {}

    def read(self) -> Any:
        for extension, what in EXTENSIONS.items():
            if not self._neutron.has(extension):
                raise UnavailableError(f"this cloud has no {what}: its Neutron needs networking-sfc (extension {extension})")
        if self._wanted.graph and not self._neutron.has(GRAPHS):
            raise UnavailableError(f"this cloud has no graphs of chains (extension {GRAPHS}): leave graph out")
        if self._present:
            self._resolve()
        self._cloud = self._read()
        return self._cloud

    def difference(self, current: Any) -> Plan:
        if self._present:
            self._conflicts.check(current, self._wanted)
            return self._planning.plan(current, self._wanted)
        self._conflicts.check_removal(current, self._wanted)
        return self._planning.removal(current, self._wanted)

    def apply(self, plan: Plan) -> None:
        made: dict[Any, str] = {}
        carry_out(plan, lambda step: self._execute(step, made))
        self._cloud = self._read()

    def result(self) -> dict[str, Any]:
        return {"chain": self._states.facts(self._cloud, self._wanted), "api_calls": self._neutron.calls}

    def _read(self) -> Any:
        lists = {
            kind: self._neutron.list(f"sfc/{path}s")
            for kind, path in self._planning.PATHS.items()
            if kind != "graph" or self._neutron.has(GRAPHS)
        }
        return self._states.Cloud({"graph": [], **lists}, self._neutron.project, self._ports)

    def _resolve(self) -> None:
        """Names of ports become ids."""
        given = self._wanted.ports()
        byid = {one for one in given if _is_uuid(one)}
        found = list(self._neutron.listed("ports", byid, fields=FIELDS)) if byid else []
        for name in sorted(given - byid):
            found += self._neutron.list("ports", name=name, fields=FIELDS)
        ports = {one["id"]: one for one in found}
        self._ports = {one: port["name"] for one, port in ports.items()}

        def id_of(name: str, path: str) -> str:
            if name in ports:
                return name
            named = sorted(one["id"] for one in ports.values() if one["name"] == name)
            if len(named) != 1:
                why = f"there is no port {name!r}" if not named else f"{len(named)} ports are called {name!r}; give the id"
                raise InputError(why, Place(path=path))
            return named[0]

        self._wanted = self._description.with_ids(self._wanted, id_of)
        self._conflicts.check_ports(self._wanted, ports)

    def _execute(self, step: Any, made: dict[Any, str]) -> None:
        path = self._planning.PATHS[step.kind]
        address = f"/sfc/{path}s" + (f"/{step.id}" if step.id else "")
        method = "POST" if step.id is None else "DELETE" if step.body is None else "PUT"
        body = None if step.body is None else {path: self._planning.resolved(step.body, made)}
        try:
            answer = self._neutron.call(method, address, body)
        except Refusal as error:
            if method == "DELETE" and error.status == 404:
                return
            raise _told(step, error) from error
        if step.made is not None:
            made[step.made] = answer[path]["id"]


def _told(step: Any, error: Refusal) -> Exception:
    kind = ConflictError if error.status == 409 or error.kind in EXPLAINED else FailedError
    meaning = f"{EXPLAINED[error.kind]} " if error.kind in EXPLAINED else ""
    return kind(f"{step}: {meaning}({error.message})")


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
