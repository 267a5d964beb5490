# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader of line protocol, written from its reference alone, a character at a time."""

from __future__ import annotations

import re
from typing import Any

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")


class Scanner:
    def __init__(self, text: str):
        self.text, self.at = text, 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def name(self, ends: str, escapable: str) -> str:
        """Up to an end that is not escaped; a backslash before anything else is itself."""
        found = ""
        while self.peek() and self.peek() not in ends:
            if self.peek() == "\\" and self.text[self.at + 1 : self.at + 2] in escapable and self.text[self.at + 1 :]:
                self.at += 1
            found += self.peek()
            self.at += 1
        return found

    def take(self, one: str) -> None:
        if self.peek() != one:
            raise ValueError(f"{one!r} expected at {self.at} of {self.text!r}")
        self.at += 1

    def string(self) -> str:
        self.take('"')
        found = ""
        while self.peek() != '"':
            if not self.peek():
                raise ValueError(f"unbalanced quotes in {self.text!r}")
            if self.peek() == "\\" and self.text[self.at + 1 : self.at + 2] in ('"', "\\"):
                self.at += 1
            found += self.peek()
            self.at += 1
        self.take('"')
        return found

    def value(self) -> Any:
        if self.peek() == '"':
            return self.string()
        word = self.name(", ", "")
        if word in ("t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"):
            return word[0] in "tT"
        if re.fullmatch(r"-?\d+i", word):
            if not -(2**63) <= int(word[:-1]) < 2**63:
                raise ValueError(f"{word} is out of range")
            return int(word[:-1])
        if NUMBER.match(word):
            return float(word)
        raise ValueError(f"invalid value {word!r}")


def read(text: str) -> list[tuple[str, dict[str, str], dict[str, Any], int | None]]:
    """Measurement, tags, fields, time of each line."""
    return [_line(Scanner(line)) for line in text.split("\n") if line and not line.startswith("#")]


def _line(scanner: Scanner) -> tuple[str, dict[str, str], dict[str, Any], int | None]:
    measurement = scanner.name(", ", ", ")
    if not measurement:
        raise ValueError("missing measurement")
    tags: dict[str, str] = {}
    fields: dict[str, Any] = {}
    while scanner.peek() == ",":
        scanner.take(",")
        key = scanner.name("=, ", ",= ")
        scanner.take("=")
        tags[key] = scanner.name(", ", ",= ")
        if not key or not tags[key]:
            raise ValueError("missing tag")
    scanner.take(" ")
    while True:
        key = scanner.name("=, ", ",= ")
        scanner.take("=")
        if not key:
            raise ValueError("missing field key")
        fields[key] = scanner.value()
        if scanner.peek() != ",":
            break
        scanner.take(",")
    rest = scanner.text[scanner.at :].strip()
    return measurement, tags, fields, int(rest) if rest else None
