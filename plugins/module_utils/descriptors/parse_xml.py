# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML to data. An XML file that defines entities, or any document type, is refused unread."""

from __future__ import annotations

import typing as t
from xml.parsers import expat

from ..core.errors import InputError, Place
from .parse import MAX_DEPTH, MAX_LENGTH, MAX_VALUES


class Document(t.NamedTuple):
    """``data`` is ``{root: content}``; ``lines`` (path → line from 1) are those of its elements."""

    data: dict[str, t.Any]
    lines: dict[str, int]


class _Open(t.NamedTuple):
    """An element that has not ended: its name and line, its text so far, and what it holds by name."""

    name: str
    line: int
    texts: list[str]
    below: dict[str, list[tuple[int, t.Any]]]


def parse_xml(content: bytes, file: str) -> Document:
    """Elements as mappings, without namespaces and attributes: an element of text alone is that text.

    An element that stands several times under its parent is a list; XML does not tell a list of one from a single
    value, so the reader of a language does. Namespaces bear no meaning in the languages read here.

    :raises InputError: no sound XML, a document type, or more than a descriptor may hold
    """
    builder = _Builder(file)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    parser.StartElementHandler = lambda name, _attributes: builder.start(name, parser.CurrentLineNumber)
    parser.EndElementHandler = lambda _name: builder.end()
    parser.CharacterDataHandler = builder.text
    if len(content) > MAX_LENGTH:
        raise InputError(f"this is longer than {MAX_LENGTH >> 20} MiB; a descriptor is far shorter", Place(file))
    try:
        parser.Parse(content, True)
    except expat.ExpatError as wrong:
        raise InputError(f"this is no XML: {expat.ErrorString(wrong.code)}", Place(file, wrong.lineno)) from wrong
    except (LookupError, ValueError, UnicodeError) as wrong:  # an encoding that Python does not have
        raise InputError(f"this is no XML that can be read: {str(wrong)[:80]}", Place(file)) from wrong
    lines: dict[str, int] = {}
    _find_lines(builder.root.below, "", lines)
    return Document(_content(builder.root), lines)


class _Builder:
    """Collects the elements of a file."""

    def __init__(self, file: str):
        self.file = file
        self.root = _Open("", 1, [], {})
        self.stack = [self.root]
        self.count = 0

    def refuse(self, *_declaration: t.Any) -> None:
        raise InputError(
            "this XML has a document type or entities, which may expand to anything; remove them", Place(self.file)
        )

    def start(self, name: str, line: int) -> None:
        self.count += 1
        if self.count > MAX_VALUES or len(self.stack) > MAX_DEPTH:
            raise InputError(
                f"this holds more than {MAX_VALUES} elements, or more than {MAX_DEPTH} in each other", Place(self.file, line)
            )
        self.stack.append(_Open(name.rpartition(" ")[2], line, [], {}))

    def text(self, text: str) -> None:
        self.stack[-1].texts.append(text)

    def end(self) -> None:
        done = self.stack.pop()
        self.stack[-1].below.setdefault(done.name, []).append((done.line, done))


def _content(element: _Open) -> t.Any:
    """What an element holds; text beside elements means nothing, and an element of nothing is null."""
    if not element.below:
        return "".join(element.texts).strip() or None
    contents = {name: [_content(child) for _line, child in found] for name, found in element.below.items()}
    return {name: found if len(found) > 1 else found[0] for name, found in contents.items()}


def _find_lines(below: dict[str, list[tuple[int, t.Any]]], path: str, lines: dict[str, int]) -> None:
    for name, found in below.items():
        here = f"{path}.{name}" if path else name
        lines[here] = found[0][0]
        for index, (line, child) in enumerate(found):
            at = f"{here}[{index}]" if len(found) > 1 else here
            lines[at] = line
            lines[f"{here}[{index}]"] = line
            _find_lines(child.below, at, lines)
