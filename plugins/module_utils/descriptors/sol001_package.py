# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A CSAR: its entry definitions, what they import, and the types that they derive.

The folder of a package holds ``TOSCA-Metadata/TOSCA.meta``, or the one template at its root is the entry. The types of
SOL001 itself are known here, so a package need not bring them.
"""

from __future__ import annotations

import posixpath
import typing as t
from dataclasses import dataclass, field

from ..core.errors import InputError, Place
from .package import Package
from .sol001_manifest import blocks, check_hashes
from .traced import Notes, Traced

META = "TOSCA-Metadata/TOSCA.meta"
STANDARD = "etsi_nfv_sol001_"
ROLES = {
    "tosca.nodes.nfv.VNF": "vnf",
    "tosca.nodes.nfv.NS": "ns",
    "tosca.nodes.nfv.PNF": "pnf",
    "tosca.nodes.nfv.Vdu.Compute": "compute",
    "tosca.nodes.nfv.Vdu.OsContainerDeployableUnit": "unit",
    "tosca.nodes.nfv.Vdu.OsContainer": "container",
    "tosca.nodes.nfv.Vdu.VirtualStorage": "storage",
    "tosca.nodes.nfv.Vdu.VirtualBlockStorage": "storage",
    "tosca.nodes.nfv.Vdu.VirtualFileStorage": "storage",
    "tosca.nodes.nfv.VduCp": "point",
    "tosca.nodes.nfv.VnfExtCp": "outer point",
    "tosca.nodes.nfv.VnfVirtualLink": "inner link",
    "tosca.nodes.nfv.NsVirtualLink": "link",
    "tosca.nodes.nfv.Sap": "access point",
    "tosca.nodes.nfv.Mciop": "mciop",
}
"""Node types of SOL001 → what a node of the type is here."""
FUNCTIONS = {"get_input", "get_property", "get_attribute", "get_artifact", "get_operation_output", "concat", "token"}


@dataclass(frozen=True)
class Csar:
    """A package: its folder (empty, or ending in a slash), and its templates, the entry first."""

    folder: str
    templates: list[Traced]
    types: dict[str, Traced] = field(default_factory=dict)
    _roles: dict[str, str] = field(default_factory=dict, repr=False)
    _nodes: dict[str, dict[str, Traced]] = field(default_factory=dict, repr=False)

    @property
    def entry(self) -> Traced:
        return self.templates[0]

    def role(self, node: Traced) -> str:
        """What a node is, by its type or the nearest type above it that SOL001 has; empty where there is none."""
        node_type = node.text("type") or ""
        if node_type not in self._roles:
            name, seen = node_type, set()
            while name not in ROLES and name in self.types and name not in seen:
                seen.add(name)
                name = self.types[name].text("derived_from") or ""
            self._roles[node_type] = ROLES.get(name, "")
        return self._roles[node_type]

    def nodes(self, template: Traced, *roles: str) -> dict[str, Traced]:
        """The node templates of some roles, by name."""
        if template.file not in self._nodes:
            nodes = template.child("topology_template").child("node_templates")
            found = ((name, nodes.child(name)) for name in nodes)
            self._nodes[template.file] = {name: node for name, node in found if isinstance(node.value, dict)}
        return {name: node for name, node in self._nodes[template.file].items() if self.role(node) in roles}

    def default(self, node_type: str, key: str) -> Traced | None:
        """The value that a node of a type has for a property that it does not name."""
        if node_type not in self.types:
            return None
        found = self.types[node_type].child("properties")
        known = found.child(key).child("default") if isinstance(found.child(key).value, dict) else None
        return known if known is not None and known.value is not None else None


def is_template(value: t.Any) -> bool:
    return isinstance(value, dict) and str(value.get("tosca_definitions_version", "")).startswith("tosca_simple")


def detect(package: Package) -> bool:
    return any(f"/{name}".endswith(f"/{META}") for name in package.files) or any(
        is_template(found.value) for found in package.mappings.values()
    )


def open_packages(notes: Notes) -> list[Csar]:
    """Every CSAR in the files given, in the order of their folders."""
    files = notes.package.files
    folders = [name[: -len(META)] for name in files if f"/{name}".endswith(f"/{META}")]
    if folders:
        return [_open(folder, _entry_of(folder, notes), notes) for folder in folders]
    templates = [name for name, found in notes.package.mappings.items() if is_template(found.value)]
    imported = {file for name in templates for file in _imports(name, notes, "")}
    entries = [name for name in templates if name not in imported and "topology_template" in notes.package.mappings[name]]
    depth = min((name.count("/") for name in entries), default=0)
    entries = [name for name in entries if name.count("/") == depth]
    if not entries:
        raise InputError(f"no template with a topology_template was found in {', '.join(templates[:3])}")
    return [_open(f"{posixpath.dirname(name)}/".lstrip("/"), name, notes) for name in entries]


def _entry_of(folder: str, notes: Notes) -> str:
    """The entry definitions that TOSCA.meta names, after its hashes and those of the manifest are checked."""
    meta = f"{folder}{META}"
    found = list(blocks(notes.package.text(meta)))
    keys = {key: (value, line) for key, value, line in found[0]} if found else {}
    entry, line = keys.get("Entry-Definitions", ("", None))
    if not entry:
        raise InputError("the first block needs an Entry-Definitions", Place(meta))
    name = posixpath.normpath(f"{folder}{entry}")
    if name not in notes.package.files:
        raise InputError(f"the entry definitions {entry} are not in the package", Place(meta, line))
    check_hashes(folder, meta, notes)
    manifest, line = keys.get("ETSI-Entry-Manifest", ("", None))
    if manifest and f"{folder}{manifest}" not in notes.package.files:
        raise InputError(f"the manifest {manifest} is not in the package", Place(meta, line))
    listed = {f"{folder}{manifest}"} if manifest else set()
    listed |= {
        one for one in notes.package.files if one.startswith(folder) and one.endswith(".mf") and "/" not in one[len(folder) :]
    }
    for one in sorted(listed):
        check_hashes(folder, one, notes)
    return name


def _open(folder: str, entry: str, notes: Notes) -> Csar:
    names, position = [entry], 0
    while position < len(names):  # what is imported may import, and may import its importer
        names += [one for one in _imports(names[position], notes, folder) if one not in names]
        position += 1
    templates = [_template(name, notes) for name in names]
    types: dict[str, Traced] = {}
    for template in templates:
        node_types = template.child("node_types")
        types |= {name: node_types.child(name) for name in node_types if isinstance(node_types.child(name).value, dict)}
    return Csar(folder, templates, types)


def _template(name: str, notes: Notes) -> Traced:
    found = notes.package.mappings.get(name)
    if found is None:
        for wrong in notes.package.unreadable:
            if wrong.place and wrong.place.file == name:
                raise wrong
        raise InputError("a TOSCA template is expected here", Place(name))
    whole = Traced(found.value, name)
    topology = whole.child("topology_template")
    if not isinstance(topology.value, dict):
        return whole
    inputs = topology.child("inputs").value if isinstance(topology.child("inputs").value, dict) else {}
    nodes = _resolved(topology.child("node_templates"), inputs, notes)
    return Traced({**whole.value, "topology_template": {**topology.value, "node_templates": nodes}}, name)


def _resolved(where: Traced, inputs: dict, notes: Notes) -> t.Any:
    """The value with every function of TOSCA replaced: an input by its default, what only a deployment knows by nothing."""
    value = where.value
    if isinstance(value, list):
        return [
            _resolved(Traced(item, where.file, f"{where.path}[{index}]"), inputs, notes) for index, item in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and set(value) <= FUNCTIONS:
        (function, argument), *_rest = value.items()
        known = inputs.get(argument) if function == "get_input" and isinstance(argument, str) else None
        if isinstance(known, dict) and known.get("default") is not None:
            return known["default"]
        if not where.path.endswith(".flavour_id"):  # the consumer's choice, as SOL001 wants it
            message = f"{function} {str(argument)[:60]} is known at the deployment alone; nothing is taken for it"
            notes.warn(f"function {where.path}", message, where)
        return None
    return {key: _resolved(where.child(key), inputs, notes) for key in value}


def _imports(name: str, notes: Notes, folder: str) -> t.Iterator[str]:
    """The files that a template imports. What only SOL001 defines may be absent."""
    found = notes.package.mappings.get(name)
    if found is None or not isinstance(found.value.get("imports"), list):
        return
    for entry in Traced(found.value, name).items("imports"):
        file = _file_of(entry)
        near = posixpath.normpath(posixpath.join(posixpath.dirname(name), file))
        fits = [one for one in (near, f"{folder}{file}") if one in notes.package.files]
        if fits:
            yield fits[0]
        elif not posixpath.basename(file).startswith(STANDARD) and "://" not in file:
            raise entry.error(f"the imported file {file} is not in the package")
        elif "://" in file and STANDARD not in file:
            notes.warn(f"import {file}", f"{file} is not fetched; what it defines is not known", entry)


def _file_of(entry: Traced) -> str:
    """An import is a file, ``{file: …}``, or either under a name."""
    value = entry.value
    if isinstance(value, dict) and "file" not in value and len(value) == 1:
        value = next(iter(value.values()))
    if isinstance(value, dict):
        value = value.get("file")
    if not isinstance(value, str) or not value:
        raise entry.error("an import is the name of a file")
    return value
