# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors are one sentence with its place."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError, NfvError, Place


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (None, "wrong"),
        (Place(), "wrong"),
        (Place(file="a.yml"), "a.yml: wrong"),
        (Place(file="a.yml", line=3), "a.yml:3: wrong"),
        (Place(line=3), "line 3: wrong"),
        (Place(file="a.yml", line=3, path="sites.x"), "a.yml:3: sites.x: wrong"),
        (Place(path="sites.x"), "sites.x: wrong"),
    ],
)
def test_the_place_stands_before_the_sentence(place: Place | None, text: str) -> None:
    assert str(InputError("wrong", place)) == text
    assert isinstance(InputError("wrong"), NfvError)
