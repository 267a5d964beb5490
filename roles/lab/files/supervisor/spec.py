# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The user's specification of a lab, a YAML file, read and checked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from supervisor.errors import LabError
from supervisor.lab import Lab, Site

SIZES = ("full", "small")
PROFILES = ("octavia", "sfc", "ironic", "mistral")
SITE_NAME = re.compile(r"[a-z][a-z0-9-]{0,23}")


def read_spec(path: Path, root: Path) -> Lab:
    """The lab that the file asks for, still without ports and secrets."""
    spec = _load(path)
    size = spec.get("size", "full")
    if size not in SIZES:
        raise LabError(f"{path}: size: {size!r} is none of {', '.join(SIZES)}")
    cache = spec.get("cache")
    if not isinstance(cache, str) or not Path(cache).is_absolute():
        raise LabError(f"{path}: cache: {cache!r} is not the absolute path of a folder")
    return Lab(root=root, size=size, sites=_sites(path, spec.get("sites")), cache=Path(cache))


def _load(path: Path) -> dict[str, Any]:
    try:
        spec = yaml.safe_load(path.read_text())
    except OSError as error:
        raise LabError(f"{path}: cannot be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise LabError(f"{path}: is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(spec, dict):
        raise LabError(f"{path}: holds no mapping with the keys size, sites and cache")
    return spec


def _sites(path: Path, entries: object) -> tuple[Site, ...]:
    if not isinstance(entries, list) or not entries:
        raise LabError(f"{path}: sites: is not a list of at least one site")
    sites = tuple(_site(f"{path}: sites[{index}]", entry) for index, entry in enumerate(entries))
    names = [site.name for site in sites]
    for name in names:
        if names.count(name) > 1:
            raise LabError(f"{path}: sites: the name {name} is given {names.count(name)} times")
    return sites


def _site(place: str, entry: object) -> Site:
    if not isinstance(entry, dict) or not SITE_NAME.fullmatch(str(entry.get("name", ""))):
        raise LabError(f"{place}: needs a name of small letters, digits and dashes, at most 24 long")
    openstack = entry.get("openstack")
    return Site(
        name=entry["name"],
        openstack=openstack is not None,
        profiles=_profiles(f"{place}.openstack.profiles", (openstack or {}).get("profiles") or []),
        kubernetes=entry.get("kubernetes") is not None,
    )


def _profiles(place: str, names: list[str]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in PROFILES]
    if unknown:
        raise LabError(f"{place}: {unknown[0]!r} is none of {', '.join(PROFILES)}")
    return tuple(name for name in PROFILES if name in names)
