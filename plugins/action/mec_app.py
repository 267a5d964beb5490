# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``mec_app``, in process: the schema of the service model is read on the controller."""

from __future__ import annotations

from ..modules.mec_app import SPEC, MecApp
from ..plugin_utils.acting import ActingAction


class ActionModule(ActingAction):
    spec = SPEC
    verb = MecApp
