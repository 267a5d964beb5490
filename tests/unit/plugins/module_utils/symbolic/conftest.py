# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the oracles importable: an interpreter of SEFL for single packets, and a model checker for explicit states."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("oxidd")
sys.path.append(str(Path(__file__).parent))


@pytest.fixture(autouse=True, scope="module")
def _settled() -> None:
    """What is there before the tests of a file is left out of the collections after each of them: it made them dear."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _free() -> Iterator[None]:
    """States refer to one another, so a universe of sets stays until they are collected."""
    yield
    gc.collect()
