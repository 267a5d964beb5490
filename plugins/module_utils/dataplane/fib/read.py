# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One door to all readers of forwarding tables: the format is named, or told by the text itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ...core.errors import InputError, Place
from . import addresses, cisco_cef, csv_table, ip_route, juniper, kernel_tables
from .lines import Lines, shown
from .table import Table

FORMATS: Mapping[str, Callable[[str, str | None], Table]] = {
    "ip_route": ip_route.read,
    "cisco_cef": cisco_cef.read,
    "juniper": juniper.read,
    "csv": csv_table.read,
}
AUTO = "auto"


def read(text: str, file: str | None = None, format: str = AUTO) -> Table:  # noqa: A002  the word that users know
    """The forwarding table that a text holds; O(length of the text).

    A text of Juniper's with tables of both versions gives that of IPv4; :func:`juniper.read` gives either.

    :param format: one of :data:`FORMATS`, or ``auto``
    :raises InputError: when the format is unknown or cannot be told, or with the line that cannot be read
    """
    name = told(text, file) if format == AUTO else format
    if name not in FORMATS:
        raise InputError(f"{shown(str(name))} is no format of a forwarding table: {', '.join((AUTO, *FORMATS))}", Place(file))
    return FORMATS[name](text, file)


def told(text: str, file: str | None = None) -> str:
    """The name of the format that a text looks like; O(length of the text).

    :raises InputError: when it looks like none
    """
    if juniper.TITLE.search(text):
        return "juniper"
    number, line = next(((number, line.strip()) for number, line in Lines(text, file) if line.strip()), (None, ""))
    for name, looks in _LOOKS.items():
        if looks(line):
            return name
    known = f"no line that {', '.join(FORMATS)} begin with" if line else "empty text, which may be a table or a failure"
    raise InputError(f"this is {known}; name the format if it is right", Place(file, number))


def _like_ip_route(line: str) -> bool:
    words = line.split()[:2]
    if words[:1] and words[0] in (*kernel_tables.TYPES, kernel_tables.UNICAST):
        del words[0]
    return line[:1] == "[" or (bool(words) and (words[0] == "default" or addresses.version_of(words[0]) is not None))


# Asked in this order about the first line with words in it.
_LOOKS: Mapping[str, Callable[[str], object]] = {
    "cisco_cef": lambda line: cisco_cef.HEADER.fullmatch(line) or _CEF.match(line),
    "csv": lambda line: "," in line and line[:1] != "[",
    "ip_route": _like_ip_route,
}
_CEF = re.compile(r"\d[\d.]*/\d+\s+(\d|attached|receive|drop|discard|no route|multicast)")
