# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The language ``superfluidity``: ETSI NFV descriptors in JSON with the project's nested VDUs.

One network service descriptor (NSD) names VNF descriptors (VNFDs), each with VDUs. A VDU may be
nested: a Kubernetes template, a Click configuration or a process, inside a parent VDU or beside it.
Both ways of writing that are read: the type beside the reference (``vduNestedDescType``), and a
reference into a list of the VNFD (``vduNestedDesc[].vduNestedDescriptorType``).

superfluidity_project   finds the NSD, the VNFDs and the files they refer to
superfluidity_nsd       links, chains, access points, order
superfluidity_vnfd      one function: connection points, routers, services, inner links
superfluidity_vdu       one VDU
superfluidity_metadata  what the descriptors carry beside the standard, in ``modifiableAttributes``
"""

from __future__ import annotations

from .package import Package
from .reading import Warnings
from .superfluidity_nsd import read_service
from .superfluidity_project import is_project, open_project


def detect(package: Package) -> bool:
    return is_project(package)


def read(package: Package, default_site: dict, warnings: Warnings) -> dict:
    """The service model of the one NSD in ``package``."""
    return read_service(open_project(package, warnings), default_site)
