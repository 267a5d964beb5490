# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``osm_package``, in process: the schema of the service model is read on the controller."""

from __future__ import annotations

import os

from ..modules.osm_package import SPEC, Packages
from ..plugin_utils.acting import ActingAction


class ActionModule(ActingAction):
    spec = SPEC

    @staticmethod
    def verb(options: dict, _files: object) -> Packages:
        return Packages({**options, "dest": os.path.join(os.environ.get("PWD", os.getcwd()), options["dest"])})
