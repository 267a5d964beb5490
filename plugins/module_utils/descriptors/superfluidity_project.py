# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the parts of an ETSI/Superfluidity project: in folders, or merged into one JSON file.

Files are told apart by what they hold, not by the folder they lie in, so ``NFV/JSON/NSD``,
``JSON/NSD`` and a flat folder are all read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..core.errors import InputError, Place
from .assembly import flow_pattern
from .element import Element
from .package import Package
from .parse import dump_yaml
from .reading import Warnings
from .traced import Notes, Traced

PLACEHOLDERS = {
    "",
    "id",
    "name",
    "Name",
    "vduId",
    "vnfdId",
    "vnfProfileId",
    "cpdId",
    "virtualLinkDescId",
    "flavourId",
    "NS_template",
    "Enum",
    "enum",
    "Reference to a SwImage",
    "reference SwImageDesc",
    "Reference to VnfDf",
}
"""Texts that the RDCL 3D editor writes where nobody has filled anything in."""

NOTHING_SAID = {*PLACEHOLDERS, "false", "False", False}
"""What a key may have that says no more than its absence."""

SECTIONS = {"k8s": ("K8S", ".yaml"), "click": ("CLICK", ".click"), "process": ("PROCESS", ".yaml"), "resource": ("", "")}
"""Sections of a merged JSON file → the folder and suffix that the same text has in a project folder."""

NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Project:
    """An NSD, the VNFDs by the name that the NSD may use, and the files beside them."""

    name: str
    nsd: Traced
    vnfds: dict[str, Traced]
    package: Package
    warnings: Warnings

    @property
    def notes(self) -> Notes:
        return Notes(self.package, self.warnings)

    def warn(self, kind: str, message: str, where: Element, value: str | None = None) -> None:
        line = self.package.line_of(where.file, value) if value else None
        self.warnings.add(kind, message, where, line or self.package.line_at(where.file, where.path))

    def identifier(self, owner: Traced, key: str) -> str | None:
        """The name at ``key``; None, with a warning, where only an editor's template stands."""
        text = owner.text(key)
        if text is None or text in PLACEHOLDERS:
            what = re.sub(r"\[\d+\]", "", owner.path) or owner.file
            self.warn(f"placeholder {what}", f"an entry of {what} without a real {key} was left out", owner)
            owner.take()
            return None
        if not NAME.fullmatch(text):
            raise owner.error(f"the name {text[:70]!r} may hold only letters, digits, - and _ (63 at most)", key)
        return text


def is_project(package: Package) -> bool:
    return any(
        _is_merged(found) or "nsdIdentifier" in found or ("vnfdId" in found and isinstance(found.value.get("vdu"), list))
        for found in package.mappings.values()
    )


def link_kind(description: Traced) -> str:
    """``lan``, ``line`` or ``tree``: as the kind of Ethernet service has it, such as E-LINE, or else the flow pattern."""
    kind = description.child("connectivityType")
    protocol, pattern = kind.text("layerProtocol") or "", kind.text("flowPattern") or ""
    return flow_pattern(protocol if protocol.upper().startswith("E-") else pattern)


def open_project(package: Package, warnings: Warnings) -> Project:
    merged = [Traced(found.value, found.file, strict=True) for found in package.mappings.values() if _is_merged(found)]
    if merged:
        return _open_merged(merged, package, warnings)
    nsds = _of_one_syntax(package, "nsdIdentifier")
    vnfds = _of_one_syntax(package, "vnfdId", "vdu")
    named = {PurePosixPath(found.file).stem: found for found in vnfds}
    named |= {found.text("vnfdId") or "": found for found in vnfds}
    _refuse_twins(vnfds)
    nsd = _alone(vnfds[0]) if len(vnfds) == 1 and not nsds else _only(nsds)
    return Project(_service_name(nsd, PurePosixPath(nsd.file).stem), nsd, named, package, warnings)


def _is_merged(found: Element) -> bool:
    return isinstance(found.value.get("nsd"), dict) and isinstance(found.value.get("vnfd"), dict)


def _alone(vnfd: Traced) -> Traced:
    """What a network service of one VNF would say, with a link for each of its external connection points."""
    name = vnfd.text("vnfdId") or ""
    points = [text for point in vnfd.items("vnfExtCpd") if (text := point.text("cpdId")) and text not in PLACEHOLDERS]
    profile = {"vnfdId": name, "nsVirtualLinkConnectivity": [{"virtualLinkProfileId": one, "cpdId": [one]} for one in points]}
    flavour = {"virtualLinkProfile": [{"virtualLinkDescId": one} for one in points], "vnfProfile": [profile]}
    links = [{"virtualLinkDescId": one} for one in points]
    return Traced({"nsdIdentifier": name, "vnfdId": [name], "virtualLinkDesc": links, "nsDf": [flavour]}, vnfd.file)


def _of_one_syntax(package: Package, *keys: str) -> list[Traced]:
    """The files with all of ``keys``; YAML only where no JSON has them (editors export both)."""
    found = [Traced(one.value, one.file, strict=True) for one in package.mappings.values() if all(key in one for key in keys)]
    in_json = [one for one in found if one.file.lower().endswith(".json")]
    return in_json or found


def _only(nsds: list[Traced]) -> Traced:
    if len(nsds) == 1:
        return nsds[0]
    names = ", ".join(nsd.file for nsd in nsds) or "none"
    raise InputError(f"one network service descriptor is expected, found: {names}; point to the folder of one")


def _refuse_twins(vnfds: list[Traced]) -> None:
    seen: dict[str, str] = {}
    for vnfd in vnfds:
        name = vnfd.text("vnfdId") or ""
        if name in seen:
            raise vnfd.error(f"the vnfdId {name} is taken by {seen[name]}; give each VNFD its own", "vnfdId")
        seen[name] = vnfd.file


def _open_merged(merged: list[Traced], package: Package, warnings: Warnings) -> Project:
    if len(merged) != 1:
        names = ", ".join(one.file for one in merged)
        raise InputError(f"one merged descriptor is expected, found: {names}; point to one file")
    whole, nsds, vnfds = merged[0], merged[0].child("nsd"), merged[0].child("vnfd")
    keys = list(nsds)
    if len(keys) != 1:
        raise nsds.error(f"one network service descriptor is expected here, not {len(keys)}")
    key = keys[0]
    named = {name: vnfds.child(name) for name in vnfds}
    named |= {text: vnfd for vnfd in named.values() if (text := vnfd.text("vnfdId")) and text not in named}
    files = package.files | _inner_files(whole)
    return Project(_service_name(nsds.child(key), key), nsds.child(key), named, Package(files), warnings)


def _inner_files(whole: Element) -> dict[str, bytes]:
    """The nested descriptors of a merged file under the names they have in a project folder."""
    files = {}
    for section, (folder, suffix) in SECTIONS.items():
        entries = whole.child(section)
        for name in entries:
            content = entries.child(name).value
            text = content if isinstance(content, str) else dump_yaml(content)
            files[str(PurePosixPath(folder, f"{name}{suffix}"))] = text.encode()
    return files


def _service_name(nsd: Element, fallback: str) -> str:
    for name in (nsd.text("nsdIdentifier"), fallback, nsd.text("nsdName")):
        if name and name not in PLACEHOLDERS and NAME.fullmatch(name):
            return name
    raise InputError("the network service has no usable name; give it one", Place(nsd.file, None, "nsdIdentifier"))
