# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the lab's own programs importable: they run beside the collection, not as part of it."""

from __future__ import annotations

import sys
from pathlib import Path

FILES = Path(__file__).resolve().parents[5] / "roles" / "lab" / "files"

# At the end, because the folder also holds folders that are called like libraries.
sys.path += [path for path in (str(FILES), str(FILES / "openstack")) if path not in sys.path]
