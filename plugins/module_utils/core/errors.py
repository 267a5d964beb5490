# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one tree of exceptions of the collection.

::

    NfvError                what every part of the library raises
    ├── InputError          the user's own text or options are wrong: a file, a key, a value
    ├── UnavailableError    something outside did not answer, or answered nonsense
    ├── DeniedError         something outside refused who we are, or what we may do
    ├── ConflictError       something outside exists already and is not ours to change
    └── FailedError         something outside took the request and failed to carry it out

Each carries one sentence that a stranger can act on: what was wrong, where, and what would be
right. ``str(error)`` is that sentence; only ``glue`` and the plugin bases turn it into a result.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where a mistake stands: any of a file, a line (from 1) and a path of keys (``sites.edge-1.role``)."""

    file: str | None = None
    line: int | None = None
    path: str | None = None

    def __str__(self) -> str:
        source = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in self.file or "")
        if self.line is not None:
            source = f"{source}:{self.line}" if source else f"line {self.line}"
        return ": ".join(part for part in (source, self.path) if part)


class NfvError(Exception):
    """An error with a sentence for the user and, where one is known, the place of the mistake."""

    def __init__(self, message: str, place: Place | None = None):
        self.message = message
        self.place = place
        super().__init__(message)

    def __str__(self) -> str:
        where = str(self.place) if self.place else ""
        return f"{where}: {self.message}" if where else self.message


class InputError(NfvError):
    """The user's own text or options are wrong."""


class UnavailableError(NfvError):
    """Something outside did not answer, or answered what it should not."""


class DeniedError(NfvError):
    """Something outside refused the credentials or the permission."""


class ConflictError(NfvError):
    """Something outside is already there and belongs to somebody else."""


class FailedError(NfvError):
    """Something outside accepted a request and failed to carry it out."""
