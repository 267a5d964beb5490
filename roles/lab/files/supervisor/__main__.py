# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the supervisor from its folder: ``python roles/lab/files/supervisor --state DIR COMMAND``."""

from __future__ import annotations

import sys
from pathlib import Path

FILES = Path(__file__).resolve().parent.parent
sys.path[0:1] = [str(FILES), str(FILES / "openstack")]

from supervisor.cli import main  # noqa: E402  (the path above makes it importable)

sys.exit(main())
