# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocks into which a chain may be cut, numbered once for each length of chain.

A block is a set of functions that share a server, written as a number whose bit i is function i. Its runs of successive
functions are its sub-chains.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from .ocm_model import run_lengths


@dataclass(frozen=True, eq=False)  # compared and hashed as the objects that they are: tables are cached by them
class Blocks:
    """Blocks of a chain of ``length`` functions.

    ``masks`` is the blocks, ``members`` their functions, ``lengths`` the lengths of their runs in falling order. Blocks of
    equal ``lengths`` cost the same on a server; ``shapes`` has the different ones, and ``shape`` the number of each block's.
    """

    length: int
    masks: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]
    lengths: tuple[tuple[int, ...], ...]
    shapes: tuple[tuple[int, ...], ...]
    shape: tuple[int, ...]

    @classmethod
    def of(cls, length: int, masks: Iterable[int]) -> Blocks:
        masks = tuple(masks)
        members = tuple(tuple(bit for bit in range(length) if mask >> bit & 1) for mask in masks)
        lengths = tuple(tuple(sorted(run_lengths(list(one)), reverse=True)) for one in members)
        shapes = tuple(sorted(set(lengths)))
        number = {shape: index for index, shape in enumerate(shapes)}
        return cls(length, masks, members, lengths, shapes, tuple(number[one] for one in lengths))


@functools.cache
def subsets(length: int) -> Blocks:
    """All 2^n - 1 of them: what the optimal step chooses from."""
    return Blocks.of(length, range(1, 1 << length))


@functools.cache
def intervals(length: int) -> Blocks:
    """The n(n+1)/2 that are one run: what the relaxed step chooses from. Sorted by first, then last function."""
    return Blocks.of(length, (((1 << size) - 1) << first for first in range(length) for size in range(1, length - first + 1)))


@functools.cache
def whole(length: int) -> Blocks:
    """The chain as one block."""
    return Blocks.of(length, [(1 << length) - 1])


@functools.lru_cache(maxsize=64)
def given(length: int, masks: tuple[int, ...]) -> Blocks:
    return Blocks.of(length, masks)
