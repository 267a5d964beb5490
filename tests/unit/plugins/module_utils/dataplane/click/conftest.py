# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graphs as lines of text, and refusals as sentences, so that a table row shows what is expected."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.click.read import read

sys.path.append(str(Path(__file__).parent))


def draw(text: str) -> list[str]:
    """``name :: Class(arguments)`` for each element, then ``a [1] -> [0] b`` for each connection, without zeros."""
    graph = read(text)
    elements = [
        f"{one.name} :: {one.class_name}" + (f"({', '.join(one.arguments)})" if one.arguments else "")
        for one in graph.elements.values()
    ]
    connections = [
        f"{one.from_element}{f' [{one.from_port}]' if one.from_port else ''} -> "
        f"{f'[{one.to_port}] ' if one.to_port else ''}{one.to_element}"
        for one in graph.connections
    ]
    return elements + connections


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        read(text, "r.click")
    sentence = str(caught.value)
    assert sentence.startswith("r.click:")
    assert "\n" not in sentence
    return sentence.removeprefix("r.click:")


@pytest.fixture
def drawn() -> Callable[[str], list[str]]:
    return draw


@pytest.fixture
def refused() -> Callable[[str], str]:
    """``line: column n: what is wrong``."""
    return refusal
