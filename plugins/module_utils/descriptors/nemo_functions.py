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
from dataclasses import dataclass, field

from ..core.errors import InputError
from .assembly import give_up_range
from .nemo_expand import Part, Path, Port, Tree, filled, meant
from .nemo_statements import Statement, Value
from .nemo_vnfd import End, Library, Vnfd
from .nemo_words import (
    DELAY_WORDS,
    FUNCTION_PARTS,
    FUNCTION_WORDS,
    SITE_WORDS,
    VDU_PARTS,
    VDU_WORDS,
    Word,
    taken,
    taken_parts,
    words_of,
)

LONGEST = 63
ADDRESS_WORDS = {"ip-address": Word("fixed_ip"), "mac-address": Word("mac")}


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
    function |= taken_parts(FUNCTION_PARTS, part.properties, part.statement)
    function |= {"site": part.site or dict(default_site), "vdus": [], "connection_points": []}
    built = Built(function, part)
    if part.model is None:
        _take_machine(tree, built)
    elif part.inline:
        _take_hosts(tree, built)
    elif part.model.uri is not None:
        _take_vnfd(tree, built, library)
    else:
        _take_nothing(tree, built)
    return built


def _take_machine(tree: Tree, built: Built) -> None:
    part = built.part
    function = built.function
    function.pop("description", None)
    function["vdus"].append(_vdu(part.path[-1], part.properties, part.statement))
    if part.statement.get("Contain"):
        tree.warn(part.statement, "contain function", f"{part.path[-1]} is a machine, and what it contains is not kept")
    of_the_machine = {*VDU_WORDS, *words_of(VDU_PARTS), *ADDRESS_WORDS}
    _warn_unused(tree, part, of_the_machine | {*FUNCTION_WORDS, *words_of(FUNCTION_PARTS), *SITE_WORDS, *DELAY_WORDS})


def _vdu(name: str, properties: dict[str, Value], statement: Statement) -> dict[str, t.Any]:
    known = taken(VDU_WORDS, properties, statement) | taken_parts(VDU_PARTS, properties, statement)
    return {"name": _vdu_name(name), "kind": "vm", **known}


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
        built.function["vdus"].append(_vdu(node.name, properties, node))
        known = {*VDU_WORDS, *words_of(VDU_PARTS)}
        _warn_unused(tree, Part((*part.path, node.name), node, "function", None, properties), known)
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


def _take_vnfd(tree: Tree, built: Built, library: Library) -> None:
    """What the VNFD says; its points that the NodeModel names get these names, those of inner links keep theirs."""
    function, part, kind = built.function, built.part, built.part.model.statement
    vnfd = library.vnfd(part.model.uri, kind)
    given = _named_ends(vnfd, part)
    names = {end.point: name for end, name in given.items() if end.point is not None}
    for name in (name for name in vnfd.points if name in vnfd.inner and name not in names):
        names[name] = _free(name, vnfd.points[name].get("vdu", "inner"), {*names.values(), *given.values()})
    function |= {key: value for key, value in copy.deepcopy(vnfd.function).items() if key not in ("name", *_said(built))}
    function["connection_points"] = [_point(vnfd, built.name, end, name) for end, name in given.items()]
    function["connection_points"] += [
        _point(vnfd, built.name, End(old, "", None), new) for old, new in names.items() if new not in given.values()
    ]
    for vdu in function["vdus"]:
        if "port_pool" in vdu:
            vdu["port_pool"]["connection_point"] = names[vdu["port_pool"]["connection_point"]]
    _take_links(tree, built, vnfd, names, library.ranges)
    unnamed = [name for name in vnfd.points if name not in names]
    if unnamed:
        shown = ", ".join(unnamed[:20])
        tree.warn(kind, f"unnamed {kind.name}", f"the NodeModel {kind.name} does not name {shown} of its VNFD")


def _said(built: Built) -> list[str]:
    """What the node says itself and the VNFD cannot."""
    return [
        key
        for key in ("description", "site", *FUNCTION_PARTS)
        if built.function.get(key) and (key != "site" or built.part.site)
    ]


def _named_ends(vnfd: Vnfd, part: Part) -> dict[End, str]:
    """What each ConnectionPoint of the NodeModel is at: ``interface``, ``interface.vdu`` or a connection point."""
    given: dict[End, str] = {}
    for point in part.model.scope.points.values() if part.model else ():
        reference = _reference(part, point)
        ends = vnfd.ends(reference)
        if not ends:
            raise _no_interface(point, reference, vnfd.known())
        if ends[0] in given:
            raise point.error(f"the ConnectionPoints {given[ends[0]]} and {point.name} are at the same interface")
        given[ends[0]] = point.name
    return given


def _free(name: str, owner: str, taken_names: set[str]) -> str:
    while name in taken_names:
        name = f"{owner}.{name}"
    return name


def _point(vnfd: Vnfd, function: str, end: End, name: str) -> dict[str, t.Any]:
    """A connection point of the VNFD, or a new one at an interface, under the name that it has here."""
    point: dict[str, t.Any] = {"vdu": end.vdu, "interface": end.interface}
    if end.point is not None:
        point = copy.deepcopy(vnfd.points[end.point])
    if "link" in point:
        point["link"] = f"{function}.{point['link'].partition('.')[2]}"
    return {**point, "name": name}


def _take_links(tree: Tree, built: Built, vnfd: Vnfd, names: dict[str, str], ranges: set[str]) -> None:
    """The links inside. A service cannot have a range twice: the later function leaves it out, and gets the next free one."""
    for link in vnfd.links:
        ends = [f"{built.name}.{names[end.partition('.')[2]]}" for end in link["endpoints"]]
        own = {**copy.deepcopy(link), "name": f"{built.name}.{link['name'].partition('.')[2]}", "endpoints": ends}
        if told := give_up_range(own, built.function["connection_points"], ranges):
            tree.warn(built.part.statement, f"range {link['name']}", told)
        ranges |= {own["cidr"]} if "cidr" in own else set()
        built.links.append(own)


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
