# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages of Open Source MANO: the folder of each descriptor with its checksums, and the archive of that folder.

The same service gives the same bytes: entries are sorted, and bear no time and no owner.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import typing as t

from ..core.errors import InputError
from ..model.service import validate
from .osm_lifecycle import EXECUTIONS, Lifecycle
from .osm_view import View, views
from .parse import dump_yaml
from .to_osm import to_osm

CHECKSUMS = "checksums.txt"
FOLDERS = {"vnf": ("charms", "icons", "images", "scripts"), "ns": ("icons", "ns_config", "scripts", "vnf_config")}
"""Folders that OSM expects in a package of either kind, empty or not."""


class Tree(t.NamedTuple):
    """One package: ``files`` by their path below its folder ``name``; those in ``programs`` may be run."""

    name: str
    kind: str
    files: dict[str, bytes]
    programs: frozenset[str]


def osm_packages(
    service: dict,
    style: str,
    provider: str,
    execution: str,
    offload: dict | None = None,
    most: t.Mapping[str, t.Mapping[str, int]] | None = None,
) -> tuple[list[Tree], list[str]]:
    """The packages of a service, those of the VNFs first, and a sentence for each thing that OSM has no word for.

    :param execution: a key of ``osm_lifecycle.EXECUTIONS``: what starts and stops the functions
    :param offload: ``function`` that offloads traffic, or the ``address`` of one that is not of the service, and
        ``applications`` that get it
    :param most: function → VDU → how many there may be of it (SOL006), each scaled by an aspect of its own
    """
    validate(service)
    service = _with_most(service, views(service)[0], most or {}, style)
    written = to_osm(service, style, provider)
    found = {view.name: view for view in views(service)[0]}
    lifecycle = EXECUTIONS[execution]
    trees = []
    for name, descriptor in written["vnfds"].items():
        files = {path: text.encode() for path, text in written["files"][name].items()}
        programs: frozenset[str] = frozenset()
        if lifecycle is not None and _is_started(found[name]):
            made = lifecycle(found[name], style, _target(service, found, name, offload))
            _add(descriptor, made, style)
            files |= {path: text.encode() for path, text in made.files.items()}
            programs = made.programs
        files |= {f"{name}_vnfd.yaml": dump_yaml(descriptor).encode(), "README": _readme(found[name]).encode()}
        trees.append(tree_of(f"{name}_vnf", "vnf", files, programs))
    nsd = {f"{service['name']}_nsd.yaml": dump_yaml(written["nsd"]).encode()}
    readme = f"The network service {service['name']}, of {', '.join(found)}.\n"
    trees.append(tree_of(f"{service['name']}_ns", "ns", nsd | {"README": readme.encode()}, frozenset()))
    return trees, written["left_out"]


def _is_started(view: View) -> bool:
    """Whether there is a machine to log in to; pods are the business of their chart."""
    return bool(view.machines) and bool(view.outer)


def _target(service: dict, found: dict[str, View], name: str, offload: dict | None) -> str | None:
    """The name of the function that offloads the traffic for ``name``, if that is an application which gets some."""
    if not offload or name not in (offload.get("applications") or [one for one in found if one != offload.get("function")]):
        return None
    if "address" in offload:
        return offload["address"]
    if offload["function"] not in {function["name"] for function in service["functions"]}:
        raise InputError(f"there is no function {offload['function']} in {service['name']} that could offload traffic")
    return offload["function"] if name != offload["function"] else None


def _add(descriptor: dict, made: Lifecycle, style: str) -> None:
    """Let a VNFD name what starts and stops it."""
    if style == "r2":
        descriptor["vnfd:vnfd-catalog"]["vnfd"][0]["vnf-configuration"] = made.configuration
    else:
        flavour = descriptor["vnfd"]["df"][0]
        flavour["lcm-operations-configuration"] = {"operate-vnf-op-config": {"day1-2": [made.configuration]}}


def _with_most(service: dict, found: list[View], most: t.Mapping[str, t.Any], style: str) -> dict:
    """The service with as many of each VDU as there may be, one more at a time unless it says otherwise itself.

    :raises InputError: it has no such VDU, or begins with more
    """
    if most and style != "sol006":
        raise InputError("scaling: only descriptors of style sol006 say how a VDU is scaled here")
    known = {view.name: {vdu["name"]: vdu for vdu in view.machines} for view in found}
    for name, counts in most.items():
        if name not in known or not isinstance(counts, dict) or not all(map(_is_count, counts.values())):
            there = ", ".join(sorted(known))
            raise InputError(f"scaling.{name}: give VDUs and how many there may be of each; functions are: {there}")
        for vdu, number in counts.items():
            if vdu not in known[name]:
                there = ", ".join(sorted(known[name])) or "none"
                raise InputError(f"{name} has no VDU {vdu} that OSM could scale; it has: {there}")
            if number < (first := known[name][vdu].get("instances", 1)):
                message = f"{name} begins with {first} of {vdu}, and there may be no more than {number}; raise the latter"
                raise InputError(message)
    functions = [
        {**function, "vdus": [_scaled(vdu, most.get(function["name"], {})) for vdu in function["vdus"]]}
        for function in service["functions"]
    ]
    return {**service, "functions": functions}


def _scaled(vdu: dict, most: t.Mapping[str, int]) -> dict:
    return {**vdu, "scaling": {**vdu.get("scaling", {}), "max": most[vdu["name"]]}} if vdu["name"] in most else vdu


def _is_count(value: t.Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _readme(view: View) -> str:
    lines = [f"The VNF {view.name}", ""]
    lines += [view.function["description"], ""] if view.function.get("description") else []
    lines += [f"- {vdu['name']}: {vdu['kind']}, image {vdu.get('image', 'of the site')}" for vdu in view.machines]
    lines += [f"- {vdu['name']}: pod, in a Helm chart" for vdu in view.pods]
    return "\n".join(lines) + "\n"


def tree_of(name: str, kind: str, files: dict[str, bytes], programs: frozenset[str]) -> Tree:
    """A package with the list of its checksums, which does not list itself."""
    sums = "".join(f"{_md5(files[path])}\t{name}/{path}\n" for path in sorted(files))
    return Tree(name, kind, {**files, CHECKSUMS: sums.encode()}, programs)


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def listed_files(name: str, read: t.Callable[[str], bytes | None]) -> set[str]:
    """The files of the package folder ``name`` that its list of checksums says an earlier run has put there."""
    lines = (read(f"{name}/{CHECKSUMS}") or b"").decode(errors="replace").splitlines()
    paths = {line.partition("\t")[2] for line in lines}
    return {path for path in paths if path.startswith(f"{name}/") and not {"", ".", ".."} & set(path.split("/"))}


def archive(tree: Tree) -> bytes:
    """The package as OSM takes it: a tar archive, packed by gzip, with one folder at its top."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile("", "wb", 9, packed, mtime=0) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        folders = {parent for path in tree.files for parent in _parents(path)} | set(FOLDERS[tree.kind])
        for folder in ["", *sorted(folders)]:
            tar.addfile(_member(f"{tree.name}/{folder}".rstrip("/"), tarfile.DIRTYPE, 0o755))
        for path in sorted(tree.files):
            member = _member(f"{tree.name}/{path}", tarfile.REGTYPE, 0o755 if path in tree.programs else 0o644)
            member.size = len(tree.files[path])
            tar.addfile(member, io.BytesIO(tree.files[path]))
    return packed.getvalue()


def _parents(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: end + 1]) for end in range(len(parts))]


def _member(name: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.mode = kind, mode
    return member
