# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The supervisor's one exception; the lab runs without the collection and so cannot share its tree."""

from __future__ import annotations


class LabError(Exception):
    """One sentence for the user: what is wrong, where, and what would be right."""
