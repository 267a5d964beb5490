# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The language ``sol006``: ETSI GS NFV-SOL 006 descriptors, as YAML, JSON (RFC 7951) or XML.

The names are those of the YANG modules etsi-nfv-vnf and etsi-nfv-ns. Open Source MANO writes the same descriptors with a
few leaves of its own since its release nine (``osm``); they are read here too.

sol006_vnfd   one VNFD as a function
sol006_nsd    links, chains, access points, order
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..core.errors import InputError, Place
from .assembly import outer_links, service_of
from .naming import fit_name
from .package import Package
from .parse import plain_path
from .reading import Warnings
from .sol006_nsd import read_network_service
from .sol006_vnfd import read_vnf
from .traced import Notes, Traced

SIGNS = {
    "vnfd": {"vdu", "df", "ext-cpd", "product-name", "mgmt-cp", "kdu", "virtual-compute-desc"},
    "nsd": {"df", "vnfd-id", "nested-nsd-id", "virtual-link-desc", "sapd"},
    "pnfd": {"ext-cpd"},
}
"""A mapping with an ``id`` and one of these keys is a descriptor of that kind."""


@dataclass(frozen=True)
class Descriptors:
    """The descriptors of a package, by kind, in the order of their files."""

    vnfd: list[Traced]
    nsd: list[Traced]
    pnfd: list[Traced]


def detect(package: Package) -> bool:
    found = find(package)
    return bool(found.vnfd or found.nsd or found.pnfd)


def find(package: Package) -> Descriptors:
    found: dict[str, list[Traced]] = {kind: [] for kind in SIGNS}
    for root in _roots(package):
        for kind, signs in SIGNS.items():
            for holder in (root, _below(root, "nfv"), _below(root, kind)):
                found[kind] += [one for one in _entries(holder, kind) if "id" in one and any(sign in one for sign in signs)]
    return Descriptors(**found)


def _below(root: Traced, key: str) -> Traced:
    """A wrapper of descriptors: the root of all, or OSM's ``nsd: {nsd: [...]}``."""
    found = root.child(key)
    return found if isinstance(found.value, dict) else Traced({}, root.file, root.path, root.used)


def _entries(holder: Traced, kind: str) -> list[Traced]:
    return [one for one in holder.items(kind) if isinstance(one.value, dict)]


def _roots(package: Package) -> t.Iterator[Traced]:
    for name, found in package.mappings.items():
        yield Traced(without_prefixes(found.value), name)
    for name, document in package.xml.items():
        if isinstance(document.data, dict):
            yield Traced(document.data, name)


def without_prefixes(value: t.Any) -> t.Any:
    """``value`` with its keys as YANG has them, ``vnfd`` for ``etsi-nfv-vnfd:vnfd``."""
    if isinstance(value, dict):
        return {plain_path(key): without_prefixes(item) for key, item in value.items()}
    return [without_prefixes(item) for item in value] if isinstance(value, list) else value


def read(package: Package, default_site: dict, warnings: Warnings) -> dict:
    """The service of the one NSD in ``package`` or, without any, of its one VNFD."""
    notes, found = Notes(package, warnings), find(package)
    if found.nsd:
        return read_network_service(only(found.nsd, package), found.vnfd, found.pnfd, default_site, notes)
    if not found.vnfd:
        names = ", ".join(sorted({one.file for one in found.pnfd})) or ", ".join(package.files)
        raise InputError(f"{names}: a physical function alone is described here; there is nothing to deploy")
    return service_of_one(only(found.vnfd, package), default_site, notes)


def only(found: list[Traced], package: Package, key: str = "id") -> Traced:
    """The one descriptor, or the one that was asked for by its name."""
    fits = [one for one in found if package.wanted is None or package.wanted in (one.text("id"), one.text("name"))]
    if len(fits) == 1:
        return fits[0]
    names = ", ".join(one.text(key) or "?" for one in found)
    if package.wanted is not None:
        raise InputError(f"there is no {package.wanted} in the package, or more than one; there are: {names}")
    raise InputError(f"one service is expected, found: {names}; say with nsd which one is meant", Place(found[0].file))


def service_of_one(vnfd: Traced, default_site: dict, notes: Notes) -> dict:
    """A VNF alone is a service of one function, with a link for each of its outer connection points."""
    name = fit_name(vnfd.text("id"), vnfd, notes, "id")
    draft = read_vnf(vnfd, name, default_site, notes)
    version = vnfd.text("version")
    notes.unused(vnfd, "a VNFD")
    return service_of(name, [draft], outer_links([draft]), version=version)
