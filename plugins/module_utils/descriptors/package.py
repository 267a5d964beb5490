# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that a reader is given, decoded and parsed once."""

from __future__ import annotations

import functools
import re
import typing as t
from dataclasses import replace
from pathlib import PurePosixPath

from ..core import archives
from ..core.errors import InputError, NfvError, Place
from .element import Element
from .parse import line_at, parse_json, parse_yaml, positions
from .parse_xml import Document, parse_xml

YAML_SUFFIXES = (".yaml", ".yml")
PLAIN_PATH = re.compile(r"[\w .-]+(/[\w .-]+)*")
"""A relative path in which nothing stands for something else, as %2e does in a URI."""
MOST_TEXT = 16 * 2**20
"""Bytes of JSON, YAML and XML that a package may hold."""
EDITOR_FILES = ("vertices.json",)  # where a graphical editor has drawn its boxes: no part of a service


class Package:
    """``{name: bytes}`` as text and as data. Names are relative, with slashes.

    ``fetch`` gets what a descriptor names by a URI and what is not among the files; ``wanted`` is the network service to read,
    where there are several. ``beside`` gets, by its name, what lies beside these files, or None.
    """

    def __init__(
        self,
        files: dict[str, bytes],
        wanted: str | None = None,
        fetch: t.Callable[[str], bytes] | None = None,
        beside: t.Callable[[str], bytes | None] | None = None,
    ):
        self.wanted = wanted
        self._beside = beside
        self._lines: dict[str, dict[str, int]] = {}
        self._fetch = fetch
        self.origins: dict[str, Place] = {}
        """Path of keys in the service model → where a reader found it, for languages that have no such keys."""
        for name in files:
            if not name.isprintable():  # it would stand in sentences, and break them
                raise InputError(f"{name!r} is no file name that can be shown; rename it")
        self.files = {name: files[name] for name in sorted(files) if PurePosixPath(name).name not in EDITOR_FILES}

    def text(self, name: str) -> str:
        try:
            return self.files[name].decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            line = self.files[name].count(b"\n", 0, wrong.start) + 1
            raise InputError("this file is no UTF-8 text", Place(name, line)) from wrong

    def named(self, uri: str) -> dict[str, bytes]:
        """What is at a URI, an archive opened: the file of that path or name among these, or else what ``fetch`` gets.

        :raises InputError: it cannot be had; the sentence follows the URI
        """
        path = re.sub(r"^[a-z]+:/*", "", uri)
        name = PurePosixPath(path).name
        inside = self.find(path) or self.find(name)
        if inside is None and self._fetch is None:
            raise InputError("is not among the files, and nothing else is read here")
        content = self.files[inside] if inside is not None else self._fetch(uri)  # type: ignore[misc]
        files = archives.opened(content, name, inside or name)
        if not files:
            raise InputError("is an empty archive")
        return files

    def beside(self, uri: str, name: str) -> bytes | None:
        """The file ``name`` beside a URI: among these files, or where the URI leads to; never above that."""
        if not PLAIN_PATH.fullmatch(name) or ".." in name.split("/"):
            return None
        try:
            inside = self.find(name)
            return self.files[inside] if inside is not None else self._fetch and self._fetch(f"{uri.rpartition('/')[0]}/{name}")
        except NfvError:
            return None

    @functools.cached_property
    def mappings(self) -> dict[str, Element]:
        """The files that hold one mapping in JSON or YAML, by name."""
        return {
            name: Element(found[0], name)
            for name, found in self._parsed.items()
            if isinstance(found, list) and len(found) == 1 and isinstance(found[0], dict)
        }

    @property
    def xml(self) -> dict[str, Document]:
        """The files in XML, by name."""
        return {name: found for name, found in self._xml.items() if isinstance(found, Document)}

    @functools.cached_property
    def _xml(self) -> dict[str, Document | InputError]:
        """Each file that looks like XML; as with YAML, one that cannot be read may be nobody's business."""
        found: dict[str, Document | InputError] = {}
        for name in self.files:
            content = self.files[name].lstrip(b"\xef\xbb\xbf \t\r\n")
            if self._may_be_xml(name) and content.startswith(b"<"):
                try:
                    found[name] = parse_xml(content, name)
                except InputError as wrong:
                    found[name] = wrong
        return found

    def _may_be_xml(self, name: str) -> bool:
        suffix = PurePosixPath(name).suffix.lower()
        return suffix == ".xml" or (len(self.files) == 1 and suffix not in (".json", *YAML_SUFFIXES))

    def documents(self, name: str) -> list[t.Any]:
        """The documents of a JSON or YAML file; none of one that is neither, or cannot be read."""
        found = self._parsed.get(name, [])
        return found if isinstance(found, list) else []

    @property
    def unreadable(self) -> list[InputError]:
        """Why some YAML and XML files could not be parsed."""
        return [found for found in [*self._parsed.values(), *self._xml.values()] if isinstance(found, InputError)]

    @functools.cached_property
    def _parsed(self) -> dict[str, list[t.Any] | InputError]:
        """The documents of each JSON and YAML file.

        JSON must be sound. YAML need not be: templates end in .yaml too, and nobody may ask for them.
        """
        parsed: dict[str, list[t.Any] | InputError] = {}
        texts = [name for name in self.files if PurePosixPath(name).suffix.lower() in (".json", ".xml", *YAML_SUFFIXES)]
        if sum(len(self.files[name]) for name in texts) > MOST_TEXT:
            raise InputError(f"the package holds more than {MOST_TEXT >> 20} MiB of descriptors; give those of one service")
        for name in self.files:
            suffix = PurePosixPath(name).suffix.lower()
            if suffix == ".json" or self._is_json_text(name, suffix):
                parsed[name] = [parse_json(self.text(name), name)]
            elif suffix in YAML_SUFFIXES or (len(self.files) == 1 and name not in self._xml):
                try:
                    parsed[name] = parse_yaml(self.text(name), name)
                except InputError as wrong:
                    parsed[name] = wrong
        return parsed

    def _is_json_text(self, name: str, suffix: str) -> bool:
        """A single text without a suffix is what a user has given in place of a file."""
        return not suffix and len(self.files) == 1 and self.text(name).lstrip().startswith(("{", "["))

    def origin(self, path: str) -> Place | None:
        """Where the reader found what the service model has at ``path``, or at the nearest key above."""
        parts = re.findall(r"[^.\[\]]+|\[\d+\]", path)
        for length in range(len(parts), 0, -1):
            above = "".join(part if part.startswith("[") else f".{part}" for part in parts[:length]).lstrip(".")
            if above in self.origins:
                return replace(self.origins[above], path=path)
        return None

    def find(self, reference: str, suffixes: tuple[str, ...] = (), beside: str | None = None) -> str | None:
        """The file that ``reference`` means: the end of its path, with one of ``suffixes`` or without.

        One in the folder of the file ``beside``, or below it, comes first; then the shortest path, then the alphabet.
        """
        wanted = [reference, *(f"{reference}{suffix}" for suffix in suffixes)]
        fits = [name for name in self.files if any(f"/{name}".endswith(f"/{one}") for one in wanted)]
        near = f"{beside or ''}".rpartition("/")[0]
        if not fits and self._beside is not None:
            found = ((one, self._beside(one)) for one in wanted)
            self.files |= {one: content for one, content in found if content is not None}
            fits = [one for one in wanted if one in self.files]
        return min(fits, key=lambda name: (not f"{name}".startswith(f"{near}/"), name.count("/"), name), default=None)

    def line_at(self, name: str, path: str) -> int | None:
        """The line of a path of keys in a file that is JSON, YAML or XML."""
        if name not in self.files:
            return None
        if name not in self._lines:
            self._lines[name] = self.xml[name].lines if name in self.xml else positions(self.text(name))
        return line_at(self._lines[name], path)

    def line_of(self, name: str, value: str) -> int | None:
        """The line of the file ``name`` that holds ``value``; None unless exactly one does."""
        lines = self.text(name).splitlines() if name in self.files else []
        numbers = [number for number, line in enumerate(lines, 1) if value in line]
        return numbers[0] if len(numbers) == 1 else None
