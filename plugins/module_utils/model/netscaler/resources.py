# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources of a NetScaler that the collection keeps: the one declared table of them, in the order in which they are made.

Names, choices and what is fixed are those of the NITRO reference; the options are those of the classic Ansible modules.
"""

from __future__ import annotations

from collections.abc import Mapping

from .balancing import VSERVER
from .monitors import MONITOR
from .servers import SERVER, SERVICE, SERVICE_GROUP
from .table import Binding, Resource
from .tunnels import VXLAN

RESOURCES: Mapping[str, Resource] = {item.name: item for item in (MONITOR, SERVER, SERVICE, SERVICE_GROUP, VSERVER, VXLAN)}
BINDINGS: Mapping[str, tuple[Resource, Binding]] = {
    binding.name: (resource, binding) for resource in RESOURCES.values() for binding in resource.bindings
}
