# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network elements in the languages that people configure them in, as SEFL programs: one table of what is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from ..core.errors import InputError, Place
from ..symbolic import sefl_text
from ..symbolic.sefl import Program

Reader: TypeAlias = Callable[[str, "str | None", Mapping[str, Any]], Program]


def _sefl(text: str, file: str | None, _options: Mapping[str, Any]) -> Program:
    return sefl_text.read(text, file)


def _fib(text: str, file: str | None, options: Mapping[str, Any]) -> Program:
    from .fib import model
    from .fib.read import AUTO, read

    return model.program(read(text, file, options.get("format") or AUTO))


def _mac(text: str, file: str | None, options: Mapping[str, Any]) -> Program:
    from .fib import mac_model
    from .fib.mac_table import AUTO, read

    return mac_model.program(mac_model.switch(read(text, file, options.get("format") or AUTO), file, options))


def _hsa(text: str, file: str | None, _options: Mapping[str, Any]) -> Program:
    from .hsa import model, transfer

    return model.program(transfer.read(text, file), file)


def _nsh(text: str, file: str | None, _options: Mapping[str, Any]) -> Program:
    from .nsh import model, rules

    return model.program(rules.read(text, file), file)


def _srv6(text: str, file: str | None, options: Mapping[str, Any]) -> Program:
    from .srv6 import model, routes

    return model.program(routes.read(text, file), file, options)


def _click(text: str, file: str | None, options: Mapping[str, Any]) -> Program:
    from .click import model

    return model.program(text, file, options)


class Type(NamedTuple):
    """What reads a configuration, and the options that it knows besides ``type``, ``path`` and ``content``."""

    read: Reader
    options: frozenset[str] = frozenset()


TYPES: dict[str, Type] = {
    "click": Type(_click, frozenset({"black_box"})),
    "fib": Type(_fib, frozenset({"format"})),
    "hsa": Type(_hsa),
    "mac": Type(_mac, frozenset({"format", "vlans", "untagged"})),
    "nsh": Type(_nsh),
    "sefl": Type(_sefl),
    "srv6": Type(_srv6, frozenset({"source", "vrf"})),
}
COMMON = frozenset({"type", "path", "content"})


def programs(given: Mapping[str, Any], text: Callable[[Mapping[str, Any], str], str]) -> dict[str, Program]:
    """The programs of all elements of a network.

    :param given: what the user says of each, by its name
    :param text: what gives the configuration of such a mapping, which stands at a place
    :raises InputError: see :func:`element`
    """
    return {str(name): element(str(name), one, text(one, f"network.elements.{name}")) for name, one in given.items()}


def element(name: str, given: Mapping[str, Any], text: str) -> Program:
    """The program of one element.

    :param given: what the user says of it: ``type``, perhaps ``path``, and what its reader takes
    :param text: its configuration
    :raises InputError: an unknown type or option, or a mistake in the text, with its line
    """
    kind = given.get("type")
    if kind not in TYPES:
        place = Place(path=f"network.elements.{name}.type")
        raise InputError(f"{kind!r} is no type of element; there are {', '.join(TYPES)}", place)
    known = TYPES[kind].options | COMMON
    if strange := sorted(set(given) - known):
        place = Place(path=f"network.elements.{name}.{strange[0]}")
        raise InputError(f"the type {kind} has no such option; there are {', '.join(sorted(known))}", place)
    try:
        program = TYPES[kind].read(text, given.get("path"), given)
    except InputError as error:
        place = error.place or Place()
        raise InputError(error.message, Place(place.file or f"element {name}", place.line, place.path)) from None
    if not program.ports:
        raise InputError("has no port that takes packets", Place(path=f"network.elements.{name}"))
    return program
