# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The VDUs of a SOL001 VNFD that are containers, and the Kubernetes objects of the package.

Three ways lead from a VDU to its objects: an artefact of the VDU, or of the Mciop that names it; a workload in a file of the
package that bears the VDU's ``name`` (so do CNFs for OpenStack Tacker); or its OsContainer nodes, of which a workload is made.
"""

from __future__ import annotations

import posixpath
import typing as t

from .assembly import Draft
from .kubernetes_objects import CLUSTER_SCOPED, POD_TEMPLATES
from .naming import slug
from .parse import dump_yaml
from .sol001_package import Csar
from .traced import Notes, Traced


class Pods:
    """The Kubernetes side of one VNFD."""

    def __init__(self, csar: Csar, template: Traced, draft: Draft, notes: Notes):
        self._csar, self._template, self._draft, self._notes = csar, template, draft, notes
        self._files = {
            name: objects for name in notes.package.files if name.startswith(csar.folder) and (objects := self._objects(name))
        }
        self._workloads = {
            one["metadata"]["name"]: name for name, objects in self._files.items() for one in objects if _is_workload(one)
        }
        self._taken: set[str] = set()
        self._mciops = list(csar.nodes(template, "mciop").values())
        nodes = csar.nodes(template, "compute", "unit").values()
        self._named = {
            node.child("properties").text("name") for node in nodes if isinstance(node.child("properties").value, dict)
        }

    def _objects(self, name: str) -> list[dict]:
        """The objects of a file that holds nothing else."""
        documents = self._notes.package.documents(name)
        return documents if documents and all(_is_object(one) for one in documents) else []

    def vdu(self, key: str, node: Traced) -> dict[str, t.Any] | None:
        """What a VDU is as a pod; None for one that is a machine."""
        properties, unit = node.child("properties"), self._csar.role(node) == "unit"
        name = properties.text("name") if isinstance(properties.value, dict) else None
        document = self._artefact(key, node)
        if document is None and (unit or not _has_machine(node)) and name in self._workloads:
            document = self._document(self._workloads[name], name)
        if document is None and unit:
            document = self._made(key, node)
        if document is None:
            return None
        text = properties.text("description") if isinstance(properties.value, dict) else None
        return {"kind": "pod", "descriptor": document, "descriptor_type": "kubernetes"} | (
            {"description": text} if text else {}
        )

    def _artefact(self, key: str, node: Traced) -> str | None:
        """The objects in a file that the VDU, or the Mciop that names it, has as an artefact."""
        holders = [node]
        for mciop in self._mciops:
            needs = [
                entry.child(name).text()
                for entry in mciop.items("requirements")
                for name in entry
                if isinstance(entry.child(name).value, str)
            ]
            if key in needs:
                holders.append(mciop)
        for holder in holders:
            artefacts = holder.child("artifacts")
            for name in artefacts if isinstance(artefacts.value, dict) else ():
                artefact = artefacts.child(name)
                file = (artefact.text("file") if isinstance(artefact.value, dict) else artefact.text()) or ""
                near = posixpath.normpath(posixpath.join(posixpath.dirname(holder.file), file))
                found = next((one for one in (near, f"{self._csar.folder}{file}") if one in self._files), None)
                if found:
                    artefact.take()
                    return self._document(found)
        return None

    def _document(self, file: str, name: str | None = None) -> str:
        """The objects of ``file`` as a document; where several VDUs are in one file, each gets its own workload."""
        objects = self._files[file]
        others = {one["metadata"]["name"] for one in objects if _is_workload(one)} & self._named - {name}
        wanted = objects
        if name is not None and others:
            first = file not in self._taken
            wanted = [
                one for one in objects if one["metadata"]["name"] == name or (first and one["metadata"]["name"] not in others)
            ]
        self._taken.add(file)
        document = file if len(wanted) == len(objects) else f"{file}#{name}"
        return self._draft.document(document, self._text(file, wanted))

    def _text(self, file: str, objects: list[dict]) -> str:
        """The objects without those that belong to the cluster, which only its administrator makes."""
        kept = []
        for one in objects:
            if one["kind"] in CLUSTER_SCOPED:
                name = one["metadata"]["name"]
                message = f"the {one['kind']} {name} belongs to the cluster, whose administrator makes it; it is left out"
                line = self._notes.package.line_of(file, name)
                self._notes.warnings.add(f"cluster {name}", message, Traced(None, file), line)
            else:
                kept.append(one)
        if kept == self._files[file]:
            return self._notes.package.text(file)
        return "---\n".join(dump_yaml(one) for one in kept)

    def _made(self, key: str, node: Traced) -> str:
        """A Deployment of the containers that a VDU requires."""
        containers = self._csar.nodes(self._template, "container")
        wanted = []
        for entry in node.items("requirements"):
            for requirement in entry:
                target = entry.child(requirement)
                name = target.text("node") if isinstance(target.value, dict) else target.text()
                if requirement == "container" and name not in containers:
                    raise target.error(f"there is no OsContainer {name} in the template")
                if requirement == "container":
                    wanted.append(_container(name or "", containers[name or ""]))
        if not wanted:
            raise node.error(f"{key} names no container, and no file of the package has a workload of its name")
        labels = {"app": slug(key).lower()}
        spec = {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": dict(labels)}, "spec": {"containers": wanted}},
        }
        made = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": slug(key).lower().replace("_", "-")},
            "spec": spec,
        }
        return self._draft.document(f"{self._draft.name}/{key}.yaml", dump_yaml(made))

    def rest(self) -> list[str]:
        """The objects of no VDU: configuration that the pods share."""
        if not any(vdu["kind"] == "pod" for vdu in self._draft.vdus):
            return []
        names = []
        for file in self._files:
            if file not in self._taken and any(one["kind"] not in CLUSTER_SCOPED for one in self._files[file]):
                names.append(self._draft.document(file, self._text(file, self._files[file])))
        return names


def _is_object(value: t.Any) -> bool:
    """Whether a document is a Kubernetes object that can be told by its kind and name."""
    if not isinstance(value, dict) or not isinstance(value.get("apiVersion"), str) or not isinstance(value.get("kind"), str):
        return False
    return isinstance(value.get("metadata"), dict) and isinstance(value["metadata"].get("name"), str)


def _is_workload(one: dict) -> bool:
    return one["kind"] in POD_TEMPLATES


def _has_machine(node: Traced) -> bool:
    """Whether a VDU asks for an image or for processors: then it is a machine, whatever its name."""
    properties = node.child("properties")
    return "capabilities" in node or (isinstance(properties.value, dict) and "sw_image_data" in properties)


def _container(name: str, node: Traced) -> dict[str, t.Any]:
    properties = node.child("properties")
    image = properties.child("sw_image_data") if isinstance(properties.value, dict) else Traced({}, node.file, node.path)
    reference = image.text("name")
    if not reference:
        raise node.error(f"the container {name} needs an image", "properties.sw_image_data.name")
    version = image.text("version")
    tagged = reference if ":" in reference.rpartition("/")[2] or not version else f"{reference}:{version}"
    limits = {"cpu": properties.text("requested_cpu_resources"), "memory": properties.text("requested_memory_resources")}
    requests = {
        "cpu": f"{limits['cpu']}m" if limits["cpu"] else None,  # SOL001 counts thousandths of a processor
        "memory": (limits["memory"] or "").replace(" ", "").removesuffix("B") or None,
    }
    known = {key: value for key, value in requests.items() if value}
    return {"name": slug(name).lower().replace("_", "-"), "image": tagged} | (
        {"resources": {"requests": known}} if known else {}
    )
