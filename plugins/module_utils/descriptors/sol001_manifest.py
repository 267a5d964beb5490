# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of files that a CSAR brings, ``TOSCA-Metadata/TOSCA.meta`` and the manifest of SOL004, checked.

An unsigned hash finds what was damaged on its way, and nothing more: whoever changes a file can change its hash. So a list
that holds a hash which is none (``<calculate here>``), and was never finished, is told and not enforced.
"""

from __future__ import annotations

import hashlib
import typing as t

from ..core.errors import InputError, Place
from .element import Element
from .traced import Notes

ALGORITHMS = {"SHA-224": 56, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128}
"""Algorithm → hexadecimal digits."""


class Listed(t.NamedTuple):
    """One file of a list, and the line on which it stands."""

    name: str
    algorithm: str
    digest: str
    line: int

    def finished(self) -> bool:
        digits = ALGORITHMS.get(self.algorithm)
        return digits is None or (len(self.digest) == digits and not set(self.digest) - set("0123456789abcdef"))


def blocks(text: str) -> t.Iterator[list[tuple[str, str, int]]]:
    """The blocks of ``Key: value`` lines, which empty lines part; each with the number of its line."""
    block: list[tuple[str, str, int]] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        key, colon, value = line.partition(":")
        if not line.strip():
            if block:
                yield block
            block = []
        elif line[0] in " \t" and block:  # a value that goes on
            last = block.pop()
            block.append((last[0], last[1] + line.strip(), last[2]))
        elif colon:
            block.append((key.strip(), value.strip(), number))


def check_hashes(folder: str, file: str, notes: Notes) -> None:
    """Compare the files that ``file`` lists with their hashes.

    :raises InputError: a file is not as listed, or not there, and the list was finished
    """
    listed = list(_listed(notes.package.text(file), file))
    finished = all(one.finished() for one in listed)
    for one in listed:
        wrong = _difference(one, folder, notes)
        if wrong and finished:
            raise InputError(wrong, Place(file, one.line))
        if wrong:
            kind = f"hash {file} {one.name}"
            notes.warnings.add(
                kind, f"{wrong}; the list was never finished, so it is not relied on", Element(None, file), one.line
            )


def _listed(text: str, file: str) -> t.Iterator[Listed]:
    for block in blocks(text):
        for position, (key, value, line) in enumerate(block):
            if key in ("Name", "Source"):
                following = block[position + 1 :]
                stop = next((index for index, other in enumerate(following) if other[0] in ("Name", "Source")), len(following))
                about = {other: content for other, content, _line in following[:stop]}
                if "Hash" in about:
                    yield _entry(value, about, Place(file, line))


def _entry(name: str, about: dict[str, str], place: Place) -> Listed:
    algorithm = about.get("Algorithm", "SHA-256").upper().replace("SHA2-", "SHA-")
    algorithm = algorithm if "-" in algorithm else algorithm.replace("SHA", "SHA-")
    if algorithm not in ALGORITHMS:
        raise InputError(f"the algorithm {algorithm[:20]} is none of {', '.join(ALGORITHMS)}", place)
    return Listed(name, algorithm, about["Hash"].lower(), place.line or 0)


def _difference(one: Listed, folder: str, notes: Notes) -> str | None:
    """What is wrong with a file of a list, as a sentence; None if nothing."""
    if not one.finished():
        return f"{one.name} has no hash but {one.digest[:30]!r}"
    if "://" in one.name:
        return None
    content = notes.package.files.get(f"{folder}{one.name.removeprefix('./')}")
    if content is None:
        return f"{one.name} is listed and not in the package"
    if hashlib.new(one.algorithm.replace("-", ""), content).hexdigest() != one.digest:
        return f"{one.name} is not the file that was packed: its hash is another"
    return None
