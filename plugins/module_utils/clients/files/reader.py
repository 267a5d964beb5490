# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in, ``{name: bytes}`` out: a file, a folder or an archive, read alike.

Readers of languages take this and do no input or output of their own.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...core.errors import InputError, Place

GZIP = b"\x1f\x8b"
LARGEST = 64 * 2**20
"""Bytes that one tree may hold: descriptors are text, and an archive can claim any size."""
MOST_ENTRIES = 10_000
COMPRESSIONS: dict[bytes, Any] = {GZIP: gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
"""The first bytes of a compressed file → what opens it."""


class Files:
    """Reads from the controller's disk; ``locate`` turns a path as the user wrote it into one to open."""

    def __init__(self, locate: Callable[[str], str] = os.path.abspath):
        self._locate = locate

    def located(self, path: str) -> str:
        """Where the file of that name is, for who opens it otherwise than by reading it whole."""
        return self._locate(path)

    def tree(self, path: str) -> dict[str, bytes]:
        """``{name: bytes}`` of a file (one entry), a folder or a zip or tar archive; names are relative, sorted.

        :raises InputError: nothing there, not readable, not a whole archive, or larger than :data:`LARGEST`
        """
        found = Path(self._locate(path))
        return _tree(lambda: _folder(found) if found.is_dir() else _file(found), path)

    def with_content(self, path: str) -> tuple[dict[str, bytes], bytes | None]:
        """The tree of a path and, for anything but a folder, the bytes of the file itself.

        :raises InputError: as of :meth:`tree` and :meth:`read`
        """
        tree = self.tree(path)
        return tree, None if Path(self._locate(path)).is_dir() else self.read(path)

    def read(self, path: str) -> bytes:
        """The bytes of one file.

        :raises InputError: not there or not readable
        """
        try:
            return Path(self._locate(path)).read_bytes()
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", Place(file=path)) from error

    def text(self, path: str) -> str:
        """The text of one file, which may be packed by gzip; what is no UTF-8 is replaced.

        :raises InputError: not there, not readable, no whole gzip file, or one of more than :data:`LARGEST` bytes
        """
        content = self.read(path)
        if content.startswith(GZIP):
            try:
                with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
                    content = stream.read(LARGEST + 1)
            except (OSError, EOFError, zlib.error) as error:
                raise InputError(f"is no whole gzip file: {error}", Place(file=path)) from error
            if len(content) > LARGEST:
                raise InputError(f"unpacks to more than {LARGEST // 2**20} MiB", Place(file=path))
        return content.decode(errors="replace")

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


def tree_of(content: bytes, name: str) -> dict[str, bytes]:
    """``{name: bytes}`` of an archive that is not on the disk; ``name`` is for errors.

    :raises InputError: it is no whole archive, or larger than :data:`LARGEST`
    """
    return _tree(lambda: _members(content, Path(name)), name)


def _tree(members: Callable[[], Iterator[tuple[str, bytes]]], path: str) -> dict[str, bytes]:
    try:
        return dict(sorted(_bounded(members(), path)))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", Place(file=path)) from error
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error, RuntimeError, ValueError, LookupError) as error:
        raise InputError(f"is no whole archive: {error}", Place(file=path)) from error


def _bounded(members: Iterator[tuple[str, bytes]], path: str) -> Iterator[tuple[str, bytes]]:
    size = 0
    for name, content in members:
        size += len(content)
        if size > LARGEST:
            raise InputError(f"holds more than {LARGEST // 2**20} MiB: give the descriptors alone", Place(file=path))
        yield name, content


def _folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _file(path: Path) -> Iterator[tuple[str, bytes]]:
    with open(path, "rb") as stream:
        content = stream.read(LARGEST + 1)
    yield from _members(content, path)


def _members(content: bytes, path: Path) -> Iterator[tuple[str, bytes]]:
    if zipfile.is_zipfile(io.BytesIO(content)):
        yield from _checked(_zip(content), path)
        return
    unpacked = _unpacked(content, path)
    if tarfile.is_tarfile(io.BytesIO(unpacked)):
        yield from _checked(_tar(unpacked, path), path)
    else:
        yield path.name, content


def _unpacked(content: bytes, path: Path) -> bytes:
    """What a compressed file holds, up to the limit: a tar archive is looked into only when its size is known."""
    for magic, opened in COMPRESSIONS.items():
        if content.startswith(magic):
            try:
                with opened(io.BytesIO(content)) as stream:
                    unpacked = stream.read(LARGEST + 1)
            except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
                raise InputError(f"is no whole archive: {error}", Place(file=str(path))) from error
            if len(unpacked) > LARGEST:
                raise InputError(f"unpacks to more than {LARGEST >> 20} MiB", Place(file=str(path)))
            return unpacked
    return content


def _checked(members: Iterator[tuple[str, bytes]], path: Path) -> Iterator[tuple[str, bytes]]:
    """The members with plain names, each once: what would leave the folder it is unpacked to is refused, though nothing is."""
    seen: set[str] = set()
    for name, content in members:
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or parts[0].endswith(":") or "\0" in name:
            raise InputError(f"holds the entry {name[:80]!r}, which leads out of the archive", Place(file=str(path)))
        if name in seen:
            raise InputError(f"holds the entry {name[:80]!r} twice", Place(file=str(path)))
        seen.add(name)
        if len(seen) > MOST_ENTRIES:
            raise InputError(f"holds more than {MOST_ENTRIES} entries", Place(file=str(path)))
        yield name, content


def _zip(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                with archive.open(member) as stream:
                    yield member.filename, stream.read(LARGEST + 1)


def _tar(content: bytes, path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        for member in archive:
            if not (member.isreg() or member.isdir()):
                raise InputError(f"holds the link or device {member.name[:80]!r}; pack plain files", Place(file=str(path)))
            stream = archive.extractfile(member) if member.isreg() else None
            if stream is not None:
                yield member.name.removeprefix("./"), stream.read(LARGEST + 1)
