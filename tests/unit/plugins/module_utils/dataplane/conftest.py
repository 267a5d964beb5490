# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets tests import what is shared beside them, and gives them a router."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def linux() -> Iterator[Callable]:
    """Makes a Linux router with some interfaces, see :mod:`kernel_router`."""
    from kernel_router import router

    with ExitStack() as stack:
        yield lambda ports: stack.enter_context(router(ports))
