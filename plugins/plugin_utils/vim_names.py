# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the clouds and contexts that the sites name exist, as far as the files that should have them can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..module_utils.clients.files.reader import Files
from ..module_utils.core.errors import InputError, Place
from ..module_utils.model.sites import Sites
from .yaml_text import read


class Named(NamedTuple):
    """A name at ``path`` of the sites file, None where the site gives none, and the file that should have it."""

    path: str
    key: str
    name: str | None
    file_key: str
    source: str
    kind: str


def check_names(sites: Sites, file: str) -> list[str]:
    """Refuse a name that its file does not have. A file that cannot be read may come later: a sentence says so.

    :param file: the sites file, for the place
    :returns: a sentence for each file that cannot be read
    :raises InputError: a wrong name, or a file that is not what it should be
    """
    unreadable = []
    for named in _named(sites):
        try:
            text = Files().read(named.source)
        except InputError as error:
            place = Place(file, path=f"{named.path}.{named.file_key}")
            unreadable.append(f"{place}: {error}; no module can use the site's VIM until it is there")
            continue
        present = KINDS[named.kind](read(text.decode(errors="replace"), named.source))
        if named.name is not None and named.name not in present:
            known = ", ".join(sorted(present)) or f"no {named.kind}"
            message = f"{named.name!r} is not in {named.source}, which has {known}"
            raise InputError(message, Place(file, path=f"{named.path}.{named.key}"))
    return unreadable


def _named(sites: Sites) -> Iterator[Named]:
    for site in sites.sites:
        openstack, kubernetes, path = site.openstack, site.kubernetes, f"sites.{site.name}"
        if openstack and openstack.clouds_file:
            yield Named(f"{path}.openstack", "cloud", openstack.cloud, "clouds_file", openstack.clouds_file, "clouds")
        if kubernetes and kubernetes.kubeconfig:
            yield Named(f"{path}.kubernetes", "context", kubernetes.context, "kubeconfig", kubernetes.kubeconfig, "contexts")


def _clouds(document: Any) -> set[str]:
    clouds = document.get("clouds") if isinstance(document, dict) else None
    return set(map(str, clouds)) if isinstance(clouds, dict) else set()


def _contexts(document: Any) -> set[str]:
    contexts = document.get("contexts") if isinstance(document, dict) else None
    return {str(one.get("name")) for one in contexts if isinstance(one, dict)} if isinstance(contexts, list) else set()


KINDS = {"clouds": _clouds, "contexts": _contexts}
