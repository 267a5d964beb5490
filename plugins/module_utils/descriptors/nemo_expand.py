# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NodeModels made of NodeModels, laid out flat: every node of a program, and where every connection ends.

Each node becomes a :class:`Part` with the path of names that leads to it. A part is a function, or a group, the outside
or a chain (``ROLES``), or it is ``compound``: a NodeModel made of nodes, of which nothing is left but its parts. The
walk keeps its own stack, so depth costs no recursion; it ends at DEEPEST levels and MOST parts.
"""

from __future__ import annotations

import difflib
import typing as t
from dataclasses import dataclass, field

from .nemo_program import Model, Program, Scope
from .nemo_statements import Statement, Value
from .nemo_words import DELAY_WORDS, FUNCTION_PARTS, FUNCTION_WORDS, ROLES, SITE_WORDS, taken, words_of

DEEPEST = 500
MOST = 20_000
COMPOUND = "compound"
Path: t.TypeAlias = "tuple[str, ...]"
Warn: t.TypeAlias = "t.Callable[[Statement, str, str], None]"
"""Takes a statement, the kind of a warning (each is told once) and its sentence."""


@dataclass(frozen=True)
class Part:
    """One node: ``model`` is its NodeModel if it has one, ``values`` what the node gives to the NodeModel's parameters.

    ``inline``: the nodes of its NodeModel are the VDUs of one function.
    """

    path: Path
    statement: Statement
    role: str
    model: Model | None = None
    properties: dict[str, Value] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    site: dict[str, t.Any] = field(default_factory=dict)
    inline: bool = False


class Port(t.NamedTuple):
    """An end of a connection: ``kind`` is ``end`` (of a function), ``point`` (of a compound), or the role of a part."""

    kind: str
    path: Path
    name: str = ""


@dataclass
class Tree:
    """The parts by path, above before below; the program itself is the scope of the path ``()``."""

    program: Program
    warn: Warn
    parts: dict[Path, Part] = field(default_factory=dict)

    def scope(self, path: Path) -> Scope:
        if not path:
            return self.program.scope
        model = self.parts[path].model
        return model.scope if model is not None else Scope()

    @property
    def scopes(self) -> t.Iterator[tuple[Path, Scope]]:
        """The program and every compound part, each with what stands in it."""
        yield (), self.program.scope
        for path, part in self.parts.items():
            if part.role == COMPOUND and part.model is not None:
                yield path, part.model.scope

    def values(self, path: Path) -> dict[str, Value]:
        return self.parts[path].values if path else {}

    def port(self, path: Path, end: str, statement: Statement) -> Port:
        """What ``end`` (a connection point, a node, or ``node.point``) means in the scope at ``path``."""
        scope = self.scope(path)
        if end in scope.points:
            return Port("point", path, end)
        if end in scope.nodes:
            return self._whole((*path, end), statement)
        owner, _dot, rest = end.partition(".")
        if not rest or owner not in scope.nodes:
            names = [*scope.nodes, *scope.points]
            raise statement.error(f"there is no node {(owner if rest else end)[:60]} {_where(path)}{meant(owner, names)}")
        return self._inner((*path, owner), rest, statement)

    def _whole(self, path: Path, statement: Statement) -> Port:
        """A node that is connected without naming one of its connection points."""
        part = self.parts[path]
        if part.model is None:
            return Port("end", path, statement.name) if part.role == "function" else Port(part.role, path)
        points = list(part.model.scope.points)
        if len(points) != 1:
            known = ", ".join(points[:20]) or "none"
            raise statement.error(f"{path[-1]} is connected without a connection point; it has {known}: write {path[-1]}.POINT")
        return self._inner(path, points[0], statement)

    def _inner(self, path: Path, name: str, statement: Statement) -> Port:
        part = self.parts[path]
        while part.model is not None:
            if name in part.model.scope.points:
                return Port("point" if part.role == COMPOUND else "end", path, name)
            node, _dot, rest = name.partition(".")
            if part.role != COMPOUND or node not in part.model.scope.nodes:
                known = part.model.scope.points
                shown = ", ".join([*known][:20]) or "none"
                raise statement.error(f"{path[-1]} has no connection point {name[:60]}; it has {shown}{meant(name, known)}")
            path = (*path, node)
            if not rest:
                return self._whole(path, statement)
            part, name = self.parts[path], rest
        if part.role != "function":
            raise statement.error(f"{path[-1]} is a {part.statement.get('Type')} and has no connection point {name[:60]}")
        return Port("end", path, name)


def _where(path: Path) -> str:
    return f"in {'.'.join(path)[-120:]}" if path else "in the program"


def meant(name: str, known: t.Iterable[str]) -> str:
    near = difflib.get_close_matches(name[:60].lower(), [one.lower() for one in known][:2000], 1)
    spelt = [one for one in known if near and one.lower() == near[0]]
    return f"; is {spelt[0]} meant?" if spelt else ""


def expand(program: Program, warn: Warn) -> Tree:
    """Every node of the program and of the NodeModels that it uses.

    :raises InputError: a type that is not there, a NodeModel that contains itself, or more than can be meant
    """
    tree = Tree(program, warn)
    waiting = [((name,), node, ()) for name, node in reversed(program.scope.nodes.items())]
    while waiting:
        path, node, above = waiting.pop()
        part = _part(tree, path, node)
        tree.parts[path] = part
        if len(tree.parts) > MOST:
            raise node.error(f"the NodeModels unfold into more than {MOST} nodes")
        if part.role == COMPOUND and part.model is not None:
            inside = _entered(node, above)
            waiting += [((*path, name), child, inside) for name, child in reversed(part.model.scope.nodes.items())]
    return tree


def _entered(node: Statement, above: tuple[str, ...]) -> tuple[str, ...]:
    kind = node.get("Type")
    if kind in above:
        ring = [*above[above.index(kind) :], kind]
        shown = ring if len(ring) < 8 else [*ring[:4], "…", *ring[-2:]]
        raise node.error(f"the NodeModel {kind} contains itself: {' → '.join(shown)}")
    if len(above) >= DEEPEST:
        raise node.error(f"NodeModels stand more than {DEEPEST} deep inside one another")
    return (*above, kind)


def _part(tree: Tree, path: Path, node: Statement) -> Part:
    kind = node.get("Type", "")
    model = tree.program.models.get(kind)
    surrounding = tree.values(path[:-1])
    properties = {name: filled(value, surrounding) for name, value in node.properties.items()}
    above = tree.parts[path[:-1]].site if path[1:] else {}
    site = {**above, **_site(properties, node)} if "site-name" not in properties else _site(properties, node)
    if model is None or (kind in ROLES and _is_declaration(model)):
        if kind not in ROLES:
            known = [*tree.program.models, *ROLES]
            raise node.error(
                f"there is no type {kind[:60]}: it is neither a NodeModel nor one of {', '.join(ROLES)}{meant(kind, known)}"
            )
        return Part(path, node, ROLES[kind], None, properties, {}, site)
    values = {name: value for name, value in properties.items() if name in model.parameters}
    _check_types(model, values, node)
    _warn_of_the_rest(tree, node, properties, values)
    if node.get("Contain"):
        tree.warn(
            node, f"contain {kind}", f"{node.name} is of a NodeModel, so what it contains is said there; Contain is not used"
        )
    inline = _is_inline(model)
    role = COMPOUND if model.scope.nodes and not inline else "function"
    return Part(path, node, role, model, properties, values, site, inline)


def _is_declaration(model: Model) -> bool:
    """A NodeModel that only tells which properties a type of NEMO's own has."""
    return model.uri is None and not any(model.scope.things.values())


def _is_inline(model: Model) -> bool:
    scope = model.scope
    hosts = [node for node in scope.nodes.values() if node.get("Type") == "host"]
    return bool(hosts) and len(hosts) == len(scope.nodes) and not scope.connections and model.uri is None


def _site(properties: dict[str, Value], node: Statement) -> dict[str, t.Any]:
    site = taken(SITE_WORDS, properties, node)
    delay = taken(DELAY_WORDS, properties, node)
    return {**site, "delay": delay} if delay else site


def filled(value: Value, values: dict[str, Value]) -> Value:
    """``value``, or what the surrounding NodeModel was given for the parameter of that name."""
    return values.get(value.text, value) if not value.quoted and value.items is None and value.unit is None else value


def _check_types(model: Model, values: dict[str, Value], node: Statement) -> None:
    for name, value in values.items():
        kind = model.parameters[name]
        if (kind == "integer" and not value.text.isdigit()) or (kind == "range" and value.ends is None):
            raise node.error(f"the property {name} of {model.statement.name} takes a {kind}, not {str(value)[:40]!r}")


def _warn_of_the_rest(tree: Tree, node: Statement, properties: dict[str, Value], values: dict[str, Value]) -> None:
    known = {*values, *SITE_WORDS, *DELAY_WORDS, *FUNCTION_WORDS, *words_of(FUNCTION_PARTS)}
    for name in properties:
        if name not in known:
            tree.warn(node, f"property {name}", f"the NodeModel of {node.name} has no property {name[:60]}; it is not used")


@dataclass
class Net:
    """Connections that are one link, since connection points of compounds lead from one to the other.

    ``path`` and ``statement`` are those of the outermost; ``outside`` are points of compounds that nothing else leads to.
    """

    path: Path
    statement: Statement
    ports: dict[Port, None] = field(default_factory=dict)
    statements: list[tuple[Path, Statement]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.statement.name


def nets(tree: Tree) -> list[Net]:
    """The links of the program: connections in order, outer before inner, and those that are one joined."""
    found: dict[int, Net] = {}
    owner: dict[Port, int] = {}
    moved: dict[int, int] = {}
    for number, (path, statement) in enumerate(_connections(tree)):
        ends = statement.get("Endnodes", [])
        ports = [tree.port(path, end, statement) for end in ends]
        _check_ends(statement, ports)
        net = Net(path, statement, dict.fromkeys(ports), [(path, statement)])
        found[number] = net
        for port in ports:
            if port.kind == "point":
                other = _root(owner.setdefault(port, number), moved)
                _join(found, moved, other, _root(number, moved))
    return list(found.values())


def _connections(tree: Tree) -> t.Iterator[tuple[Path, Statement]]:
    for path, scope in sorted(tree.scopes, key=lambda one: len(one[0])):
        for statement in scope.connections.values():
            yield path, statement


def _check_ends(statement: Statement, ports: list[Port]) -> None:
    if not ports:
        raise statement.error(f"the connection {statement.name} has no Endnodes, so it connects nothing")
    if len(set(ports)) < len(ports):
        raise statement.error(f"the connection {statement.name} has the same end twice")


def _root(number: int, moved: dict[int, int]) -> int:
    while number in moved:
        number = moved[number]
    return number


def _join(found: dict[int, Net], moved: dict[int, int], one: int, other: int) -> None:
    """The earlier takes in the later; the earlier is not further inside, since connections come outermost first."""
    if one == other:
        return
    low, high = sorted((one, other))
    taken_in = found.pop(high)
    found[low].ports.update(taken_in.ports)
    found[low].statements += taken_in.statements
    moved[high] = low
