# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service that a NEMO program describes: functions, links, access points, chains and policies.

What of the program the model has no place for is told among the warnings.
"""

from __future__ import annotations

import itertools
import typing as t
from dataclasses import replace

from .nemo_building import LONGEST_POINT, Service, endpoint, members_of, warn_unused
from .nemo_expand import COMPOUND, Net, Part, Path, Port, Tree, Warn, expand, filled, meant, nets
from .nemo_functions import Built, Names, build, take_addresses
from .nemo_intents import take_policies
from .nemo_program import Program
from .nemo_statements import Statement
from .nemo_vnfd import Library
from .nemo_words import CHAIN_WORDS, LINK_KINDS, LINK_WORDS, taken


def build_service(
    program: Program, name: str, library: Library, default_site: dict, warn: Warn
) -> tuple[dict[str, t.Any], dict[str, Statement]]:
    """The service model, and path of keys in it → the statement that it comes from.

    :param name: of the service, where the program does not consist of one node of a NodeModel
    :raises InputError: a reference that leads nowhere; a VNFD that cannot be had or read
    """
    tree = expand(program, warn)
    tops = list(program.scope.nodes)
    is_one = len(tops) == 1 and tree.parts[(tops[0],)].model is not None
    dropped = int(is_one and tree.parts[(tops[0],)].role == COMPOUND)
    names = Names(dropped)
    functions = {
        path: build(tree, part, names.unique(path), library, default_site)
        for path, part in tree.parts.items()
        if part.role == "function"
    }
    if not functions:
        line = program.scope.nodes[tops[0]] if tops else None
        sentence = "this program makes no function: it needs a CREATE Node of a NodeModel, or of a type such as host or fw"
        raise line.error(sentence) if line else _empty(program, sentence)
    service = Service(tree, functions, *(Names(dropped) for _kind in range(4)))
    for part in tree.parts.values():
        if part.role == "outside":
            warn_unused(service, part, ())
    _take_chains(service)
    _take_groups(service)
    for net in nets(tree):
        _take_net(service, net)
    for built in functions.values():
        take_addresses(tree, built)
        for link in built.links:
            service.add("links", link, built.part.statement)
    _sort_access_points(service)
    take_policies(service)
    for query in program.queries:
        tree.warn(query, "query", "Query asks a controller, and here is none; it is left out")
    found = {
        "name": Names(0).unique((tops[0] if is_one else name,)).replace(".", "-"),
        "functions": [_without_no_points(built.function) for built in functions.values()],
        "links": service.links,
        "access_points": service.access_points,
        "chains": service.chains,
        "policies": service.policies,
    }
    return {key: value for key, value in found.items() if value}, {**service.origins, **_origins(functions.values())}


def _origins(functions: t.Iterable[Built]) -> dict[str, Statement]:
    found = {}
    for number, built in enumerate(functions):
        found[f"functions[{number}]"] = built.part.statement
        found.update({f"functions[{number}].vdus[{index}]": node for index, node in enumerate(built.sources)})
    return found


def _empty(program: Program, sentence: str) -> Exception:
    first = next((model.statement for model in program.models.values()), Statement(None, "Node", "", {}, "", 1))
    return first.error(sentence)


def _without_no_points(function: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in function.items() if value or key != "connection_points"}


def _contained(service: Service, part: Part) -> t.Iterator[Port]:
    """The ports of the members of a group or a chain; a group names them as a connection of its name would."""
    statement = replace(part.statement, kind="Connection")
    for member in dict.fromkeys(part.statement.get("Contain", [])):
        yield service.tree.port(part.path[:-1], member, statement)
    members = part.properties.get("sub-nodes")
    for item in (members.items or (members,)) if members else ():
        name = filled(item, service.tree.values(part.path[:-1])).text
        yield service.tree.port(_scope_of(service.tree, part.path[:-1], name), name, statement)


def _scope_of(tree: Tree, path: Path, name: str) -> Path:
    """The innermost scope around ``path`` that has a node of that name; nodes come in as values from further out."""
    while path and name.partition(".")[0] not in tree.scope(path).nodes:
        path = path[:-1]
    return path


def _take_groups(service: Service) -> None:
    """Each group is a lan of its members; a group or a chain inside it stands by its first member."""
    groups = [part for part in service.tree.parts.values() if part.role == "group"]
    contained = {part.path: list(_contained(service, part)) for part in groups}
    for part in groups:
        service.grouped[part.path] = [endpoint(service, port) for port in contained[part.path] if port.kind == "end"]
    for part in groups:
        link: dict[str, t.Any] = {"name": service.names.unique(part.path, LONGEST_POINT), "kind": "lan"}
        link |= taken(LINK_WORDS, part.properties, part.statement)
        warn_unused(service, part, {**LINK_WORDS, "sub-nodes": None})
        others = [port for port in contained[part.path] if port.kind != "end"]
        link["endpoints"] = [*service.grouped[part.path], *_ends(service, others, part.statement, link["name"])]
        service.add("links", link, part.statement)


def _take_net(service: Service, net: Net) -> None:
    statement = net.statement
    path = (*net.path, statement.name)
    link: dict[str, t.Any] = {"name": service.names.unique(path, LONGEST_POINT)}
    link["endpoints"] = list(dict.fromkeys(_ends(service, net.ports, statement, link["name"])))
    kind = _kind(service, net, link["endpoints"])
    if kind is not None:
        link["kind"] = kind
    for inside, one in net.statements:
        properties = {name: filled(value, service.tree.values(inside)) for name, value in one.properties.items()}
        link = {**taken(LINK_WORDS, properties, one), **link}
        for name in properties:
            if name not in LINK_WORDS:
                message = f"the model has no place for the property {name[:60]} of the connection {one.name}"
                service.tree.warn(one, f"property {name}", message)
    _warn_of_dead_ends(service, net)
    service.add("links", link, statement)


def _kind(service: Service, net: Net, endpoints: list[str]) -> str | None:
    said = net.statement.get("Type")
    if said is None:
        return None
    if said not in LINK_KINDS:
        raise net.statement.error(f"a connection is {', '.join(LINK_KINDS)}, not {said[:40]!r}{meant(said, LINK_KINDS)}")
    if said == "chain":
        functions = list(dict.fromkeys(endpoint.partition(".")[0] for endpoint in endpoints))
        if functions:
            name = service.chain_names.unique((*net.path, net.statement.name), LONGEST_POINT)
            service.add("chains", {"name": name, "functions": functions}, net.statement)
    joined = len(net.statements) > 1 and len(endpoints) > 2
    return "lan" if said == "p2p" and joined else LINK_KINDS[said]


def _ends(service: Service, ports: t.Iterable[Port], statement: Statement, link: str) -> t.Iterator[str]:
    """The endpoints in the model of what is no connection point of a compound; what is outside becomes an access point."""
    for port in ports:
        if port.kind == "end":
            yield endpoint(service, port)
        elif port.kind == "outside":
            _take_access(service, port.path, link, statement)
        elif port.kind == "point" and len(port.path) == 1 and port not in service.led_to:
            _take_access(service, (port.path[0], port.name), link, statement)
        elif port.kind == "group":
            yield from _of_group(service, port, statement)
        elif port.kind == "chain":
            yield from _of_chain(service, port, statement)


def _take_access(service: Service, path: Path, link: str, statement: Statement) -> None:
    """Where the service is reached from outside; what has several links has several access points."""
    plain = service.access_names.plain(path, LONGEST_POINT)
    whole = (*path, statement.name) if plain in service.access_names else path
    name = service.access_names.unique(whole, LONGEST_POINT)
    service.add("access_points", {"name": name, "link": link}, statement)


def _sort_access_points(service: Service) -> None:
    """In the order of the connection points and nodes that they are, which is not that of the connections."""
    order: dict[str, int] = {}
    for path, scope in service.tree.scopes:
        outside = [name for name in scope.nodes if service.tree.parts[(*path, name)].role == "outside"]
        for name in (*scope.points, *outside):
            order.setdefault(service.access_names.plain((*path, name), LONGEST_POINT), len(order))
    sources = [service.origins[f"access_points[{number}]"] for number in range(len(service.access_points))]
    found = sorted(zip(service.access_points, sources, strict=True), key=lambda one: order.get(one[0]["name"], len(order)))
    service.access_points.clear()
    for point, statement in found:
        service.add("access_points", point, statement)


def _warn_of_dead_ends(service: Service, net: Net) -> None:
    for port in net.ports:
        if port.kind == "point" and len(port.path) > 1 and port not in service.led_to:
            message = f"nothing is connected to {port.name} of {'.'.join(port.path)[-120:]}"
            service.tree.warn(net.statement, f"dead end {port}", message)


def _of_group(service: Service, port: Port, statement: Statement) -> t.Iterator[str]:
    endpoints = service.grouped[port.path]
    if endpoints:
        yield endpoints[0]
    else:
        message = f"{port.path[-1]} has no member yet by which {statement.name} could be connected to it"
        service.tree.warn(statement, f"no member {port.path}", message)


def _take_chains(service: Service) -> None:
    """The members of each chain; those that say nothing of connection points are linked one to the next."""
    for path, part in service.tree.parts.items():
        if part.role != "chain":
            continue
        members = [members_of(service, path[:-1], name, part.statement) for name in part.statement.get("Contain", [])]
        service.members[path] = [one for member in members for one in member]
        if not service.members[path]:
            service.tree.warn(part.statement, f"chain {path}", f"the chain {path[-1]} contains nothing and is left out")
            continue
        name = service.chain_names.unique(path, LONGEST_POINT)
        functions = [service.functions[member].name for member in service.members[path]]
        words = taken(CHAIN_WORDS, part.properties, part.statement)
        service.add("chains", {"name": name, "functions": functions, **words}, part.statement)
        warn_unused(service, part, CHAIN_WORDS)
        _link_members(service, path)


def _link_members(service: Service, path: Path) -> None:
    members = service.members[path]
    for number, (one, other) in enumerate(itertools.pairwise(members), 1):
        if service.functions[one].part.model is None and service.functions[other].part.model is None:
            ends = [Port("end", one, f"{path[-1]}-out"), Port("end", other, f"{path[-1]}-in")]
            link: dict[str, t.Any] = {"name": service.names.unique((*path, str(number)), LONGEST_POINT), "kind": "line"}
            link["endpoints"] = [endpoint(service, port) for port in ends]
            service.add("links", link, service.tree.parts[path].statement)


def _of_chain(service: Service, port: Port, statement: Statement) -> t.Iterator[str]:
    """The first connection of a chain leads to its first function, every other to its last."""
    members = service.members[port.path]
    if not members:
        return
    count = service.passed[port.path] = service.passed.get(port.path, 0) + 1
    member = members[0] if count == 1 else members[-1]
    scope, name = member[:-1], member[-1]
    if service.tree.parts[member].model is not None and len(service.tree.parts[member].model.scope.points) != 1:
        raise statement.error(f"the chain {port.path[-1]} has no connection points; connect {name}.POINT instead")
    message = "NEMO does not say at which end of a chain a connection is: the first is at its beginning, others at its end"
    service.tree.warn(statement, "chain ends", message)
    yield endpoint(service, service.tree.port(scope, name, statement))
