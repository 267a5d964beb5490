# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A package or a descriptor as Open Source MANO takes it: one archive with one descriptor, by the id of which OSM knows it.

An archive packed by gzip is taken as it is, once its list of checksums was found right. Everything else is packed here.
"""

from __future__ import annotations

import typing as t
from pathlib import PurePosixPath

from ..core.errors import InputError, Place
from .osm import check_sums
from .osm_tree import CHECKSUMS, Tree, archive, tree_of
from .package import Package
from .parse import dump_yaml, parse_json, parse_yaml
from .reading import Warnings
from .traced import Notes

GZIP = b"\x1f\x8b"
SUFFIXES = (".yaml", ".yml", ".json")
WRAPPERS = {"vnfd": "vnf", "nsd": "ns"}
"""The outer key of a descriptor, without its namespace → the kind of package."""
CATALOGS = ("vnfd-catalog", "nsd-catalog")
LONGEST_ID = 255


class OsmPackage(t.NamedTuple):
    """``files`` are those of the package by their path below its folder, ``content`` is its archive."""

    kind: str
    id: str
    descriptor: dict[str, t.Any]
    files: dict[str, bytes]
    content: bytes

    @property
    def name(self) -> str:
        """The name of the archive's file."""
        return f"{self.id}.tar.gz"


def given(path: str, tree: dict[str, bytes], content: bytes | None) -> OsmPackage:
    """What is at a path: a folder (``content`` is None), an archive, or a descriptor alone.

    :raises InputError: it is no package of OSM
    """
    if content is None:
        return of_folder(tree, path)
    name = PurePosixPath(path).name
    if list(tree) == [name] and path.endswith(SUFFIXES):
        return of_descriptor(_parsed(tree[name], path), path)
    return of_archive(content, tree, path)


def of_archive(content: bytes, files: dict[str, bytes], where: str) -> OsmPackage:
    """A package of an archive and what it holds.

    :raises InputError: it is no package of OSM, or not the one that its list of checksums is of
    """
    tops = {name.partition("/")[0] for name in files}
    if len(tops) != 1 or any("/" not in name for name in files):
        raise InputError("is no package of OSM: all files of it are in one folder at its top", Place(where))
    (top,) = tops
    inside = {name.partition("/")[2]: text for name, text in files.items()}
    package = Package(files)
    for name in files:
        if name == f"{top}/{CHECKSUMS}":
            check_sums(package, name, Notes(package, Warnings()))
    return _package(inside, where, content if content.startswith(GZIP) else None, top)


def of_folder(files: dict[str, bytes], where: str) -> OsmPackage:
    """A package of the files of a folder. Those that begin as scripts do may be run."""
    return _package({name: text for name, text in files.items() if name != CHECKSUMS}, where, None, None)


def of_descriptor(descriptor: t.Any, where: str) -> OsmPackage:
    """A package of a descriptor alone, with its outer key or without."""
    kind, inner = _unwrapped(descriptor, where)
    outer: dict[str, t.Any] = {"vnfd": inner} if kind == "vnf" else {"nsd": {"nsd": [inner]}}
    name = _id(inner, where)
    return _packed(kind, inner, {f"{name}_{kind}d.yaml": dump_yaml(outer).encode()}, name)


def of_tree(tree: Tree) -> OsmPackage:
    """A package that ``osm_tree`` has made."""
    return _package(tree.files, tree.name, archive(tree), tree.name)


def changed_files(package: OsmPackage, there: t.Mapping[str, bytes]) -> list[str]:
    """The files in which the package differs from another, whatever that one's folder is called.

    :param there: the files of the other, with the folder
    """
    other = {name.partition("/")[2]: content for name, content in there.items()}
    own, other = ({name: text for name, text in one.items() if name != CHECKSUMS} for one in (package.files, other))
    return sorted(name for name in own.keys() | other.keys() if own.get(name) != other.get(name))


def in_order(packages: t.Sequence[OsmPackage]) -> list[OsmPackage]:
    """The packages of VNFs before those of network services, which name them.

    :raises InputError: two are of the same id
    """
    seen: set[tuple[str, str]] = set()
    for one in packages:
        if (one.kind, one.id) in seen:
            raise InputError(f"two of the packages are of the {one.kind.upper()}D {one.id}; give one")
        seen.add((one.kind, one.id))
    return sorted(packages, key=lambda one: one.kind == "ns")


def _package(files: dict[str, bytes], where: str, content: bytes | None, top: str | None) -> OsmPackage:
    names = [name for name in files if "/" not in name and name.endswith(SUFFIXES)]
    if len(names) != 1:
        there = f"these: {', '.join(sorted(names)[:5])}" if names else "none"
        raise InputError(
            f"is no package of OSM: it has one descriptor (.yaml or .json) at its top; here are {there}", Place(where)
        )
    place = str(PurePosixPath(where, names[0]))
    kind, inner = _unwrapped(_parsed(files[names[0]], place), place)
    if content is None:
        return _packed(kind, inner, files, top or f"{_id(inner, place)}_{kind}")
    return OsmPackage(kind, _id(inner, place), inner, files, content)


def _packed(kind: str, inner: dict[str, t.Any], files: dict[str, bytes], top: str) -> OsmPackage:
    own = {name: text for name, text in files.items() if name != CHECKSUMS}
    programs = frozenset(name for name, text in own.items() if text.startswith(b"#!"))
    tree = tree_of(top, kind, own, programs)
    return OsmPackage(kind, _id(inner, top), inner, tree.files, archive(tree))


def _parsed(content: bytes, place: str) -> t.Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise InputError("this file is no UTF-8 text", Place(place)) from wrong
    found = [parse_json(text, place)] if place.endswith(".json") else parse_yaml(text, place)
    if len(found) != 1:
        raise InputError(f"a descriptor is one document of YAML; here are {len(found)}", Place(place))
    return found[0]


def _unwrapped(data: t.Any, where: str) -> tuple[str, dict[str, t.Any]]:
    """The kind of a descriptor, and it without its outer keys."""
    if not isinstance(data, dict):
        raise InputError("is no descriptor: give a mapping with vnfd or nsd", Place(where))
    plain = {str(key).rpartition(":")[2]: value for key, value in data.items()}
    if any(key in plain for key in CATALOGS):
        raise InputError(
            "is of OSM's release two, which no OSM takes since release nine: write it with to_osm or osm_package, style sol006",
            Place(where),
        )
    for key, kind in WRAPPERS.items():
        inner = plain.get(key)
        if isinstance(inner, dict) and kind == "ns" and isinstance(inner.get("nsd"), list):
            inner = inner["nsd"][0] if len(inner["nsd"]) == 1 else None
        if isinstance(inner, dict):
            return kind, inner
    if "id" in plain and ("vdu" in plain or "kdu" in plain or "ext-cpd" in plain):
        return "vnf", data
    if "id" in plain and "vnfd-id" in plain:
        return "ns", data
    raise InputError("is no descriptor of OSM: it has neither vnfd nor nsd, with one of them below", Place(where))


def _id(inner: dict[str, t.Any], where: str) -> str:
    name = inner.get("id")
    if not isinstance(name, str) or not name or len(name) > LONGEST_ID or "/" in name or not name.isprintable():
        raise InputError("id is to be a text that can be shown, without a slash", Place(where, path="id"))
    return name
