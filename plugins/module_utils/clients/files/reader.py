# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in, ``{name: bytes}`` out: a file, a folder or an archive, read alike.

Readers of languages take this and do no input or output of their own.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ...core import archives
from ...core.errors import InputError, Place

MOST = 2 * 2**30
"""Bytes of one file: what has more, or has no end as some devices, would take all memory."""


class Files:
    """Reads from the controller's disk; ``locate`` turns a path as the user wrote it into one to open."""

    def __init__(self, locate: Callable[[str], str] = os.path.abspath):
        self._locate = locate

    def located(self, path: str) -> str:
        """Where the file of that name is, for who opens it otherwise than by reading it whole."""
        return self._locate(path)

    def tree(self, path: str) -> dict[str, bytes]:
        """``{name: bytes}`` of a file (one entry), a folder or a zip or tar archive; names are relative, sorted.

        :raises InputError: nothing there, not readable, not a whole archive, or larger than ``archives.LARGEST``
        """
        found = Path(self._locate(path))
        try:
            if found.is_dir():
                return dict(sorted(archives.bounded(_folder(found), path)))
            with open(found, "rb") as stream:
                content = stream.read(archives.LARGEST + 1)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", Place(file=path)) from error
        except ValueError as error:
            raise InputError(f"is no path: {error}", Place(file=path)) from error
        return archives.opened(content, path, found.name)

    def with_content(self, path: str) -> tuple[dict[str, bytes], bytes | None]:
        """The tree of a path and, for anything but a folder, the bytes of the file itself.

        :raises InputError: as of :meth:`tree` and :meth:`read`
        """
        tree = self.tree(path)
        return tree, None if Path(self._locate(path)).is_dir() else self.read(path)

    def read(self, path: str) -> bytes:
        """The bytes of one file.

        :raises InputError: not there, not readable, or of more than :data:`MOST` bytes
        """
        try:
            with open(self._locate(path), "rb") as stream:
                content = _whole(stream)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", Place(file=path)) from error
        except ValueError as error:
            raise InputError(f"is no path: {error}", Place(file=path)) from error
        if content is None:
            raise InputError(f"has more than {MOST >> 20} MiB", Place(file=path))
        return content

    def text(self, path: str, strict: bool = False) -> str:
        """The text of one file, which may be packed by gzip; what is no UTF-8 is replaced, or with ``strict`` refused.

        :raises InputError: not there, not readable, no whole gzip file, one of more than ``archives.LARGEST`` bytes, no UTF-8
        """
        content = self.read(path)
        if content.startswith(archives.GZIP):
            try:
                with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
                    content = stream.read(archives.LARGEST + 1)
            except (OSError, EOFError, zlib.error) as error:
                raise InputError(f"is no whole gzip file: {error}", Place(file=path)) from error
            if len(content) > archives.LARGEST:
                raise InputError(f"unpacks to more than {archives.LARGEST // 2**20} MiB", Place(file=path))
        try:
            return content.decode(errors="strict" if strict else "replace")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise InputError("this line is no UTF-8 text; save the file as UTF-8", Place(file=path, line=line)) from error

    def given(self, options: Any, where: str) -> str:
        """The text that a mapping has as ``content``, or in the file of its ``path``; ``where`` it stands is for errors.

        :raises InputError: it has neither or both, or the file cannot be read
        """
        if not isinstance(options, dict) or ("path" in options) == ("content" in options):
            raise InputError("give either path or content", Place(path=where))
        if "path" in options:
            return self.text(options["path"])
        content = options["content"]
        if isinstance(content, list | dict):  # JSON that somebody has parsed already, as a registered result is
            return json.dumps(content)
        if not isinstance(content, str):
            raise InputError(f"content is text, and not {content!r}", Place(path=where))
        return content


def _whole(stream: BinaryIO) -> bytes | None:
    """All that there is; None where that is more than :data:`MOST` bytes."""
    status = os.fstat(stream.fileno())
    if stat.S_ISREG(status.st_mode):
        return stream.read() if status.st_size <= MOST else None
    pieces, size = [], 0
    while size <= MOST and (piece := stream.read(archives.LARGEST)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces) if size <= MOST else None


def _folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path.relative_to(folder).as_posix(), path.read_bytes()
