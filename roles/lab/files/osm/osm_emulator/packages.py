# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages that the emulated OSM has onboarded, those of VNFs or those of network services.

An upload is looked at as OSM looks at it: the archive's shape, its checksum, the files that a descriptor names, and the
references inside of it. OSM validates against YANG models too, of which only the names at the top are known here.
"""

from __future__ import annotations

import copy
import hashlib
import io
import tarfile
import time
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from .items import Item, Problem, bad, conflict, found, listed, new_id, unprocessable

KEYS = {
    "vnf": {"id", "provider", "product-name", "software-version", "version", "product-info-name", "product-info-description",
            "vnfm-info", "localization-language", "default-localization-language", "vdu", "virtual-compute-desc", "kdu",
            "virtual-storage-desc", "sw-image-desc", "int-virtual-link-desc", "security-group-rule", "ext-cpd", "df",
            "configurable-properties", "modifiable-attributes", "lifecycle-management-script", "element-group", "indicator",
            "auto-scale", "mgmt-cp", "k8s-cluster", "description", "name"},
    "ns": {"id", "designer", "version", "name", "description", "nested-nsd-id", "vnfd-id", "pnfd-id", "sapd",
           "virtual-link-desc", "vnffgd", "df", "ns-configuration", "signature", "algorithm", "certificate", "log",
           "monitored-info", "lifecycle-management-script", "auto-scale-rule"},
}  # fmt: skip
WRAPPERS = {"vnf": ("vnfd", "etsi-nfv-vnfd:vnfd"), "ns": ("nsd", "etsi-nfv-nsd:nsd")}
OLD = {"vnf": ("vnfd-catalog", "vnfd:vnfd-catalog"), "ns": ("nsd-catalog", "nsd:nsd-catalog")}
MODIFIABLE = ("initial-config-primitive", "config-primitive", "terminate-config-primitive")


class Shelf:
    """Packages of one kind.

    ``check`` looks at a descriptor and its files, ``runs`` says whether an instance has it, ``used`` what keeps one from being
    deleted.
    """

    def __init__(
        self,
        kind: str,
        check: Callable[[Item, Mapping[str, bytes]], None],
        runs: Callable[[Item], bool],
        used: Callable[[Item], str | None],
    ):
        self.kind, self._check, self._runs, self._used = kind, check, runs, used
        self.items: list[Item] = []
        self.contents: dict[str, bytes] = {}

    def add(self, descriptor: Item, content: bytes = b"", files: Mapping[str, bytes] | None = None) -> Item:
        """A descriptor that is there without having been uploaded, or one that has been."""
        state = {"onboardingState": "ONBOARDED", "operationalState": "ENABLED", "usageState": "NOT_IN_USE"}
        admin = {**state, "revision": 1, "created": time.time(), "modified": time.time(), "files": sorted(files or {})}
        item = {"_id": new_id(), **descriptor, "_admin": admin, **self._projected(state)}
        self.items.append(item)
        self.contents[item["_id"]] = content
        return item

    def listed(self, query: Mapping[str, str]) -> list[Item]:
        return [one for one in self.items if all(str(one.get(key)) == value for key, value in query.items())]

    def shown(self, name: str) -> Item:
        return found(self.items, name, f"{self.kind}d")

    def onboard(self, content: bytes, headers: Mapping[str, str]) -> Item:
        descriptor, files = self._opened(content, headers)
        self._check_id(descriptor["id"], None)
        return {"id": self.add(descriptor, content, files)["_id"]}

    def replace(self, name: str, content: bytes, headers: Mapping[str, str]) -> None:
        item = self.shown(name)
        descriptor, files = self._opened(content, headers)
        self._check_id(descriptor["id"], name)
        if self.kind == "vnf" and self._runs(item):
            self._check_change(item, descriptor)
        for key, value in descriptor.items():  # a merge patch (RFC 7396): what the new one lacks stays
            item[key] = value
        item["_admin"].update(revision=item["_admin"]["revision"] + 1, modified=time.time(), files=sorted(files))
        self.contents[name] = content

    def content(self, name: str, accept: str) -> bytes:
        self.shown(name)
        if "application/zip" not in accept and "application/gzip" not in accept:
            raise Problem(
                406, "NOT_ACCEPTABLE", "Packages that contains several files need to be retrieved with 'application/zip'"
            )
        if not self.contents[name]:
            raise Problem(406, "NOT_ACCEPTABLE", "Only allowed 'text/plain' Accept header for this descriptor.")
        return self.contents[name]

    def delete(self, name: str) -> None:
        item = self.shown(name)
        if reason := self._used(item):
            raise conflict(reason)
        self.items.remove(item)
        self.contents.pop(name)

    def _check_change(self, item: Item, descriptor: Item) -> None:
        old = {key: value for key, value in item.items() if key in KEYS[self.kind]}
        if old.get("software-version", "1.0") != descriptor.get("software-version", "1.0"):
            return
        for key in sorted(old.keys() | descriptor.keys()):
            if _fixed(old).get(key) != _fixed(descriptor).get(key):
                raise unprocessable(
                    f"Error in validating new descriptor: ['{key}'] cannot be modified, "
                    "there are disallowed changes in the vnf descriptor."
                )

    def _projected(self, state: Mapping[str, str]) -> Item:
        if self.kind == "vnf":
            return dict(state)
        return {f"nsd{key[0].upper()}{key[1:]}": value for key, value in state.items()}

    def _check_id(self, name: str, own: str | None) -> None:
        if any(one["id"] == name and one["_id"] != own for one in self.items):
            raise conflict(f"{self.kind}d with id '{name}' already exists for this project")

    def _opened(self, content: bytes, headers: Mapping[str, str]) -> tuple[Item, dict[str, bytes]]:
        if "gzip" not in headers.get("Content-Type", ""):
            raise bad("only packages in gzip are known to this emulator")
        wanted = headers.get("Content-File-MD5")
        if wanted and wanted != hashlib.md5(content, usedforsecurity=False).hexdigest():
            raise conflict("Error, MD5 mismatch")
        files = _files(content)
        tops = [name for name in files if name.count("/") == 1 and name.endswith((".yaml", ".yml", ".json"))]
        if len(tops) != 1:
            raise bad(f"{'Found more than one' if tops else 'Not found any'} descriptor file at package descriptor tar.gz")
        try:
            descriptor = self._unwrapped(yaml.safe_load(files[tops[0]]))
        except yaml.YAMLError as error:
            raise bad(f"Invalid yaml format {error}") from error
        self._check(descriptor, {name.partition("/")[2]: text for name, text in files.items()})
        return descriptor, files

    def _unwrapped(self, data: Any) -> Item:
        data = data if isinstance(data, dict) else {}
        if any(key in data for key in OLD[self.kind]):
            raise unprocessable("ERROR: Unsupported descriptor format. Please, use an ETSI SOL006 descriptor.")
        inner = next((data[key] for key in WRAPPERS[self.kind] if key in data), data)
        if self.kind == "ns" and isinstance(inner, dict) and listed(inner.get("nsd")):
            if len(inner["nsd"]) != 1:
                raise bad("'nsd' must be a list of only one element")
            inner = inner["nsd"][0]
        unknown = sorted(inner.keys() - KEYS[self.kind]) if isinstance(inner, dict) else ["?"]
        if unknown or not isinstance(inner.get("id"), str):
            raise unprocessable(f"Error in pyangbind validation: {unknown or 'id'} is not known or not right")
        return inner


def _files(content: bytes) -> dict[str, bytes]:
    files = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            for member in archive:
                parts = member.name.split("/")
                if not parts[0] or ".." in parts:
                    raise bad("Absolute path or '..' are not allowed for package descriptor tar.gz")
                if len(parts) == 1 and not member.isdir():
                    raise bad("All files must be inside a dir for package descriptor tar.gz")
                stream = archive.extractfile(member) if member.isreg() else None
                if stream is not None:
                    files[member.name] = stream.read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise bad(f"invalid file content {error}") from error
    return files


def _fixed(descriptor: Item) -> Item:
    """A VNFD without what may be changed while it is in use: primitives and policies of scaling and healing."""
    left = copy.deepcopy(descriptor)
    for flavour in listed(left.get("df")):
        for key in ("scaling-aspect", "healing-aspect"):
            flavour.pop(key, None)
        operations = flavour.get("lcm-operations-configuration", {}).get("operate-vnf-op-config", {})
        for configuration in listed(operations.get("day1-2")):
            for key in MODIFIABLE:
                configuration.pop(key, None)
    return left


def check_vnfd(vnfd: Item, files: Mapping[str, bytes]) -> None:
    """The references inside of a VNFD, and those to files of its package."""
    _check_points(vnfd)
    _check_parts(vnfd)
    _check_aspects(vnfd)
    _check_files(vnfd, files)


def _check_points(vnfd: Item) -> None:
    points = {(vdu["id"], point["id"]) for vdu in listed(vnfd.get("vdu")) for point in listed(vdu.get("int-cpd"))}
    outer = [point["id"] for point in listed(vnfd.get("ext-cpd"))]
    if vnfd.get("vdu") and not vnfd.get("mgmt-cp"):
        raise unprocessable("'mgmt-cp' is a mandatory field and it is not defined")
    if vnfd.get("mgmt-cp") and vnfd["mgmt-cp"] not in outer:
        raise unprocessable(f"mgmt-cp='{vnfd['mgmt-cp']}' must match an existing ext-cpd")
    for point in listed(vnfd.get("ext-cpd")):
        inner = point.get("int-cpd")
        if inner and (inner["vdu-id"], inner["cpd"]) not in points:
            raise unprocessable(f"ext-cpd[id='{point['id']}']:int-cpd must match an existing vdu int-cpd")


def _check_parts(vnfd: Item) -> None:
    for key in ("virtual-compute-desc", "virtual-storage-desc", "sw-image-desc"):
        known = {one["id"] for one in listed(vnfd.get(key))}
        for vdu in listed(vnfd.get("vdu")):
            named = vdu.get(key)
            if missing := set([named] if isinstance(named, str) else listed(named)) - known:
                raise unprocessable(f"vdu[{key}='{sorted(missing)[0]}']not defined in vnfd")


def _check_aspects(vnfd: Item) -> None:
    flavours = listed(vnfd.get("df"))
    levels = [level for flavour in flavours for level in listed(flavour.get("instantiation-level"))]
    known = {one["vdu-id"] for level in levels for one in listed(level.get("vdu-level"))}
    for aspect in (aspect for flavour in flavours for aspect in listed(flavour.get("scaling-aspect"))):
        for delta in listed(aspect.get("aspect-delta-details", {}).get("deltas")):
            for one in listed(delta.get("vdu-delta")):
                if one["id"] not in known:
                    raise unprocessable(f"scaling-aspect[id='{aspect['id']}']: vdu-id='{one['id']}' not defined in vdu")


def _check_files(vnfd: Item, files: Mapping[str, bytes]) -> None:
    for vdu in listed(vnfd.get("vdu")):
        if vdu.get("cloud-init-file") and f"cloud_init/{vdu['cloud-init-file']}" not in files:
            raise bad(f"Cloud-init defined in vnf[id={vnfd['id']}]:vdu[id={vdu['id']}] but not present in package")
    for environment in environments(vnfd):
        folder = "charms" if "juju" in environment else "helm-charts"
        if not any(name.startswith(f"{folder}/") for name in files):
            raise bad(f"Charm defined in vnf[id={vnfd['id']}] but not present in package")


def configurations(vnfd: Item) -> list[Item]:
    """What is run on a VNF on days 1 and 2."""
    first = (listed(vnfd.get("df")) or [{}])[0]
    return listed(first.get("lcm-operations-configuration", {}).get("operate-vnf-op-config", {}).get("day1-2"))


def environments(vnfd: Item) -> list[Item]:
    return [one for configuration in configurations(vnfd) for one in listed(configuration.get("execution-environment-list"))]


def check_nsd(nsd: Item, vnfds: list[Item]) -> None:
    """The references of an NSD, inside of it and to VNFDs."""
    names = listed(nsd.get("vnfd-id"))
    for name in names:
        if not any(one["id"] == name for one in vnfds):
            raise conflict(f"Descriptor error at 'vnfd-id'='{name}' references a non existing vnfd")
    managed = {link["id"] for link in listed(nsd.get("virtual-link-desc")) if link.get("mgmt-network")}
    for flavour in listed(nsd.get("df")):
        for profile in listed(flavour.get("vnf-profile")):
            if profile.get("vnfd-id") not in names:
                raise unprocessable(
                    f"Error at vnf_profile[id='{profile['id']}']:vnfd-id='{profile.get('vnfd-id')}' does not match"
                )
        for profile in listed(flavour.get("virtual-link-profile")):
            if profile.get("virtual-link-desc-id") in managed and profile.get("virtual-link-protocol-data"):
                raise unprocessable(
                    f"Error at virtual-link-profile[id='{profile['id']}']:virtual-link-protocol-data "
                    "You cannot set a virtual-link-protocol-data when mgmt-network is True"
                )
