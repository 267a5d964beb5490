# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IPFilter and IPClassifier: rules and patterns, each in turn."""

from __future__ import annotations

from collections.abc import Sequence

from ...symbolic.sefl import Block
from .building import Use
from .expressions import pattern
from .spot import shown
from .values import number_value, refusal


def ip_filter(use: Use) -> Block:
    """Each rule in turn: its action, and the pattern for which it is taken; a packet that meets none is dropped."""
    return _rules(use, [action_and_pattern(use, text) for text in use.element.arguments])


def ip_classifier(use: Use) -> Block:
    """Each pattern in turn, for the output of its number."""
    return _rules(use, list(enumerate(use.element.arguments)))


def _rules(use: Use, rules: Sequence[tuple[int | None, str]]) -> Block:
    cases = []
    for number, (output, text) in enumerate(rules, 1):
        rule = f"rule {number}: {use.element.arguments[number - 1]}"
        body = use.drop(rule) if output is None else use.out(output)
        cases.append((pattern(use, text), rule, body))
    return use.branch(*cases, otherwise=use.drop("drops, no rule matches"))


def action_and_pattern(use: Use, text: str) -> tuple[int | None, str]:
    action, _space, rest = text.strip("\"'").partition(" ")
    if action in ("deny", "drop"):
        return None, rest or "all"
    number = 0 if action == "allow" else number_value(action)
    if number is None or number < 0:
        raise refusal(use.element, f"{shown(action)} is no action; they are allow, deny, drop and the number of an output")
    return number, rest or "all"
