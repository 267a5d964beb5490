# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a NodeModel takes of the VNFD that it names: one function, with the links inside it and its documents.

The VNFD is read as it would be by itself, by the reader of its own language (``Reader``). What a service has and a
function has not, such as an order, is told; the links that a VNF gets when it stands alone are the names by which others
call its connection points, and nothing else of them is kept.
"""

from __future__ import annotations

import copy
import typing as t
from dataclasses import dataclass, field, replace

from ..core.errors import InputError, NfvError, Place
from .element import Element
from .package import Package
from .reading import Reading, Warnings
from .traced import MOST_WARNINGS

if t.TYPE_CHECKING:
    from .nemo_statements import Statement

Reader: t.TypeAlias = "t.Callable[[Package], Reading]"
"""Reads the descriptor in a package, of whatever language."""
MOST_BYTES = 64 * 2**20
"""Of all VNFDs of a program together: one file has many URIs, and would be read for each."""
OF_A_FUNCTION = {"name", "functions", "links", "documents", "order"}
"""What of the service of one function is said of the function, or goes without saying."""


class End(t.NamedTuple):
    """What a NodeModel means by a name: a connection point of the VNFD, or an interface that none is at."""

    point: str | None
    vdu: str
    interface: str | None


@dataclass(frozen=True)
class Vnfd:
    """``links`` are those inside the function; ``outer`` are the names of its points for others, where they are other ones.

    ``by_interface``: in this language a NodeModel names interfaces before it names connection points.
    """

    function: dict[str, t.Any]
    links: list[dict[str, t.Any]]
    outer: dict[str, str]
    by_interface: bool

    @property
    def points(self) -> dict[str, dict[str, t.Any]]:
        return {point["name"]: point for point in self.function.get("connection_points", [])}

    @property
    def inner(self) -> set[str]:
        """The points in which links inside the function end, and those that its VDUs name."""
        ends = {end.partition(".")[2] for link in self.links for end in link["endpoints"]}
        pools = {vdu["port_pool"]["connection_point"] for vdu in self.function["vdus"] if "port_pool" in vdu}
        return ends | pools

    def ends(self, reference: str) -> list[End]:
        """Everything that ``reference`` may mean, what is meant first in front; a name counts without its case."""
        points = self.points
        named = [name for name in (*points, *self.outer) if name.lower() == reference.lower()]
        by_point = [_end_of(points[self.outer.get(name, name)]) for name in named]
        by_interface = [end for end, names in self._interfaces() if reference.lower() in names]
        groups = (by_interface, by_point) if self.by_interface else (by_point, by_interface)
        return list(dict.fromkeys(next((group for group in groups if len(set(group)) == 1), [])))

    def known(self) -> list[str]:
        """Names of all that a NodeModel may mean, for a sentence."""
        names = [f"{end.interface}.{end.vdu}" for end, _names in self._interfaces() if end.interface]
        return list(dict.fromkeys([*self.outer, *self.points, *names]))

    def _interfaces(self) -> t.Iterator[tuple[End, set[str]]]:
        """Interfaces and connection points, each with what it is called: alone, and with its VDU behind it."""
        titles = {vdu["name"]: {vdu["name"], vdu.get("description", vdu["name"])} for vdu in self.function["vdus"]}
        ends = [_end_of(point) for point in self.points.values() if "vdu" in point]
        at = {(end.vdu, end.interface) for end in ends}
        for vdu in self.function["vdus"]:
            ends += [End(None, vdu["name"], one) for one in vdu.get("interfaces", []) if (vdu["name"], one) not in at]
        for end in ends:
            for name in {end.interface, end.point} - {None}:
                longer = {f"{name}{sign}{title}" for title in titles[end.vdu] for sign in ".-"}
                yield end, {text.lower() for text in (f"{name}", *longer)}


def _end_of(point: dict[str, t.Any]) -> End:
    return End(point["name"], point.get("vdu", ""), point.get("interface"))


@dataclass
class Library:
    """The VNFDs that a program names, each fetched and read once; what they say that has no place goes to ``warnings``."""

    package: Package
    read: Reader
    warnings: Warnings
    known: dict[str, Vnfd] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    ranges: set[str] = field(default_factory=set)
    """Of the links inside functions, so far."""
    size: int = 0

    def vnfd(self, uri: str, statement: Statement) -> Vnfd:
        if uri not in self.known:
            self.known[uri] = self._read(uri, statement)
        return self.known[uri]

    def _read(self, uri: str, statement: Statement) -> Vnfd:
        try:
            files = self.package.named(uri)
        except NfvError as wrong:
            raise type(wrong)(f"the VNFD {uri[:200]} {wrong.message}", statement.place) from wrong
        self.size += sum(map(len, files.values()))
        if self.size > MOST_BYTES:
            raise statement.error(f"the VNFDs of this program have more than {MOST_BYTES >> 20} MiB together")
        try:
            reading = self.read(Package(files, beside=lambda name: self.package.beside(uri, name)))
        except InputError as wrong:
            place = wrong.place or Place(next(iter(files), uri.rpartition("/")[2]))
            wrong.place = replace(place, line=place.line or 1)
            raise
        self.warnings.found += reading.warnings[: max(0, MOST_WARNINGS - len(self.warnings.found))]
        return self._taken(reading, next(iter(files)), statement)

    def _taken(self, reading: Reading, file: str, statement: Statement) -> Vnfd:
        """The one function of a service; the documents get names that those of other VNFDs have not."""
        service = reading.service
        if len(service["functions"]) != 1:
            count = len(service["functions"])
            raise statement.error(f"{file} describes {count} functions, and a NodeModel stands for one; name the VNFD of one")
        for key in sorted(service.keys() - OF_A_FUNCTION):
            message = f"of a VNFD, {key} is not used: a function of the service model has no place for it"
            self.warnings.add(f"vnfd {key}", message, Element(service, file), 1)
        function = copy.deepcopy(service["functions"][0])
        names = {name: self._free(name, text) for name, text in service.get("documents", {}).items()}
        rename_documents(function, names)
        self.documents |= {names[name]: text for name, text in service.get("documents", {}).items()}
        prefix = f"{function['name']}."
        inner = [link for link in service.get("links", []) if link["name"].startswith(prefix)]
        outer = [(link["name"], end) for link in service.get("links", []) if link not in inner for end in link["endpoints"]]
        called = {name: end.removeprefix(prefix) for name, end in outer if name != end.removeprefix(prefix)}
        return Vnfd(function, inner, called, reading.format == "openmano")

    def _free(self, name: str, text: str) -> str:
        """A name for a document: its own, unless another of that name says something else."""
        free, number = name, 1
        while self.documents.get(free, text) != text:
            number += 1
            free = f"{number}/{name}"
        return free


def rename_documents(function: dict[str, t.Any], names: dict[str, str]) -> None:
    """Let a function, its VDUs and its services name their documents as ``names`` has them."""
    holders = [(function.get("model", {}), ("document",))]
    holders += [(service, ("descriptor",)) for service in function.get("services", [])]
    holders += [(vdu, ("descriptor", "user_data")) for vdu in function["vdus"]]
    for holder, keys in holders:
        holder.update({key: names.get(holder[key], holder[key]) for key in keys if key in holder})
    for vdu in function["vdus"]:
        if "files" in vdu:
            vdu["files"] = {target: names.get(name, name) for target, name in vdu["files"].items()}
    if "objects" in function:
        function["objects"] = [names.get(name, name) for name in function["objects"]]
