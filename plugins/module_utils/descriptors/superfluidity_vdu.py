# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One VDU of a VNFD: its kind, size, image, parent and what runs in it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..model.deployment import BARE_METAL
from . import capabilities
from .element import Element
from .parse import parse_yaml
from .superfluidity_metadata import Metadata
from .superfluidity_project import PLACEHOLDERS, Project
from .traced import Traced


class Nested(t.NamedTuple):
    """How one type of nested descriptor appears in the model."""

    kind: str
    suffixes: tuple[str, ...]


NESTED = {
    "kubernetes": Nested("pod", (".yaml", ".yml", ".json")),
    "click": Nested("click", (".click",)),
    "process": Nested("process", (".yaml", ".yml")),
}

RESOURCE_TYPES = {"OS::Nova::Server": "vm", "OS::Neutron::Router": "router"}


@dataclass(frozen=True)
class Scope:
    """What the parts of one VNFD have in common while it is read."""

    project: Project
    vnfd: Traced
    metadata: Metadata
    documents: dict[str, str]

    def document(self, owner: Element, key: str, reference: str, suffixes: tuple[str, ...] = ()) -> str:
        """Take up the file that ``reference`` means; answers its name among the documents."""
        package = self.project.package
        name = package.find(reference, suffixes)
        if name is None:
            tried = " or ".join(f"{reference}{suffix}" for suffix in suffixes) or reference
            raise owner.error(f"the file {reference} is missing; add {tried} to the package", key)
        self.documents[name] = package.text(name)
        return name


def resource_type(scope: Scope, vdu: Element, name: str) -> str:
    """``vm`` or ``router``; a VDU without a type is a VM."""
    text = scope.metadata.text("types", name)
    if text is None:
        return "vm"
    if text not in RESOURCE_TYPES:
        raise vdu.error(f"the type {text} of {name} cannot be deployed; known are {', '.join(RESOURCE_TYPES)}")
    return RESOURCE_TYPES[text]


def read_vdu(scope: Scope, vdu: Element, name: str) -> dict:
    """The VDU ``name`` in the form of the service model."""
    nested = _nested(scope, vdu)
    answer: dict[str, t.Any] = {"name": name, "kind": NESTED[nested[0]].kind if nested else "vm"}
    vdu.text("name")  # for people, as the description is
    if vdu.text("description"):
        answer["description"] = vdu.text("description")
    answer |= _instances(scope, name)
    if nested is None or NESTED[nested[0]].kind == "click":
        answer |= _machine(scope, vdu)
    if nested is not None:
        answer |= _nested_part(scope, vdu, *nested)
    return answer | _parent(vdu) | _deployment(scope, name)


def _nested(scope: Scope, vdu: Element) -> tuple[str, str] | None:
    """Type and file of what is nested in ``vdu``, in either way of writing; None for a plain VM."""
    reference = vdu.text("vduNestedDesc")
    kind = vdu.text("vduNestedDescType")
    if reference is None or reference == "":
        if kind:
            raise vdu.error(f"the type {kind} needs a vduNestedDesc to describe", "vduNestedDesc")
        return None
    if not kind:
        listed = _listed(scope.vnfd, reference)
        if listed is None:
            raise vdu.error(
                f"the nested descriptor {reference} has no vduNestedDescType and is not in vduNestedDesc of the VNFD",
                "vduNestedDesc",
            )
        kind, reference = listed.text("vduNestedDescriptorType"), listed.text("vduNestedDescriptor")
    if kind not in NESTED or not reference:
        raise vdu.error(
            f"a nested descriptor of the type {kind} cannot be deployed; known are {', '.join(NESTED)}", "vduNestedDesc"
        )
    return kind, reference


def _listed(vnfd: Element, identifier: str) -> Element | None:
    entries = vnfd.items("vduNestedDesc")
    return next((entry for entry in entries if entry.text("id") == identifier), None)


def _nested_part(scope: Scope, vdu: Element, kind: str, reference: str) -> dict:
    name = scope.document(vdu, "vduNestedDesc", reference, NESTED[kind].suffixes)
    part = {"descriptor": name, "descriptor_type": kind}
    return part | (_process(scope, name) if kind == "process" else {})


def _process(scope: Scope, name: str) -> dict:
    """A process file holds ``command`` and may hold ``environment`` and ``files`` (target: file), or is a ``load_balancer``.

    Either may have a ``host``.
    """
    documents = parse_yaml(scope.documents[name], name)
    process = Element(documents[0] if documents else None, name)
    command, balancer = process.texts("command"), process.child("load_balancer").value
    if not command and balancer is None:
        raise process.error("a process needs a command, a list of words", "command")
    answer: dict[str, t.Any] = {"command": command} if command else {}
    if balancer is not None:
        answer["load_balancer"] = balancer
    if process.text("host"):
        answer["host"] = process.text("host")
    environment, files = process.child("environment"), process.child("files")
    if environment.value is not None:
        answer["environment"] = {key: environment.text(key) or "" for key in environment}
    if files.value is not None:
        names = {target: files.text(target) or target for target in files}
        answer["files"] = {target: scope.document(files, target, reference) for target, reference in names.items()}
    return answer


def parent_of(vdu: Element) -> str | None:
    """The VDU that holds this one; ``none`` for the bare metal that the word None (and RDCL 3D's own key) means."""
    parent = vdu.text("vduParent") or ""
    if parent.lower() == BARE_METAL or (not parent and vdu.boolean("vduParentBareMetal")):
        return BARE_METAL
    return parent or None


def _parent(vdu: Element) -> dict:
    """Without a parent there is nothing that could be mandatory."""
    parent = parent_of(vdu)
    if parent is None and vdu.boolean("vduParentMandatory"):
        raise vdu.error("a parent can be mandatory only where one is named; give vduParent", "vduParentMandatory")
    return {} if parent is None else {"parent": parent, "parent_mandatory": vdu.boolean("vduParentMandatory")}


def _machine(scope: Scope, vdu: Element) -> dict:
    """Image, size, key and first-boot file of a VM."""
    image = vdu.child("swImageDesc").text("swImage")
    answer: dict[str, t.Any] = {"image": image} if image and image not in PLACEHOLDERS else {}
    compute = _referenced(scope, vdu, "virtualComputeDesc", "virtualComputeDescId")
    if compute:
        cpu, memory = compute.child("virtualCpu"), compute.child("virtualMemory")
        sizes = {"vcpus": cpu.integer("numVirtualCpu"), "memory": memory.integer("virtualMemSize")}
        answer |= {key: value for key, value in sizes.items() if value is not None}
        nodes = 1 if memory.boolean("numaEnabled") else None
        answer |= _hardware(compute, nodes, answer, scope)
    storage = _referenced(scope, vdu, "virtualStorageDesc", "id")
    if storage and storage.integer("sizeOfStorage") is not None:
        answer["storage"] = storage.integer("sizeOfStorage")
    if _creates_flavor(scope):
        answer["create_flavor"] = True
    return answer | _port_pool(vdu) | _first_boot(scope, vdu)


def _hardware(compute: Traced, nodes: int | None, sizes: dict, scope: Scope) -> dict:
    notes = scope.project.notes
    found = capabilities.read_hardware(compute, capabilities.IFA011, notes, nodes)
    fits = capabilities.fitting({**sizes, "hardware": found}, Traced(None, compute.file), "", compute, notes)
    return {"hardware": fits["hardware"]} if "hardware" in fits else {}


def _port_pool(vdu: Element) -> dict:
    """Ports that are kept ready for the pods of a VM, on the trunk of one of its connection points."""
    pool = vdu.child("portPool")
    if pool.value is None:
        return {}
    sizes = {key: pool.integer(key) for key in ("min", "max", "batch")}
    known = {key: size for key, size in sizes.items() if size is not None}
    return {"port_pool": {"connection_point": pool.text("cpdId") or "", **known}}


def _referenced(scope: Scope, vdu: Element, key: str, identifier: str) -> Element | None:
    """The entry of the VNFD's list ``key`` that the VDU names under the same key."""
    wanted = vdu.text(key)
    if wanted is None:
        return None
    if wanted in PLACEHOLDERS:
        scope.project.warn(f"placeholder {key}", f"a {key} that only an editor has filled in was left out", vdu)
        return None
    for entry in scope.vnfd.items(key):
        if entry.text(identifier) == wanted:
            return entry
    raise vdu.error(f"{wanted} is not in the {key} list of the VNFD; add it or remove the reference", key)


def _creates_flavor(scope: Scope) -> bool:
    for flavour in scope.vnfd.items("deploymentFlavour"):
        name = flavour.text("flavourId")
        found = scope.metadata.get("createVIMFlavor", name) if name else None
        if found is not None and found.boolean():
            return True
    return False


def _first_boot(scope: Scope, vdu: Element) -> dict:
    answer = {}
    for extra in vdu.child("configurableProperties").items("additionalVnfcConfigurableProperty"):
        if "SSHPubKey" in extra and extra.text("SSHPubKey"):
            answer["ssh_key"] = extra.text("SSHPubKey") or ""
        if "user_data" in extra and extra.text("user_data"):
            answer["user_data"] = scope.document(extra, "user_data", extra.text("user_data") or "", (".sh", ".yaml"))
    return answer


def _instances(scope: Scope, name: str) -> dict:
    for flavour in scope.vnfd.items("deploymentFlavour")[:1]:
        for profile in flavour.items("vduProfile"):
            least = profile.integer("minNumberOfInstances") or 1
            if profile.text("vduId") == name and least > 1:
                return {"instances": least}
    return {}


def _deployment(scope: Scope, name: str) -> dict:
    """Order, pause and dependencies that the metadata give a nested VDU."""
    answer: dict[str, t.Any] = {}
    order = scope.metadata.get("deploymentOrder", name)
    if order is not None:
        answer["deployment_order"] = Element({"order": order.value}, order.file, order.path).integer("order")
    pause = scope.metadata.get("deploymentPause", name)
    if pause is not None:
        answer["deployment_pause"] = Element({"pause": pause.value}, pause.file, pause.path).integer("pause")
        scope.project.warn("pause", "deploymentPause is kept but not waited for: a stage ends when it is ready", pause)
    dependencies = scope.metadata.properties("podDependencies", name)
    if dependencies is not None:
        answer["pod_dependencies"] = {key: dependencies.texts(key) for key in dependencies}
    return {key: value for key, value in answer.items() if value is not None}
