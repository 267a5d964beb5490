# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The language ``sol001``: ETSI GS NFV-SOL 001 descriptors in TOSCA, as CSAR, as its unpacked folder, or as one template.

sol001_package    the CSAR: entry definitions, imports, types
sol001_manifest   its hashes
sol001_vnfd       a deployment flavour of a VNFD as a function
sol001_pods       the VDUs that are containers
sol001_nsd        an NSD
"""

from __future__ import annotations

import typing as t

from ..core.errors import InputError
from .assembly import Draft, outer_links, service_of
from .naming import slug
from .package import Package
from .reading import Warnings
from .sol001_nsd import read_network_service
from .sol001_package import Csar, detect, open_packages
from .sol001_vnfd import Vnf, read_vnf, vnf_of
from .traced import Notes, Traced

__all__ = ["detect", "read"]


def read(package: Package, default_site: dict, warnings: Warnings) -> dict:
    """The service of the one NSD in the files given or, without any, of all their VNFDs."""
    notes = Notes(package, warnings)
    csars = open_packages(notes)
    services = [csar for csar in csars if csar.nodes(csar.entry, "ns")]
    vnfs = [vnf for csar in csars if csar not in services and (vnf := vnf_of(csar))]
    if len(services) > 1:
        names = ", ".join(csar.entry.file for csar in services)
        raise InputError(f"one network service is expected, found: {names}; point to the folder of one")
    if services:
        return read_network_service(services[0], vnfs, default_site, notes)
    if not vnfs:
        raise InputError(f"{csars[0].entry.file}: no VNF or network service of SOL001 is described here")
    return _service_of_vnfs(vnfs, default_site, notes)


def _service_of_vnfs(vnfs: list[Vnf], site: dict, notes: Notes) -> dict:
    names = _names(vnfs)
    drafts = [read_vnf(vnf, name, site, notes) for vnf, name in zip(vnfs, names, strict=True)]
    links = outer_links(drafts, _shared_networks(notes, [vnf.csar for vnf in vnfs]))
    if len(vnfs) > 1:
        message = f"there is no NSD: the service holds all {len(vnfs)} VNFs and is called {names[0]}"
        notes.warn("no NSD", message, vnfs[0].csar.entry)
    _tell_unused_files([vnf.csar for vnf in vnfs], drafts, notes)
    return service_of(names[0], drafts, links, version=vnfs[0].text("descriptor_version"))


def _names(vnfs: list[Vnf]) -> list[str]:
    """The products' names; where two bear the same, those of their folders."""
    products = [slug(vnf.text("product_name") or "") for vnf in vnfs]
    folders = [slug(vnf.csar.folder.rstrip("/").rpartition("/")[2]) for vnf in vnfs]
    names = products if all(products) and len(set(products)) == len(products) else folders
    if not all(names) or len(set(names)) < len(names):
        names = [
            slug(vnf.csar.entry.file.rpartition("/")[2].partition(".")[0]) or f"vnf{index}" for index, vnf in enumerate(vnfs, 1)
        ]
    if len(set(names)) < len(names):
        raise vnfs[0].csar.entry.error(f"two VNFs are called {names[0]}; give each a product_name of its own")
    return names


def _tell_unused_files(csars: list[Csar], drafts: list[Draft], notes: Notes) -> None:
    """The files that only other programs use: scripts, images, templates of a VIM."""
    used = {template.file for csar in csars for template in csar.templates}
    used |= {document.partition("#")[0] for draft in drafts for document in draft.documents}
    rest = [
        name for name in notes.package.files if name not in used and "TOSCA-Metadata/" not in name and not name.endswith(".mf")
    ]
    if rest:
        shown = ", ".join(rest[:5]) + (" …" if len(rest) > 5 else "")
        notes.warn("files", f"{len(rest)} files of the package are not used: {shown}", Traced(None, rest[0]))


def _shared_networks(notes: Notes, csars: list[Csar]) -> dict[str, str]:
    """Connection points that share a network, as a request to instantiate (SOL003) beside the descriptors has it.

    A VNFD does not know which of its outer points are at the same network; answers point → name of the network.
    """
    together: dict[str, str] = {}
    for file, found in notes.package.mappings.items():
        networks = found.value.get("extVirtualLinks")
        if (
            not isinstance(networks, list)
            or "flavourId" not in found.value
            or not any(file.startswith(csar.folder) for csar in csars)
        ):
            continue
        message = f"which points share a network is read from {file}"
        notes.warn(f"networks {file}", message, Traced(found.value, file).child("extVirtualLinks"))
        names: dict[str, str] = {}
        for network in (one for one in networks if isinstance(one, dict)):
            name = names.setdefault(str(network.get("resourceId") or network.get("id")), slug(str(network.get("id"))))
            points = network.get("extCps") if isinstance(network.get("extCps"), list) else []
            together |= {str(_cpd(point)): name for point in points or [] if _cpd(point) and name}
    return together


def _cpd(point: t.Any) -> t.Any:
    return point.get("cpdId") if isinstance(point, dict) else None
