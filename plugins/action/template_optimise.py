# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``template_optimise``, answered in process."""

from __future__ import annotations

from ..modules.template_optimise import SPEC, decide
from ..plugin_utils.deciding import DecidingAction


class ActionModule(DecidingAction):
    spec = SPEC
    decide = staticmethod(decide)
