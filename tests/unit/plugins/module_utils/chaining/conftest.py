# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets tests import what is shared beside them, and gives them hosts that one chain can pass."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))


@pytest.fixture(scope="module")
def hosts() -> Iterator:
    """See :mod:`chain_hosts`."""
    from chain_hosts import network, why_not

    if reason := why_not():
        pytest.skip(reason)
    with network() as made:
        yield made
