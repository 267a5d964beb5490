# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in, service model out: the one entry to all descriptor languages.

A language is one line of ``LANGUAGES``: a name, a function that recognises it in a package of
files, and a function that reads it. The first that recognises the files is taken.
"""

from __future__ import annotations

import typing as t
from contextlib import contextmanager
from dataclasses import replace

from ..core.errors import InputError, Place
from ..model.service import validate
from ..model.service_networks import group_links
from ..model.service_parts import VMS
from ..model.service_stages import DEFAULT_SITE
from . import model, nemo, openmano, osm, sol001, sol006, superfluidity
from .element import Element
from .package import Package
from .reading import Reading, Warnings


class Language(t.NamedTuple):
    detect: t.Callable[[Package], bool]
    read: t.Callable[[Package, dict, Warnings], dict]
    source: t.Callable[[Package], str | None] = lambda _package: None
    """The file in which the keys of the service model stand as they are, if the language has one."""


def _read_nemo(package: Package, default_site: dict, warnings: Warnings) -> dict:
    """A program of NEMO, with the VNFDs that it names, each in a language of its own."""
    return nemo.read(package, default_site, warnings, lambda inner: _read_within(inner, default_site))


LANGUAGES: dict[str, Language] = {
    "superfluidity": Language(superfluidity.detect, superfluidity.read),
    "nemo": Language(nemo.detect, _read_nemo),
    "sol001": Language(sol001.detect, sol001.read),
    "osm": Language(osm.detect, osm.read),
    "sol006": Language(sol006.detect, sol006.read),
    "openmano": Language(openmano.detect, openmano.read),
    "model": Language(model.detect, model.read, model.source),
}


def read(
    files: dict[str, bytes],
    format: str = "auto",  # noqa: A002  the option of the module has this name
    default_site: dict | None = None,
    nsd: str | None = None,
    fetch: t.Callable[[str], bytes] | None = None,
) -> Reading:
    """Read the service that ``files`` (relative name to content) describe.

    ``format`` is a key of LANGUAGES, or ``auto`` to recognise it. ``default_site`` is where
    functions stand that do not say so, a ``site`` of the model; role core if not given. ``nsd`` is the name of the
    network service that is meant, where the files hold several. ``fetch`` gets what a descriptor names by a URI;
    without it only the files are read.
    Raises InputError; the same files always give the same answer.
    """
    package = Package(files, nsd, fetch)
    name = _recognised(package) if format == "auto" else format
    if name not in LANGUAGES:
        raise InputError(f"the format {name} cannot be read; known are auto, {', '.join(LANGUAGES)}")
    warnings = Warnings()
    language = LANGUAGES[name]
    if format != "auto":
        _refuse_other(package, name)
    with _lines_told(package):
        service = language.read(package, default_site or DEFAULT_SITE, warnings)
        validate(service, language.source(package))
    _warn_of_joined_segments(service, package, warnings)
    _warn_of_unlinked_points(service, package, warnings)
    return Reading(service, name, warnings.found)


def _read_within(package: Package, default_site: dict) -> Reading:
    """A descriptor that another names. Not a program, which could name itself: there would be no end to it."""
    name = _recognised(package)
    if name == "nemo":
        raise InputError("this is a NEMO program, where a VNFD is expected", Place(next(iter(package.files)), 1))
    warnings = Warnings()
    with _lines_told(package):
        service = LANGUAGES[name].read(package, default_site, warnings)
        validate(service, LANGUAGES[name].source(package))
    return Reading(service, name, warnings.found)


@contextmanager
def _lines_told(package: Package) -> t.Iterator[None]:
    """Give an error that names a file and a path of keys the line too."""
    try:
        yield
    except InputError as error:
        place = error.place
        if place and place.path and place.line is None and place.file in package.files:
            error.place = replace(place, line=package.line_at(place.file, place.path))
        elif place and place.path and place.file is None:
            error.place = package.origin(place.path) or replace(place, file=next(iter(package.files), None))
        raise


def _warn_of_joined_segments(service: dict, package: Package, warnings: Warnings) -> None:
    """Descriptors draw one physical network as several links; that it is one should surprise nobody."""
    where = Element(service, next(iter(package.files)), "links")
    for network in group_links(service):
        names = [link["name"] for link in network.links if "provider" in link]
        if len(names) > 1:
            warnings.add(f"joined {names}", f"{', '.join(names)} name the same physical network and are one", where)


def _warn_of_unlinked_points(service: dict, package: Package, warnings: Warnings) -> None:
    """A VIM makes no port where there is no network for it."""
    where = Element(service, next(iter(package.files)), "links")
    linked = {endpoint for network in group_links(service) for endpoint in network.endpoints}
    for function in service["functions"]:
        machines = {vdu["name"] for vdu in function["vdus"] if vdu["kind"] in VMS}
        points = [point["name"] for point in function.get("connection_points", []) if point.get("vdu") in machines]
        names = [f"{function['name']}.{name}" for name in points if f"{function['name']}.{name}" not in linked]
        if names:
            warnings.add(f"unlinked {names}", f"no link ends in {', '.join(names)}, so it gets no port", where)


def _refuse_other(package: Package, wanted: str) -> None:
    """What was said to be of one language and is plainly of another is not read as if it were."""
    if LANGUAGES[wanted].detect(package):
        return
    found = next((name for name, language in LANGUAGES.items() if name != wanted and language.detect(package)), None)
    if found is not None:
        raise InputError(
            f"this is no descriptor of the format {wanted}; it looks like {found}", Place(next(iter(package.files)))
        )


def _recognised(package: Package) -> str:
    for name, language in LANGUAGES.items():
        if language.detect(package):
            return name
    if package.unreadable:
        raise package.unreadable[0]
    names = list(package.files)
    shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    raise InputError(
        f"no service descriptor was recognised in {shown or 'no files'}; known formats are {', '.join(LANGUAGES)}",
        Place(names[0]) if len(names) == 1 else None,
    )
