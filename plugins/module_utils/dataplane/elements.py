# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network elements in the languages that people configure them in, as SEFL programs: one table of what is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

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


def _hsa(text: str, file: str | None, _options: Mapping[str, Any]) -> Program:
    from .hsa import model, transfer

    return model.program(transfer.read(text, file), file)


def _click(text: str, file: str | None, options: Mapping[str, Any]) -> Program:
    from .click import model

    return model.program(text, file, options)


READERS: dict[str, Reader] = {
    "click": _click,
    "hsa": _hsa,
    "fib": _fib,
    "sefl": _sefl,
}


def element(name: str, given: Mapping[str, Any], text: str) -> Program:
    """The program of one element.

    :param given: what the user says of it: ``type``, perhaps ``path``, and what its reader takes
    :param text: its configuration
    :raises InputError: an unknown type, or a mistake in the text, with its line
    """
    kind = given.get("type")
    if kind not in READERS:
        place = Place(path=f"network.elements.{name}.type")
        raise InputError(f"{kind!r} is no type of element; there are {', '.join(READERS)}", place)
    try:
        program = READERS[kind](text, given.get("path"), given)
    except InputError as error:
        place = error.place or Place()
        raise InputError(error.message, Place(place.file or f"element {name}", place.line, place.path)) from None
    if not program.ports:
        raise InputError("has no port that takes packets", Place(path=f"network.elements.{name}"))
    return program
