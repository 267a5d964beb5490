# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The language ``osm``: packages of Open Source MANO, of its release two (catalogs) and of today (SOL006 with more leaves).

A package is a folder with ``checksums.txt``; the files it lists must be as it says.

osm_catalog   the descriptors of release two
sol006        those of today
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from ..core.errors import InputError, Place
from . import osm_catalog, sol006
from .element import Element
from .package import Package
from .reading import Warnings
from .traced import Notes

CHECKSUMS = "checksums.txt"
ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256"}
"""Hexadecimal digits of a sum → its algorithm."""
BUILT = (".tar.gz", ".tgz", ".pyc")
"""What tools that made packages have listed by mistake: the package itself, and leavings of Python."""


def detect(package: Package) -> bool:
    if osm_catalog.detect(package):
        return True
    found = sol006.find(package)
    return bool(found.vnfd or found.nsd) and (
        any(PurePosixPath(name).name == CHECKSUMS for name in package.files)
        or any("mgmt-cp" in vnfd or "kdu" in vnfd for vnfd in found.vnfd)
        or any(nsd.path.startswith("nsd.nsd") for nsd in found.nsd)
        or any("mgmt-network" in link for nsd in found.nsd for link in nsd.items("virtual-link-desc"))
    )


def read(package: Package, default_site: dict, warnings: Warnings) -> dict:
    notes = Notes(package, warnings)
    for name in package.files:
        if PurePosixPath(name).name == CHECKSUMS:
            check_sums(package, name, notes)
    reader = osm_catalog if osm_catalog.detect(package) else sol006
    return reader.read(package, default_site, warnings)


def check_sums(package: Package, list_name: str, notes: Notes) -> None:
    """Compare every file of a package folder with its ``checksums.txt``.

    :raises InputError: a file is not as listed, or not there
    """
    folder = list_name.rpartition("/")[0]
    listed = set()
    for line, expected, path in _entries(package.text(list_name), list_name):
        name = _resolved(package, folder, path)
        if name is None and path.endswith(BUILT):
            notes.warn(
                f"built {path}", f"{path} is listed and not in the package; a tool has listed it by mistake", _at(list_name)
            )
        elif name is None:
            raise InputError(f"{path} is listed and not in the package", Place(list_name, line))
        elif expected != hashlib.new(ALGORITHMS[len(expected)], package.files[name], usedforsecurity=False).hexdigest():
            if not path.endswith(BUILT):
                raise InputError(f"{path} is not the file that was packed: its checksum is another", Place(list_name, line))
            notes.warn(f"built {path}", f"{path} is listed with the checksum of another; it is not used", _at(list_name))
        listed.add(name)
    prefix = f"{folder}/" if folder else ""
    for name in package.files:
        if name.startswith(prefix) and name not in listed and PurePosixPath(name).name != CHECKSUMS:
            notes.warn(f"unlisted {folder}", f"{name} has no checksum in {list_name}", _at(name))


def _entries(text: str, file: str) -> Iterator[tuple[int, str, str]]:
    """Line number, sum and path of each entry: ``sum<blanks>path``."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            digest, _blank, path = line.strip().partition("\t") if "\t" in line else line.strip().partition(" ")
            digest = digest.strip().lower()
            if len(digest) not in ALGORITHMS or set(digest) - set("0123456789abcdef") or not path.strip():
                raise InputError("a line of checksums is a sum and a path", Place(file, number))
            yield number, digest, path.strip().lstrip("*").strip().removeprefix("./")


def _resolved(package: Package, folder: str, path: str) -> str | None:
    """The file that an entry means: its path begins with the folder of the package, or within it."""
    within = path.partition("/")[2]
    above = folder.rpartition("/")[0]
    for start, rest in ((above, path), (folder, path), (folder, within)):
        name = f"{start}/{rest}" if start else rest
        if rest and name in package.files:
            return name
    return None


def _at(file: str) -> Element:
    return Element(None, file)
