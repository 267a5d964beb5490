# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The functions of a NEMO program: each with its VDUs and its connection points.

A function comes from one node: of a type of NEMO's own (one VM), of a NodeModel with a VNFD (what the VNFD says), or of
a NodeModel whose nodes are hosts (its VDUs).
"""

from __future__ import annotations

import copy
import re
import typing as t
import zlib
from dataclasses import dataclass, field, replace

from ..core.errors import InputError, NfvError, Place
from .nemo_expand import Part, Path, Port, Tree, filled, meant
from .nemo_statements import Statement, Value
from .nemo_vnfd import Vnfd, read_vnfd
from .nemo_words import DELAY_WORDS, FUNCTION_WORDS, SITE_WORDS, VDU_WORDS, Word, taken
from .parse import line_of

LONGEST = 63
ADDRESS_WORDS = {"ip-address": Word("fixed_ip"), "mac-address": Word("mac")}
Fetch = t.Callable[[str], bytes]


@dataclass
class Library:
    """The VNFDs that a program names, each fetched and read once."""

    fetch: Fetch
    known: dict[str, Vnfd] = field(default_factory=dict)

    def vnfd(self, uri: str, statement: Statement) -> Vnfd:
        if uri not in self.known:
            self.known[uri] = self._read(uri, statement)
        return self.known[uri]

    def _read(self, uri: str, statement: Statement) -> Vnfd:
        try:
            content = self.fetch(uri)
        except NfvError as wrong:
            raise type(wrong)(f"the VNFD {uri[:200]} {wrong.message}", statement.place) from wrong
        file = uri.rpartition("/")[2]
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            raise InputError("this VNFD is no UTF-8 text", Place(file, content.count(b"\n", 0, wrong.start) + 1)) from wrong
        try:
            return read_vnfd(text, file)
        except InputError as wrong:
            if wrong.place and wrong.place.line is None:
                wrong.place = replace(wrong.place, line=line_of(text, wrong.place.path or "") or 1)
            raise


class Names:
    """Names of functions and links: the path to a node, joined; what is taken or too long gets a number at its end.

    The name of the one node that the whole program is, is left out.
    """

    def __init__(self, dropped: int):
        self._dropped = dropped
        self._taken: dict[str, int] = {}  # name → how many things would be called so

    def unique(self, path: Path, longest: int = LONGEST) -> str:
        """A name that has not been given yet."""
        name = free = self.plain(path, longest)
        while free in self._taken:
            self._taken[name] += 1
            free = f"{name[: longest - 7]}-{self._taken[name]}"
        self._taken[free] = 1
        return free

    def __contains__(self, name: str) -> bool:
        return name in self._taken

    def plain(self, path: Path, longest: int = LONGEST) -> str:
        """The name, if nothing else has it."""
        whole = "-".join(path[self._dropped :] or path)
        name = re.sub(r"[^A-Za-z0-9_.-]+", "-", whole).strip("-_.") or "node"
        if len(name) > longest:  # the end tells more than the beginning, and a sum of the whole keeps it apart
            name = f"{name[10 - longest :].strip('-_.')}-{zlib.crc32(whole.encode()):08x}"
        return name


@dataclass
class Built:
    """A function of the model, the links inside it, and its ports by the names that NEMO has for them."""

    function: dict[str, t.Any]
    part: Part
    links: list[dict[str, t.Any]] = field(default_factory=list)
    sources: list[Statement] = field(default_factory=list)
    """The statements of the VDUs, where each has one."""
    made: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        return self.function["name"]

    def endpoint(self, port: Port) -> str:
        """The endpoint of a port; a node of a type of NEMO's own gets a connection point for each connection."""
        if self.part.model is None and port.name not in self.made:
            self.made.add(port.name)
            self.function["connection_points"].append({"name": port.name, "vdu": self.function["vdus"][0]["name"]})
        return f"{self.name}.{port.name}"


def build(tree: Tree, part: Part, name: str, library: Library, default_site: dict) -> Built:
    """The function that a part is."""
    if part.statement.verb == "IMPORT":
        tree.warn(
            part.statement,
            "import",
            f"{part.path[-1]} is imported, and the model knows nothing that exists already: it is made",
        )
    function: dict[str, t.Any] = {"name": name, **taken(FUNCTION_WORDS, part.properties, part.statement)}
    function |= {"site": part.site or dict(default_site), "vdus": [], "connection_points": []}
    built = Built(function, part)
    if part.model is None:
        _take_machine(tree, built)
    elif part.inline:
        _take_hosts(tree, built)
    elif part.model.uri is not None:
        _take_vnfd(tree, built, library.vnfd(part.model.uri, part.model.statement))
    else:
        _take_nothing(tree, built)
    return built


def _take_machine(tree: Tree, built: Built) -> None:
    part = built.part
    function = built.function
    function.pop("description", None)
    vdu = {"name": _vdu_name(part.path[-1]), "kind": "vm", **taken(VDU_WORDS, part.properties, part.statement)}
    function["vdus"].append(vdu)
    if part.statement.get("Contain"):
        tree.warn(part.statement, "contain function", f"{part.path[-1]} is a machine, and what it contains is not kept")
    _warn_unused(tree, part, {**VDU_WORDS, **FUNCTION_WORDS, **SITE_WORDS, **DELAY_WORDS, **ADDRESS_WORDS})


def take_addresses(tree: Tree, built: Built) -> None:
    """The addresses of a machine are those of its only connection point."""
    part, points = built.part, built.function["connection_points"]
    if part.model is not None:
        return
    addresses = taken(ADDRESS_WORDS, part.properties, part.statement)
    if len(points) == 1:
        points[0].update(addresses)
    elif addresses:
        tree.warn(
            part.statement, "addresses", f"{part.path[-1]} has {len(points)} connection points, so its addresses are not used"
        )


def _vdu_name(name: str) -> str:
    return Names(0).plain((name,))


def _take_hosts(tree: Tree, built: Built) -> None:
    part = built.part
    model = part.model
    for node in model.scope.nodes.values() if model else ():
        properties = {name: filled(value, part.values) for name, value in node.properties.items()}
        built.sources.append(node)
        built.function["vdus"].append({"name": _vdu_name(node.name), "kind": "vm", **taken(VDU_WORDS, properties, node)})
        _warn_unused(tree, Part((*part.path, node.name), node, "function", None, properties), VDU_WORDS)
    for point in model.scope.points.values() if model else ():
        built.function["connection_points"].append({"name": point.name, **_host_end(built, point)})


def _host_end(built: Built, point: Statement) -> dict[str, str]:
    """``interface.vdu``, a VDU, or an interface that one VDU alone has."""
    reference = _reference(built.part, point)
    vdus = {vdu["name"]: vdu for vdu in built.function["vdus"]}
    interface, _dot, owner = reference.rpartition(".")
    if interface and owner in vdus and interface in vdus[owner].get("interfaces", [interface]):
        return {"vdu": owner, "interface": interface}
    if reference in vdus:
        return {"vdu": reference}
    having = [name for name, vdu in vdus.items() if reference in vdu.get("interfaces", [])]
    if len(having) != 1:
        known = [f"{one}.{name}" for name, vdu in vdus.items() for one in vdu.get("interfaces", [])]
        raise _no_interface(point, reference, [*known, *vdus])
    return {"vdu": having[0], "interface": reference}


def _reference(part: Part, point: Statement) -> str:
    """What stands behind ``at VNFD``, with the properties of the NodeModel put in."""
    value: Value | None = point.get("at")
    if value is None or not value.text:
        raise point.error(f"the ConnectionPoint {point.name} does not say its interface: write at VNFD: INTERFACE")
    if part.model and not value.quoted and value.text in part.model.parameters and value.text not in part.values:
        path = ".".join(part.path)[-120:]
        raise part.statement.error(
            f"the interface of the connection point {point.name} is the property {value.text}, "
            f"which {path} does not give: write Property {value.text}: INTERFACE"
        )
    return filled(value, part.values).text


def _no_interface(point: Statement, reference: str, known: list[str]) -> InputError:
    shown = ", ".join(known[:20]) or "none"
    return point.error(
        f"there is no one interface {reference[:60]!r} for {point.name}; there are {shown}{meant(reference, known)}"
    )


def _take_vnfd(tree: Tree, built: Built, vnfd: Vnfd) -> None:
    function, part = built.function, built.part
    function["vdus"] = copy.deepcopy(vnfd.vdus)
    given: dict[str, str] = {}
    ends = {point["name"]: (point["vdu"], point.get("interface")) for point in vnfd.connection_points}
    for point in part.model.scope.points.values() if part.model else ():
        end = _vnfd_end(vnfd, part, point)
        if str(end) in given:
            raise point.error(f"the ConnectionPoints {given[str(end)]} and {point.name} are at the same interface")
        given[str(end)] = point.name
        function["connection_points"].append({"name": point.name, **_bound(end)})
    inner = {name for link in vnfd.links for name in link["endpoints"]}
    names = {name: given.get(str(end), name) for name, end in ends.items()}
    for name in sorted(inner, key=list(ends).index):
        if names[name] == name and str(ends[name]) not in given:
            function["connection_points"].append({"name": name, **_bound(ends[name])})
    built.links = [
        {
            **link,
            "name": f"{built.name}.{link['name']}",
            "endpoints": [f"{built.name}.{names[end]}" for end in link["endpoints"]],
        }
        for link in vnfd.links
    ]
    unnamed = [name for name, end in ends.items() if str(end) not in given and name not in inner]
    if unnamed and part.model:
        kind = part.model.statement
        tree.warn(kind, f"unnamed {kind.name}", f"the NodeModel {kind.name} does not name {', '.join(unnamed)} of its VNFD")


def _bound(end: tuple[str, str | None]) -> dict[str, str]:
    return {"vdu": end[0], "interface": end[1]} if end[1] is not None else {"vdu": end[0]}


def _vnfd_end(vnfd: Vnfd, part: Part, point: Statement) -> tuple[str, str | None]:
    """The VDU and the interface that a NodeModel means: ``interface``, ``interface.vdu`` or a connection point."""
    reference = _reference(part, point).lower()
    ends = [(vdu["name"], one) for vdu in vnfd.vdus for one in vdu.get("interfaces", [])]
    interfaces = list(dict.fromkeys(end for end in ends for said in _said(end) if said.lower() == reference))
    points = [(one["vdu"], one.get("interface")) for one in vnfd.connection_points if one["name"].lower() == reference]
    for found in (interfaces, points) if vnfd.by_interface else (points, interfaces):
        if len(found) == 1:
            return found[0]
    known = [one["name"] for one in vnfd.connection_points] + [f"{one}.{vdu}" for vdu, one in ends]
    raise _no_interface(point, reference, known)


def _said(end: tuple[str, str]) -> tuple[str, ...]:
    return end[1], f"{end[1]}.{end[0]}", f"{end[1]}-{end[0]}"


def _take_nothing(tree: Tree, built: Built) -> None:
    statement, points = built.part.statement, built.part.model.scope.points if built.part.model else {}
    if points:
        point = next(iter(points.values()))
        raise point.error(
            f"the NodeModel {statement.get('Type')} has neither a VNFD nor nodes, so its point {point.name} is at nothing"
        )
    tree.warn(
        statement, "empty", f"{statement.name} is of the NodeModel {statement.get('Type')}, which has neither a VNFD nor nodes"
    )


def _warn_unused(tree: Tree, part: Part, known: t.Collection[str]) -> None:
    for name in part.properties:
        if name not in known:
            tree.warn(
                part.statement, f"property {name}", f"the model has no place for the property {name[:60]} of {part.path[-1]}"
            )
