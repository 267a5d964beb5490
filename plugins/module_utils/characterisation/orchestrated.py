# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service of an orchestrator looks like in one configuration: a stack, manifests, or an instance of a network service.

Heat carries out the functions of its templates itself, so a configuration is the parameters of a stack. In manifests and in
what OSM is told the functions of :mod:`definition` may stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..core.errors import InputError, Place
from .campaign import Value
from .definition import check_used, resolved

SERVICE = "service_definition.service_id"
PARAMETERS = "service_definition.deployment_parameters"
VERSIONS = ("heat_template_version", "HeatTemplateFormatVersion", "AWSTemplateFormatVersion")


def stack_of(document: Any, configuration: Mapping[str, Value], options: Mapping[str, Any]) -> dict[str, Any]:
    """The ``template`` of a stack, its ``parameters``, and the ``options`` of the deployer.

    :param document: a template as Heat has it (HOT)
    :raises InputError: no template; a parameter that the template does not declare or use, or one without a value; a file
        that the template asks for; no output with the address
    """
    if not isinstance(document, Mapping) or not document.get("resources"):
        raise InputError("a template of Heat is expected, with heat_template_version and resources", Place(path=SERVICE))
    version = next((name for name in VERSIONS if name in document), None)
    if version != VERSIONS[0]:
        wrong = f"has {version}; write the template" if version else "has no heat_template_version; write it"
        raise InputError(f"{wrong} as HOT, with heat_template_version: 2018-08-31 or another", Place(path=SERVICE))
    _check_files(document, SERVICE)
    declared = _mapping(document, "parameters")
    _check_parameters(declared, configuration)
    check_used(set(configuration), set(_asked_for(document)))
    if options["output"] not in _mapping(document, "outputs"):
        there = ", ".join(_mapping(document, "outputs")) or "none"
        message = f"the template has no output {options['output']!r} that tells the address of the service; it has: {there}"
        raise InputError(message, Place(path="service_definition.heat.output"))
    return {"template": dict(document), "parameters": dict(configuration), "options": dict(options)}


def manifests_of(document: Any, configuration: Mapping[str, Value], options: Mapping[str, Any]) -> dict[str, Any]:
    """The ``manifests`` of a service in the order of their document, and the ``options`` of the deployer.

    :param document: one manifest, or a list of them
    :raises InputError: see ``definition.resolved``; what is no manifest, is of a namespace of its own, or does not hold the
        Service that tells the address
    """
    given = document if isinstance(document, list) else [document]
    found = [one for one in resolved({"manifests": given}, configuration)["manifests"] if one is not None]
    if not found:
        raise InputError("has no manifests", Place(path=SERVICE))
    for index, one in enumerate(found):
        _check_manifest(one, Place(path=f"{SERVICE}[{index}]"))
    services = [one["metadata"]["name"] for one in found if one["kind"] == "Service"]
    if options["service"] not in services:
        message = f"the manifests have no Service {options['service']!r} that tells the address; they have: "
        raise InputError(message + (", ".join(services) or "none"), Place(path="service_definition.kubernetes.service"))
    return {"manifests": found, "options": dict(options)}


def network_service_of(document: Any, configuration: Mapping[str, Value], options: Mapping[str, Any]) -> dict[str, Any]:
    """The ``descriptor`` of a network service (NSD), the ``parameters`` of its instantiation, and the ``options``.

    :param document: the NSD's name, where the configuration is passed as ``additionalParamsForNs``; or a mapping of ``nsd``
        and ``instantiate``, in which functions may stand
    :raises InputError: see ``definition.resolved``; an unknown or missing key
    """
    if isinstance(document, str) and document.strip():
        found: Any = {"nsd": document, "instantiate": {"additionalParamsForNs": dict(configuration)}}
    elif isinstance(document, Mapping):
        found = resolved(document, configuration)
    else:
        raise InputError("give an NSD of OSM's catalogue by name, or a mapping with nsd and instantiate", Place(path=SERVICE))
    for key in found:
        if key not in ("nsd", "instantiate"):
            raise InputError("is unknown; there are: instantiate, nsd", Place(path=f"{SERVICE}.{key}"))
    if not isinstance(found.get("nsd"), str) or not found["nsd"].strip():
        raise InputError("give the name or the id of an NSD of OSM's catalogue", Place(path=f"{SERVICE}.nsd"))
    if not isinstance(found.get("instantiate"), Mapping):
        raise InputError("give what OSM is told, such as additionalParamsForNs", Place(path=f"{SERVICE}.instantiate"))
    for key in ("nsName", "nsdId", "vimAccountId"):
        if key in found["instantiate"]:
            raise InputError("is given by the deployer; leave it out", Place(path=f"{SERVICE}.instantiate.{key}"))
    return {"descriptor": found["nsd"], "parameters": dict(found["instantiate"]), "options": dict(options)}


def _mapping(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = document.get(key) or {}
    if not isinstance(found, Mapping):
        raise InputError("a mapping is expected", Place(path=f"{SERVICE}.{key}"))
    return found


def _check_parameters(declared: Mapping[str, Any], given: Mapping[str, Value]) -> None:
    for name in given:
        if name not in declared:
            there = ", ".join(declared) or "none"
            raise InputError(f"the template declares no such parameter; it has: {there}", Place(path=f"{PARAMETERS}.{name}"))
    for name, one in declared.items():
        if name not in given and not (isinstance(one, Mapping) and "default" in one):
            message = f"the template has the parameter {name} without a default; give it a value"
            raise InputError(message, Place(path=PARAMETERS))


def _asked_for(document: Any) -> Iterator[str]:
    """The parameters that a template uses, by name or with a path into the value."""
    if isinstance(document, Mapping):
        for key, one in document.items():
            if key == "get_param":
                name = one[0] if isinstance(one, Sequence) and not isinstance(one, str) and one else one
                yield str(name)
            yield from _asked_for(one)
    elif isinstance(document, list):
        for one in document:
            yield from _asked_for(one)


def _check_files(document: Any, path: str) -> None:
    """Files beside a template are not sent along."""
    children: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(document, Mapping):
        if "get_file" in document:
            raise InputError("files beside the template are not sent; write the text into the template", Place(path=path))
        nested = document.get("type")
        if isinstance(nested, str) and nested.endswith((".yaml", ".yml")):
            raise InputError(f"{nested} beside the template is not sent; write one template", Place(path=f"{path}.type"))
        children = iter(document.items())
    elif isinstance(document, list):
        children = iter(enumerate(document))
    for key, one in children:
        _check_files(one, f"{path}.{key}")


def _check_manifest(one: Any, place: Place) -> None:
    if not isinstance(one, Mapping) or not all(isinstance(one.get(key), str) and one[key] for key in ("apiVersion", "kind")):
        raise InputError("is no manifest; give a mapping with apiVersion, kind and metadata", place)
    metadata = one.get("metadata")
    if not isinstance(metadata, Mapping) or not isinstance(metadata.get("name"), str) or not metadata["name"]:
        raise InputError(f"the {one['kind']} has no metadata.name", place)
    if one["kind"] == "Namespace" or metadata.get("namespace"):
        message = f"{one['kind']} {metadata['name']} names a namespace; each experiment has one of its own, so leave it out"
        raise InputError(message, place)
