# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marks that everything carries which the collection makes, so that it can be told and removed again.

The same facts (which service, function and VDU a thing belongs to) are written in the form that each
system takes: Kubernetes wants a slash after the prefix of a label, Nova allows none in a metadata key,
Neutron and Heat have plain tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

PREFIX = "superfluidity.nfv"
KUBERNETES_NODE = "kubernetes-node"
"""The mark, ``"true"``, of a VM that is a node of a Kubernetes cluster."""
AVAILABILITY_ZONE = "availability-zone"
"""The mark of a VM with where Nova was asked to start it, as Nova itself no longer tells afterwards."""


def label(key: str) -> str:
    """The Kubernetes label of a mark: ``superfluidity.nfv/service``."""
    return f"{PREFIX}/{key}"


def labels(service: str, function: str | None = None, vdu: str | None = None) -> dict[str, str]:
    """Kubernetes labels: ``superfluidity.nfv/service`` and, where given, ``/function`` and ``/vdu``."""
    return {label(key): value for key, value in _marks(service, function, vdu)}


def metadata(service: str, function: str | None = None, vdu: str | None = None) -> dict[str, str]:
    """Nova metadata: the keys of :func:`labels` with a colon for the slash."""
    return {f"{PREFIX}:{key}": value for key, value in _marks(service, function, vdu)}


def marks_of(metadata: Mapping[str, str]) -> dict[str, str]:
    """The marks in Nova metadata, by key: the inverse of :func:`metadata`."""
    return {key.removeprefix(f"{PREFIX}:"): value for key, value in metadata.items() if key.startswith(f"{PREFIX}:")}


def tags(service: str, function: str | None = None, vdu: str | None = None) -> list[str]:
    """Tags of Heat and Neutron: ``superfluidity.nfv:service=video`` and so on."""
    return [tag(key, value) for key, value in _marks(service, function, vdu)]


def tag(key: str, value: str) -> str:
    """The tag of one mark: ``superfluidity.nfv:service=video``."""
    return f"{PREFIX}:{key}={value}"


def marks_of_tags(tags: Iterable[str] | None) -> dict[str, str]:
    """The marks among tags, by key: the inverse of :func:`tags`."""
    ours = (tag.removeprefix(f"{PREFIX}:").partition("=") for tag in tags or () if tag.startswith(f"{PREFIX}:"))
    return {key: value for key, _sign, value in ours}


def owner(tags: Iterable[str] | None) -> str | None:
    """The service that tags name, or None for a thing that is not ours."""
    return marks_of_tags(tags).get("service")


def _marks(service: str, function: str | None, vdu: str | None) -> list[tuple[str, str]]:
    pairs = (("service", service), ("function", function), ("vdu", vdu))
    return [(key, value) for key, value in pairs if value is not None]
