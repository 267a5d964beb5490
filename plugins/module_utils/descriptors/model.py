# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The language ``model``: the service model itself, in YAML or JSON."""

from __future__ import annotations

import copy

from ..core.errors import InputError
from .element import Element
from .package import Package
from .reading import Warnings


def detect(package: Package) -> bool:
    return bool(_candidates(package))


def _candidates(package: Package) -> list[Element]:
    return [found for found in package.mappings.values() if "name" in found and "functions" in found]


def source(package: Package) -> str:
    return _candidates(package)[0].file


def read(package: Package, default_site: dict, _warnings: Warnings) -> dict:
    """The one service of ``package``; files that it names are taken up as its documents."""
    found = _candidates(package)
    if not found and package.unreadable:
        raise package.unreadable[0]
    if len(found) != 1:
        names = ", ".join(element.file for element in found) or "none"
        raise InputError(f"one file with name and functions is expected, found: {names}")
    service = copy.deepcopy(found[0].value)
    documents = documents_of(found[0], package)
    if documents:
        service["documents"] = documents
    for function in found[0].items("functions"):
        if "site" not in function and isinstance(function.value, dict):
            service["functions"][_index(function)]["site"] = dict(default_site)
    return service


def documents_of(service: Element, package: Package) -> dict[str, str]:
    """The documents of ``service``: those that it has, and the files of ``package`` that it names."""
    documents = service.value.get("documents") or {}
    if not isinstance(documents, dict):
        return {}  # which the schema refuses
    files = {name: package.find(name) for name in _document_names(service) if name not in documents}
    return {**documents, **{name: package.text(path) for name, path in files.items() if path is not None}}


def _index(item: Element) -> int:
    return int(item.path.rpartition("[")[2].rstrip("]"))


def _document_names(service: Element) -> list[str]:
    """Every document that a function of ``service``, one of its VDUs or of its Kubernetes services names."""
    names: list[str | None] = []
    for function in service.items("functions"):
        names.append(function.child("model").text("document"))
        names += function.texts("objects")
        names += [exposed.text("descriptor") for exposed in function.items("services")]
        for vdu in function.items("vdus"):
            names += [vdu.text("descriptor"), vdu.text("user_data")]
            files = vdu.child("files")
            names += [files.text(target) for target in files]
    return list(dict.fromkeys(name for name in names if name))
