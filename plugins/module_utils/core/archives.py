# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives as ``{name: bytes}``, in memory: a zip (CSAR), or a tar that may be compressed. Nothing is unpacked to a disk.

What could hurt is refused by its name, size or number before it is looked into.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from .errors import InputError, Place

GZIP = b"\x1f\x8b"
LARGEST = 64 * 2**20
"""Bytes that one tree of files may hold: descriptors are text, and an archive can claim any size."""
MOST_ENTRIES = 10_000
COMPRESSIONS: dict[bytes, Any] = {GZIP: gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
"""The first bytes of a compressed file → what opens it."""
BROKEN = (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, RuntimeError, ValueError, LookupError)
"""What the standard library raises for what is no whole archive."""


def opened(content: bytes, path: str, name: str) -> dict[str, bytes]:
    """The entries of an archive, sorted by name; of what is none, the one file ``name``.

    :param path: where it is, for errors
    :raises InputError: no whole archive, or one with links, with names that lead out of it, or of more than LARGEST bytes
    """
    try:
        return dict(sorted(bounded(_members(content, path, name), path)))
    except (*BROKEN, OSError) as error:
        raise InputError(f"is no whole archive: {error}", Place(file=path)) from error


def bounded(members: Iterator[tuple[str, bytes]], path: str) -> Iterator[tuple[str, bytes]]:
    """The same, until they are more than LARGEST bytes together."""
    size = 0
    for name, content in members:
        size += len(content)
        if size > LARGEST:
            raise InputError(f"holds more than {LARGEST // 2**20} MiB: give the descriptors alone", Place(file=path))
        yield name, content


def _members(content: bytes, path: str, name: str) -> Iterator[tuple[str, bytes]]:
    if zipfile.is_zipfile(io.BytesIO(content)):
        yield from _checked(_zip(content), path)
        return
    unpacked = _unpacked(content, path)
    if tarfile.is_tarfile(io.BytesIO(unpacked)):
        yield from _checked(_tar(unpacked, path), path)
    else:
        yield name, content


def _unpacked(content: bytes, path: str) -> bytes:
    """What a compressed file holds, up to the limit: a tar archive is looked into only when its size is known."""
    for magic, stream_of in COMPRESSIONS.items():
        if content.startswith(magic):
            try:
                with stream_of(io.BytesIO(content)) as stream:
                    unpacked = stream.read(LARGEST + 1)
            except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
                raise InputError(f"is no whole archive: {error}", Place(file=path)) from error
            if len(unpacked) > LARGEST:
                raise InputError(f"unpacks to more than {LARGEST >> 20} MiB", Place(file=path))
            return unpacked
    return content


def _checked(members: Iterator[tuple[str, bytes]], path: str) -> Iterator[tuple[str, bytes]]:
    """The members with plain names, each once: what would leave the folder it is unpacked to is refused, though nothing is."""
    seen: set[str] = set()
    for name, content in members:
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or parts[0].endswith(":") or "\0" in name:
            raise InputError(f"holds the entry {name[:80]!r}, which leads out of the archive", Place(file=path))
        if name in seen:
            raise InputError(f"holds the entry {name[:80]!r} twice", Place(file=path))
        seen.add(name)
        if len(seen) > MOST_ENTRIES:
            raise InputError(f"holds more than {MOST_ENTRIES} entries", Place(file=path))
        yield name, content


def _zip(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                with archive.open(member) as stream:
                    yield member.filename, stream.read(LARGEST + 1)


def _tar(content: bytes, path: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        for member in archive:
            if not (member.isreg() or member.isdir()):
                raise InputError(f"holds the link or device {member.name[:80]!r}; pack plain files", Place(file=path))
            stream = archive.extractfile(member) if member.isreg() else None
            if stream is not None:
                yield member.name.removeprefix("./"), stream.read(LARGEST + 1)
