# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all unit tests have in common.

Collections are imported by Ansible's loader from the first import on, as they are in a playbook.

Once some test has installed the loader it refuses what is imported later of a collection that Python imported by itself.

How long an example takes says nothing on a busy machine, so no example has a deadline.
"""

from __future__ import annotations

from ansible.plugins.loader import init_plugin_loader
from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
init_plugin_loader()
