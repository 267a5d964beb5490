# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``osm_service``, in process: the packages are the controller's."""

from __future__ import annotations

from ..modules.osm_service import SPEC, orchestrated
from ..plugin_utils.acting import ActingAction


class ActionModule(ActingAction):
    spec = SPEC
    verb = staticmethod(orchestrated)
