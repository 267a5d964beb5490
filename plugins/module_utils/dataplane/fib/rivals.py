# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of one prefix that nothing but their order tells apart, as sentences for the user.

A kernel takes such routes when they are appended, or when two interfaces are in the same subnet. The first one is used,
which is seldom what somebody has meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from .builder import TableBuilder
from .table import written

MOST = 10
"""Sentences about one table; a last one counts the others."""


def sentences(builder: TableBuilder, unit: str) -> Iterator[str]:
    """What is said of the routes of a Linux machine that were collected.

    :param unit: what a route's line counts, ``lines`` or ``entries``
    """
    found = (row for row in builder.rivals() if not _of_each_link(builder.version, *row[:2]))
    for prefix, length, line, other in islice(found, MOST):
        where = (
            f"{written(builder.version, prefix, length)} has several routes of the same metric, in {unit} {line} and {other}"
        )
        yield f"{where}, and the first is taken; give them different metrics, or make them next hops of one route"
    if more := sum(1 for _row in found):
        yield f"{more} more prefixes have several routes of the same metric, and the first of each is taken"


def _of_each_link(version: int, prefix: int, length: int) -> bool:
    """Whether every interface has a route of its own for it: what is local to a link, and multicast, of IPv6."""
    return version == 6 and ((length >= 10 and prefix >> 118 == 0xFE80 >> 6) or (length >= 8 and prefix >> 120 == 0xFF))
