# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The patterns of Classifier: clauses on bytes at offsets.

A single digit is one byte here; Click refuses it, but configurations that are about have it.

Source: the documentation of Classifier in the Click modular router.
"""

from __future__ import annotations

import re

from ...symbolic.sefl import TRUE, All, Block, Condition, Not
from .arguments import words
from .building import Use
from .spot import shown
from .values import refusal
from .window import matches

_CLAUSE = re.compile(
    r"(?P<not>!?)(?P<offset>\d+)/(?P<value>(?:[0-9A-Fa-f?]{2})+|[0-9A-Fa-f])(?:%(?P<mask>(?:[0-9A-Fa-f]{2})+))?"
)


def classifier(use: Use) -> Block:
    """Each pattern in turn; a packet that meets none is dropped."""
    cases = [
        (pattern(use, text), f"pattern {number}: {text}", use.out(number)) for number, text in enumerate(use.element.arguments)
    ]
    return use.branch(*cases, otherwise=use.drop("drops, no pattern matches"))


def pattern(use: Use, text: str) -> Condition:
    if text == "-":
        return TRUE
    return All(tuple(_clause(use, clause) for clause in words(text)))


def _clause(use: Use, text: str) -> Condition:
    found = _CLAUSE.fullmatch(text)
    if not found or (found["mask"] and len(found["mask"]) != len(found["value"])):
        raise refusal(use.element, f"{shown(text)} is no clause OFFSET/VALUE or OFFSET/VALUE%MASK in whole bytes")
    digits = found["value"].zfill(2)
    mask = int("".join("0" if digit == "?" else "f" for digit in digits), 16)
    mask &= int(found["mask"], 16) if found["mask"] else mask
    condition = matches(int(found["offset"]), int(digits.replace("?", "0"), 16), mask, len(digits) // 2)
    return Not(condition) if found["not"] else condition
