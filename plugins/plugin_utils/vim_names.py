# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the clouds and contexts that the sites name exist, as far as the files that should have them can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..module_utils.clients.files.reader import Files
from ..module_utils.core.errors import InputError, Place
from ..module_utils.model.sites import Sites
from .yaml_text import read

Named = tuple[str, str, str, str]


def check_names(sites: Sites, file: str) -> None:
    """Refuse a name that its file does not have. A file that is not there (yet) is no mistake of the sites.

    :param file: the sites file, for the place
    :raises InputError: a wrong name, or a file that is not what it should be
    """
    for path, name, source, kind in _named(sites):
        try:
            text = Files().read(source)
        except InputError:
            continue
        present = KINDS[kind](read(text.decode(errors="replace"), source))
        if name not in present:
            known = ", ".join(sorted(present)) or f"no {kind}"
            raise InputError(f"{name!r} is not in {source}, which has {known}", Place(file, path=path))


def _named(sites: Sites) -> Iterator[Named]:
    """``(path of keys, name, file that should have it, what it is)`` of each name for which there is a file."""
    for site in sites.sites:
        openstack, kubernetes = site.openstack, site.kubernetes
        if openstack and openstack.clouds_file:
            yield f"sites.{site.name}.openstack.cloud", openstack.cloud, openstack.clouds_file, "clouds"
        if kubernetes and kubernetes.kubeconfig and kubernetes.context:
            yield f"sites.{site.name}.kubernetes.context", kubernetes.context, kubernetes.kubeconfig, "contexts"


def _clouds(document: Any) -> set[str]:
    clouds = document.get("clouds") if isinstance(document, dict) else None
    return set(map(str, clouds)) if isinstance(clouds, dict) else set()


def _contexts(document: Any) -> set[str]:
    contexts = document.get("contexts") if isinstance(document, dict) else None
    return {str(one.get("name")) for one in contexts if isinstance(one, dict)} if isinstance(contexts, list) else set()


KINDS = {"clouds": _clouds, "contexts": _contexts}
