# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measured templates of a service: what its VMs get where it asks for a class of service level.

``sla: {class: class_A, templates: {cache: {class_A: {vm_ram: 2048, vm_vcpus: 2}}}}``: the templates of a function, or of
``function.vdu`` where several of its VDUs are machines, are the answer of ``template_optimise``. Their parameters have the
names that the campaign gave them, and :data:`PROPERTIES` says which of these are properties of a machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..core.errors import InputError, Place
from .service_parts import VMS

Data = Mapping[str, Any]
Finding = tuple[str, str]

PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "vcpus": ("vcpus", "vm_vcpus", "cpus", "vcpu"),
    "memory": ("memory", "vm_memory", "ram", "vm_ram"),
    "storage": ("storage", "vm_storage", "disk", "vm_disk"),
    "vnic_type": ("vnic_type",),
    "cpu_policy": ("cpu_policy",),
    "memory_page_size": ("memory_page_size", "mem_page_size"),
    "image": ("image", "vm_image"),
    "flavor": ("flavor", "vm_flavor"),
    "instances": ("instances", "vm_instances"),
}
"""Property of a VDU → what a campaign may call it."""
PROPERTY_OF = {name: key for key, names in PROPERTIES.items() for name in names}
OF_A_FLAVOR = {"vcpus", "memory", "storage", "cpu_policy", "memory_page_size"}
"""Where a template has one of these, a flavor that the descriptor names is not the one that was measured."""


def with_templates(service: Any, templates: Any, sla_class: str | None = None) -> dict[str, Any]:
    """The service with measured templates of its functions, and the class that it asks for.

    :param templates: by function, or ``function.vdu``, the answer of ``template_optimise`` or its ``templates`` alone
    :param sla_class: instead of the one that the service names
    :raises InputError: neither names a class, or something is no mapping
    """
    for path, value in (("service", service), ("templates", templates)):
        if not isinstance(value, Mapping):
            raise InputError("a mapping is expected here", Place(path=path))
    given = {name: _of_answer(answer, f"templates.{name}") for name, answer in templates.items()}
    sla = dict(service.get("sla") or {}) | ({"class": sla_class} if sla_class else {})
    if templates and "class" not in sla:
        raise InputError(
            f"{service.get('name')} asks for no class of service level; give sla.class, or name one", Place(path="sla")
        )
    return {**service, "sla": {**sla, "templates": {**sla.get("templates", {}), **given}}} if sla else dict(service)


def _of_answer(answer: Any, path: str) -> Data:
    """The templates in an answer of ``template_optimise``, or the templates themselves."""
    templates = answer.get("templates", answer) if isinstance(answer, Mapping) else answer
    if not isinstance(templates, Mapping) or not all(isinstance(one, Mapping) for one in templates.values()):
        raise InputError("templates by class are expected here, as template_optimise answers them", Place(path=path))
    return templates


def sized(service: Data) -> dict[str, Any]:
    """The service with the templates of its class: its machines have the properties that were measured.

    A template outweighs what the VDU says of itself. Without a class, or without templates, the service is as it was;
    to size a service twice is to size it once.

    :param service: a valid service
    """
    functions = [
        {**function, "vdus": [_sized(service, function, vdu) for vdu in function["vdus"]]} for function in service["functions"]
    ]
    return {**service, "functions": functions}


def template_of(service: Data, function: Data, vdu: Data) -> Data:
    """The template of a machine for the class that the service asks for; empty where there is none."""
    sla = service.get("sla", {})
    templates = sla.get("templates", {})
    name = f"{function['name']}.{vdu['name']}"
    if vdu["kind"] in VMS and (key := name if name in templates else function["name"]) in templates:
        return templates[key].get(sla.get("class"), {})
    return {}


def _sized(service: Data, function: Data, vdu: Data) -> dict[str, Any]:
    template = template_of(service, function, vdu)
    properties = {PROPERTY_OF[name]: _whole(value) for name, value in template.items() if name in PROPERTY_OF}
    measured = OF_A_FLAVOR & properties.keys() and "flavor" not in properties
    return {**{key: value for key, value in vdu.items() if not (key == "flavor" and measured)}, **properties}


def _whole(value: Any) -> Any:
    """2048 for 2048.0, which a mean of samples may have made of it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def unused(service: Data) -> Iterator[str]:
    """A sentence for each machine whose template has parameters that are no property of a machine."""
    for function in service["functions"]:
        for vdu in function["vdus"]:
            if left := sorted(set(template_of(service, function, vdu)) - PROPERTY_OF.keys()):
                yield (
                    f"{', '.join(left)} of the template {service['sla']['class']} is no property of a machine: "
                    f"see that {function['name']}.{vdu['name']} is configured so"
                )


def check_templates(service: Data) -> Iterator[Finding]:
    """What templates must mean: machines that exist, one for each name, a template for the class, values of the right kind."""
    sla = service.get("sla", {})
    machines = {
        function["name"]: [vdu["name"] for vdu in function["vdus"] if vdu["kind"] in VMS] for function in service["functions"]
    }
    for name, templates in sla.get("templates", {}).items():
        path = f"sla.templates.{name}"
        function, _dot, vdu = name.partition(".")
        if function not in machines or (vdu and vdu not in machines[function]):
            yield (
                path,
                f"there is no function {function}" if function not in machines else f"there is no VM {vdu} in {function}",
            )
        elif not vdu and len(machines[function]) != 1:
            known = " or ".join(f"{function}.{one}" for one in machines[function])
            yield path, f"{function} has {len(machines[function])} VMs; name one as {known or 'function.vdu'}"
        elif "class" in sla and sla["class"] not in templates:
            yield path, f"there is no template for {sla['class']}; there are templates for {', '.join(templates) or 'no class'}"
        for sla_class, template in templates.items():
            yield from _twice(f"{path}.{sla_class}", template)


def _twice(path: str, template: Data) -> Iterator[Finding]:
    for key, names in PROPERTIES.items():
        if len(given := [name for name in names if name in template]) > 1:
            yield path, f"{' and '.join(given)} are both the {key} of the VM; keep one"
